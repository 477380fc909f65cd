"""The open card follows what others do, and a screen reader tells the rows apart."""

import re
from html import unescape

import pytest

from bookings.appointments import decisions
from bookings.appointments.corrections import correct_party, write_note
from bookings.models import Appointment
from bookings.parties.records import PartyDetails
from office.models import AccessLogEntry, Role, User
from tests.bookings.conftest import House
from tests.bookings.desk_cast import ONE, request_for, signed_in, url
from tests.factories import UserFactory


@pytest.fixture
def ritva(db: None) -> User:
    user: User = UserFactory(username="ritva", first_name="Ritva", last_name="Roos")
    return user


def news(appointment: Appointment, seen: object, told: str = "") -> tuple[int, str]:
    client = signed_in(Role.SECRETARY).client
    where = f"/desk/card-news/?about={appointment.reference}&seen={seen}&told={told}"
    response = client.get(where, headers={"accept-language": "en"})
    return response.status_code, response.content.decode()


def test_nothing_new_says_nothing_and_is_not_logged(house: House) -> None:
    appointment = request_for(house)

    assert news(appointment, appointment.version) == (204, "")
    assert AccessLogEntry.objects.count() == 0


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 20])
def test_odd_versions_say_nothing(house: House, seen: str) -> None:
    assert news(request_for(house), seen)[0] == 204


def test_what_another_has_done_is_told_and_the_buttons_go(house: House, ritva: User) -> None:
    appointment = request_for(house)
    seen = appointment.version
    decisions.confirm(appointment.pk, user=ritva)

    status, html = news(appointment, seen)

    assert (status, "Ritva Roos has just confirmed this." in html) == (200, True)
    assert 'id="card-do" hx-swap-oob="true"' in html
    assert f'href="/desk/requests/{appointment.reference}/"' in html
    assert "/confirm/" not in html
    assert AccessLogEntry.objects.filter(record=appointment.reference, action="read").count() == 1


def test_it_is_told_once(house: House, ritva: User) -> None:
    appointment = request_for(house)
    seen = appointment.version
    decisions.confirm(appointment.pk, user=ritva)
    appointment.refresh_from_db()

    assert news(appointment, seen, told=str(appointment.version))[0] == 204


def test_all_that_happened_since_is_told_the_oldest_first(house: House, ritva: User) -> None:
    appointment = request_for(house)
    seen = appointment.version
    decisions.confirm(appointment.pk, user=ritva)
    write_note(appointment.pk, "Huom.", user=ritva)

    html = news(appointment, seen)[1]

    said = re.findall(r"<strong>(.*?)</strong>", html)
    assert said == [
        "Ritva Roos has just confirmed this.",
        "Ritva Roos has just changed this: Note changed.",
    ]


def test_the_page_of_a_request_follows_too(house: House) -> None:
    appointment = request_for(house)

    html = signed_in(Role.SECRETARY).client.get(url(appointment)).content.decode()

    assert f'hx-get="/desk/card-news/?about={appointment.reference}&amp;seen=1"' in html
    assert 'data-live="desk"' in html


def test_changed_contact_details_are_compared_field_by_field(house: House, ritva: User) -> None:
    """What the other one has just written is to be seen before it is overwritten."""
    appointment = request_for(house)
    party = appointment.parties.get(is_requester=True)
    seen = Appointment.objects.get(pk=appointment.pk).version
    new = PartyDetails(name=ONE.name, phone="+358400000777", email=ONE.email, email_is_safe=True)
    correct_party(party.pk, new, user=ritva)

    response = signed_in(Role.SECRETARY).client.post(
        url(appointment, f"parties/{party.pk}/"),
        {
            "name": ONE.name,
            "phone": "0400000001",
            "email": ONE.email,
            "safe": ["email"],
            "language": "fi",
            "version": seen,
        },
        headers={"accept-language": "en"},
    )

    html = response.content.decode()
    assert response.status_code == 409
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    phone = next(row for row in rows if "040 000 0777" in row)
    assert ("differs" in phone, "040 000 0001" in phone) == (True, True)
    name = next(row for row in rows if ONE.name in row)
    assert "differs" not in name


def heard(house: House) -> list[str]:
    """Return the rows' accessible names, in order, as a screen reader reads the links of the list."""
    client = signed_in(Role.SECRETARY).client
    html = client.get("/desk/work/", headers={"accept-language": "en"}).content.decode()
    return [unescape(name) for name in re.findall(r'<a id="row-[^>]*aria-label="([^"]*)"', html)]


def test_each_row_is_heard_apart(house: House) -> None:
    """The same service at the same place: kind, names, code and time tell them apart."""
    first = request_for(house, 9)
    outi = PartyDetails(name="Outi Virtala", email="outi@example.org")
    second = request_for(house, 11, requester=outi, other=None)
    nameless = request_for(house, None, requester=PartyDetails(email="a@example.org"), other=None)
    for appointment in (first, second, nameless):
        Appointment.objects.filter(pk=appointment.pk).update(answer_due_at=None)

    place = "Porvoon toimipiste"
    assert heard(house) == [
        f"New requests: Virtala, Korpi, Elatussopimus, {first.reference}, Wed 25 Nov 9:00, {place}, fi",
        f"New requests: Virtala, Elatussopimus, {second.reference}, Wed 25 Nov 11:00, {place}, fi",
        f"New requests: nameless, Elatussopimus, {nameless.reference}, no time yet, "
        "at a service point, fi",
    ]


def test_what_is_seen_of_a_row_begins_what_is_heard(house: House) -> None:
    request_for(house)
    client = signed_in(Role.SECRETARY).client

    html = client.get("/desk/work/").content.decode()

    row = re.search(r'<a id="row-[^>]*aria-label="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    assert row
    assert row[2].strip() in unescape(row[1])


def test_menu_and_list_have_one_figure(house: House) -> None:
    request_for(house, 9)
    request_for(house, 11, other=None)

    html = signed_in(Role.SECRETARY).client.get("/desk/").content.decode()

    assert set(re.findall(r'data-counter="desk">\s*(\d+)\s*<', html)) == {"2"}
    assert 'data-counts="desk" data-count="2"' in html
