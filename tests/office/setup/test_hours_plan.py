"""Many hours at once: what becomes of them is shown first, and each plan does what it showed."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import translation

from office.core import clock
from office.models import Claim, Closure, HoursChange, Role, WeeklyHours
from office.setup.hours_copies import patterns
from tests.factories import (
    ProfessionalFactory,
    ServicePointFactory,
    UserFactory,
    WeeklyHoursFactory,
    booked,
)

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 8, 3)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _now():
    with (
        time_machine.travel("2026-07-30 09:00:00+03:00", tick=False),
        translation.override("en"),
    ):
        yield


@pytest.fixture
def manager() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    return client


@pytest.fixture
def point():
    return ServicePointFactory(name_en="Borgå")


@pytest.fixture
def pro(point):
    return ProfessionalFactory(points=[point])


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def agreed(page, data):
    """Return what the preview sends: all that was written, and what was looked at."""
    assert page.status_code == 200
    assert "agreed" in page.context, page.context["form"].errors
    sent = sorted(
        (n, str(v)) for n, vs in data.items() for v in (vs if isinstance(vs, list) else [vs])
    )
    assert sorted(page.context["carried"]) == sent
    return {**data, "agreed": page.context["agreed"], "seen": page.context["seen"]}


def new_hours(point, **fields):
    return {
        "weekdays": ["0", "1", "3"],
        "starts": "8",
        "ends": "16",
        "break_starts": "",
        "break_ends": "",
        "kind": "appointments",
        "service_point": str(point.pk),
        "rhythm": "1",
        "anchor": "",
        "valid_from": "2026-07-30",
        "valid_until": "",
        **fields,
    }


def rows_of(person):
    return [
        (h.weekday, f"{h.starts:%H:%M}-{h.ends:%H:%M}", h.interval, h.nth)
        for h in person.weekly_hours.order_by("weekday", "starts", "nth")
    ]


def test_hours_of_several_weekdays_with_a_lunch_hour(manager, pro, point):
    url = reverse("office:weekly_add", args=[pro.pk])
    data = new_hours(point, break_starts="11.30", break_ends="12.15")
    page = manager.post(url, data)
    assert not pro.weekly_hours.exists()
    words = [words for words, _row, _days in page.context["new"]]
    assert words[:2] == [
        "every Monday 8:00–11:30, appointments, Borgå",
        "every Monday 12:15–16:00, appointments, Borgå",
    ]
    response = manager.post(url, agreed(page, data))
    # The picture opens where the hours begin: today, a Thursday.
    assert response.url == f"/office/hours/{pro.pk}/?week=2026-07-27"
    assert told(response) == ["The hours were added."]
    assert rows_of(pro) == [
        (weekday, times, 1, None)
        for weekday in (0, 1, 3)
        for times in ("08:00-11:30", "12:15-16:00")
    ]


@pytest.mark.parametrize("kind", ["appointments", "walk_in", "phone", "call_back"])
def test_hours_of_every_third_week_for_each_kind(manager, pro, point, kind):
    url = reverse("office:weekly_add", args=[pro.pk])
    data = new_hours(point, kind=kind, rhythm="3", anchor="2026-08-12", weekdays=["3"])
    page = manager.post(url, data)
    [(words, _row, days)] = page.context["new"]
    assert words.startswith("every third Thursday 8:00–16:00")
    assert days == [date(2026, 8, 13), date(2026, 9, 3), date(2026, 9, 24)]
    response = manager.post(url, agreed(page, data))
    assert response.url.endswith("?week=2026-08-10")
    assert pro.weekly_hours.get().kind == kind


def test_hours_of_the_first_and_the_last_weekday_of_a_month(manager, pro, point):
    url = reverse("office:weekly_add", args=[pro.pk])
    data = new_hours(point, rhythm="month", weekdays=["1"])
    page = manager.post(url, data)
    assert page.context["form"].errors == {"nths": ["Choose which weekdays of the month."]}
    data["nths"] = ["1", "-1"]
    page = manager.post(url, data)
    assert [days[:2] for _words, _row, days in page.context["new"]] == [
        [date(2026, 8, 4), date(2026, 9, 1)],
        [date(2026, 8, 25), date(2026, 9, 29)],
    ]
    manager.post(url, agreed(page, data))
    assert rows_of(pro) == [(1, "08:00-16:00", 1, -1), (1, "08:00-16:00", 1, 1)]


def test_overlaps_are_refused_with_which(manager, pro, point):
    WeeklyHoursFactory(
        professional=pro, service_point=point, weekday=3, interval=2, anchor=date(2026, 8, 6)
    )
    url = reverse("office:weekly_add", args=[pro.pk])
    page = manager.post(url, new_hours(point, starts="15"))
    assert page.context["form"].non_field_errors() == [
        "Overlaps with other hours: every other Thursday 8:00–16:00, appointments, Borgå. "
        "Both would come on Thu 6 Aug 2026."
    ]
    assert 'value="15"' in page.content.decode()
    # The weeks between are free.
    data = new_hours(point, starts="15", rhythm="2", anchor="2026-08-12")
    assert manager.post(url, data).context["agreed"]


def test_hours_that_overlap_each_other_are_refused(manager, pro, point):
    url = reverse("office:weekly_add", args=[pro.pk])
    page = manager.post(url, new_hours(point, rhythm="month", nths=["4", "-1"]))
    assert "the fourth Monday of the month" in page.context["form"].non_field_errors()[0]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts": "16", "ends": "8"}, "ends"),
        ({"break_starts": "7", "break_ends": "9"}, "break_starts"),
        ({"break_starts": "12"}, "break_ends"),
        ({"weekdays": []}, "weekdays"),
        ({"rhythm": "2", "anchor": ""}, "anchor"),
        ({"valid_from": "9999-12-30"}, "valid_from"),
        ({"anchor": "0001-01-02", "rhythm": "2"}, "anchor"),
        ({"valid_until": "2026-07-01"}, "valid_until"),
    ],
)
def test_what_makes_no_hours_is_told_at_its_field(manager, pro, point, fields, field):
    page = manager.post(reverse("office:weekly_add", args=[pro.pk]), new_hours(point, **fields))
    assert list(page.context["form"].errors) == [field]


def test_the_form_comes_back_filled_in(manager, pro, point):
    url = reverse("office:weekly_add", args=[pro.pk])
    page = manager.post(url, {**new_hours(point), "again": "1"})
    assert page.context["form"]["weekdays"].value() == ["0", "1", "3"]


def test_a_plan_that_has_changed_since_is_shown_again(manager, pro, point):
    colleague = ProfessionalFactory(points=[point])
    WeeklyHoursFactory(professional=colleague, service_point=point)
    url = reverse("office:hours_like", args=[pro.pk])
    data = {"colleague": str(colleague.pk), "day": "2026-08-03", "kinds": ["appointments"]}
    first = manager.post(url, data)
    WeeklyHoursFactory(professional=colleague, service_point=point, weekday=1)
    page = manager.post(url, agreed(first, data))
    assert (page.status_code, page.context["changed"]) == (200, True)
    assert not pro.weekly_hours.exists()
    assert manager.post(url, agreed(page, data)).status_code == 302
    assert pro.weekly_hours.count() == 2


def test_a_colleague_s_hours_in_place_of_one_s_own(manager, pro, point):
    elsewhere = ServicePointFactory()
    colleague = ProfessionalFactory(points=[elsewhere])
    for fields in (
        {"weekday": 0, "interval": 2, "anchor": date(2026, 8, 3)},
        {"weekday": 2, "kind": "phone", "valid_until": date(2026, 12, 31)},
        {"weekday": 3, "valid_until": date(2026, 7, 31)},
    ):
        WeeklyHoursFactory(professional=colleague, service_point=elsewhere, **fields)
    own = WeeklyHoursFactory(professional=pro, service_point=point)
    appointment = booked(
        start=clock.at(MONDAY + WEEK, time(9)), professionals=[pro], service_point=point
    )
    url = reverse("office:hours_like", args=[pro.pk])
    data = {
        "colleague": str(colleague.pk),
        "day": "2026-08-03",
        "kinds": ["appointments", "phone"],
    }
    page = manager.post(url, data)
    assert page.context["form"].non_field_errors()[0].startswith("Overlaps with other hours")
    data["replaces"] = "on"
    page = manager.post(url, data)
    # On the Monday of every other week nobody is there.
    assert [row["label"] for row in page.context["rows"]] == [appointment.reference]
    response = manager.post(url, agreed(page, data))
    assert told(response) == ["The hours were copied.", "1 booking was handed to the secretary."]
    own.refresh_from_db()
    assert own.valid_until == date(2026, 8, 2)
    assert list(
        pro.weekly_hours.exclude(pk=own.pk)
        .order_by("weekday")
        .values_list("weekday", "kind", "interval", "anchor", "valid_from", "valid_until")
    ) == [
        (0, "appointments", 2, date(2026, 8, 3), MONDAY, None),
        (2, "phone", 1, None, MONDAY, date(2026, 12, 31)),
    ]
    assert colleague.weekly_hours.count() == 3


def test_a_plan_that_changes_nothing_says_so(manager, pro, point):
    colleague = ProfessionalFactory()
    page = manager.post(
        reverse("office:hours_like", args=[pro.pk]),
        {"colleague": str(colleague.pk), "day": "2026-08-03", "kinds": ["phone"]},
    )
    assert page.context["form"].non_field_errors() == [
        "That changes nothing: there are no such hours, or they are like that already."
    ]


def weeks(pro, **fields):
    return {
        "source": str(pro.pk),
        "first": "2026-08-05",
        "last": "",
        "to_first": "2026-08-12",
        "to_last": "",
        **fields,
    }


def test_a_week_is_copied_with_its_changes(manager, pro, point):
    other = ServicePointFactory()
    for weekday, where in ((0, point), (1, other)):
        WeeklyHoursFactory(professional=pro, service_point=where, weekday=weekday)
    HoursChange.objects.create(
        professional=pro, effect="cuts", date=MONDAY, starts=time(12), ends=time(13)
    )
    HoursChange.objects.create(
        professional=pro,
        date="2026-08-06",
        starts=time(9),
        ends=time(12),
        service_point=other,
        kind="phone",
    )
    # A change of the target that is not wanted any more, and a closure that plays no part.
    HoursChange.objects.create(
        professional=pro, date="2026-08-11", starts=time(16), ends=time(18), service_point=other
    )
    Closure.objects.create(first_day="2026-08-03", last_day="2026-08-03")
    appointment = booked(
        start=clock.at(MONDAY + WEEK, time(12)), professionals=[pro], service_point=point
    )
    url = reverse("office:hours_weeks", args=[pro.pk])
    page = manager.post(url, weeks(pro))
    assert [(row.day.day, row.lines) for row in page.context["days"]] == [
        (10, ["cut 12:00–13:00, appointments"]),
        (11, [f"taken back: added 16:00–18:00, appointments, {other.name}"]),
        (13, [f"added 9:00–12:00, phone hours, {other.name}"]),
    ]
    assert [row["label"] for row in page.context["rows"]] == [appointment.reference]
    response = manager.post(url, agreed(page, weeks(pro)))
    assert response.url.endswith("?week=2026-08-10")
    was = patterns(pro, MONDAY, MONDAY + timedelta(days=6))
    became = patterns(pro, MONDAY + WEEK, MONDAY + timedelta(days=13))
    assert list(was.values()) == list(became.values())
    assert Claim.objects.orphaned().count() == 1
    # Done twice it changes nothing.
    page = manager.post(url, weeks(pro))
    assert page.context["form"].non_field_errors()


def test_a_period_of_a_colleague_is_repeated(manager, pro, point):
    colleague = ProfessionalFactory(points=[point])
    WeeklyHoursFactory(
        professional=colleague, service_point=point, interval=2, anchor=MONDAY, weekday=4
    )
    WeeklyHoursFactory(professional=pro, service_point=point, weekday=4, starts=time(12))
    data = weeks(colleague, last="2026-08-12", to_first="2026-12-21", to_last="2027-01-15")
    url = reverse("office:hours_weeks", args=[pro.pk])
    page = manager.post(url, data)
    manager.post(url, agreed(page, data))
    friday = date(2026, 12, 25)
    found = patterns(pro, date(2026, 12, 21), date(2027, 1, 24))
    assert [found[friday + n * WEEK] for n in range(5)] == [
        {("appointments", point.pk): [(time(8), time(16))]},
        {},
        {("appointments", point.pk): [(time(8), time(16))]},
        {},
        # After the weeks that were copied all is as before.
        {("appointments", point.pk): [(time(12), time(16))]},
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"last": "2026-07-01"}, "last"),
        ({"to_last": "2026-07-01"}, "to_last"),
        ({"to_last": "2027-07-01"}, "to_last"),
        ({"to_first": "9999-12-30"}, "to_first"),
    ],
)
def test_weeks_that_cannot_be_are_told_at_their_field(manager, pro, fields, field):
    page = manager.post(reverse("office:hours_weeks", args=[pro.pk]), weeks(pro, **fields))
    assert list(page.context["form"].errors) == [field]


def lunch(**fields):
    return {
        "weekdays": ["0", "1", "2", "3", "4"],
        "starts": "11.30",
        "ends": "12",
        "kinds": ["appointments", "phone"],
        "first": "2026-08-03",
        "last": "",
        **fields,
    }


def test_a_lunch_hour_is_cut_out_of_several_days_for_good(manager, pro, point):
    every = {"professional": pro, "service_point": point}
    whole = WeeklyHoursFactory(**every, weekday=0)
    WeeklyHoursFactory(**every, weekday=1, interval=2, anchor=MONDAY, valid_from=MONDAY)
    WeeklyHoursFactory(**every, weekday=2, ends=time(11, 30))
    WeeklyHoursFactory(**every, weekday=3, kind="walk_in")
    HoursChange.objects.create(
        professional=pro, date="2026-08-07", starts=time(11), ends=time(13), service_point=point
    )
    appointment = booked(start=clock.at(MONDAY, time(11)), professionals=[pro], service_point=point)
    url = reverse("office:hours_cut", args=[pro.pk])
    page = manager.post(url, lunch())
    assert [row["label"] for row in page.context["rows"]] == [appointment.reference]
    assert [removed for _words, _last, removed in page.context["ends"]] == [False, True]
    manager.post(url, agreed(page, lunch()))
    whole.refresh_from_db()
    assert whole.valid_until == date(2026, 8, 2)
    assert [row for row in rows_of(pro) if row[:2] != (0, "08:00-16:00")] == [
        (0, "08:00-11:30", 1, None),
        (0, "12:00-16:00", 1, None),
        (1, "08:00-11:30", 2, None),
        (1, "12:00-16:00", 2, None),
        (2, "08:00-11:30", 1, None),
        (3, "08:00-16:00", 1, None),
    ]
    assert sorted((c.starts, c.ends) for c in pro.hours_changes.all()) == [
        (time(11), time(11, 30)),
        (time(12), time(13)),
    ]


def test_a_lunch_hour_is_cut_out_of_some_days_only(manager, pro, point):
    WeeklyHoursFactory(professional=pro, service_point=point, weekday=0, interval=2, anchor=MONDAY)
    WeeklyHoursFactory(professional=pro, service_point=point, weekday=1, ends=time(11, 45))
    HoursChange.objects.create(
        professional=pro, effect="cuts", date="2026-08-04", starts=time(11), ends=time(12)
    )
    url = reverse("office:hours_cut", args=[pro.pk])
    data = lunch(last="2026-08-18")
    page = manager.post(url, data)
    assert [(row.day, row.lines) for row in page.context["days"]] == [
        (date(2026, 8, 3), ["cut 11:30–12:00, appointments"]),
        (date(2026, 8, 11), ["cut 11:30–11:45, appointments"]),
        (date(2026, 8, 17), ["cut 11:30–12:00, appointments"]),
        (date(2026, 8, 18), ["cut 11:30–11:45, appointments"]),
    ]
    manager.post(url, agreed(page, data))
    assert WeeklyHours.objects.count() == 2
    assert manager.post(url, data).context["form"].non_field_errors()


@pytest.mark.parametrize("name", ["weekly_add", "hours_like", "hours_weeks", "hours_cut"])
@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR])
def test_only_the_manager_plans_hours(pro, name, role):
    client = Client()
    client.force_login(UserFactory(roles=[role]))
    url = reverse(f"office:{name}", args=[pro.pk])
    assert [client.get(url).status_code, client.post(url).status_code] == [403, 403]


@pytest.mark.parametrize("name", ["weekly_add", "hours_like", "hours_weeks", "hours_cut"])
def test_the_forms_open(manager, pro, point, name):
    url = reverse(f"office:{name}", args=[pro.pk])
    assert manager.get(url, {"week": "2026-08-05", "weekday": "2"}).status_code == 200
    assert manager.get(url, {"week": "x", "weekday": "x"}).status_code == 200


def test_an_empty_day_of_the_week_is_no_list(manager, pro, point):
    """A list without an item is announced as one by no screen reader, and axe calls it critical."""
    WeeklyHoursFactory(professional=pro, service_point=point, weekday=0)
    html = manager.get(f"/office/hours/{pro.pk}/?week={MONDAY}").content.decode()
    assert html.count('class="week__day"') == 5
    assert html.count('class="week__day" role="list"') == 1
    assert html.count("Nothing on this day.") == 4
