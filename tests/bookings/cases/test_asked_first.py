"""At the next visit of a matter the other parent is still not contacted before the talk."""

import pytest
import time_machine

from bookings.appointments import corrections
from bookings.desk import worklist
from bookings.lifecycle import contact_consent
from bookings.lifecycle.contact_consent import AskFirstError
from bookings.models import Answer, Appointment, Case, OtherParent, PartyRole
from office.models import OutboxMessage, Role, User
from tests.bookings.cases.test_next_visit import PANEL, sent, supervisor
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import TWO, Desk, signed_in, url
from tests.bookings.staff_booking.test_series import look
from tests.factories import PartyFactory, booked

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(Role.SECRETARY)


def held(house: House, way: str) -> Appointment:
    """Make a visit that goes on now, of one parent who wants to be talked with first, or cannot say."""
    visit = booked(
        start=at(9),
        professionals=[house.professional],
        service=house.service,
        service_point=house.point,
        other_parent=way,
    )
    visit.parties.update(name="Aino Virtala", is_requester=True, answer=Answer.ACCEPTED)
    return visit


def begin(visit: Appointment, monday: time_machine.Traveller, desk: Desk) -> None:
    monday.move_to(at(9, 30))
    desk.client.force_login(desk.user)
    Appointment.objects.filter(pk=visit.pk).update(status="in_meeting")


def noted(visit: Appointment, user: User, *, agrees: bool) -> None:
    contact_consent.note_talk(visit.pk, agrees=agrees, how="phone", user=user)


def book_next(house: House, visit: Appointment, *, agreed: bool = True) -> Appointment:
    """Book the next visit as the supervisor does at the door."""
    who = [f"p{party.pk}" for party in visit.parties.all()] if agreed else []
    answer = supervisor(house).post(PANEL, sent(house, after=visit.reference, agreed_with=who))
    assert answer.status_code == 302
    following: Appointment = Appointment.objects.exclude(pk=visit.pk).get()
    return following


@pytest.mark.parametrize("way", [OtherParent.ASK_FIRST, OtherParent.UNSURE])
@pytest.mark.parametrize("agreed", [True, False])
def test_the_wish_holds_for_the_next_visit(
    house: House, monday: time_machine.Traveller, desk: Desk, way: str, *, agreed: bool
) -> None:
    visit = held(house, way)
    begin(visit, monday, desk)
    following = book_next(house, visit, agreed=agreed)
    assert following.other_parent == way
    assert contact_consent.must_ask_first(following) is True
    with pytest.raises(AskFirstError):
        corrections.add_other_parent(following.pk, TWO, user=desk.user)
    assert not OutboxMessage.objects.filter(to=TWO.email).exists()
    card = desk.client.get(url(following), headers=EN).content.decode()
    assert ("ask-first" in card, "Comes alone." in card) == (True, False)
    assert ("parties/add/" in card, "parties/talk/" in card) == (False, True)
    assert following in worklist.to_ask_first()
    answer = Answer.ACCEPTED if agreed else Answer.ASKED
    assert [(p.is_requester, p.answer) for p in following.parties.all()] == [(True, answer)]


def test_what_came_of_the_talk_holds_too(
    house: House, monday: time_machine.Traveller, desk: Desk
) -> None:
    visit = held(house, OtherParent.ASK_FIRST)
    noted(visit, desk.user, agrees=True)
    noted(visit, desk.user, agrees=False)
    begin(visit, monday, desk)
    following = book_next(house, visit)
    with pytest.raises(AskFirstError):
        corrections.add_other_parent(following.pk, TWO, user=desk.user)
    assert following not in worklist.to_ask_first()
    card = desk.client.get(url(following), headers=EN).content.decode()
    assert "The other parent is not to be contacted: so it was agreed" in card
    noted(following, desk.user, agrees=True)
    corrections.add_other_parent(following.pk, TWO, user=desk.user)
    assert following.parties.count() == 2


def test_the_last_talk_of_the_matter_holds_wherever_it_was_noted(
    house: House, monday: time_machine.Traveller, desk: Desk
) -> None:
    visit = held(house, OtherParent.ASK_FIRST)
    noted(visit, desk.user, agrees=True)
    begin(visit, monday, desk)
    second = book_next(house, visit)
    assert contact_consent.must_ask_first(second) is False
    monday.shift(60)
    noted(second, desk.user, agrees=False)
    form = sent(house, 11, after=visit.reference, agreed_with=[])
    assert supervisor(house).post(PANEL, form).status_code == 302
    third = Appointment.objects.latest("pk")
    assert (third.other_parent, third.case) == (OtherParent.ASK_FIRST, Case.objects.get())
    assert contact_consent.must_ask_first(third) is True


def test_whom_the_parent_brings_follows_after_the_talk(
    house: House, monday: time_machine.Traveller, desk: Desk
) -> None:
    visit = held(house, OtherParent.ASK_FIRST)
    noted(visit, desk.user, agrees=True)
    PartyFactory(appointment=visit, name="Nuori", role=PartyRole.YOUNG, answer=Answer.ACCEPTED)
    begin(visit, monday, desk)
    following = book_next(house, visit)
    assert following.other_parent == OtherParent.ASK_FIRST
    assert following.parties.count() == 2
    assert following.parties.get(is_requester=True).name == "Aino Virtala"


def test_once_both_take_part_there_is_nothing_to_ask(
    house: House, monday: time_machine.Traveller, desk: Desk
) -> None:
    visit = held(house, OtherParent.ASK_FIRST)
    noted(visit, desk.user, agrees=True)
    corrections.add_other_parent(visit.pk, TWO, user=desk.user)
    begin(visit, monday, desk)
    following = book_next(house, visit)
    assert following.other_parent == OtherParent.GIVEN
    assert following.parties.count() == 2


def test_it_holds_for_each_visit_of_a_series(
    house: House, monday: time_machine.Traveller, desk: Desk
) -> None:
    visit = held(house, OtherParent.UNSURE)
    begin(visit, monday, desk)
    data = sent(house, after=visit.reference) | {"rhythm": "1", "number": "2"}
    form, _html = look(desk.client, data)
    assert desk.client.post(PANEL, form).status_code == 302
    following = Appointment.objects.exclude(pk=visit.pk)
    assert [one.other_parent for one in following] == [OtherParent.UNSURE] * 2
    assert set(worklist.to_ask_first()) >= set(following)
