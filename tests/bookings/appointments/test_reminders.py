"""Reminders: the right day, a civil hour, once, and never for a time that does not hold."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from bookings.appointments import reminders
from bookings.models import Answer, Appointment, AppointmentEvent, Party, Status
from office.core import clock
from office.models import Claim, OutboxMessage
from office.setup.partial_languages import withdraw
from tests.factories import ProfessionalFactory, UnitFactory, booked
from tests.partial_languages import check

pytestmark = pytest.mark.django_db

# Wednesday; the reminders: Monday 23.11. and Tuesday 24.11. at 9.00.
START = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)


def helsinki(day: date, hour: int, minute: int = 0) -> datetime:
    return clock.at(day, time(hour, minute))


MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def appointment() -> Appointment:
    with time_machine.travel(datetime(2026, 11, 2, 8, tzinfo=UTC), tick=False):
        UnitFactory(messages_from="8:00", messages_until="20:00")
        appointment = booked(start=START, professionals=[ProfessionalFactory()])
        settled(appointment, "confirmed", clock.now())
    return appointment


def settled(appointment: Appointment, what: str, at: datetime) -> None:
    AppointmentEvent.objects.create(
        appointment=appointment, what=what, status=Status.CONFIRMED, at=at, by="staff"
    )


def run(*moments: datetime) -> list[int]:
    """Count the messages written by runs at these moments."""
    written = []
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            written.append(reminders.send_reminders())
    return written


@pytest.mark.parametrize(
    ("visit", "first", "second"),
    [
        (date(2026, 11, 25), date(2026, 11, 23), date(2026, 11, 24)),
        (date(2026, 11, 23), date(2026, 11, 19), date(2026, 11, 22)),
        (date(2026, 11, 24), date(2026, 11, 20), date(2026, 11, 23)),
        # Over Christmas 2026: the 24th to the 26th, then a weekend.
        (date(2026, 12, 29), date(2026, 12, 23), date(2026, 12, 28)),
        # Over Easter 2027: Good Friday is 26.3., Easter Monday 29.3.; the clock changes on 28.3.
        (date(2027, 3, 31), date(2027, 3, 25), date(2027, 3, 30)),
        # Over Midsummer's Eve (25.6.2027), a day off in working life.
        (date(2027, 6, 28), date(2027, 6, 23), date(2027, 6, 27)),
    ],
)
def test_two_working_days_and_one_day_before(visit: date, first: date, second: date) -> None:
    moments = reminders.moments(helsinki(visit, 9, 30))
    assert moments["two_days"][0] == helsinki(first, 9)
    assert moments["one_day"][0] == helsinki(second, 9)


def test_each_reminder_is_written_once(appointment: Appointment) -> None:
    runs = run(
        helsinki(MONDAY, 8, 50),
        helsinki(MONDAY, 9),
        helsinki(MONDAY, 9, 10),
        helsinki(TUESDAY, 8, 50),
        helsinki(TUESDAY, 9),
        helsinki(TUESDAY, 9, 10),
        helsinki(date(2026, 11, 25), 9, 0),
    )
    assert runs == [0, 1, 0, 0, 1, 0, 0]
    assert list(OutboxMessage.objects.values_list("kind", flat=True)) == ["reminder"] * 2


def test_a_late_worker_still_reminds_but_not_at_night(appointment: Appointment) -> None:
    assert run(helsinki(MONDAY, 14), helsinki(TUESDAY, 20), helsinki(TUESDAY, 19, 50)) == [1, 0, 1]


def test_a_worker_that_was_away_for_days_reminds_once(appointment: Appointment) -> None:
    assert run(helsinki(TUESDAY, 12)) == [1]


def test_by_one_way_that_is_safe(appointment: Appointment) -> None:
    Party.objects.update(phone="+358401234567", sms_is_safe=True)
    assert run(helsinki(MONDAY, 9), helsinki(MONDAY, 9, 10)) == [1, 0]
    assert OutboxMessage.objects.get().channel == "sms"
    Party.objects.update(sms_is_safe=False, email_is_safe=False)
    assert run(helsinki(TUESDAY, 9)) == [0]


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.REQUESTED, Status.ARRIVED])
def test_only_agreed_visits_are_reminded_of(appointment: Appointment, status: str) -> None:
    if status == Status.ARRIVED:
        Appointment.objects.update(status=status)
    else:
        Appointment.objects.update(status=status, claim=None)
    assert run(helsinki(MONDAY, 9)) == [0]


def test_a_visit_whose_hours_were_cut_is_not_reminded_of(appointment: Appointment) -> None:
    Claim.objects.update(orphaned_at=clock.now())
    assert run(helsinki(MONDAY, 9)) == [0]


def test_a_moved_visit_is_reminded_of_anew_and_of_the_new_time_only(
    appointment: Appointment,
) -> None:
    assert run(helsinki(MONDAY, 9)) == [1]
    later = timedelta(days=7)
    Appointment.objects.update(starts_at=START + later, ends_at=START + later + timedelta(hours=1))
    settled(appointment, "moved", helsinki(MONDAY, 10))
    assert run(helsinki(TUESDAY, 9), helsinki(date(2026, 11, 30), 9)) == [0, 1]
    latest = OutboxMessage.objects.latest("pk")
    assert latest.subject.count("ke 2.12.2026 klo 9.30") == 1


@pytest.mark.parametrize("what", ["confirmed", "moved", "chosen"])
def test_a_time_agreed_after_the_moment_has_no_such_reminder(
    appointment: Appointment, what: str
) -> None:
    settled(appointment, what, helsinki(MONDAY, 9, 30))
    assert run(helsinki(MONDAY, 10), helsinki(TUESDAY, 9)) == [0, 1]


def test_other_events_after_the_moment_do_not_matter(appointment: Appointment) -> None:
    settled(appointment, "accepted", helsinki(MONDAY, 9, 5))
    assert run(helsinki(MONDAY, 9, 10)) == [1]


@pytest.mark.parametrize("answer", [Answer.NOT_ASKED, Answer.DECLINED])
def test_who_was_not_told_or_does_not_come_is_not_reminded(
    appointment: Appointment, answer: str
) -> None:
    Party.objects.update(is_requester=False, answer=answer)
    assert run(helsinki(MONDAY, 9)) == [0]


def test_who_has_not_answered_is_reminded(appointment: Appointment) -> None:
    Party.objects.update(is_requester=False, answer=Answer.ASKED)
    assert run(helsinki(MONDAY, 9)) == [1]


def test_a_visit_that_changes_as_we_look_is_left_alone(
    appointment: Appointment, monkeypatch: Any
) -> None:
    look = reminders._due

    def due(*args: Any) -> list[str]:
        found = list(look(*args))
        assert found == ["two_days"]
        Appointment.objects.update(starts_at=START + timedelta(minutes=30))
        return found

    monkeypatch.setattr(reminders, "_due", due)
    assert run(helsinki(MONDAY, 9)) == [0]


def test_a_cancellation_withdraws_the_unsent_reminder(appointment: Appointment) -> None:
    from bookings.appointments import notices

    run(helsinki(MONDAY, 9))
    notices.notify_cancelled(appointment)
    kinds = OutboxMessage.objects.filter(dropped_at__isnull=True).values_list("kind", flat=True)
    assert list(kinds) == ["cancelled"]


def test_a_reminder_is_in_the_language_that_they_read_while_it_is_checked(
    appointment: Appointment,
) -> None:
    party = appointment.parties.get()
    Party.objects.filter(pk=party.pk).update(
        reads="ar", language="sv", phone="+358400000001", sms_is_safe=True
    )
    first, second = helsinki(MONDAY, 9), helsinki(TUESDAY, 9)
    check("ar")
    assert run(first) == [1]
    message = OutboxMessage.objects.get()
    assert message.language == "ar"
    assert message.body.startswith("تذكير: الأربعاء 25.11.2026 الساعة 9:30")
    # A text of letters that are not Latin: at most three parts of 67, whatever the link is.
    assert len(message.body) <= 3 * 67
    withdraw("ar")
    assert run(second) == [1]
    assert OutboxMessage.objects.latest("pk").body.startswith("Påminnelse: ons 25.11.2026")
