"""Other times offered for an agreed visit: its time holds until one of them is chosen."""

from datetime import datetime, timedelta

import pytest
import time_machine

from bookings.appointments import answers, attendance, decisions, proposals
from bookings.appointments.undo import undo, undoably
from bookings.availability.allocation import JustTakenError
from bookings.availability.search import Wish
from bookings.desk import worklist
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Answer, Appointment, EventKind, MoveRequest, Party, Status, TimeOffer
from office.core import clock
from office.models import Channel, Claim, Occupancy, OutboxMessage
from tests.bookings.change_cast import Team, agreed, team, told
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO
from tests.factories import busy


@pytest.fixture
def crew(house: House) -> Team:
    crew = team(house)
    # One who gives the service: whose times overlap is no matter of luck.
    crew.colleague.services.clear()
    return crew


@pytest.fixture
def visit(crew: Team) -> Appointment:
    """Agree on Wednesday at 9, both parents having accepted."""
    appointment = agreed(crew)
    Party.objects.filter(appointment=appointment).update(
        answer=Answer.ACCEPTED, given_by_other=False, email_is_safe=True
    )
    return appointment


def offer(crew: Team, visit: Appointment, *times: tuple[int, int]) -> list[TimeOffer]:
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    slots = [(wish, crew.house.slot(*time)) for time in times or [(13, 0)]]
    decisions.offer_times(visit.pk, slots, user=crew.user, unit=crew.house.unit)
    visit.refresh_from_db()
    return list(visit.time_offers.to_choose_from())


def invited(visit: Appointment) -> Party:
    return visit.parties.get(is_requester=False)


def taken(crew: Team) -> list[tuple[datetime, datetime]]:
    rows = Occupancy.objects.filter(resource=crew.lead.pk).order_by("during")
    return [(row.during.lower, row.during.upper) for row in rows]


HOUR = [(at(9), at(10))]


def test_the_present_time_holds_and_only_the_parties_hear_of_it(
    crew: Team, visit: Appointment
) -> None:
    offer(crew, visit)

    assert (visit.status, visit.starts_at, list(visit.staff.all()) != []) == (
        Status.CONFIRMED,
        at(9),
        True,
    )
    assert taken(crew) == [*HOUR, (at(13), at(14))]
    assert told() == {(ONE.email, "offered"), (TWO.email, "offered")}
    assert list(worklist.offers()) == [visit]
    assert [e.what for e in visit.events.order_by("-pk")[:1]] == [EventKind.OFFERED]


def test_the_chosen_time_takes_its_place_and_everybody_is_notified(
    crew: Team, visit: Appointment
) -> None:
    chosen, other = offer(crew, visit, (13, 0), (15, 0))
    OutboxMessage.objects.all().delete()

    answers.choose_offer(invited(visit).pk, chosen.pk)

    visit.refresh_from_db()
    assert (visit.status, visit.starts_at, taken(crew)) == (
        Status.CONFIRMED,
        at(13),
        [(at(13), at(14))],
    )
    assert told() == {
        (ONE.email, "moved"),
        (TWO.email, "moved"),
        (crew.lead.email, "staff_moved"),
    }
    assert {p.is_requester: p.answer for p in visit.parties.all()} == {
        False: Answer.ACCEPTED,
        True: Answer.ASKED,
    }
    with pytest.raises(NotPossibleError):
        answers.choose_offer(invited(visit).pk, other.pk)
    assert Claim.objects.filter(occupancies=None).count() == 0


def test_an_offered_time_may_overlap_the_one_that_holds(crew: Team, visit: Appointment) -> None:
    (chosen,) = offer(crew, visit, (9, 30))
    assert taken(crew) == [*HOUR, (at(10), at(10, 30))]

    answers.choose_offer(invited(visit).pk, chosen.pk)

    assert taken(crew) == [(at(9, 30), at(10, 30))]


