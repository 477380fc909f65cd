"""The manager changes hours: what it hits is shown first, and nothing is lost on the way."""

from datetime import date, time

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import translation

from office.calendar.hours_handover import fingerprint
from office.core import clock
from office.models import (
    Absence,
    Claim,
    ClaimKind,
    Closure,
    HoursChange,
    Occupancy,
    Role,
    WeeklyHours,
)
from tests.factories import (
    ProfessionalFactory,
    ServicePointFactory,
    UserFactory,
    WeeklyHoursFactory,
    booked,
    busy,
)

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 8, 3)


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
    return ServicePointFactory()


@pytest.fixture
def pro(point):
    return ProfessionalFactory(points=[point], hours=(8, 16))


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def weekly(point, **fields):
    return {
        "weekday": "5",
        "rhythm": "1",
        "kind": "appointments",
        "starts": "8.30",
        "ends": "12",
        "service_point": point.pk,
        "valid_from": "2026-08-01",
        "valid_until": "",
        **fields,
    }


def test_a_cut_lists_the_bookings_first_without_names_and_then_hands_them_over(manager, pro, point):
    row = pro.weekly_hours.get(weekday=0)
    appointment = booked(start=clock.at(MONDAY, time(14)), professionals=[pro], service_point=point)
    url = reverse("office:weekly_change", args=[row.pk])
    data = weekly(point, weekday="0", starts="8.00", ends="12.00", valid_from="2026-08-03")

    page = manager.post(url, data)
    shown = page.content.decode()
    assert page.status_code == 200
    assert (page.context["count"], page.context["rows"][0]["label"]) == (1, appointment.reference)
    assert page.context["rows"][0]["names"] == [pro.name]
    assert appointment.parties.get().name not in shown
    assert sorted(page.context["carried"]) == sorted(
        (name, str(value)) for name, value in data.items()
    )
    assert pro.weekly_hours.count() == 5
    assert not Claim.objects.orphaned().exists()

    response = manager.post(url, {**data, "seen": page.context["seen"]})
    assert response.status_code == 302
    assert told(response) == ["The hours were changed.", "1 booking was handed to the secretary."]
    assert [c.orphan_reason for c in Claim.objects.orphaned()] == ["hours"]
    assert pro.weekly_hours.get(valid_until=date(2026, 8, 2)).pk == row.pk


def test_a_list_that_grew_meanwhile_is_shown_again(manager, pro, point):
    booked(start=clock.at(MONDAY, time(14)), professionals=[pro], service_point=point)
    url = reverse("office:weekly_end", args=[pro.weekly_hours.get(weekday=0).pk])
    seen = manager.post(url, {"last_day": "2026-08-02"}).context["seen"]
    booked(start=clock.at(MONDAY, time(9)), professionals=[pro], service_point=point)
    page = manager.post(url, {"last_day": "2026-08-02", "seen": seen})
    assert (page.status_code, page.context["count"], page.context["changed"]) == (200, 2, True)
    assert not Claim.objects.orphaned().exists()


def test_back_to_the_form_keeps_what_was_written(manager, pro, point):
    booked(start=clock.at(MONDAY, time(14)), professionals=[pro], service_point=point)
    url = reverse("office:weekly_end", args=[pro.weekly_hours.get(weekday=0).pk])
    page = manager.post(url, {"last_day": "2026-08-02", "again": "1"})
    assert page.context["form"]["last_day"].value() == "2026-08-02"
    assert pro.weekly_hours.filter(valid_until__isnull=False).count() == 0


def test_a_made_up_fingerprint_saves_nothing(manager, pro, point):
    booked(start=clock.at(MONDAY, time(14)), professionals=[pro], service_point=point)
    url = reverse("office:weekly_end", args=[pro.weekly_hours.get(weekday=0).pk])
    for seen in ("x", fingerprint([])):
        assert manager.post(url, {"last_day": "2026-08-02", "seen": seen}).status_code == 200
    assert not Claim.objects.orphaned().exists()


def absence(**fields):
    return {
        "reason": "sick",
        "first_day": "2026-08-03",
        "starts": "",
        "last_day": "2026-08-04",
        "ends": "",
        **fields,
    }


def test_an_absence_of_whole_days_is_saved_and_shown(manager, pro):
    response = manager.post(reverse("office:absence_add", args=[pro.pk]), absence())
    assert response.status_code == 302
    row = Absence.objects.get()
    assert (row.during.lower, row.during.upper) == clock.day_bounds(MONDAY, date(2026, 8, 4))
    page = manager.get(reverse("office:absence", args=[row.pk]))
    form = page.context["form"]
    assert [form[name].value() for name in ("first_day", "starts", "last_day", "ends")] == [
        date(2026, 8, 3),
        None,
        date(2026, 8, 4),
        None,
    ]


def test_an_absence_of_some_hours_ends_after_it_begins(manager, pro):
    url = reverse("office:absence_add", args=[pro.pk])
    data = absence(last_day="2026-08-03", starts="12", ends="8")
    page = manager.post(url, data)
    assert page.context["form"].errors == {"last_day": ["The absence must end after it begins."]}
    manager.post(url, {**data, "starts": "8", "ends": "12"})
    row = Absence.objects.get()
    assert clock.local(row.during.lower).hour == 8
    assert clock.local(row.during.upper).hour == 12


