"""Busy times of a professional's own calendar: heeded; work at the desk where they hit."""

import logging
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from bookings.availability.search import Wish, find
from bookings.my_day.feed import busy_times
from office.calendar.working_time import phone_time
from office.core import clock
from office.messaging.ics import busy_feed
from office.models import (
    Absence,
    Channel,
    Claim,
    ClaimKind,
    Occupancy,
    OwnCalendar,
    Role,
    Unit,
)
from office.own_calendars.actions import (
    EVERY,
    RARELY,
    due,
    past_busy_times,
    remove_calendar,
    remove_past,
    renew_addresses,
    set_calendar,
)
from office.own_calendars.fetching import FetchError
from office.own_calendars.reading import read_calendar
from office.setup.overview import attention
from office.tasks import find_due_calendars
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    UserFactory,
    WeeklyHoursFactory,
    booked,
    busy,
)
from tests.office.own_calendars.calendar_server import CalendarServer
from tests.office.own_calendars.test_busy import calendar, event

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)
NOON = {"DTSTART": "20261130T100000Z", "DTEND": "20261130T110000Z"}
TWO = {"UID": "2@x", "DTSTART": "20261130T120000Z", "DTEND": "20261130T130000Z"}


@pytest.fixture(autouse=True)
def _now():
    with (
        time_machine.travel("2026-11-29 09:00:00+02:00", tick=False),
        translation.override("en"),
    ):
        yield


@pytest.fixture
def unit():
    return UnitFactory(horizon_weeks=4)


@pytest.fixture
def service():
    return ServiceFactory(channels=[Channel.IN_PERSON])


@pytest.fixture
def pro(unit, service):
    point = ServicePointFactory()
    RoomFactory(service_point=point)
    return ProfessionalFactory(
        points=[point],
        services=[service],
        hours=(8, 16),
        name="Anna Laine",
        user=UserFactory(roles=[Role.SUPERVISOR]),
    )


@pytest.fixture
def read(away_server: CalendarServer, pro):
    """Give the calendar a body, and read it."""
    away_server.gives(calendar(event(**NOON)))
    set_calendar(pro, away_server.url(), user=None)

    def do(*events: str, **headers: str) -> None:
        if events:
            away_server.gives(calendar(*events), **headers)
        read_calendar(pro.pk)

    return do


def at(hour: int, minute: int = 0) -> datetime:
    return clock.at(MONDAY, time(hour, minute))


def spans(pro) -> list[tuple[str, str]]:
    return [
        (f"{clock.local(a.during.lower):%H.%M}", f"{clock.local(a.during.upper):%H.%M}")
        for a in pro.absences.filter(reason="calendar").order_by("during")
    ]


def starts(unit, service) -> set[int]:
    slots = find(Wish(service, Channel.IN_PERSON), unit, online=False).slots
    return {clock.local(s.start).hour for s in slots if clock.local(s.start).date() == MONDAY}


def test_free_times_heed_busy_times(read, pro, unit, service):
    assert 12 in starts(unit, service)
    read()
    assert spans(pro) == [("12.00", "13.00")]
    assert starts(unit, service) == {8, 9, 10, 11, 13, 14, 15}
    # Gone from the calendar, the time is free again.
    read(event(**TWO))
    assert spans(pro) == [("14.00", "15.00")]
    assert {12, 13} <= starts(unit, service)
    assert 14 not in starts(unit, service)


def test_no_title_is_kept(read, pro):
    read()
    rows = [*Absence.objects.values(), *Claim.objects.values(), *OwnCalendar.objects.values()]
    assert "Salainen" not in repr(rows)
    [absence] = pro.absences.all()
    assert (absence.claim.label, absence.claim.kind) == ("", ClaimKind.ABSENCE)


def test_a_booking_that_is_hit_is_work_and_no_error(read, pro, service):
    visit = booked(start=at(12), professionals=[pro], service=service)
    read()
    visit.claim.refresh_from_db()
    assert (visit.claim.orphan_reason, visit.claim.orphaned_at) == ("calendar", clock.now())
    assert Occupancy.objects.get(claim=visit.claim).during.lower == at(12)
    # The visit is moved away: the busy time takes what it leaves.
    read(event(**TWO))
    visit.claim.refresh_from_db()
    assert (visit.claim.orphan_reason, visit.claim.orphaned_at) == ("", None)


def test_my_day_says_what_overlaps(read, pro, service):
    visit = booked(start=at(12), professionals=[pro], service=service)
    booked(start=at(14), professionals=[pro], service=service)
    client = signed_in(pro.user)
    url = reverse("staff:my_day")
    read()
    [first, second] = client.get(url, {"day": "2026-11-30"}).context["visits"]
    assert (first.reference, first.is_in_own_calendar) == (visit.reference, True)
    assert not second.is_in_own_calendar