def test_if_nobody_chooses_the_present_time_stands(
    crew: Team, visit: Appointment, monday: time_machine.Traveller
) -> None:
    (lapsed,) = offer(crew, visit, (9, 30))
    move = answers.ask_to_move(
        invited(visit).pk,
        Wish(crew.house.service, Channel.IN_PERSON),
        crew.house.slot(15),
        unit=crew.house.unit,
    )
    monday.move_to(lapsed.expires_at)

    assert proposals.expire_offers() == 1
    visit.refresh_from_db()
    move.refresh_from_db()
    assert (visit.status, visit.starts_at, move.outcome) == (
        Status.CONFIRMED,
        at(9),
        MoveRequest.Outcome.OPEN,
    )
    assert taken(crew) == [*HOUR, (at(15), at(16))]
    assert visit.events.order_by("-pk")[0].what == EventKind.OFFER_EXPIRED
    with pytest.raises(NotPossibleError):
        answers.choose_offer(invited(visit).pk, lapsed.pk)


def test_an_offer_lapses_at_the_latest_when_the_present_time_begins(
    crew: Team, visit: Appointment
) -> None:
    crew.house.unit.offer_days = 20
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    decisions.offer_times(
        visit.pk, [(wish, crew.house.slot(9, day=27))], user=crew.user, unit=crew.house.unit
    )

    assert visit.time_offers.get().expires_at == at(9)


def test_cancelling_frees_both(crew: Team, visit: Appointment) -> None:
    offer(crew, visit, (9, 30), (13, 0))

    decisions.cancel(visit.pk, user=crew.user)

    assert (taken(crew), list(worklist.offers())) == ([], [])


@pytest.mark.parametrize("what", ["offer", "cancel", "book"])
def test_undo_leaves_the_present_time_and_what_was_offered(
    crew: Team, visit: Appointment, what: str
) -> None:
    if what != "offer":
        offer(crew, visit, (9, 30), (13, 0))
    before, waiting = taken(crew), told()
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    acts = {
        "offer": lambda: offer(crew, visit, (9, 30), (13, 0)),
        "cancel": lambda: decisions.cancel(visit.pk, user=crew.user),
        "book": lambda: decisions.book_time(
            visit.pk, wish, crew.house.slot(14), user=crew.user, unit=crew.house.unit
        ),
    }
    _result, undoable = undoably(acts[what], what=what, user=crew.user, appointments=[visit.pk])
    assert undoable is not None
    assert taken(crew) != before

    undo(undoable.key, user=crew.user)

    visit.refresh_from_db()
    assert (taken(crew), told(), visit.status) == (before, waiting, Status.CONFIRMED)
    assert visit.time_offers.to_choose_from().count() == (0 if what == "offer" else 2)


def test_a_time_that_somebody_has_is_not_offered(crew: Team, visit: Appointment) -> None:
    busy(crew.lead, at(13), 30)

    with pytest.raises(JustTakenError):
        offer(crew, visit)
    assert (taken(crew)[:1], told()) == (HOUR, set())


def test_who_declined_the_present_time_may_choose_another(crew: Team, visit: Appointment) -> None:
    answers.answer_invitation(invited(visit).pk, accepts=False)
    assert list(worklist.invitations(clock.now())) == [invited(visit)]
    (chosen,) = offer(crew, visit)
    assert list(worklist.invitations(clock.now())) == []

    answers.choose_offer(invited(visit).pk, chosen.pk)

    assert invited(visit).answer == Answer.ACCEPTED


def test_a_decline_is_work_again_once_the_offer_has_lapsed(
    crew: Team, visit: Appointment, monday: time_machine.Traveller
) -> None:
    crew.house.unit.offer_days = 1
    answers.answer_invitation(invited(visit).pk, accepts=False)
    (lapsed,) = offer(crew, visit)
    monday.move_to(lapsed.expires_at - timedelta(minutes=1))
    assert list(worklist.invitations(clock.now())) == []
    monday.move_to(lapsed.expires_at)

    proposals.expire_offers()

    assert list(worklist.invitations(clock.now())) == [invited(visit)]


def test_nothing_is_chosen_once_they_have_come(
    crew: Team, visit: Appointment, monday: time_machine.Traveller
) -> None:
    (left,) = offer(crew, visit)
    monday.move_to(at(8, 30))
    attendance.mark(visit.pk, "arrived", user=crew.user)

    with pytest.raises(NotPossibleError):
        answers.choose_offer(invited(visit).pk, left.pk)
    assert not decisions.may_offer(Appointment.objects.get(pk=visit.pk))
