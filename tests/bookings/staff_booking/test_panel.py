"""The booking panel: who may, what it books, and what stays when something is wrong."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from bookings.availability.codec import found_time_value, slot_value
from bookings.desk.worklist import to_contact
from bookings.models import (
    Answer,
    Appointment,
    OtherParent,
    Party,
    SeparateVisit,
    Status,
    Undoable,
)
from bookings.models.matters import Matters
from office.core import clock
from office.models import AccessLogEntry, Attendance, Channel, OutboxMessage, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, request_for, signed_in
from tests.factories import ProfessionalFactory, RoomFactory, ServicePointFactory, booked

pytestmark = pytest.mark.django_db

PAGE = "/desk/book/"


def time(house: House, hour: int, minute: int = 0) -> str:
    slot = house.slot(hour, minute)
    return found_time_value(Matters(house.service), Channel.IN_PERSON, "fi", slot_value(slot))


def typed(house: House, hour: int = 9, **fields: Any) -> dict[str, Any]:
    """Return what a secretary sends for two new parents."""
    data = {
        "do": "book",
        "key": str(uuid4()),
        "service": house.service.pk,
        "language": "fi",
        "where": "any",
        "earliest": "",
        "meeting": "together",
        "slot": time(house, hour),
        "caller-name": "Aino Virtala",
        "caller-phone": "040 123 4567",
        "caller-email": "aino@example.org",
        "caller-all_safe": "on",
        "other_parent": "",
        "other-name": "Eino Korpi",
        "other-phone": "0407654321",
        "other-email": "",
        "other-safe": ["sms"],
        "note": "Soitti töistä.",
    }
    return data | {name.replace("__", "-"): value for name, value in fields.items()}


def keys(html: str) -> int:
    """Count how many times a digit chooses."""
    return len(re.findall(r'name="slot" value="[^"]*"\s+data-key="\d"', html))


@pytest.fixture
def client(house: House) -> Client:
    return signed_in(Role.SECRETARY).client


def test_the_page_stands_ready(house: House, client: Client) -> None:
    html = " ".join(client.get(PAGE).content.decode().split())
    assert keys(html) == 5
    # With whom and in which room
    assert f"{house.professional.name} · {house.room.name}" in html


def test_two_parents_are_booked_at_once(house: House, client: Client) -> None:
    response = client.post(PAGE, typed(house))

    appointment = Appointment.objects.get()
    assert response["Location"] == f"/desk/book/done/{appointment.reference}/"
    assert (appointment.status, appointment.starts_at) == (Status.CONFIRMED, at(9))
    assert (appointment.room, list(appointment.professionals.all())) == (
        house.room,
        [house.professional],
    )
    assert appointment.secretary_note == "Soitti töistä."
    caller, other = appointment.parties.order_by("pk")
    assert (caller.name, str(caller.phone), caller.is_requester, caller.answer) == (
        "Aino Virtala",
        "+358401234567",
        True,
        Answer.ACCEPTED,
    )
    assert (other.name, other.is_requester, other.answer) == ("Eino Korpi", False, Answer.ASKED)
    assert [caller.call_is_safe, caller.voicemail_is_safe, caller.sms_is_safe] == [
        True,
        False,
        True,
    ]
    assert [other.call_is_safe, other.sms_is_safe, other.email_is_safe] == [False, True, False]
    told = OutboxMessage.objects.exclude(kind="staff_booked").values_list("channel", "to")
    assert sorted(told) == [
        ("email", "aino@example.org"),
        ("sms", "+358401234567"),
        ("sms", "+358407654321"),
    ]
    assert [(e.what, e.by) for e in appointment.events.all()] == [("confirmed", "staff")]

    html = " ".join(client.get(response["Location"]).content.decode().split())
    assert appointment.reference in html
    assert "Eino Korpi" in html
    logged = AccessLogEntry.objects.values_list("record", "action")
    assert list(logged) == [(appointment.reference, "read"), (appointment.reference, "create")]


def test_sent_twice_it_is_booked_once(house: House, client: Client) -> None:
    data = typed(house)
    first, second = client.post(PAGE, data), client.post(PAGE, data)
    assert Appointment.objects.count() == 1
    assert first["Location"] == second["Location"]
    assert OutboxMessage.objects.exclude(kind="staff_booked").count() == 3


def test_a_booking_is_taken_back_before_anybody_is_told(house: House, client: Client) -> None:
    data = typed(house)
    client.post(PAGE, data)
    assert {m.send_after > clock.now() for m in OutboxMessage.objects.all()} == {True}
    # Sent twice, the first press's undo stays the only one
    client.post(PAGE, data)
    undoable = Undoable.objects.get()

    page = " ".join(
        client.post(f"/desk/undo/{undoable.key}/", follow=True).content.decode().split()
    )

    # It is not "as before": before, there was none
    assert "ennallaan" not in page
    assert "on peruttu. Kenellekään ei ilmoitettu" in page
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.claim) == (Status.CANCELLED, None)
    assert not OutboxMessage.objects.filter(dropped_at=None).exists()


def test_one_who_must_be_called_is_named(house: House, client: Client) -> None:
    data = typed(house, other__safe=["call"])
    html = " ".join(client.post(PAGE, data, follow=True).content.decode().split())
    assert html.count("Eino Korpi") == 2
    assert "040 765 4321" in html


def test_a_time_that_was_just_taken_costs_the_time_alone(house: House, client: Client) -> None:
    data = typed(house, hour=9)
    booked(start=at(9), professionals=[house.professional], service_point=house.point)
    before = Appointment.objects.count()

    response = client.post(PAGE, data)

    html = " ".join(response.content.decode().split())
    assert (response.status_code, Appointment.objects.count()) == (409, before)
    for kept in (
        "Aino Virtala",
        "040 123 4567",
        "aino@example.org",
        "Eino Korpi",
        "Soitti töistä.",
    ):
        assert kept in html
    assert f'value="{data["key"]}"' in html
    # The near ones stand there to choose from, the one that was taken does not
    shown = [hour for hour in range(8, 16) if f'value="{time(house, hour)}"' in html]
    assert shown == [8, 10, 11]
    # With one of them it is booked
    assert client.post(PAGE, data | {"slot": time(house, 10)}).status_code == 302


@pytest.mark.parametrize(
    "field", ["caller-name", "caller-needs", "other-interpreter_words", "note"]
)
def test_an_identity_code_is_refused_and_the_form_kept(
    house: House, client: Client, field: str
) -> None:
    data = typed(house) | {field: "Aino 131052-308T"}
    response = client.post(PAGE, data)
    html = " ".join(response.content.decode().split())
    assert (response.status_code, Appointment.objects.count()) == (422, 0)
    assert "aino@example.org" in html
    assert re.search(rf'value="{time(house, 9)}"( data-key="\d")? checked', html)


@pytest.mark.parametrize(
    "changed",
    [
        {"slot": ""},
        {"slot": "nonsense"},
        {"caller-name": ""},
        {"caller-phone": "12"},
        {"caller-phone": "", "caller-email": ""},
        {"caller-all_safe": "", "caller-safe": ["email"], "caller-email": ""},
        {"other-name": "", "other-phone": "", "other-safe": []},
        {"other-phone": "", "other-email": "", "other-safe": []},
        {"other-safe": ["email"]},
        {"meeting": "separate", "other_parent": "pass_on"},
        {"service": "9999"},
        {"earliest": "31.2."},
        {"earliest": "8"},
        {"until": "22.11."},
        {"pattern": "joskus"},
    ],
)
def test_what_is_missing_is_said(house: House, client: Client, changed: dict[str, Any]) -> None:
    response = client.post(PAGE, typed(house) | changed)
    assert (response.status_code, Appointment.objects.count()) == (422, 0)
    assert "data-error-summary" in response.content.decode()


def test_nothing_is_safe_that_nobody_has_said(house: House, client: Client) -> None:
    client.post(PAGE, typed(house, caller__all_safe="", other__safe=[]))
    for party in Party.objects.all():
        assert not any(
            [party.call_is_safe, party.voicemail_is_safe, party.sms_is_safe, party.email_is_safe]
        )
    assert OutboxMessage.objects.exclude(kind="staff_booked").count() == 0


@pytest.mark.parametrize("way", [OtherParent.UNIT, OtherParent.NONE, OtherParent.PASS_ON])
def test_the_other_parent_as_the_caller_wishes(house: House, client: Client, way: str) -> None:
    response = client.post(PAGE, typed(house, other_parent=way), follow=True)
    appointment = Appointment.objects.get()
    parties = [party.name for party in appointment.parties.order_by("pk")]
    passed_on = way == OtherParent.PASS_ON
    # Decided later: the name is kept
    other = {OtherParent.PASS_ON: [""], OtherParent.UNIT: ["Eino Korpi"]}.get(way, [])
    assert (appointment.other_parent, parties) == (way, ["Aino Virtala", *other])
    # The code to read out to the caller
    assert (appointment.invitation_hash is not None) == passed_on
    assert (b'<strong class="code">' in response.content) == passed_on


def test_the_name_alone_is_kept_until_they_are_contacted(house: House, client: Client) -> None:
    data = typed(house, other_parent=OtherParent.UNIT, other__phone="", other__safe=[])
    client.post(PAGE, data)
    appointment = Appointment.objects.get()
    named = appointment.parties.get(name="Eino Korpi")
    # Nobody has told them anything, and it is still work
    assert (named.answer, named.language_is_known) == (Answer.NOT_ASKED, False)
    assert not OutboxMessage.objects.filter(link_nonce=named.link_nonce).exists()
    assert list(to_contact()) == [appointment]
    assert list(Party.objects.who_come()) == [appointment.parties.get(name="Aino Virtala")]
    card = client.get(f"/desk/requests/{appointment.reference}/").content.decode()
    assert "Eino Korpi" in card
    # Found by it
    found = client.post("/desk/book/callers/", {"who": "caller", "caller-name": "eino kor"})
    assert "Eino Korpi" in found.content.decode()

    # With details they are invited, as the one person that they are
    add = f"/desk/requests/{appointment.reference}/parties/add/"
    assert 'value="Eino Korpi"' in client.get(add).content.decode()
    details = {
        "name": "Eino Korpi",
        "phone": "0407654321",
        "safe": ["sms", "call"],
        "language": "fi",
    }
    client.post(add, details | {"version": appointment.version})
    other = appointment.parties.get(name="Eino Korpi")
    assert (other.pk, other.answer) == (named.pk, Answer.ASKED)
    assert OutboxMessage.objects.filter(to="+358407654321").count() == 1
    assert list(to_contact()) == []


def test_a_name_alone_becomes_a_party_by_a_correction_too(house: House, client: Client) -> None:
    client.post(PAGE, typed(house, other_parent=OtherParent.UNIT))
    appointment = Appointment.objects.get()
    named = appointment.parties.get(name="Eino Korpi")
    path = f"/desk/requests/{appointment.reference}/parties/{named.pk}/"
    details = {
        "name": "Eino Korpi",
        "email": "eino@example.org",
        "safe": ["email"],
        "language": "fi",
    }
    client.post(path, details | {"version": appointment.version})
    named.refresh_from_db()
    assert named.answer == Answer.ASKED
    assert OutboxMessage.objects.filter(to="eino@example.org").count() == 1


def test_who_comes_alone_needs_no_other_parent(house: House, client: Client) -> None:
    house.service.attendance = Attendance.EITHER
    house.service.save()
    client.post(PAGE, typed(house, other__name="", other__phone="", other__safe=[]))
    assert Appointment.objects.get().other_parent == OtherParent.NONE


def test_anonymous_where_the_service_allows_it(house: House, client: Client) -> None:
    data = typed(house, caller__name="Kettu", anonymous="on")
    client.post(PAGE, data)
    assert Appointment.objects.get().is_anonymous is False
    house.service.may_be_anonymous = True
    house.service.attendance = Attendance.ONE
    house.service.save()

    client.post(PAGE, data | {"key": str(uuid4()), "slot": time(house, 11)})

    party = Appointment.objects.get(is_anonymous=True).parties.get()
    assert (party.name, str(party.phone), party.email, party.call_is_safe) == (
        "Kettu",
        "",
        "",
        False,
    )


def test_times_follow_the_choices(house: House, client: Client) -> None:
    other = ServicePointFactory(name_fi="Muu paikka")
    data = typed(house, hour=9) | {"do": ""}

    def shown(**changed: Any) -> str:
        response = client.post("/desk/book/times/?fresh=1", data | changed)
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    assert 'name="slot"' in shown()
    assert 'name="slot"' not in shown(where=str(other.pk))
    assert 'name="slot"' not in shown(where="video")
    assert 'name="slot"' not in shown(language="sv")
    assert f'value="{time(house, 8)}"' in shown(earliest="25.11.")
    # The chosen one stays chosen
    assert f'value="{time(house, 9)}" checked' in shown(earliest="25.11.2026")


def test_later_times_and_back(house: House, client: Client) -> None:
    data = typed(house) | {"do": "", "earliest": "25.11."}
    html = " ".join(
        client.post("/desk/book/times/", data | {"skip_to": "5"}).content.decode().split()
    )
    # Two halves of a day each: on Friday afternoon they go on
    friday = slot_value(house.slot(12, 0, day=27))
    value = found_time_value(Matters(house.service), Channel.IN_PERSON, "fi", friday)
    assert f'value="{value}" data-key="1"' in html
    assert 'name="skip_to" value="0"' in html
    assert 'name="skip_to" value="10"' in html


def test_without_scripts_looking_again_keeps_all_and_blames_nobody(
    house: House, client: Client
) -> None:
    data = typed(house) | {"do": "times", "caller-phone": "12", "other-name": ""}
    response = client.post(PAGE, data)
    html = " ".join(response.content.decode().split())
    assert response.status_code == 200
    main = html.partition("<main")[2].partition("</main>")[0]
    assert ("data-error-summary" in main, 'class="error"' in main) == (False, False)
    for kept in ("Aino Virtala", 'value="12"', "0407654321", "Soitti töistä."):
        assert kept in html


def test_the_address_begins_the_wish(house: House, client: Client) -> None:
    query = f"service={house.service.slug}&language=sv&point={house.point.pk}&from=2026-12-01"
    html = " ".join(client.get(f"{PAGE}?{query}").content.decode().split())
    assert '<option value="sv" selected>' in html
    assert f'<option value="{house.point.pk}" selected>' in html
    assert 'value="1.12.2026"' in html


def test_a_free_time_of_the_calendar_leads_to_that_time(house: House, client: Client) -> None:
    path = f"{PAGE}?service={house.service.slug}&from={at(10):%Y-%m-%d}"
    first = re.compile(r'name="slot" value="([^"]*)"')
    later = client.get(f"{path}&at=10:00").content.decode()
    found = first.search(later)
    assert found is not None
    assert found[1] == time(house, 10)
    # The earlier ones of that morning stand beside it, and a strange time is none
    assert time(house, 9) in later
    assert keys(client.get(f"{path}&at=25:00").content.decode()) == 5


@pytest.mark.parametrize(
    "query", ["service=x&language=xx&point=99&from=soon", "service=9999&from=0001-01-01", "for="]
)
def test_a_strange_address_begins_with_what_is_usual(
    house: House, client: Client, query: str
) -> None:
    html = " ".join(client.get(f"{PAGE}?{query}").content.decode().split())
    assert keys(html) == 5


def test_a_caller_is_found_and_their_own_details_alone_are_filled_in(
    house: House, client: Client
) -> None:
    appointment = request_for(house)
    found = client.post("/desk/book/callers/", {"who": "caller", "caller-name": "virtla"})
    party = appointment.parties.get(name="Aino Virtala")
    assert f'value="caller.{party.pk}"' in found.content.decode()
    assert list(AccessLogEntry.objects.values_list("record", "action")) == [
        (appointment.reference, "search")
    ]

    data = typed(house) | {"do": "", "take": f"caller.{party.pk}", "caller-name": "virtla"}
    for headers in ({}, {"HX-Request": "true"}):
        html = " ".join(client.post(PAGE, data, headers=headers).content.decode().split())
        assert f'value="{ONE.email}"' in html
        assert 'value="email" id="id_caller-safe_3" checked' in " ".join(html.split())
        # Neither what they wrote nor the other parent's details
        assert ("Vain sihteerille" in html, "eino@example.org" in html) == (False, False)


def test_of_details_that_another_gave_the_name_alone_is_filled_in(
    house: House, client: Client
) -> None:
    party = request_for(house).parties.get(name="Eino Korpi")
    data = {"take": f"caller.{party.pk}"}
    html = " ".join(
        client.post(PAGE, data, headers={"HX-Request": "true"}).content.decode().split()
    )
    assert ("Eino Korpi" in html, "eino@example.org" in html) == (True, False)


@pytest.mark.parametrize("who", ["caller.999999", "caller.x", "nobody.1", "other."])
def test_taking_nobody(house: House, client: Client, who: str) -> None:
    assert client.post(PAGE, {"take": who}).status_code == (404 if "999" in who else 200)


def test_searching_has_a_limit(house: House, client: Client) -> None:
    request_for(house)
    data = {"who": "caller", "caller-name": "virtala"}
    for _ in range(120):
        client.post("/desk/book/callers/", data)
    assert b"found__list" not in client.post("/desk/book/callers/", data).content


def test_the_number_of_queries_does_not_grow(
    house: House, client: Client, django_assert_max_num_queries: Any
) -> None:
    request_for(house)
    for hours in ((10, 11, 12), ()):
        with django_assert_max_num_queries(26):
            client.get(PAGE)
        for hour in hours:
            booked(start=at(hour), professionals=[house.professional], service=house.service)


PAGES = [
    ("get", PAGE),
    ("post", PAGE),
    ("post", "/desk/book/times/"),
    ("post", "/desk/book/other-times/"),
    ("post", "/desk/book/callers/"),
    ("get", "/desk/book/done/{reference}/"),
    ("get", "/desk/book/done/{reference}/slip/"),
]


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_who_may_book(house: House, method: str, path: str) -> None:
    path = path.format(reference=request_for(house).reference)
    data = typed(house, hour=11)
    for role in (Role.MANAGER, Role.PARTNER):
        assert getattr(signed_in(role).client, method)(path, data).status_code == 403
    stranger = getattr(Client(), method)(path, data)
    assert (stranger.status_code, stranger["Location"].split("?")[0]) == (302, "/accounts/login/")
    assert Appointment.objects.filter(status=Status.CONFIRMED).count() == 0
    assert getattr(signed_in(Role.SECRETARY).client, method)(path, data).status_code in (200, 302)


@pytest.mark.parametrize("path", [path for method, path in PAGES[2:5]])
def test_pieces_are_posted_for(house: House, client: Client, path: str) -> None:
    assert client.get(path).status_code == 405


def test_unknown_codes_lead_nowhere(house: House, client: Client) -> None:
    assert client.get("/desk/book/done/XXX-999/").status_code == 404
    assert client.get(f"{PAGE}?for=XXX-999").status_code == 404


def test_both_visits_of_parents_who_come_separately(house: House, client: Client) -> None:
    data = typed(house, meeting="separate", slot_other=time(house, 11))
    html = " ".join(client.post(PAGE, data, follow=True).content.decode().split())

    one, two = Appointment.objects.order_by("starts_at")
    assert (one.starts_at, two.starts_at) == (at(9), at(11))
    assert [p.name for p in one.parties.all()] == ["Aino Virtala"]
    assert [(p.name, p.answer) for p in two.parties.all()] == [("Eino Korpi", Answer.ASKED)]
    assert (one.reference in html, two.reference in html) == (True, True)
    # The note is the caller's visit's; each is told of the own time alone
    assert (one.secretary_note, two.secretary_note) == ("Soitti töistä.", "")
    for visit, to in ((one, "aino@example.org"), (two, "+358407654321")):
        message = OutboxMessage.objects.get(to=to)
        assert message.about == visit.reference
    assert SeparateVisit.objects.count() == 2


def test_separate_visits_that_meet_are_refused_unless_it_is_meant(
    house: House, client: Client
) -> None:
    data = typed(house, meeting="separate", slot_other=time(house, 9, 30))
    ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
    RoomFactory(service_point=house.point)
    response = client.post(PAGE, data)
    assert (response.status_code, Appointment.objects.count()) == (409, 0)
    html = " ".join(response.content.decode().split())
    assert 'name="overrides_gap"' in html

    client.post(PAGE, data | {"overrides_gap": "on"})
    two = Appointment.objects.get(starts_at=at(9, 30))
    assert [e.what for e in two.events.all()] == ["gap_overridden", "confirmed"]


def test_the_place_is_agreed_with_who_is_protected(house: House, client: Client) -> None:
    form = typed(house, caller__is_protected="on")
    refused = client.post(PAGE, form)
    assert refused.status_code == 409
    assert 'name="place_agreed"' in refused.content.decode()
    assert not Appointment.objects.exists()
    # Nothing is to be agreed where nobody else is told of the place.
    assert client.post(PAGE, form | {"other_parent": "none"}).status_code == 302
    form |= {"key": str(uuid4()), "slot": time(house, 12), "place_agreed": "on"}
    assert client.post(PAGE, form).status_code == 302
    assert [
        a.events.filter(what="place_agreed").count() for a in Appointment.objects.order_by("pk")
    ] == [0, 1]
