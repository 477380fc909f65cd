"""Offered and wished times against what happens to the visit meanwhile."""

import pytest
import time_machine

from bookings.appointments import answers, attendance, calendar_files, decisions, proposals
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import MoveRequest, Status, TimeOffer
from bookings.notifications.kinds import MessageKind
from office.core import clock
from office.models import Occupancy, OutboxMessage, User
from tests.bookings.appointments.test_decisions import confirmed, parties, requested, wish
from tests.bookings.conftest import House, at
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(db: None) -> User:
    return UserFactory()


def test_an_offered_time_is_booked_for_who_chooses_it_on_the_phone(
    house: House, secretary: User
) -> None:
    appointment = requested(house)
    picks = [(wish(house), house.slot(10)), (wish(house), house.slot(12))]
    decisions.offer_times(appointment.pk, picks, user=secretary, unit=house.unit)
    decisions.book_time(
        appointment.pk, wish(house), house.slot(12), user=secretary, unit=house.unit
    )
    appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at) == (Status.CONFIRMED, at(12))
    assert not TimeOffer.objects.filter(closed_at=None).exists()


def test_offers_that_were_renewed_meanwhile_do_not_lapse(house: House, secretary: User) -> None:
    appointment = requested(house)
    decisions.offer_times(
        appointment.pk, [(wish(house), house.slot(10))], user=secretary, unit=house.unit
    )
    assert proposals.expire_offers_of(appointment.pk) is False
    appointment.refresh_from_db()
    assert appointment.status == Status.OFFERED
    assert appointment.time_offers.filter(closed_at=None).count() == 1


def test_a_visit_that_was_held_keeps_its_time(house: House, secretary: User) -> None:
    appointment = confirmed(house, secretary)
    asking, _other = parties(appointment)
    answers.ask_to_move(asking.pk, wish(house), house.slot(12), unit=house.unit)
    with time_machine.travel(at(9, 30), tick=False):
        for step in ("arrived", "start", "done"):
            attendance.mark(appointment.pk, step, user=secretary)
        with pytest.raises(NotPossibleError):
            decisions.accept_move(MoveRequest.objects.get().pk, user=secretary)
        with pytest.raises(NotPossibleError):
            decisions.book_time(
                appointment.pk, wish(house), house.slot(13), user=secretary, unit=house.unit
            )
    appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at) == (Status.DONE, at(9))


def test_when_one_wish_to_move_is_met_the_other_lets_its_time_go(
    house: House, secretary: User
) -> None:
    appointment = confirmed(house, secretary)
    one, two = parties(appointment)
    move = answers.ask_to_move(one.pk, wish(house), house.slot(12), unit=house.unit)
    answers.ask_to_move(two.pk, wish(house), house.slot(14), unit=house.unit)
    decisions.accept_move(move.pk, user=secretary)
    busy = Occupancy.objects.filter(resource=house.professional.pk)
    assert [o.during.lower for o in busy] == [at(12)]
    assert not MoveRequest.objects.filter(outcome=MoveRequest.Outcome.OPEN).exists()


def test_who_has_an_agreed_time_hears_that_it_holds_until_another_is_chosen(
    house: House, secretary: User
) -> None:
    said = "holds until you choose another one."
    house.unit.offer_days = 3
    for appointment, expected in (
        (requested(house, 8), False),
        (confirmed(house, secretary, 9), True),
    ):
        appointment.parties.update(
            language="en", language_is_known=True, given_by_other=False, email_is_safe=True
        )
        OutboxMessage.objects.update(sent_at=clock.now(), kind=MessageKind.CONFIRMED)
        OutboxMessage.objects.exclude(kind=MessageKind.CONFIRMED).delete()
        hour = 10 if expected else 12
        decisions.offer_times(
            appointment.pk, [(wish(house), house.slot(hour))], user=secretary, unit=house.unit
        )
        bodies = OutboxMessage.objects.filter(kind=MessageKind.OFFERED).values_list(
            "body", flat=True
        )
        assert {said in body for body in bodies} == {expected}


def test_what_the_other_parent_does_leaves_the_calendar_file_as_it_was(
    house: House, secretary: User
) -> None:
    appointment = confirmed(house, secretary)
    asking, invited = parties(appointment)

    def sequence() -> str:
        appointment.refresh_from_db()
        lines = calendar_files.calendar_of(asking, appointment).splitlines()
        return next(line for line in lines if line.startswith("SEQUENCE"))

    before = sequence()
    answers.answer_invitation(invited.pk, accepts=True)
    assert sequence() == before
    decisions.book_time(
        appointment.pk, wish(house), house.slot(14), user=secretary, unit=house.unit
    )
    assert sequence() != before
