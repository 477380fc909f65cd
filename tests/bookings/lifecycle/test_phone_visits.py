"""A visit by phone has a number that may be called, or is refused; what lacks one is work at the desk."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from bookings.appointments import answers, corrections, decisions
from bookings.appointments.booking import Booking, Chosen, Comer
from bookings.appointments.staff_booking import book
from bookings.availability.codec import found_time_value, slot_value
from bookings.availability.search import Wish
from bookings.desk import worklist
from bookings.lifecycle.phone_visits import NoNumberError, without_number
from bookings.models import Answer, Appointment, OtherParent, Party
from bookings.models.matters import Matters
from bookings.parties.records import PartyDetails, link_path
from bookings.rescheduling import actions as rescheduling
from bookings.rescheduling.plan import VisitArrangement
from office.core import clock
from office.models import AccessLogEntry, Channel, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, Desk, request_for, signed_in, url
from tests.bookings.public.test_booking_pages import CONTACT, UNIT_ASKS, VISIT
from tests.bookings.staff_booking.test_panel import PAGE, time, typed
from tests.factories import PartyFactory, booked

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
MAIL_ONLY = PartyDetails(name="Vain Posti", email="posti@example.org", email_is_safe=True)
TWO_CALLED = replace(TWO, call_is_safe=True)


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(Role.SECRETARY)


def by_phone(house: House, hour: int = 9, **fields: Any) -> Appointment:
    """Make an agreed visit by phone, with nobody in it yet."""
    appointment = booked(
        start=at(hour),
        professionals=[house.professional],
        service=house.service,
        channel=Channel.PHONE,
        **fields,
    )
    appointment.parties.all().delete()
    return appointment


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"phone": "", "safe": ["email"]}, {"phone", "safe"}),
        ({"safe": ["sms", "email"]}, {"safe"}),
        ({"safe": ["call"]}, set()),
    ],
)
def test_asked_for_online_it_needs_a_number(
    client: Client, house: House, change: dict[str, Any], wrong: set[str]
) -> None:
    client.cookies["django_language"] = "en"
    client.post(house.url("no-time/"), {"days": ["0"], "parts": ["morning"]})
    client.post(house.url(), {"where": "phone"})
    answer = client.post(house.url("details/"), {**CONTACT, **change})
    if wrong:
        assert set(answer.context["form"].errors) == wrong
        assert "choose another way to meet" in answer.content.decode()
    else:
        assert answer.status_code == 302


def test_a_visit_that_became_one_by_phone_goes_back_to_the_details(
    client: Client, house: House
) -> None:
    client.cookies["django_language"] = "en"
    client.post(house.url(), {"where": house.point.slug})
    client.post(house.url("no-time/"), {"days": ["0"], "parts": ["morning"]})
    client.post(house.url("details/"), CONTACT)
    client.post(house.url("visit/"), VISIT)
    client.post(house.url("other/"), UNIT_ASKS)
    assert client.get(house.url("check/")).status_code == 200
    client.post(house.url(), {"where": "phone"})
    answer = client.post(house.url("check/"), follow=True)
    assert answer.redirect_chain[-1][0] == house.url("details/")
    assert "needs a number that we may call" in answer.content.decode()
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize(
    "who", [MAIL_ONLY, replace(ONE, call_is_safe=False), replace(ONE, phone="")]
)
def test_the_action_refuses_it_too(house: House, who: PartyDetails) -> None:
    with pytest.raises(NoNumberError):
        request_for(house, None, requester=who, channel=Channel.PHONE)
    assert request_for(house, None, channel=Channel.PHONE).parties.count() == 2


def test_who_takes_an_invitation_up_gives_a_number(client: Client, house: House) -> None:
    appointment = by_phone(house, other_parent=OtherParent.PASS_ON)
    party = PartyFactory(appointment=appointment, name="", phone="", email="", is_requester=False)
    given = {"name": "X", "email": "x@example.org", "safe": ["email"], "language": "fi"}
    answer = client.post(f"{link_path(party)}details/", {**given, "key": "k"}, headers=EN)
    assert set(answer.context["form"].errors) == {"phone", "safe"}
    with pytest.raises(NoNumberError):
        answers.take_up_invitation(party.pk, MAIL_ONLY)
    answers.take_up_invitation(party.pk, TWO_CALLED)


def test_the_panel_refuses_it(house: House, desk: Desk) -> None:
    slot = time(house, 9).split(":")
    phone = ":".join([slot[0], "phone", *slot[2:]])
    data = typed(house, hour=9) | {"slot": phone, "where": "phone"}
    mail = data | {"caller-phone": "", "caller-safe": ["email"], "caller-email": "a@example.org"}
    mail.pop("caller-all_safe", None)
    answer = desk.client.post(PAGE, mail, headers=EN)
    assert answer.status_code == 422
    assert "A visit by phone needs a number that may be called" in answer.content.decode()
    assert Appointment.objects.count() == 0


def panel_by_phone(house: House, **fields: Any) -> dict[str, Any]:
    """Return what the secretary sends for two who are both called."""
    slot = time(house, 9).split(":")
    phone = ":".join([slot[0], "phone", *slot[2:]])
    data = typed(house, hour=9) | {"slot": phone, "where": "phone", "other-safe": ["call"]}
    return data | fields


@pytest.mark.parametrize(
    ("other", "is_booked"),
    [
        ({}, True),
        ({"other-safe": ["sms"]}, False),
        ({"other-phone": "", "other-email": "e@example.org", "other-safe": ["email"]}, False),
        # Asked for it when they take the invitation up.
        ({"other-safe": [], "other-given_by_other": "on"}, True),
        # Contacted later: then it is asked for.
        ({"other_parent": "unit", "other-phone": "", "other-safe": []}, True),
        # The visit is the caller's alone.
        ({"other-safe": ["sms"], "meeting": "separate"}, True),
    ],
)
def test_the_panel_asks_for_the_other_parents_number_too(
    house: House, desk: Desk, other: dict[str, Any], *, is_booked: bool
) -> None:
    answer = desk.client.post(PAGE, panel_by_phone(house, **other), headers=EN)
    assert answer.status_code == (302 if is_booked else 422)
    assert Appointment.objects.exists() is is_booked
    refused = "A visit by phone needs a number that may be called" in answer.content.decode()
    assert refused is not is_booked


def test_the_action_refuses_a_joint_visit_with_nobody_to_ring(house: House, desk: Desk) -> None:
    slot = house.slot(9)
    booking = Booking(
        service=house.service,
        time=Chosen(Wish(house.service, Channel.PHONE), slot),
        caller=ONE,
        other_parent=OtherParent.GIVEN,
        other=TWO,
    )
    for refused in (
        booking,
        replace(booking, comers=[Comer(ONE, agrees=True), Comer(TWO, agrees=True)]),
    ):
        with pytest.raises(NoNumberError):
            book(refused, user=desk.user, unit=house.unit, made_from=uuid4())
    assert Appointment.objects.count() == 0
    book(replace(booking, other=TWO_CALLED), user=desk.user, unit=house.unit, made_from=uuid4())


def test_who_follows_from_the_visit_before_needs_a_number(
    house: House, desk: Desk, monday: time_machine.Traveller
) -> None:
    visit = request_for(house)
    decisions.confirm(visit.pk, user=desk.user)
    monday.move_to(at(9, 30))
    desk.client.force_login(desk.user)
    Appointment.objects.filter(pk=visit.pk).update(status="in_meeting")
    slot = slot_value(house.slot(9, day=26))
    form = {
        "do": "book",
        "key": str(uuid4()),
        "service": house.service.pk,
        "language": "fi",
        "where": "phone",
        "meeting": "together",
        "slot": found_time_value(Matters(house.service), Channel.PHONE, "fi", slot),
        "visits": "2",
        "after": visit.reference,
    }
    answer = desk.client.post(PAGE, form, headers=EN)
    assert answer.status_code == 422
    assert "there is none for: Eino Korpi" in answer.content.decode()
    assert Appointment.objects.count() == 1
    Party.objects.update(call_is_safe=True)
    assert desk.client.post(PAGE, form, headers=EN).status_code == 302


def test_who_is_added_to_a_visit_by_phone_needs_a_number(house: House, desk: Desk) -> None:
    appointment = by_phone(house, other_parent=OtherParent.UNIT)
    PartyFactory(
        appointment=appointment, is_requester=True, phone="+358400000002", call_is_safe=True
    )
    with pytest.raises(NoNumberError):
        corrections.add_other_parent(appointment.pk, TWO, user=desk.user)
    typed_in = {"name": "Eino", "email": "e@example.org", "safe": "email", "language": "fi"}
    typed_in["version"] = str(appointment.version)
    page = desk.client.post(url(appointment, "parties/add/"), typed_in, headers=EN, follow=True)
    assert "A visit by phone needs a number that may be called" in page.content.decode()
    assert appointment.parties.count() == 1
    told = replace(TWO, email_is_safe=False, given_by_other=True)
    for number, details in enumerate((told, TWO_CALLED)):
        other = by_phone(house, 11 + number, other_parent=OtherParent.UNIT)
        PartyFactory(appointment=other, is_requester=True, call_is_safe=True)
        corrections.add_other_parent(other.pk, details, user=desk.user)
        assert other.parties.count() == 2


def test_a_visit_is_not_changed_to_the_phone_without_a_number(house: House, desk: Desk) -> None:
    appointment = request_for(house)  # the other parent's number may not be called
    decisions.confirm(appointment.pk, user=desk.user)
    wish = Wish(house.service, Channel.PHONE)
    phone_slot = house.slot(12)._replace(point=0)
    with pytest.raises(NoNumberError) as error:
        decisions.book_time(appointment.pk, wish, phone_slot, user=desk.user, unit=house.unit)
    assert error.value.names == ["Eino Korpi"]
    with pytest.raises(NoNumberError):
        decisions.offer_times(appointment.pk, [(wish, phone_slot)], user=desk.user, unit=house.unit)
    changed = VisitArrangement(
        start=at(9),
        channel=Channel.PHONE,
        point=None,
        professionals=(house.professional.pk,),
        room=None,
    )
    with pytest.raises(NoNumberError):
        rescheduling.change(appointment.pk, changed, user=desk.user)
    appointment.refresh_from_db()
    assert appointment.channel == Channel.IN_PERSON
    appointment.parties.update(call_is_safe=True)
    rescheduling.change(appointment.pk, changed, user=desk.user)


def test_what_lacks_a_number_already_is_work_at_the_desk(house: House, desk: Desk) -> None:
    appointment = by_phone(house)
    lacking = PartyFactory(appointment=appointment, is_requester=True, phone="+358400000001")
    PartyFactory(appointment=appointment, phone="+358400000002", call_is_safe=True)
    assert list(without_number(clock.now())) == [lacking]
    page = desk.client.get("/desk/", headers=EN).content.decode()
    assert "Visits by phone without a number to call" in page
    card = desk.client.get(url(appointment), headers=EN).content.decode()
    assert card.count("No number to call") == 1
    Party.objects.update(call_is_safe=True)
    assert list(without_number(clock.now())) == []


def test_who_need_not_be_rung_is_no_work(house: House) -> None:
    appointment = by_phone(house, other_parent=OtherParent.PASS_ON)
    PartyFactory(
        appointment=appointment, is_requester=True, phone="+358400000002", call_is_safe=True
    )
    PartyFactory(appointment=appointment, name="", phone="", email="", answer=Answer.NOT_ASKED)
    declined = by_phone(house, hour=11)
    PartyFactory(appointment=declined, call_is_safe=False, answer=Answer.DECLINED)
    assert list(without_number(clock.now())) == []
    assert worklist.requests().count() == 0


@pytest.fixture
def supervisor(house: House) -> Desk:
    signed = signed_in(Role.SUPERVISOR)
    house.professional.user = signed.user
    house.professional.save()
    return signed


def my_day(supervisor: Desk) -> str:
    """Return the page of the visits' day; days have gone by since the fixture signed in."""
    supervisor.client.force_login(supervisor.user)
    page: str = supervisor.client.get("/my-day/?day=2026-11-25", headers=EN).content.decode()
    return page


