"""Ten seconds in which what was done can be taken back, whatever it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from bookings.appointments import decisions, undo
from bookings.appointments.answers import ask_to_move
from bookings.appointments.snapshots import snapshot
from bookings.appointments.undo import CannotUndoError, UndoRefusal, undoably
from bookings.availability.search import Wish
from bookings.desk import worklist
from bookings.lifecycle.transitions import ChangedMeanwhileError
from bookings.models import Answer, Appointment, AppointmentEvent, Party, Status, Undoable
from bookings.partners import invitations
from bookings.rescheduling import actions as rescheduling
from bookings.rescheduling import plan as change_plan
from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.hours_impact import change_hours
from office.core import clock
from office.messaging import delivery
from office.models import Absence, Channel, Claim, HoursKind, Occupancy, OutboxMessage, WeeklyHours
from office.setup.absences import add_absence
from tests.bookings.change_cast import Team, agreed, team, told
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, called, request_for
from tests.factories import UserFactory, busy
from tests.purged import purged


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


def do(
    crew: Team, appointment: Appointment, action: Callable[[], Any], what: str = "x"
) -> Undoable:
    _result, undoable = undoably(action, what=what, user=crew.user, appointments=[appointment.pk])
    return undoable


def moving(crew: Team, appointment: Appointment, **wanted: Any) -> Callable[[], Any]:
    now = change_plan.present(appointment)
    assert now is not None
    return lambda: rescheduling.change(appointment.pk, replace(now, **wanted), user=crew.user)


def standing(appointment: Appointment) -> dict[str, Any]:
    """Return all that there is to know about it, except ids and versions that grow."""
    fresh = Appointment.objects.select_related("claim").get(pk=appointment.pk)
    stands = snapshot(fresh)
    for one in [stands["claim"], *stands["moves"], *stands["offers"]]:
        if one:
            (one.get("claim") or one).pop("revisions", None)
    for claim in [stands["claim"], *(p["claim"] for p in (*stands["moves"], *stands["offers"]))]:
        if claim:
            claim["busy"] = sorted(claim["busy"])
    return {**stands, "note": fresh.secretary_note, "language": fresh.language}


def busy_times() -> list[tuple[int, Any]]:
    return sorted(
        (row.resource_id, row.during.lower, row.during.upper) for row in Occupancy.objects.all()
    )


def wish_to_move(crew: Team, appointment: Appointment, hour: int) -> int:
    party = appointment.parties.get(is_requester=True)
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    move = ask_to_move(party.pk, wish, crew.house.slot(hour), unit=crew.house.unit)
    appointment.refresh_from_db()
    return move.pk


def actions(crew: Team, appointment: Appointment, move: int) -> dict[str, Callable[[], Any]]:
    user, unit = crew.user, crew.house.unit
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    slots = [(wish, crew.house.slot(14)), (wish, crew.house.slot(10, day=26))]
    return {
        "time": moving(crew, appointment, start=at(9, 30)),
        "all": moving(
            crew,
            appointment,
            start=at(11),
            professionals=(crew.colleague.pk, crew.partner.pk),
            room=crew.spare.pk,
        ),
        "room": moving(crew, appointment, room=crew.spare.pk),
        "phone": moving(crew, appointment, channel="phone"),
        "partner": moving(crew, appointment, professionals=(crew.lead.pk, crew.partner.pk)),
        "swap": moving(crew, appointment, professionals=(crew.colleague.pk, crew.lead.pk)),
        "cancel": lambda: decisions.cancel(appointment.pk, user=user),
        "book_time": lambda: decisions.book_time(
            appointment.pk, wish, crew.house.slot(9, 30), user=user, unit=unit
        ),
        "accept_move": lambda: decisions.accept_move(move, user=user),
        "offer": lambda: decisions.offer_times(appointment.pk, slots, user=user, unit=unit),
    }


ALL = [
    "time",
    "all",
    "room",
    "phone",
    "partner",
    "swap",
    "cancel",
    "book_time",
    "accept_move",
    "offer",
]


@pytest.mark.parametrize("with_wish", [True, False], ids=["wish", ""])
@pytest.mark.parametrize("what", ALL)
def test_all_stands_as_before(crew: Team, what: str, with_wish: bool) -> None:
    appointment = agreed(crew)
    Party.objects.filter(appointment=appointment, is_requester=False).update(
        answer=Answer.ACCEPTED, answered_at=at(8, 0, 23) - timedelta(microseconds=7)
    )
    # One of the changes is to a visit by phone.
    Party.objects.filter(appointment=appointment).update(given_by_other=False, call_is_safe=True)
    move = wish_to_move(crew, appointment, 13) if with_wish or what == "accept_move" else 0
    OutboxMessage.objects.all().delete()
    before, spans = standing(appointment), busy_times()
    version = appointment.version

    undoable = do(crew, appointment, actions(crew, appointment, move)[what])
    assert standing(appointment) != before
    (restored,) = undo.undo(undoable.key, user=crew.user)

    assert (standing(appointment), busy_times()) == (before, spans)
    assert told() == set()
    assert Claim.objects.filter(occupancies=None).count() == 0
    restored.refresh_from_db()
    assert restored.version == version + 2
    done, back = appointment.events.order_by("-pk")[:2][::-1]
    assert (back.what, back.undoes, back.user) == ("taken_back", done, crew.user)


@pytest.mark.parametrize("what", ["decline", "confirm", "change"])
def test_what_was_decided_of_a_request(crew: Team, what: str) -> None:
    request = request_for(crew.house, 9)
    OutboxMessage.objects.all().delete()
    before, spans = standing(request), busy_times()
    action = {
        "decline": lambda: decisions.decline(request.pk, user=crew.user, reason="no_times"),
        "confirm": lambda: decisions.confirm(request.pk, user=crew.user),
        "change": moving(crew, request, start=at(14)),
    }[what]

    undoable = do(crew, request, action)
    assert told() != set()
    undo.undo(undoable.key, user=crew.user)

    assert (standing(request), busy_times(), told()) == (before, spans, set())
    assert list(worklist.requests()) == [request]


def test_a_partners_answer_is_what_it_was(crew: Team) -> None:
    appointment = agreed(crew)
    moving(crew, appointment, professionals=(crew.lead.pk, crew.partner.pk))()
    invitation = appointment.pair_invitations.get()
    invitations.answer(invitation.pk, accepts=True)
    OutboxMessage.objects.update(sent_at=clock.now())
    before = standing(appointment)

    undoable = do(crew, appointment, moving(crew, appointment, start=at(13)))
    invitation.refresh_from_db()
    assert invitation.state == "asked"
    undo.undo(undoable.key, user=crew.user)

    invitation.refresh_from_db()
    assert (invitation.state, invitation.starts_at, standing(appointment)) == (
        "accepted",
        at(9),
        before,
    )


def test_messages_wait_for_a_minute_until_the_page_is_seen(crew: Team) -> None:
    appointment = agreed(crew)
    do(crew, appointment, moving(crew, appointment, start=at(13)))

    times = set(OutboxMessage.objects.values_list("send_after", flat=True))
    assert times == {clock.now() + timedelta(seconds=60)}
    assert [delivery.send(pk) for pk in OutboxMessage.objects.values_list("pk", flat=True)] == [
        False
    ] * 3


def test_other_messages_do_not_wait(crew: Team) -> None:
    appointment = agreed(crew)
    moving(crew, appointment, start=at(13))()

    assert set(OutboxMessage.objects.values_list("send_after", flat=True)) == {clock.now()}


def test_what_the_change_withdrew_waits_again(crew: Team) -> None:
    """Confirmed and moved within ten seconds: taking back the move must not silence the confirmation."""
    request = request_for(crew.house, 9)
    OutboxMessage.objects.all().delete()
    do(crew, request, lambda: decisions.confirm(request.pk, user=crew.user))
    confirmed = told()
    request.refresh_from_db()

    second = do(crew, request, moving(crew, request, start=at(13)))
    assert {kind for _to, kind in told()} == {"moved", "staff_moved"}
    undo.undo(second.key, user=crew.user)

    assert told() == confirmed


def test_a_booking_taken_back_is_cancelled_and_nobody_hears(crew: Team) -> None:
    request = request_for(crew.house, None)
    OutboxMessage.objects.all().delete()

    def book() -> Appointment:
        wish = Wish(crew.house.service, Channel.IN_PERSON)
        slot = crew.house.slot(9)
        decisions.book_time(request.pk, wish, slot, user=crew.user, unit=crew.house.unit)
        return request

    made, undoable = undoably(
        book, what="booked", user=crew.user, made=lambda appointment: [appointment]
    )
    undo.undo(undoable.key, user=crew.user)

    made.refresh_from_db()
    assert (made.status, made.claim, Occupancy.objects.count()) == (Status.CANCELLED, None, 0)
    assert told() == set()
    assert list(worklist.calls(clock.now())) == []


def why(crew: Team, undoable: Undoable, user: Any = None) -> UndoRefusal:
    with pytest.raises(CannotUndoError) as caught:
        undo.undo(undoable.key, user=user or crew.user)
    return caught.value.why


def test_too_late(crew: Team, monday: time_machine.Traveller) -> None:
    appointment = agreed(crew)
    undoable = do(crew, appointment, moving(crew, appointment, start=at(13)))

    monday.shift(60)

    assert why(crew, undoable) == UndoRefusal.LATE
    appointment.refresh_from_db()
    assert (appointment.starts_at, len(told())) == (at(13), 3)


def test_a_message_has_left(crew: Team) -> None:
    appointment = agreed(crew)
    undoable = do(crew, appointment, moving(crew, appointment, start=at(13)))
    OutboxMessage.objects.filter(to=ONE.email).update(sent_at=clock.now())

    assert why(crew, undoable) == UndoRefusal.LEFT
    assert len(told()) == 3


def test_a_message_is_being_sent(crew: Team) -> None:
    appointment = agreed(crew)
    undoable = do(crew, appointment, moving(crew, appointment, start=at(13)))
    OutboxMessage.objects.filter(to=ONE.email).update(attempts=1)

    assert why(crew, undoable) == UndoRefusal.LEFT


def test_somebody_has_changed_it_since(crew: Team) -> None:
    appointment = agreed(crew)
    undoable = do(crew, appointment, moving(crew, appointment, start=at(13)))
    called(appointment, UserFactory())

    assert why(crew, undoable) == UndoRefusal.CHANGED


@pytest.mark.parametrize("who", ["lead", "room"])
def test_somebody_needs_the_former_time(crew: Team, who: str) -> None:
    appointment = agreed(crew)
    undoable = do(crew, appointment, moving(crew, appointment, start=at(13)))
    busy(getattr(crew, who), at(9, 30), 15)

    assert why(crew, undoable) == UndoRefusal.TAKEN
    appointment.refresh_from_db()
    assert (appointment.starts_at, len(told())) == (at(13), 3)
    assert appointment.claim is not None
    assert appointment.claim.occupancies.count() == 2


def test_hours_were_cut_since(crew: Team) -> None:
    appointment = agreed(crew)
    undoable = do(crew, appointment, lambda: decisions.cancel(appointment.pk, user=crew.user))
    change_hours(
        professionals=[crew.lead.pk],
        change=lambda: WeeklyHours.objects.filter(
            professional=crew.lead, kind=HoursKind.APPOINTMENTS
        ).delete(),
        reason="hours",
    )

    assert why(crew, undoable) == UndoRefusal.TAKEN


def test_a_second_press_is_told_so(crew: Team) -> None:
    appointment = agreed(crew)
    undoable = do(crew, appointment, moving(crew, appointment, start=at(13)))
    undo.undo(undoable.key, user=crew.user)

    assert why(crew, undoable) == UndoRefusal.USED
    assert appointment.events.filter(what="taken_back").count() == 1
    undoable.refresh_from_db()
    assert (undoable.states, undoable.written) == ([], [])


def test_another_users_is_unknown(crew: Team) -> None:
    appointment = agreed(crew)
    undoable = do(crew, appointment, moving(crew, appointment, start=at(13)))

    assert why(crew, undoable, UserFactory()) == UndoRefusal.UNKNOWN
    undoable.key = uuid4()
    assert why(crew, undoable) == UndoRefusal.UNKNOWN


def test_what_failed_leaves_nothing_to_take_back(crew: Team) -> None:
    appointment = agreed(crew)

    with pytest.raises(ChangedMeanwhileError):
        do(
            crew,
            appointment,
            lambda: decisions.cancel(appointment.pk, user=crew.user, version=99),
        )

    assert Undoable.objects.count() == 0


def test_a_visit_that_an_absence_waits_for(crew: Team) -> None:
    """The absence has taken the freed time; it makes room again."""
    appointment = agreed(crew)
    span: dict[str, Any] = {"start": at(8), "end": at(16), "reason": "sick"}
    try:
        add_absence(crew.lead, **span)
    except BookingsHitError as error:
        add_absence(crew.lead, seen=fingerprint(error.hits), **span)
    before, spans = standing(appointment), busy_times()

    undoable = do(crew, appointment, moving(crew, appointment, professionals=(crew.colleague.pk,)))
    assert Absence.objects.get().claim.occupancies.count() != 2
    undo.undo(undoable.key, user=crew.user)

    assert (standing(appointment), busy_times()) == (before, spans)
    assert list(worklist.orphans()) == [appointment]


def test_a_new_absence_keeps_the_freed_time(crew: Team) -> None:
    appointment = agreed(crew)
    undoable = do(crew, appointment, moving(crew, appointment, professionals=(crew.colleague.pk,)))
    add_absence(crew.lead, start=at(8), end=at(16), reason="sick")

    assert why(crew, undoable) == UndoRefusal.TAKEN


def test_who_was_to_be_called_is_not_any_more(crew: Team) -> None:
    appointment = agreed(crew)
    party = appointment.parties.get(is_requester=False)
    called(appointment, crew.user, party=party)
    Party.objects.filter(pk=party.pk).update(email_is_safe=False)
    assert list(worklist.calls(clock.now())) == []

    undoable = do(crew, appointment, moving(crew, appointment, start=at(13)))
    undo.undo(undoable.key, user=crew.user)

    assert list(worklist.calls(clock.now())) == []


def test_lapsed_ones_are_forgotten(crew: Team, monday: time_machine.Traveller) -> None:
    appointment = agreed(crew)
    do(crew, appointment, moving(crew, appointment, start=at(13)))

    monday.shift(timedelta(hours=2))

    assert (undo.forget_lapsed(), Undoable.objects.count()) == (1, 0)


def test_forgetting_an_appointment_forgets_what_was_taken_back(
    crew: Team, monday: time_machine.Traveller
) -> None:
    appointment = agreed(crew)
    undo.undo(do(crew, appointment, moving(crew, appointment, start=at(13))).key, user=crew.user)

    monday.shift(timedelta(days=800))

    assert (purged("appointments", "call-backs"), AppointmentEvent.objects.count()) == (1, 0)


def test_two_appointments_of_one_deed_are_taken_back_together(crew: Team) -> None:
    first, second = agreed(crew, 9), agreed(crew, 11)
    before = [standing(first), standing(second)]

    def both() -> None:
        decisions.cancel(first.pk, user=crew.user)
        decisions.cancel(second.pk, user=crew.user)

    _nothing, undoable = undoably(
        both, what="cancelled", user=crew.user, appointments=[second.pk, first.pk]
    )
    assert (TWO.email, "cancelled") in told()
    undo.undo(undoable.key, user=crew.user)

    assert ([standing(first), standing(second)], told()) == (before, set())
