"""Call-backs: reserving, moving, cancelling, what came of the call; hours that are cut under them."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from bookings.availability.call_slots import CallTime, cut, free_calls, not_busy
from bookings.call_backs import (
    actions as callback_reserving,
)
from bookings.call_backs import (
    notifications as notifications,
)
from bookings.call_backs import (
    own_hours,
)
from bookings.call_backs.actions import (
    Caller,
    CallTimeTakenError,
    NotOfferedError,
    cancel,
    keep,
    mark,
    move,
    reserve,
)
from bookings.call_backs.figures import weeks_of_calls
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import CallBack, CallBackEvent, CallStatus
from bookings.my_day.feed import busy_times
from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.opening_hours import Stretch
from office.core import clock
from office.models import Claim, ClaimKind, HoursChange, Occupancy, OutboxMessage
from office.setup.absences import add_absence
from office.setup.weekly_hours import end_hours
from office.staff.rate_limits import TooManyTriesError
from tests.bookings.call_cast import AINO, call_hours, reserved
from tests.bookings.conftest import MONDAY, House, at
from tests.factories import ProfessionalFactory, UserFactory, WeeklyHoursFactory, busy
from tests.purged import purged

WEDNESDAY = MONDAY + timedelta(days=2)


def test_hours_are_cut_into_slots_and_what_is_left_over_is_none() -> None:
    stretch = Stretch(at(16), at(16, 50), 1, 7)
    slots = cut([stretch], 15)
    assert [s.start for s in slots] == [at(16), at(16, 15), at(16, 30)]
    assert slots[-1] == CallTime(at(16, 30), at(16, 45), 1, 7)


def test_a_slot_that_is_busy_in_part_is_not_free() -> None:
    slots = cut([Stretch(at(16), at(17), 1, 7)], 15)
    left = not_busy(slots, {1: [(at(16, 10), at(16, 20))], 2: [(at(16), at(17))]})
    assert [s.start for s in left] == [at(16, 30), at(16, 45)]


def test_free_times_follow_hours_language_and_notice(house: House) -> None:
    call_hours(house)
    house.unit.call_back_notice_hours = 2
    first = at(16)
    assert free_calls(house.unit).starts[:5] == [
        *(first + timedelta(minutes=15 * n) for n in range(4)),
        first + timedelta(days=7),
    ]
    assert free_calls(house.unit, language="sv").starts == []
    with time_machine.travel(at(14, 10), tick=False):
        assert free_calls(house.unit).starts[0] == at(16, 15)
        assert free_calls(house.unit, online=False).starts[0] == at(16)


def test_nothing_is_free_where_the_unit_offers_none(house: House) -> None:
    call_hours(house)
    house.unit.call_backs_offered = False
    assert free_calls(house.unit).starts == []
    assert free_calls(house.unit, online=False).starts != []


def test_free_times_take_the_same_number_of_queries(house: House) -> None:
    call_hours(house)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            free_calls(house.unit)
        return len(queries)

    once = count()
    for _ in range(2):
        who = ProfessionalFactory()
        WeeklyHoursFactory(
            professional=who,
            service_point=house.point,
            kind="call_back",
            weekday=2,
            starts=time(16),
            ends=time(17),
        )
        busy(who, at(16), 15)
    assert (count(), once) == (5, 5)


def test_a_reserved_time_is_busy_time_with_its_code(house: House) -> None:
    who = call_hours(house)
    call = reserved(house)
    row = Occupancy.objects.get(resource_id=who.pk)
    assert (row.during.lower, row.during.upper) == (at(16), at(16, 15))
    assert (row.claim.kind, row.claim.label) == (ClaimKind.CALL_BACK, call.reference)
    assert call.reference[0] == "S"
    assert [e.what for e in call.events.all()] == ["reserved"]
    assert at(16) not in free_calls(house.unit).starts
    assert len(busy_times(who, house.unit)) == 1


def test_the_database_refuses_a_second_one(house: House) -> None:
    call_hours(house)
    reserved(house)
    with pytest.raises(CallTimeTakenError) as error:
        reserved(house)
    assert error.value.near == [at(16, 15), at(16, 30), at(16, 45), at(16) + timedelta(days=7)]
    assert CallBack.objects.count() == 1


def test_the_least_loaded_of_those_who_speak_the_language_calls(house: House) -> None:
    call_hours(house)
    other = ProfessionalFactory(languages=["fi", "sv"])
    WeeklyHoursFactory(
        professional=other,
        service_point=house.point,
        kind="call_back",
        weekday=2,
        starts=time(16),
        ends=time(17),
    )
    swedish = reserved(house, caller=Caller(name="Siv", phone="+358400000002", language="sv"))
    assert swedish.professional_id == other.pk
    assert reserved(house, at(16, 15)).professional_id == house.professional.pk


def test_sent_twice_it_is_one(house: House) -> None:
    call_hours(house)
    key = uuid4()
    first = reserve(AINO, at(16), unit=house.unit, made_from=key)
    again = reserve(AINO, at(16), unit=house.unit, made_from=key)
    assert again == first
    assert OutboxMessage.objects.filter(kind="call_reserved").count() == 2


def test_the_public_cannot_reserve_what_is_not_offered_and_the_secretary_can(house: House) -> None:
    call_hours(house)
    house.unit.call_backs_offered = False
    with pytest.raises(NotOfferedError):
        reserved(house)
    assert reserved(house, user=UserFactory()).status == CallStatus.RESERVED


def test_messages_are_neutral_and_go_only_where_it_is_safe(house: House) -> None:
    call_hours(house)
    call = reserved(
        house, caller=Caller(name="Aino Virtala", phone="+358400000001", service=house.service)
    )
    assert not OutboxMessage.objects.exclude(kind="staff_call").exists()
    cancel(call.pk)
    reserved(house, caller=AINO)
    told = OutboxMessage.objects.exclude(kind="staff_call").order_by("channel")
    assert [(m.channel, m.kind) for m in told] == [
        ("email", "call_reserved"),
        ("sms", "call_reserved"),
    ]
    for message in told:
        words = f"{message.subject} {message.body}"
        assert "25.11.2026" in words
        assert "Virtala" not in words
        assert "Elatussopimus" not in words
        assert "{link}" in message.body


def test_the_one_who_calls_is_told_of_it_and_of_no_name_or_matter(house: House) -> None:
    call_hours(house)
    caller = Caller(name="Aino Virtala", phone="+358400000001", service=house.service)
    call = reserved(house, caller=caller)
    move(call.pk, at(16, 30), unit=house.unit, user=UserFactory())
    cancel(call.pk)
    told = OutboxMessage.objects.filter(kind="staff_call").order_by("pk")
    assert {m.to for m in told} == {house.professional.email}
    assert ["16.00" in m.subject for m in told] == [True, False, False]
    # What has not left yet is replaced by what holds now.
    assert [m.dropped_at is None for m in told] == [False, False, True]
    assert told[2].subject.startswith("Soittoaika peruttu")
    for message in told:
        words = f"{message.subject} {message.body}"
        assert call.reference in message.body
        for secret in ("Virtala", "0000001", str(house.service.name), "{link}"):
            assert secret not in words


def test_another_who_calls_instead_is_told_and_so_is_the_one_before(house: House) -> None:
    call_hours(house)
    other = ProfessionalFactory()
    WeeklyHoursFactory(
        professional=other,
        service_point=house.point,
        kind="call_back",
        weekday=2,
        starts=time(16),
        ends=time(17),
    )
    call = reserved(house)
    user = UserFactory()
    move(call.pk, at(16, 30), unit=house.unit, user=user, professional=other.pk)
    standing = OutboxMessage.objects.filter(kind="staff_call", dropped_at=None)
    assert {(m.to, "16.30" in m.subject) for m in standing} == {
        (house.professional.email, False),
        (other.email, True),
    }


def test_who_does_it_for_themselves_is_not_written_to(house: House) -> None:
    call_hours(house)
    user = UserFactory()
    house.professional.user = user
    house.professional.save()
    reserved(house, user=user)
    assert not OutboxMessage.objects.filter(kind="staff_call").exists()


def test_a_reminder_goes_the_day_before_and_once(house: House) -> None:
    call_hours(house)
    reserved(house)
    with time_machine.travel(at(8, 0, day=24), tick=False):
        assert notifications.remind_calls() == 0
    with time_machine.travel(at(10, 0, day=24), tick=False):
        assert notifications.remind_calls() == 1
        assert notifications.remind_calls() == 0


def test_who_reserved_after_that_hour_is_not_reminded(house: House) -> None:
    call_hours(house)
    with time_machine.travel(at(9, 30, day=24), tick=False):
        reserved(house)
        assert notifications.remind_calls() == 0


def test_moved_it_owns_the_new_time_and_frees_the_old(house: House) -> None:
    call_hours(house)
    call = reserved(house)
    moved = move(call.pk, at(16, 30), unit=house.unit, user=UserFactory(), version=1)
    assert (moved.starts_at, moved.version) == (at(16, 30), 2)
    assert [o.during.lower for o in Occupancy.objects.all()] == [at(16, 30)]
    assert Claim.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="call_moved", dropped_at=None).count() == 2
    assert not OutboxMessage.objects.filter(kind="call_reserved", dropped_at=None).exists()


def test_a_move_that_fails_keeps_the_time(house: House) -> None:
    call_hours(house)
    call, _other = reserved(house), reserved(house, at(16, 30))
    with pytest.raises(CallTimeTakenError):
        move(call.pk, at(16, 30), unit=house.unit, user=UserFactory())
    call.refresh_from_db()
    assert (call.starts_at, call.claim.occupancies.count()) == (at(16), 1)
    with pytest.raises(ChangedMeanwhileError):
        move(call.pk, at(16, 45), unit=house.unit, user=UserFactory(), version=7)


def test_cancelled_it_is_free_and_cannot_be_cancelled_again(house: House) -> None:
    call_hours(house)
    call = reserved(house)
    cancel(call.pk)
    assert at(16) in free_calls(house.unit).starts
    assert not Claim.objects.exists()
    with pytest.raises(NotPossibleError):
        cancel(call.pk)
    assert OutboxMessage.objects.filter(kind="call_cancelled").count() == 2


def test_what_came_of_the_call(house: House) -> None:
    call_hours(house)
    call, user = reserved(house), UserFactory()
    with pytest.raises(NotPossibleError):
        mark(call.pk, "calling", user=user)
    with time_machine.travel(at(16, 5), tick=False):
        mark(call.pk, "calling", user=user, version=1)
        mark(call.pk, "again", user=user, version=2)
        with pytest.raises(ChangedMeanwhileError):
            mark(call.pk, "again", user=user, version=2)
        mark(call.pk, "calling", user=user)
        mark(call.pk, "reached", user=user)
        with pytest.raises(NotPossibleError):
            mark(call.pk, "reached", user=user)
        with pytest.raises(NotPossibleError):
            mark(call.pk, "nonsense", user=user)
    call.refresh_from_db()
    assert call.status == CallStatus.REACHED
    assert [e.what for e in call.events.all()] == [
        "reserved",
        "calling",
        "again",
        "calling",
        "reached",
    ]


def test_after_a_call_that_reached_nobody_another_time_can_be_given(house: House) -> None:
    call_hours(house)
    call = reserved(house)
    with time_machine.travel(at(16, 20), tick=False):
        mark(call.pk, "again", user=UserFactory())
        move(call.pk, at(16, 45), unit=house.unit, user=UserFactory())
    call.refresh_from_db()
    assert (call.status, call.starts_at) == (CallStatus.RESERVED, at(16, 45))
    # The time in which somebody called stays in the calendar.
    assert [o.during.lower for o in Occupancy.objects.order_by("during")] == [at(16), at(16, 45)]


def test_history_cannot_be_rewritten(house: House) -> None:
    call_hours(house)
    reserved(house)
    with pytest.raises(DatabaseError, match="append-only"):
        CallBackEvent.objects.update(what="x")


def test_hours_that_are_cut_hand_the_call_over_and_keep_settles_it(house: House) -> None:
    who = call_hours(house)
    call = reserved(house)
    hours = who.weekly_hours.get(kind="call_back")
    with pytest.raises(BookingsHitError) as error:
        end_hours(hours, last_day=MONDAY)
    assert [hit.label for hit in error.value.hits] == [call.reference]
    end_hours(hours, last_day=MONDAY, seen=fingerprint(error.value.hits))
    call.refresh_from_db()
    assert call.claim.orphan_reason == "hours"
    keep(call.pk, user=UserFactory(), version=1)
    assert not Claim.objects.orphaned().exists()
    with pytest.raises(NotPossibleError):
        keep(call.pk, user=UserFactory())


def test_cut_appointment_hours_do_not_hit_a_call_back(house: House) -> None:
    who = call_hours(house)
    reserved(house)
    assert end_hours(who.weekly_hours.get(kind="appointments", weekday=2), last_day=MONDAY) == []


def test_an_absence_hits_a_call_back(house: House) -> None:
    who = call_hours(house)
    call = reserved(house)
    start, end = clock.day_bounds(WEDNESDAY, WEDNESDAY)
    with pytest.raises(BookingsHitError) as error:
        add_absence(who, start=start, end=end, reason="sick")
    assert [hit.label for hit in error.value.hits] == [call.reference]


def test_closing_what_is_free_keeps_what_is_reserved(house: House) -> None:
    who = call_hours(house)
    call = reserved(house, at(16, 15))
    assert own_hours.close_free(who, WEDNESDAY, house.unit) == 3
    assert own_hours.close_free(who, WEDNESDAY, house.unit) == 0
    cuts = HoursChange.objects.order_by("starts").values_list("starts", "ends")
    assert list(cuts) == [(time(16), time(16, 15)), (time(16, 30), time(17))]
    call.refresh_from_db()
    assert call.claim.orphaned_at is None
    assert clock.local(free_calls(house.unit).starts[0]).date() == date(2026, 12, 2)

    assert own_hours.open_again(who, WEDNESDAY) == 2
    assert free_calls(house.unit).starts[0] == at(16)


def test_who_found_a_time_before_it_was_closed_does_not_get_it(house: House) -> None:
    who = call_hours(house)
    found = free_calls(house.unit)
    own_hours.close_free(who, WEDNESDAY, house.unit)
    who.resource.refresh_from_db()
    assert found.revisions[who.pk] < who.resource.revision
    with pytest.raises(CallTimeTakenError):
        reserved(house)


def test_times_can_be_added(house: House) -> None:
    own_hours.add_times(house.professional, WEDNESDAY, time(17), time(17, 30), house.point)
    assert free_calls(house.unit).starts == [at(17), at(17, 15)]


def test_figures_by_week(house: House) -> None:
    call_hours(house)
    user = UserFactory()
    calls = [reserved(house, at(16, minute)) for minute in (0, 15, 30)]
    with time_machine.travel(at(17), tick=False):
        mark(calls[0].pk, "reached", user=user)
        mark(calls[1].pk, "closed", user=user)
        week, before = weeks_of_calls(house.unit)[:2]
    assert (week.monday, week.offered, week.reserved, week.reached, week.not_reached) == (
        MONDAY,
        4,
        3,
        1,
        1,
    )
    assert week.share == 75
    assert (before.offered, before.reserved) == (4, 0)


def test_cancelled_calls_are_no_figure(house: House) -> None:
    call_hours(house)
    cancel(reserved(house).pk)
    assert weeks_of_calls(house.unit)[0].reserved == 0


def test_old_calls_are_forgotten_whole(house: House) -> None:
    call_hours(house)
    old, new = reserved(house), reserved(house, at(16, 30) + timedelta(days=7))
    house.unit.retention_days = 30
    house.unit.save()
    with time_machine.travel(at(18) + timedelta(days=31), tick=False):
        assert purged("appointments", "call-backs") == 1
    assert list(CallBack.objects.all()) == [new]
    assert not Claim.objects.filter(label=old.reference).exists()
    assert not OutboxMessage.objects.filter(about=old.reference).exists()


def test_tries_are_limited_by_address_and_by_phone(house: House) -> None:
    for _ in range(callback_reserving.CALLS_OF_A_PHONE_A_DAY):
        callback_reserving.count_reservation("a", "+358400000001")
    with pytest.raises(TooManyTriesError):
        callback_reserving.count_reservation("a", "+358400000001")
    for number in range(callback_reserving.CALLS_OF_AN_ADDRESS_AN_HOUR):
        callback_reserving.count_reservation("b", f"+35840000001{number}")
    with pytest.raises(TooManyTriesError):
        callback_reserving.count_reservation("b", "+358400000002")


def test_the_other_parent_s_number_tells_nothing_of_their_reservations(house: House) -> None:
    for _ in range(callback_reserving.CALLS_OF_A_PHONE_A_DAY):
        callback_reserving.count_reservation("a", "+358400000001")
    callback_reserving.count_reservation("b", "+358400000001")


def test_the_caller_cancels_before_the_time_and_before_anybody_has_tried(house: House) -> None:
    """Asked under the lock: what happened after their page was opened counts."""
    call_hours(house)
    user = UserFactory()
    tried = reserved(house)
    with time_machine.travel(at(16) + timedelta(minutes=1), tick=False):
        with pytest.raises(NotPossibleError):
            cancel(tried.pk)
        mark(tried.pk, "again", user=user)
        with pytest.raises(NotPossibleError):
            cancel(tried.pk)
        # The secretary may, whom they ring.
        assert cancel(tried.pk, user=user).status == CallStatus.CANCELLED
