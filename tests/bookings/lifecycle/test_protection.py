"""Non-disclosure for safety: who is protected is marked, hidden, and told to nobody."""

from typing import Any

import pytest
from django.test import Client

from bookings.appointments import answers, corrections, decisions
from bookings.lifecycle.protection import PlaceNotAgreedError
from bookings.models import Appointment, AppointmentEvent, Party, Status
from bookings.parties.records import PartyDetails
from office.models import AccessLogEntry, Channel, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import ONE, Desk, request_for, signed_in, url
from tests.bookings.personal_cast import text, without_keys
from tests.factories import UserFactory, link_of

pytestmark = pytest.mark.django_db

EN = {"Accept-Language": "en"}
MARK = "Contact details are protected"
PHONE, EMAIL = "+358400000001", "aino@example.org"


@pytest.fixture
def desk(db: None) -> Desk:
    return signed_in(Role.SECRETARY)


@pytest.fixture
def appointment(house: House) -> Appointment:
    appointment = request_for(house)
    appointment.parties.filter(is_requester=True).update(is_protected=True)
    return appointment


def protected(appointment: Appointment) -> Party:
    return appointment.parties.get(is_requester=True)


def page(desk: Desk, path: str) -> str:
    return " ".join(desk.client.get(path, headers=EN).content.decode().split())


def shows(html: str) -> bool:
    """Whether a page has the protected number or address anywhere."""
    return any(way in html for way in (PHONE, "040 0000001", "0400000001", "040 000 0001", EMAIL))


def test_the_desk_hides_contacts_until_somebody_asks_and_logs_who(
    appointment: Appointment, desk: Desk
) -> None:
    party = protected(appointment)
    card, work = page(desk, url(appointment)), page(desk, "/desk/")
    for html in (card, work, page(desk, url(appointment, f"parties/{party.pk}/"))):
        assert not shows(html)
    assert MARK in card
    assert "Protected</span>" in work
    # The other parent's are shown as always.
    assert "eino@example.org" in card

    shown = desk.client.post(url(appointment, f"parties/{party.pk}/reveal/"), headers=EN)
    html = shown.content.decode()
    assert shows(html)
    assert EMAIL in html
    assert "no-store" in shown.headers["Cache-Control"]
    entry = AccessLogEntry.objects.get(action="reveal")
    assert (entry.user, entry.record) == (desk.user, appointment.reference)
    # Shown once: the next look asks again.
    assert not shows(page(desk, url(appointment)))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER])
def test_colleagues_and_strangers_reveal_nothing(appointment: Appointment, role: Role) -> None:
    party = protected(appointment)
    for path in (f"parties/{party.pk}/reveal/", "place-agreed/"):
        assert signed_in(role).client.post(url(appointment, path)).status_code == 403
        assert Client().post(url(appointment, path)).status_code == 302
        assert signed_in(Role.SECRETARY).client.get(url(appointment, path)).status_code == 405
    assert AccessLogEntry.objects.filter(action="reveal").count() == 0


def test_another_appointments_party_is_not_revealed(
    appointment: Appointment, house: House, desk: Desk
) -> None:
    other = request_for(house, 11)
    path = url(other, f"parties/{protected(appointment).pk}/reveal/")
    assert desk.client.post(path).status_code == 404


def test_correcting_without_seeing_keeps_number_and_address(
    appointment: Appointment, desk: Desk
) -> None:
    party = protected(appointment)
    form = {"name": "Aino V", "safe": ["call", "email"], "language": "fi", "is_protected": "on"}
    path = url(appointment, f"parties/{party.pk}/")
    response = desk.client.post(path, {**form, "version": appointment.version})
    assert response.status_code == 302
    party.refresh_from_db()
    assert (party.name, str(party.phone), party.email) == ("Aino V", PHONE, EMAIL)
    assert party.is_protected
    appointment.refresh_from_db()
    again = {**form, "phone": "040 123 4567", "version": appointment.version}
    desk.client.post(path, again)
    party.refresh_from_db()
    assert (str(party.phone), party.email) == ("+358401234567", EMAIL)