def test_the_professional_sees_whom_to_ring_only_around_the_visit(
    house: House, supervisor: Desk, monday: time_machine.Traveller
) -> None:
    appointment = by_phone(house, hour=9)
    fields = {"appointment": appointment, "answer": Answer.ACCEPTED, "call_is_safe": True}
    PartyFactory(name="Aino Virtala", phone="+358400000001", is_requester=True, **fields)
    PartyFactory(name="Eino Korpi", phone="+358400000002", voicemail_is_safe=True, **fields)
    logged = AccessLogEntry.objects.filter(reason="number to call")

    page = my_day(supervisor)
    assert ("040 000 0001" in page, "is shown here from" in page) == (False, True)
    assert logged.count() == 0

    monday.move_to(at(8, 30))
    page = my_day(supervisor)
    assert 'href="tel:+358400000001"' in page
    assert page.index("Aino Virtala</bdi>") < page.rindex("Eino Korpi</bdi>")
    assert page.count("No voicemail") == 1
    assert [(e.record, e.user) for e in logged] == [(appointment.reference, supervisor.user)]

    monday.move_to(appointment.ends_at + timedelta(seconds=1))
    assert "tel:" not in my_day(supervisor)


def test_a_number_that_may_not_be_called_is_not_shown(
    house: House, supervisor: Desk, monday: time_machine.Traveller
) -> None:
    appointment = by_phone(house, hour=9)
    PartyFactory(appointment=appointment, phone="+358400000001", call_is_safe=False)
    monday.move_to(at(9))
    page = my_day(supervisor)
    assert ("400000001" in page, "no number to call: ask the secretary" in page) == (False, True)


def test_no_numbers_for_visits_in_person_or_of_colleagues(
    house: House, supervisor: Desk, monday: time_machine.Traveller
) -> None:
    visit = booked(start=at(9), professionals=[house.professional], service=house.service)
    PartyFactory(appointment=visit, phone="+358400000001", call_is_safe=True)
    monday.move_to(at(9))
    assert "tel:" not in my_day(supervisor)
    other = signed_in(Role.GUIDE)
    assert "400000001" not in my_day(other)


def test_one_number_without_a_name_where_the_other_parent_is_unknown(
    house: House, supervisor: Desk, monday: time_machine.Traveller
) -> None:
    appointment = by_phone(house, hour=9, other_parent=OtherParent.ASK_FIRST)
    PartyFactory(
        appointment=appointment,
        name="Aino Virtala",
        phone="+358400000001",
        call_is_safe=True,
        is_requester=True,
    )
    monday.move_to(at(9))
    page = my_day(supervisor)
    assert ("tel:+358400000001" in page, "Aino Virtala" in page) == (True, False)