def test_what_the_secretary_has_kept_is_no_work_again(read, pro, service):
    visit = booked(start=at(12), professionals=[pro], service=service)
    read()
    Claim.objects.filter(pk=visit.claim.pk).update(orphaned_at=None, orphan_reason="")
    read(event(**NOON), event(**TWO))
    visit.claim.refresh_from_db()
    assert visit.claim.orphaned_at is None
    assert len(spans(pro)) == 2


def test_a_busy_time_waits_for_what_is_booked_in_it(read, pro, unit, service):
    from office.calendar.occupancy import discard

    held = busy(pro, at(12), 30)
    read()
    assert [clock.local(o.during.lower).minute for o in pro_busy(pro)] == [30]
    discard(held.claim)
    assert sorted(clock.local(o.during.lower).minute for o in pro_busy(pro)) == [0, 30]
    assert 12 not in starts(unit, service)


def pro_busy(pro) -> list[Occupancy]:
    return list(Occupancy.objects.filter(resource=pro.pk, claim__absence__reason="calendar"))


def test_our_own_feed_does_not_come_back(read, away_server, pro, unit):
    booked(start=at(9), professionals=[pro])
    away_server.gives(busy_feed(busy_times(pro, unit)).encode())
    read()
    assert spans(pro) == []
    assert not Claim.objects.orphaned().exists()


def test_what_was_read_is_not_in_our_feed(read, pro, unit):
    read()
    assert busy_times(pro, unit) == []


def test_phone_hours_stay_open(read, pro):
    WeeklyHoursFactory(
        professional=pro,
        service_point=pro.service_points.get(),
        kind="phone",
        starts=time(16),
        ends=time(17),
    )
    read(event(DTSTART="20261130T140000Z", DTEND="20261130T150000Z"))
    assert len(phone_time(first=MONDAY, last=MONDAY)) == 1


def test_what_has_not_changed_is_not_sent_again(read, away_server, pro):
    read(event(**NOON), ETag='"1"')
    before = OwnCalendar.objects.get()
    absences = list(pro.absences.values_list("pk", flat=True))
    read()
    assert away_server.asked[-1][1]["If-None-Match"] == '"1"'
    assert list(pro.absences.values_list("pk", flat=True)) == absences
    assert OwnCalendar.objects.get().read_at == before.read_at
    # The next day has a new horizon.
    with time_machine.travel("2026-11-30 09:00:00+02:00", tick=False):
        read()
    assert "If-None-Match" not in away_server.asked[-1][1]


def test_reading_the_same_again_writes_nothing(read, pro):
    read()
    pro.resource.refresh_from_db()
    revision = pro.resource.revision
    read()
    pro.resource.refresh_from_db()
    assert pro.resource.revision == revision


def test_a_failure_is_noted_and_tried_more_and_more_rarely(read, away_server, pro, caplog):
    read()
    away_server.fails(500)
    waits = []
    with caplog.at_level(logging.INFO):
        for _ in range(9):
            read_calendar(pro.pk)
            row = OwnCalendar.objects.get()
            waits.append(row.next_at - clock.now())
    assert (row.failure, row.failures, row.failed_since) == ("denied", 9, clock.now())
    assert waits[:3] == [2 * EVERY, 4 * EVERY, 8 * EVERY]
    assert waits[-1] == RARELY
    # What was read before is still valid.
    assert spans(pro) == [("12.00", "13.00")]
    assert away_server.host not in caplog.text
    assert [s.url for s in attention() if "own calendar" in s.text] == [
        reverse("office:calendar_of", args=[pro.pk])
    ]
    assert signed_in(pro.user).get(reverse("staff:my_day")).context["calendar_fails"]
    away_server.gives(calendar(event(**NOON)))
    read_calendar(pro.pk)
    assert not signed_in(pro.user).get(reverse("staff:my_day")).context["calendar_fails"]
    row.refresh_from_db()
    assert (row.failure, row.failures, row.failed_since, row.next_at) == (
        "",
        0,
        None,
        clock.now() + EVERY,
    )


def test_what_is_no_calendar_is_a_failure(read, away_server, pro):
    away_server.gives(b"<html>Sign in</html>")
    read()
    assert OwnCalendar.objects.get().failure == "no_calendar"


def test_an_address_that_no_key_reads_is_asked_for_again(read, pro, settings):
    settings.SECRET_KEY = "another" * 10
    read()
    assert OwnCalendar.objects.get().failure == "unreadable"


def test_the_address_is_encrypted_and_follows_a_new_key(read, away_server, pro, settings):
    stored = OwnCalendar.objects.get().address
    assert away_server.host not in stored
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    renew_addresses()
    settings.SECRET_KEY_FALLBACKS = []
    read()
    assert OwnCalendar.objects.get().failure == ""
    assert spans(pro) == [("12.00", "13.00")]


def test_another_address_takes_the_place_of_the_first(read, away_server, pro):
    read()
    away_server.gives(calendar(event(**TWO)), path="/other.ics")
    set_calendar(pro, away_server.url("/other.ics"), user=None)
    # Until it has been read, what is known counts.
    assert spans(pro) == [("12.00", "13.00")]
    read()
    assert spans(pro) == [("14.00", "15.00")]


