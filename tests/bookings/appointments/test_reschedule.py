"""One way for a visit to move, whoever has chosen the time."""

from dataclasses import replace

import pytest

from bookings.appointments import answers, decisions
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.models import Answer, Appointment, EventKind, MoveRequest, Party, TimeOffer
from bookings.rescheduling.actions import change
from bookings.rescheduling.plan import present
from bookings.waiting_list import offers, wishes
from office.models import Channel
from tests.bookings.change_cast import Team, agreed, team, told
from tests.bookings.conftest import House, at
from tests.bookings.earlier_cast import FRI, NEXT_WED, narrow

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


def requester(appointment: Appointment) -> Party:
    return appointment.parties.get(is_requester=True)


def invited(appointment: Appointment) -> Party:
    return appointment.parties.get(is_requester=False)


def wish(crew: Team, *, without: int | None = None) -> Wish:
    barred = frozenset() if without is None else frozenset({without})
    return Wish(crew.house.service, Channel.IN_PERSON, without=barred)


def book(crew: Team, appointment: Appointment, hour: int, *, without: int | None = None) -> None:
    decisions.book_time(
        appointment.pk,
        wish(crew, without=without),
        crew.house.slot(hour),
        user=crew.user,
        unit=crew.house.unit,
    )


def asked_to_move(crew: Team, party: Party, hour: int) -> MoveRequest:
    return answers.ask_to_move(party.pk, wish(crew), crew.house.slot(hour), unit=crew.house.unit)


def test_who_does_not_meet_them_any_more_is_told_that_it_is_off(crew: Team) -> None:
    appointment = agreed(crew)
    book(crew, appointment, 11, without=crew.lead.pk)
    assert told() >= {(crew.lead.email, "staff_cancelled"), (crew.colleague.email, "staff_booked")}


def test_the_same_time_with_another_professional_is_news_to_the_professionals_alone(
    crew: Team,
) -> None:
    appointment = agreed(crew)
    book(crew, appointment, 9, without=crew.lead.pk)
    assert told() == {
        (crew.lead.email, "staff_cancelled"),
        (crew.colleague.email, "staff_booked"),
    }
    assert appointment.events.latest("pk").what == EventKind.STAFF_CHANGED
    assert invited(appointment).answer == Answer.ASKED


def test_a_party_who_declined_accepts_the_time_that_they_asked_for(crew: Team) -> None:
    appointment = agreed(crew)
    answers.answer_invitation(invited(appointment).pk, accepts=False)
    decisions.accept_move(asked_to_move(crew, invited(appointment), 12).pk, user=crew.user)
    assert invited(appointment).answer == Answer.ACCEPTED
    # It is new to the one who asked for the visit.
    assert requester(appointment).answer == Answer.ASKED


@pytest.mark.parametrize("by_change", [False, True], ids=["booked", "changed"])
@pytest.mark.parametrize(
    ("before", "after"),
    [(Answer.ACCEPTED, Answer.ACCEPTED), (Answer.DECLINED, Answer.ASKED)],
)
def test_a_yes_of_the_one_who_asked_stands_when_staff_moves_it_and_a_no_does_not(
    crew: Team, before: str, after: str, by_change: bool
) -> None:
    appointment = agreed(crew)
    appointment.parties.update(answer=before)
    stands = present(appointment)
    assert stands is not None
    if by_change:
        change(appointment.pk, replace(stands, start=at(12)), user=crew.user)
    else:
        book(crew, appointment, 12)
    assert (requester(appointment).answer, invited(appointment).answer) == (after, Answer.ASKED)


@pytest.mark.parametrize("by_change", [False, True], ids=["booked", "changed"])
def test_a_yes_to_a_time_that_was_given_up_is_no_yes_to_the_next_one(
    crew: Team, by_change: bool
) -> None:
    appointment = agreed(crew)
    stands = present(appointment)
    answers.answer_invitation(invited(appointment).pk, accepts=True)
    decisions.offer_times(
        appointment.pk, [(wish(crew), crew.house.slot(11))], user=crew.user, unit=crew.house.unit
    )
    assert stands is not None
    if by_change:
        change(appointment.pk, replace(stands, start=at(12)), user=crew.user)
    else:
        book(crew, appointment, 12)
    assert (requester(appointment).answer, invited(appointment).answer) == (
        Answer.ACCEPTED,
        Answer.ASKED,
    )


def test_a_wish_that_is_met_ends_an_offer_of_an_earlier_time(house: House) -> None:
    line = narrow(house)
    appointment = line.both(NEXT_WED)
    wishes.wish(requester(appointment).pk, wishes.EarlierLimits())
    offers.offer_all()
    later = Wish(house.service, Channel.IN_PERSON)
    move = answers.ask_to_move(
        invited(appointment).pk, later, Slot(FRI, house.point.pk), unit=house.unit
    )
    decisions.accept_move(move.pk, user=line.user)
    assert TimeOffer.objects.filter(wish__isnull=False).count() == 1
    assert not TimeOffer.objects.filter(closed_at=None).exists()


def test_every_move_says_in_the_history_what_was_and_what_is(crew: Team) -> None:
    appointment = agreed(crew)
    book(crew, appointment, 11)
    details = appointment.events.latest("pk").details
    assert (details["was"]["start"], details["now"]["start"]) == (
        at(9).isoformat(),
        at(11).isoformat(),
    )
    decisions.accept_move(asked_to_move(crew, requester(appointment), 13).pk, user=crew.user)
    details = appointment.events.latest("pk").details
    assert details["was"]["start"] == at(11).isoformat()
    assert details["now"]["start"] == at(13).isoformat()