def test_an_absence_hands_over_and_its_end_clears_the_work(manager, pro, point):
    booked(start=clock.at(MONDAY, time(14)), professionals=[pro], service_point=point)
    url = reverse("office:absence_add", args=[pro.pk])
    page = manager.post(url, absence())
    assert not Absence.objects.exists()
    manager.post(url, absence(seen=page.context["seen"]))
    assert [c.orphan_reason for c in Claim.objects.orphaned()] == ["absence"]
    manager.post(reverse("office:absence_remove", args=[Absence.objects.get().pk]))
    assert not Claim.objects.orphaned().exists()
    assert not Absence.objects.exists()
    assert not Occupancy.objects.filter(claim__kind=ClaimKind.ABSENCE).exists()


def test_a_one_day_cut_is_added_altered_and_removed(manager, pro, point):
    booked(start=clock.at(MONDAY, time(14)), professionals=[pro], service_point=point)
    url = reverse("office:change_add", args=[pro.pk])
    data = {
        "effect": "cuts",
        "kind": "appointments",
        "date": "2026-08-03",
        "starts": "13",
        "ends": "16",
        "service_point": point.pk,
    }
    page = manager.post(url, data)
    manager.post(url, {**data, "seen": page.context["seen"]})
    change = HoursChange.objects.get()
    assert (change.service_point, Claim.objects.orphaned().count()) == (None, 1)
    manager.post(reverse("office:change_edit", args=[change.pk]), {**data, "starts": "15"})
    assert Claim.objects.orphaned().count() == 0
    manager.post(reverse("office:change_remove", args=[change.pk]))
    assert not HoursChange.objects.exists()


def test_added_hours_need_a_point(manager, pro):
    page = manager.post(
        reverse("office:change_add", args=[pro.pk]),
        {"effect": "adds", "kind": "phone", "date": "2026-08-03", "starts": "17", "ends": "18"},
    )
    assert page.context["form"].errors == {"service_point": ["Choose the service point."]}


def test_a_closure_hands_over_and_its_removal_clears_the_work(manager, pro, point):
    booked(start=clock.at(MONDAY, time(14)), professionals=[pro], service_point=point)
    data = {
        "service_point": "",
        "effect": "closed",
        "first_day": "2026-08-03",
        "last_day": "2026-08-03",
        "reason_fi": "Koulutuspäivä",
        "reason_sv": "",
        "reason_en": "",
    }
    url = reverse("office:closure_add")
    page = manager.post(url, data)
    assert not Closure.objects.exists()
    manager.post(url, {**data, "seen": page.context["seen"]})
    closure = Closure.objects.get()
    assert [c.orphan_reason for c in Claim.objects.orphaned()] == ["closure"]
    manager.post(reverse("office:closure_remove", args=[closure.pk]))
    assert not Claim.objects.orphaned().exists()


def test_a_public_holiday_is_opened_and_closed_again(manager, pro):
    listing = reverse("office:closures")
    day = date(2026, 12, 24)
    assert day in [when for when, _name, _open in manager.get(listing).context["holidays"]]
    page = manager.get(reverse("office:closure_add") + "?open=2026-12-24")
    assert page.context["form"]["effect"].value() == "open"
    data = {"effect": "open", "first_day": "2026-12-24", "last_day": "2026-12-24"}
    manager.post(reverse("office:closure_add"), data)
    opened = Closure.objects.get()
    assert [
        rows for when, _name, rows in manager.get(listing).context["holidays"] if when == day
    ] == [[opened]]
    manager.post(reverse("office:closure_remove", args=[opened.pk]))
    assert not Closure.objects.exists()


