"""Asking both, marking, and what comes of it at the stated moment."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from bookings.appointments import answers, decisions, undo
from bookings.appointments.proposals import expire_offers
from bookings.appointments.undo import undoably
from bookings.joint_times import actions, forgetting
from bookings.joint_times.common_times import Marks
from bookings.joint_times.guards import may_search
from bookings.lifecycle.protection import PlaceNotAgreedError
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import (
    Answer,
    Appointment,
    JointMarks,
    JointSearch,
    Meeting,
    OtherParent,
    Party,
    Status,
    UndoKind,
)
from office.core import clock
from office.models import Channel, OutboxMessage
from tests.bookings.conftest import House
from tests.bookings.joint_cast import AFTERNOONS, ANY, DUE, DUE_DAY, MORNINGS, Pair, pair, sweep_at

State, Why = JointSearch.State, JointSearch.Why


@pytest.fixture
def two(house: House) -> Pair:
    return pair(house)


def test_both_are_asked_alike_and_common_times_are_offered_at_noon(
    two: Pair, monday: time_machine.Traveller
) -> None:
    two.ask()
    bodies = [[m.body for m in two.letters(p, "joint_asked")] for p in (two.one, two.two)]
    assert [len(letters) for letters in bodies] == [1, 1]
    assert {party.answer for party in two.appointment.parties.all()} == {
        Answer.ACCEPTED,
        Answer.ASKED,
    }
    two.mark(Marks(MORNINGS | AFTERNOONS), Marks(AFTERNOONS))
    # Both have answered, and still nothing happens before the moment that was stated.
    assert sweep_at(monday, DUE - timedelta(minutes=1)) == 0
    assert two.offered() == []
    assert sweep_at(monday, DUE) == 1
    starts = [clock.local(start) for start in two.offered()]
    assert len(starts) == 3
    assert all(start.hour >= 13 for start in starts)
    assert len({start.date() for start in starts}) == 3
    assert two.search().state == State.OFFERED
    assert sorted(m.to for m in OutboxMessage.objects.filter(kind="offered")) == [
        two.one.email,
        two.two.email,
    ]
    assert forgetting.sweep() == 0

    # A chosen time is held and agreed as offered ones are: the other one is asked about it.
    offer = two.appointment.time_offers.to_choose_from().order_by("starts_at")[1]
    answers.choose_offer(two.two.pk, offer.pk)
    two.appointment.refresh_from_db()
    assert (two.appointment.status, two.appointment.starts_at) == (
        Status.CONFIRMED,
        offer.starts_at,
    )
    assert two.search().state == State.ENDED
    assert Party.objects.get(pk=two.one.pk).answer == Answer.ASKED
    # And what was marked goes.
    assert JointMarks.objects.count() == 2
    assert sweep_at(monday, DUE + timedelta(hours=1, minutes=1)) == 2
    assert JointMarks.objects.count() == 0


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (Marks(MORNINGS), Marks(AFTERNOONS), Why.NO_TIME),
        (ANY, Marks(), Why.NO_TIME),
        (ANY, None, Why.UNANSWERED),
        (None, None, Why.UNANSWERED),
    ],
)
def test_where_none_is_found_both_are_told_the_same(
    two: Pair, monday: time_machine.Traveller, one: Marks | None, other: Marks | None, why: str
) -> None:
    two.ask()
    two.mark(one, other)
    assert sweep_at(monday, DUE) == 1
    search = two.search()
    assert (search.state, search.why) == (State.FAILED, why)
    told = [two.letters(party, "joint_not_found") for party in (two.one, two.two)]
    assert [len(letters) for letters in told] == [1, 1]
    two.appointment.refresh_from_db()
    assert two.appointment.status == Status.REQUESTED

    # Asked once more, what was marked still counts.
    again = clock.local(DUE + timedelta(days=4)).date()
    actions.ask_both(two.appointment.pk, due_day=again, point=two.house.point, user=two.user)
    two.mark(None, ANY)
    assert sweep_at(monday, clock.at(again, actions.DUE_AT)) == 1
    common = one is not None and bool(one.cells)
    assert bool(two.offered()) == common


def test_who_has_not_marked_is_reminded_once_and_nobody_else(
    two: Pair, monday: time_machine.Traveller
) -> None:
    two.ask()
    two.mark(ANY, None)
    assert sweep_at(monday, DUE - timedelta(hours=25)) == 0
    assert sweep_at(monday, DUE - timedelta(hours=20)) == 1
    assert sweep_at(monday, DUE - timedelta(hours=19)) == 0
    assert [len(two.letters(p, "joint_reminder")) for p in (two.one, two.two)] == [0, 1]


def test_a_few_more_are_offered_after_nobody_chose(
    two: Pair, monday: time_machine.Traveller
) -> None:
    two.ask()
    with pytest.raises(NotPossibleError):
        actions.offer_next(two.appointment.pk, user=two.user)
    two.mark()
    sweep_at(monday, DUE)
    first = two.offered()
    monday.move_to(DUE + timedelta(days=two.house.unit.offer_days, minutes=5))
    assert expire_offers() == 1
    assert (two.search().state, two.search().why) == (State.FAILED, Why.LAPSED)

    def offer_next() -> list[Party]:
        return actions.offer_next(two.appointment.pk, user=two.user)

    undo.undo(done(two, offer_next, UndoKind.OFFERED), user=two.user)
    assert (two.offered(), two.search().why) == ([], Why.LAPSED)
    offer_next()
    assert len(two.offered()) == 3
    assert not set(two.offered()) & set(first)
    assert two.search().state == State.OFFERED


def test_an_agreed_time_holds_meanwhile(house: House, monday: time_machine.Traveller) -> None:
    two = pair(house, slot=house.slot(9, day=30))
    decisions.confirm(two.appointment.pk, user=two.user)
    two.ask()
    two.mark()
    sweep_at(monday, DUE)
    two.appointment.refresh_from_db()
    assert two.appointment.status == Status.CONFIRMED
    assert len(two.offered()) == 3
    assert two.appointment.starts_at not in two.offered()


def test_only_where_both_come_together_each_with_a_link_of_their_own(two: Pair) -> None:
    def changed(**fields: object) -> bool:
        Appointment.objects.filter(pk=two.appointment.pk).update(**fields)
        possible = may_search(Appointment.objects.get(pk=two.appointment.pk))
        kept = {name: getattr(two.appointment, name) for name in fields}
        Appointment.objects.filter(pk=two.appointment.pk).update(**kept)
        return possible

    def with_other(**fields: object) -> bool:
        Party.objects.filter(pk=two.two.pk).update(**fields)
        possible = may_search(Appointment.objects.get(pk=two.appointment.pk))
        kept = {name: getattr(two.two, name) for name in fields}
        Party.objects.filter(pk=two.two.pk).update(**kept)
        return possible

    assert may_search(two.appointment)
    assert not changed(meeting=Meeting.SEPARATE)
    assert not changed(is_anonymous=True)
    assert not changed(status=Status.CANCELLED)
    assert not changed(other_parent=OtherParent.ASK_FIRST)
    without_safe = {"email_is_safe": False, "call_is_safe": False, "sms_is_safe": False}
    assert not with_other(given_by_other=True, **without_safe)
    assert not with_other(name="")
    assert not with_other(phone="", email="")
    assert not with_other(answer=Answer.DECLINED)
    # What is sent to one would be read by the other.
    assert not with_other(email=two.one.email.upper())
    assert not with_other(phone=two.one.phone)
    two.two.delete()
    assert not may_search(Appointment.objects.get(pk=two.appointment.pk))


def test_a_protected_party_agrees_to_the_place_first(two: Pair) -> None:
    Party.objects.filter(pk=two.two.pk).update(is_protected=True)
    with pytest.raises(PlaceNotAgreedError):
        two.ask()
    Appointment.objects.filter(pk=two.appointment.pk).update(channel=Channel.PHONE)
    two.ask()
    assert two.search().service_point is None


def test_parents_who_come_separately_by_then_are_told_nothing(
    two: Pair, monday: time_machine.Traveller
) -> None:
    two.ask()
    two.mark()
    Appointment.objects.filter(pk=two.appointment.pk).update(meeting=Meeting.SEPARATE)
    with pytest.raises(NotPossibleError):
        two.mark(ANY, None)
    before = OutboxMessage.objects.count()
    assert sweep_at(monday, DUE) == 1
    assert (two.search().state, two.search().why) == (State.FAILED, Why.BLOCKED)
    assert OutboxMessage.objects.count() == before
    assert two.offered() == []


def test_marking_ends_with_the_moment_and_with_a_time(
    two: Pair, monday: time_machine.Traveller
) -> None:
    with pytest.raises(NotPossibleError):
        two.mark()
    two.ask()
    with pytest.raises(NotPossibleError):
        two.ask()
    two.mark()
    two.mark(Marks(MORNINGS), None)
    assert JointMarks.objects.count() == 2
    monday.move_to(DUE)
    with pytest.raises(NotPossibleError):
        two.mark()
    for day in (clock.today(), DUE_DAY + timedelta(days=40)):
        with pytest.raises(NotPossibleError):
            two.ask(day)


def test_every_other_way_to_a_time_ends_the_search(house: House) -> None:
    two = pair(house, slot=house.slot(9))
    two.ask()
    decisions.confirm(two.appointment.pk, user=two.user)
    assert two.search().state == State.ENDED

    other = pair(house)
    other.ask()
    decisions.decline(other.appointment.pk, user=other.user, reason="other_unit")
    assert other.search().state == State.ENDED

    third = pair(house)
    third.ask()
    actions.end_search(third.appointment.pk, user=third.user)
    assert third.search().state == State.ENDED


def test_a_visit_that_has_begun_ends_it(house: House, monday: time_machine.Traveller) -> None:
    two = pair(house, slot=house.slot(9, day=26))
    decisions.confirm(two.appointment.pk, user=two.user)
    two.ask()
    assert sweep_at(monday, DUE - timedelta(hours=2)) == 1
    assert two.search().state == State.ENDED


def done(two: Pair, action: Callable[[], list[Party]], what: UndoKind) -> UUID:
    """Do it so that it can be undone, and return by what."""
    _result, undoable = undoably(
        action, what=what, user=two.user, appointments=[two.appointment.pk]
    )
    assert undoable is not None
    return undoable.key


def test_asking_and_ending_can_be_undone(two: Pair) -> None:
    def ask() -> list[Party]:
        return actions.ask_both(
            two.appointment.pk, due_day=DUE_DAY, point=two.house.point, user=two.user
        )

    def end() -> list[Party]:
        return actions.end_search(two.appointment.pk, user=two.user)

    undo.undo(done(two, ask, UndoKind.JOINT_ASKED), user=two.user)
    assert not JointSearch.objects.exists()
    assert Party.objects.get(pk=two.two.pk).answer == Answer.NOT_ASKED
    assert two.letters(two.two) == []
    ask()
    two.mark()
    undo.undo(done(two, end, UndoKind.JOINT_ENDED), user=two.user)
    assert two.search().state == State.ASKED
    assert JointMarks.objects.count() == 2