def test_searches_show_and_copy_no_protected_number(appointment: Appointment, desk: Desk) -> None:
    party = protected(appointment)
    found = desk.client.post(
        "/desk/book/callers/", {"who": "caller", "caller-name": "Aino Virtala"}, headers=EN
    ).content.decode()
    assert "Aino Virtala" in found
    assert not shows(found)
    taken = desk.client.post("/desk/book/", {"take": f"caller.{party.pk}"}, headers=EN)
    html = taken.content.decode()
    assert "Aino Virtala" in html
    assert not shows(html)
    assert shows(desk.client.post("/desk/find/", {"q": "Aino Virtala"}).content.decode()) is False


def test_nothing_of_it_reaches_the_other_parent_or_the_professionals(
    appointment: Appointment, house: House, desk: Desk
) -> None:
    corrections.write_note(appointment.pk, "", user=desk.user)
    party, other = protected(appointment), appointment.parties.get(is_requester=False)
    with_mark = without_keys(text(Client(), link_of(other)))
    own = without_keys(text(Client(), link_of(party)))
    Party.objects.update(is_protected=False)
    assert without_keys(text(Client(), link_of(other))) == with_mark
    assert without_keys(text(Client(), link_of(party))) == own

    Party.objects.filter(pk=party.pk).update(is_protected=True)
    Appointment.objects.update(channel=Channel.PHONE)
    decisions.confirm(appointment.pk, user=desk.user)
    house.professional.user = UserFactory(roles=[Role.SUPERVISOR])
    house.professional.save()
    client = Client()
    client.force_login(house.professional.user)
    mine = client.get("/my-day/?day=2026-11-25", headers=EN).content.decode()
    assert "rotected" not in mine
    assert not shows(mine)


def test_the_place_is_agreed_before_the_other_parent_is_told_of_it(
    appointment: Appointment, desk: Desk
) -> None:
    with pytest.raises(PlaceNotAgreedError):
        decisions.confirm(appointment.pk, user=desk.user)
    refused = desk.client.post(
        url(appointment, "confirm/"), {"version": appointment.version}, headers=EN, follow=True
    )
    assert "Agree with them on the place" in refused.content.decode()
    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED

    agreed = url(appointment, "place-agreed/")
    desk.client.post(agreed, {"version": appointment.version})
    appointment.refresh_from_db()
    assert AppointmentEvent.objects.filter(what="place_agreed", user=desk.user).count() == 1
    desk.client.post(url(appointment, "confirm/"), {"version": appointment.version})
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


@pytest.mark.parametrize(
    "change", [{"channel": Channel.VIDEO}, {"meeting": "separate"}, {"other_parent": "none"}]
)
def test_where_no_place_is_told_nothing_is_to_be_agreed(
    appointment: Appointment, change: dict[str, Any]
) -> None:
    if change == {"other_parent": "none"}:
        appointment.parties.filter(is_requester=False).delete()
    Appointment.objects.filter(pk=appointment.pk).update(**change)
    decisions.confirm(appointment.pk, user=UserFactory())
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


def test_a_parent_may_ask_for_it_and_the_page_does_not_tell(
    house: House, client: Client, desk: Desk
) -> None:
    appointment = request_for(house)
    party, link = protected(appointment), link_of(protected(appointment))
    client.cookies["django_language"] = "en"
    before = without_keys(text(client, f"{link}reach/"))
    form = {
        "phone": "",
        "email": "",
        "safe": ["call", "email"],
        "is_protected": "on",
        "language": "fi",
        "interpreter": "",
        "key": "k",
    }
    client.post(f"{link}reach/", form)
    party.refresh_from_db()
    assert party.is_protected
    form.pop("is_protected")
    client.post(f"{link}reach/", {**form, "key": "other"})
    party.refresh_from_db()
    assert party.is_protected
    client.get(link)
    after = without_keys(text(client, f"{link}reach/"))
    key = 'name="key" value="'
    assert before.split(key)[0] == after.split(key)[0]
    assert MARK in page(desk, url(appointment))


def test_who_asks_for_a_time_may_say_it(house: House) -> None:
    appointment = request_for(house, requester=PartyDetails(**{**vars(ONE), "is_protected": True}))
    assert protected(appointment).is_protected
    assert not answers.may_take_up(protected(appointment), appointment)