def test_a_calendar_taken_away_while_it_is_fetched_leaves_nothing(read, away_server, pro):
    def answer(request: Any) -> None:
        body = calendar(event(**NOON))
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    from office.own_calendars.actions import keep_busy

    away_server.answers["/calendar.ics"] = answer
    row = OwnCalendar.objects.select_related("professional").get()
    remove_calendar(pro)
    assert keep_busy(row, [(at(12), at(13))], at(0)) == []
    assert spans(pro) == []


def test_taking_it_away_frees_the_time_and_the_work(read, pro, service):
    visit = booked(start=at(12), professionals=[pro], service=service)
    read()
    remove_calendar(pro)
    visit.claim.refresh_from_db()
    assert visit.claim.orphaned_at is None
    assert not OwnCalendar.objects.exists()
    assert not Absence.objects.exists()
    assert not Claim.objects.filter(kind=ClaimKind.ABSENCE).exists()


def test_past_busy_times_are_removed(read, pro):
    read()
    sick = Absence.objects.create(
        professional=pro,
        reason="sick",
        during=(at(8), at(9)),
        claim=Claim.objects.create(kind=ClaimKind.ABSENCE),
    )
    old = past_busy_times(at(14))
    assert old.count() == 1
    remove_past([*old.values_list("pk", flat=True), sick.pk])
    assert list(Absence.objects.all()) == [sick]
    assert pro_busy(pro) == []


def test_due_calendars_are_read_by_jobs_of_their_own(read, pro):
    read()
    jobs = ProcrastinateJob.objects.filter(task_name="office.tasks.read_own_calendar")
    jobs._raw_delete("default")
    find_due_calendars(0)
    assert jobs.count() == 0
    with time_machine.travel(clock.now() + EVERY, tick=False):
        find_due_calendars(0)
        find_due_calendars(0)
        assert [job.args for job in jobs] == [{"key": pro.pk}]
        pro.is_active = False
        pro.save()
        assert not due(clock.now()).exists()


def test_addresses_that_are_never_read_are_not_kept(pro):
    with pytest.raises(FetchError):
        set_calendar(pro, "http://calendar.example/c.ics", user=None)
    assert not OwnCalendar.objects.exists()


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_a_professional_gives_their_own_address(pro, unit):
    client = signed_in(pro.user)
    url = reverse("office:own_calendar")
    assert client.get(url).status_code == 200
    page = client.post(url, {"address": "http://calendar.example/secret.ics"})
    assert page.context["form"].errors == {
        "address": ["Only addresses that begin with https:// or webcal:// can be read."]
    }
    response = client.post(url, {"address": "https://calendar.example/secret.ics"})
    assert response.status_code == 302
    shown = client.get(url).content.decode()
    assert "calendar.example" in shown
    assert "secret" not in shown
    assert OwnCalendar.objects.get().added_by == pro.user
    client.post(reverse("office:own_calendar_remove"))
    assert not OwnCalendar.objects.exists()


def test_the_page_says_what_has_failed_and_since_when(read, away_server, pro):
    read()
    away_server.fails(403)
    read()
    for client, url in (
        (signed_in(pro.user), reverse("office:own_calendar")),
        (
            signed_in(UserFactory(roles=[Role.MANAGER])),
            reverse("office:calendar_of", args=[pro.pk]),
        ),
    ):
        shown = client.get(url).content.decode()
        assert "The calendar cannot be read since Sun 29 Nov 2026 at 9:00." in shown
        assert "does not give the calendar to us" in shown
        assert "Busy times ahead: 1" in shown


@pytest.mark.parametrize("name", ["calendar_of", "calendar_of_read", "calendar_of_remove"])
def test_a_colleague_does_not_reach_it(read, pro, name):
    client = signed_in(UserFactory(roles=[Role.SUPERVISOR, Role.SECRETARY]))
    url = reverse(f"office:{name}", args=[pro.pk])
    assert client.post(url, {"address": "https://a.example/"}).status_code == 403
    assert client.post(reverse("office:own_calendar_remove")).status_code == 404
    assert OwnCalendar.objects.count() == 1


def test_busy_times_are_no_absences_to_be_edited(read, pro):
    read()
    absence = pro.absences.get()
    client = signed_in(UserFactory(roles=[Role.MANAGER]))
    assert client.get(reverse("office:absence", args=[absence.pk])).status_code == 404
    page = client.get(reverse("office:hours_of", args=[pro.pk]), {"week": "2026-11-30"})
    assert list(page.context["absences"]) == []
    # In the picture of the week they are.
    assert [b.name for b in page.context["week"].days[0].busy] == ["busy in own calendar"]


def test_whole_weeks_stay_within_the_horizon(read, pro, unit):
    read(event(DTSTART="20261201T070000Z", DTEND="20261201T080000Z", RRULE="FREQ=DAILY"))
    assert Unit.get().horizon_weeks == 4
    assert pro.absences.count() == 27
    assert max(a.during.upper for a in pro.absences.all()) <= clock.now() + timedelta(weeks=5)