@pytest.mark.parametrize("week", ["", "x", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_any_week_that_is_asked_for_is_answered(manager, pro, week):
    for url in (reverse("office:week"), reverse("office:hours_of", args=[pro.pk])):
        page = manager.get(url, {"week": week})
        assert (page.status_code, page.context["monday"]) == (200, date(2026, 7, 27))


def test_the_picture_of_a_week(manager, pro, point):
    for place in (point, ServicePointFactory()):
        Closure.objects.create(
            first_day="2026-08-05", last_day="2026-08-05", reason_en="Koulutus", service_point=place
        )
    HoursChange.objects.create(
        professional=pro, effect="cuts", date="2026-08-04", starts="12:00", ends="16:00"
    )
    WeeklyHoursFactory(
        professional=pro,
        service_point=point,
        weekday=3,
        starts=time(16),
        ends=time(17),
        kind="phone",
    )
    booked(start=clock.at(MONDAY, time(9)), professionals=[pro], reference="ABC-123")
    lost = busy(pro, clock.at(MONDAY, time(11)), 60, ClaimKind.APPOINTMENT).claim
    Claim.objects.filter(pk=lost.pk).update(orphaned_at=clock.now(), orphan_reason="hours")
    manager.post(
        reverse("office:absence_add", args=[pro.pk]),
        absence(first_day="2026-08-07", last_day="2026-08-07"),
    )
    page = manager.get(reverse("office:hours_of", args=[pro.pk]), {"week": "2026-08-05"})
    week = page.context["week"]

    def blocks(number: int):
        return [
            (b.kind, clock.local(b.start).hour, css.split(" ", 2)[2])
            for b, css in week.placed[number][1]
        ]

    assert week.bounds == (8, 9)
    assert blocks(0) == [
        ("appointments", 8, "from-0 len-32"),
        ("booked", 9, "from-4 len-4"),
        ("wrong", 11, "from-12 len-4"),
    ]
    assert blocks(1) == [("appointments", 8, "from-0 len-16")]
    assert blocks(2) == []
    assert blocks(3)[1] == ("phone", 16, "from-32 len-4")
    assert ("away", 0, "from-0 len-36") in blocks(4)
    assert week.days[1].notes == ["Cut this day: 12:00–16:00, appointments"]
    assert week.days[2].notes == [f"{point.name}: closed (Koulutus)"]
    assert "ABC-123" in page.content.decode()


def test_weekends_are_shown_where_there_is_something(manager, pro, point):
    url = reverse("office:hours_of", args=[pro.pk])
    assert len(manager.get(url).context["week"].days) == 5
    WeeklyHoursFactory(professional=pro, service_point=point, weekday=5)
    assert len(manager.get(url).context["week"].days) == 7


@pytest.mark.parametrize(
    "name", ["week", "hours", "people", "points", "rooms", "services", "users"]
)
def test_lists_ask_as_often_for_three_as_for_one(manager, name, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.factories import RoomFactory, ServiceFactory

    def grow() -> None:
        point = ServicePointFactory()
        RoomFactory(service_point=point)
        who = ProfessionalFactory(
            points=[point], services=[ServiceFactory()], hours=(8, 16), user=UserFactory()
        )
        booked(start=clock.at(date(2026, 7, 28), time(9)), professionals=[who])

    grow()
    url = reverse(f"office:{name}")
    manager.get(url)
    with CaptureQueriesContext(connection) as one:
        manager.get(url)
    grow()
    grow()
    with django_assert_num_queries(len(one)):
        manager.get(url)


def test_ended_hours_are_kept_for_reading(manager, pro):
    row = pro.weekly_hours.get(weekday=0)
    WeeklyHours.objects.filter(pk=row.pk).update(valid_until=date(2026, 7, 1))
    page = manager.get(reverse("office:hours_of", args=[pro.pk]))
    assert page.context["ended"] == 1
    page = manager.get(reverse("office:hours_ended", args=[pro.pk]))
    assert [r.row.pk for r in page.context["rows"]] == [row.pk]


def test_the_picture_begins_with_the_first_week_that_has_hours(manager, point):
    pro = ProfessionalFactory(points=[point])
    url = reverse("office:hours_of", args=[pro.pk])
    assert manager.get(url).context["monday"] == date(2026, 7, 27)
    # It is Thursday: the Monday of this week is over, and that of the next is not one of theirs.
    WeeklyHoursFactory(
        professional=pro,
        service_point=point,
        interval=2,
        anchor=date(2026, 8, 12),
        valid_from=date(2026, 7, 30),
    )
    page = manager.get(url)
    assert page.context["monday"] == date(2026, 8, 10)
    assert [len(day.hours) for day in page.context["week"].days] == [1, 0, 0, 0, 0]
    shown = page.content.decode()
    assert "Every other Monday" in shown
    assert shown.index("Every other Monday") < shown.index('id="week"')
    page = manager.get(url, {"week": "2026-08-03"})
    assert page.context["week"].is_empty


def test_hours_become_hours_of_every_other_week(manager, pro, point):
    row = pro.weekly_hours.get(weekday=0)
    url = reverse("office:weekly_change", args=[row.pk])
    data = weekly(point, weekday="0", starts="8", ends="16", valid_from="2026-08-03", rhythm="2")
    page = manager.post(url, data)
    assert page.context["form"].errors == {"anchor": ["Give a day of the first week that counts."]}
    manager.post(url, {**data, "anchor": "2026-08-12"})
    fresh = pro.weekly_hours.get(weekday=0, valid_until=None)
    assert (fresh.interval, fresh.anchor, fresh.nth) == (2, date(2026, 8, 12), None)
    page = manager.get(reverse("office:weekly_change", args=[fresh.pk]))
    form = page.context["form"]
    assert (form["rhythm"].value(), form["anchor"].value()) == ("2", date(2026, 8, 12))
    data = weekly(
        point, weekday="0", starts="8", ends="16", valid_from="2026-08-03", rhythm="month"
    )
    page = manager.post(reverse("office:weekly_change", args=[fresh.pk]), data)
    assert page.context["form"].errors == {"nth": ["Choose which weekdays of the month."]}
    manager.post(reverse("office:weekly_change", args=[fresh.pk]), {**data, "nth": "-1"})
    fresh.refresh_from_db()
    assert (fresh.interval, fresh.anchor, fresh.nth) == (1, None, -1)
