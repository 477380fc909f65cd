"""Nobody is contacted before the parent who asks for that has been talked with."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from bookings.appointments import corrections, decisions, separate_visits
from bookings.appointments.booking import Booking, Chosen
from bookings.appointments.staff_booking import book_other
from bookings.availability.search import Wish
from bookings.desk import worklist
from bookings.lifecycle import contact_consent
from bookings.lifecycle.contact_consent import AskFirstError
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, Meeting, OtherParent, Status
from bookings.my_day import queries as own_day
from bookings.parties.records import add_party, link_path
from office.models import Channel, OutboxMessage, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import TWO, Desk, request_for, signed_in, url
from tests.bookings.public.test_booking_pages import choose, fill, send
from tests.bookings.staff_booking.test_panel import PAGE, typed
from tests.factories import booked

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
WAYS = [OtherParent.ASK_FIRST, OtherParent.UNSURE]
NOT_BEFORE = "We do not contact the other parent before we have talked with you."


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(Role.SECRETARY)


def waiting(house: House, way: str = OtherParent.ASK_FIRST, **fields: Any) -> Appointment:
    return request_for(house, other=None, other_parent=way, **fields)


def talk(desk: Desk, appointment: Appointment, **data: str) -> Any:
    appointment.refresh_from_db()
    version = appointment.version
    answer = desk.client.post(
        url(appointment, "parties/talk/"), {"version": version, **data}, headers=EN
    )
    appointment.refresh_from_db()
    return answer


@pytest.mark.parametrize("way", WAYS)
def test_the_promise_stands_on_every_page_of_who_asked(
    client: Client, house: House, way: str
) -> None:
    client.cookies["django_language"] = "en"
    choose(client, house)
    fill(client, house, other={"other_parent": way})
    assert NOT_BEFORE in client.get(house.url("check/")).content.decode()
    assert NOT_BEFORE in client.get(send(client, house).url).content.decode()
    appointment = Appointment.objects.get()
    assert appointment.other_parent == way
    page = client.get(link_path(appointment.parties.get())).content.decode()
    assert NOT_BEFORE in page


def test_the_choices_do_not_contradict_each_other(client: Client, house: House) -> None:
    client.cookies["django_language"] = "en"
    choose(client, house)
    fill(client, house)
    page = client.get(house.url("other/")).content.decode()
    for way in (OtherParent.UNIT, OtherParent.ASK_FIRST, OtherParent.UNSURE):
        assert f'value="{way}"' in page
        assert str(way.label) in page
    assert "or I cannot say" not in page


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("refused_before", [False, True])
def test_no_action_brings_the_other_parent_in_before_the_talk(
    house: House, desk: Desk, way: str, *, refused_before: bool
) -> None:
    appointment = waiting(house, way)
    if refused_before:
        contact_consent.note_talk(appointment.pk, agrees=False, how="phone", user=desk.user)
    with pytest.raises(AskFirstError):
        corrections.add_other_parent(appointment.pk, TWO, user=desk.user)
    decisions.confirm(appointment.pk, user=desk.user)
    with pytest.raises(AskFirstError):
        corrections.add_other_parent(appointment.pk, TWO, user=desk.user)
    appointment.refresh_from_db()
    with pytest.raises(AskFirstError):
        add_party(appointment, TWO)
    assert appointment.parties.count() == 1
    assert OutboxMessage.objects.filter(to=TWO.email).count() == 0


@pytest.mark.parametrize("way", WAYS)
def test_no_visit_of_their_own_is_booked_before_the_talk(
    house: House, desk: Desk, way: str
) -> None:
    first = waiting(house, way, meeting=Meeting.SEPARATE)
    decisions.confirm(first.pk, user=desk.user)
    first.refresh_from_db()
    assert separate_visits.may_arrange(first) is False
    data = typed(house, hour=13, **{"for": first.reference})
    answer = desk.client.post(PAGE, data, headers=EN)
    assert answer.status_code == 409
    assert "Talk with them first" in answer.content.decode()
    assert Appointment.objects.count() == 1
    contact_consent.note_talk(first.pk, agrees=True, how="phone", user=desk.user)
    assert desk.client.post(PAGE, data, headers=EN).status_code == 302
    assert Appointment.objects.count() == 2


def test_the_guard_of_a_visit_of_their_own_is_in_the_action(house: House, desk: Desk) -> None:
    first = waiting(house, meeting=Meeting.SEPARATE)
    decisions.confirm(first.pk, user=desk.user)
    slot = house.slot(13)
    time = Chosen(Wish(house.service, Channel.IN_PERSON, slot.point), slot)
    with pytest.raises(AskFirstError):
        book_other(
            Booking(service=house.service, time=time, caller=TWO),
            first=first,
            agreed=False,
            user=desk.user,
            unit=house.unit,
            made_from=uuid4(),
        )


def test_after_the_talk_the_other_parent_may_be_added(house: House, desk: Desk) -> None:
    appointment = waiting(house)
    talk(desk, appointment, how="phone", agrees="yes")
    last = appointment.events.order_by("-pk").first()
    assert last is not None
    assert (last.what, last.reason, last.user) == ("contact_agreed", "phone", desk.user)
    corrections.add_other_parent(appointment.pk, TWO, user=desk.user)
    assert appointment.parties.count() == 2


def test_the_later_talk_holds(house: House, desk: Desk) -> None:
    appointment = waiting(house)
    talk(desk, appointment, how="phone", agrees="yes")
    talk(desk, appointment, how="face_to_face", agrees="no")
    with pytest.raises(AskFirstError):
        corrections.add_other_parent(appointment.pk, TWO, user=desk.user)
    talk(desk, appointment, how="in_writing", agrees="yes")
    corrections.add_other_parent(appointment.pk, TWO, user=desk.user)


@pytest.mark.parametrize(
    "data", [{}, {"how": "phone"}, {"agrees": "yes"}, {"how": "x", "agrees": "yes"}]
)
def test_a_talk_needs_how_and_what_came_of_it(
    house: House, desk: Desk, data: dict[str, str]
) -> None:
    appointment = waiting(house)
    assert talk(desk, appointment, **data).status_code == 422
    assert contact_consent.must_ask_first(appointment) is True


def test_a_talk_nobody_asked_for_is_not_noted(house: House, desk: Desk) -> None:
    for appointment in (
        request_for(house),
        waiting(house, OtherParent.UNIT, hour=11),
        booked(
            start=at(13),
            professionals=[house.professional],
            status=Status.DONE,
            other_parent=OtherParent.ASK_FIRST,
        ),
    ):
        with pytest.raises(NotPossibleError):
            contact_consent.note_talk(appointment.pk, agrees=True, how="phone", user=desk.user)


def test_the_desk_says_it_in_red_and_offers_no_way_around(house: House, desk: Desk) -> None:
    appointment = waiting(house)
    card = desk.client.get(url(appointment), headers=EN).content.decode()
    assert "Do not contact the other parent before you have talked" in card
    assert ("parties/add/" in card, "parties/none/" in card) == (False, False)
    added = desk.client.get(url(appointment, "parties/add/"), headers=EN)
    assert added.status_code == 302
    talk(desk, appointment, how="phone", agrees="yes")
    card = desk.client.get(url(appointment), headers=EN).content.decode()
    assert ("parties/add/" in card, "ask-first" in card) == (True, False)
    assert "the other parent may be contacted (by phone)" in card


def test_its_place_in_the_work_list(house: House, desk: Desk) -> None:
    appointment = waiting(house)
    assert list(worklist.to_ask_first()) == [appointment]
    assert list(worklist.to_contact()) == []
    page = desk.client.get("/desk/", headers=EN).content.decode()
    assert "Talk first: the other parent is not contacted" in page
    talk(desk, appointment, how="phone", agrees="yes")
    assert (list(worklist.to_ask_first()), list(worklist.to_contact())) == ([], [appointment])
    talk(desk, appointment, how="phone", agrees="no")
    assert (list(worklist.to_ask_first()), list(worklist.to_contact())) == ([], [])


def test_who_asked_is_told_what_was_agreed(client: Client, house: House, desk: Desk) -> None:
    client.cookies["django_language"] = "en"
    appointment = waiting(house)
    path = link_path(appointment.parties.get())
    talk(desk, appointment, how="phone", agrees="no")
    assert "As agreed with you, we do not contact" in client.get(path).content.decode()
    talk(desk, appointment, how="phone", agrees="yes")
    corrections.add_other_parent(appointment.pk, TWO, user=desk.user)
    other = appointment.parties.get(is_requester=False)
    assert "contact the other parent" in client.get(path).content.decode()
    assert "contact the other parent" not in client.get(link_path(other)).content.decode()


def test_one_name_alone_does_not_tell_who_asked(house: House, desk: Desk) -> None:
    appointment = waiting(house)
    decisions.confirm(appointment.pk, user=desk.user)
    assert own_day.one_is_unknown([appointment]) == {appointment.pk}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.PARTNER, Role.MANAGER])
def test_only_secretaries_note_a_talk(house: House, role: Role) -> None:
    appointment = waiting(house)
    answer = talk(signed_in(role), appointment, how="phone", agrees="yes")
    assert answer.status_code == 403
    assert Client().post(url(appointment, "parties/talk/"), {}).status_code == 302
    assert contact_consent.must_ask_first(appointment) is True


def test_the_panel_has_the_choice(house: House, desk: Desk) -> None:
    data = typed(house, hour=9, other_parent=OtherParent.ASK_FIRST)
    data = {name: value for name, value in data.items() if not name.startswith("other-")}
    assert desk.client.post(PAGE, data).status_code == 302
    assert list(worklist.to_ask_first()) == list(Appointment.objects.all())
