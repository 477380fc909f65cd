"""Links of guidance: picked by what fits, sent once, neutrally, and soon forgotten."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.guidance import sending as guiding
from bookings.models import Call, Party, Undoable
from bookings.notifications.kinds import MessageKind
from bookings.phone import calls
from office.core.phones import shown
from office.messaging import outbox as messages
from office.models import (
    AccessLogEntry,
    GuidanceLink,
    GuidanceSituation,
    OutboxMessage,
    Role,
    Service,
    Unit,
)
from office.retention.table import period_of
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, request_for, signed_in
from tests.factories import AppointmentFactory, ServiceFactory, UnitFactory
from tests.purged import purged
from tests.spent import spend

pytestmark = pytest.mark.django_db
PAGE = "/desk/links/"
NOW = at(10)


def link(title: str, *situations: GuidanceSituation, **fields: Any) -> GuidanceLink:
    made = GuidanceLink.objects.create(
        title_fi=f"{title} fi",
        title_sv=f"{title} sv",
        url_fi=f"https://example.org/fi/{title}",
        url_sv=f"https://example.org/sv/{title}",
        **fields,
    )
    made.situations.set(situations)
    return made


@pytest.fixture(autouse=True)
def unit(settings: Any) -> Unit:
    settings.DEMO = "porvoo"  # so that every channel works
    return UnitFactory(name_fi="-- \nAjanvaraus\n", name_sv="-- \nTidsbokning\n")


@pytest.fixture
def money() -> GuidanceSituation:
    return GuidanceSituation.objects.create(name_fi="Huoli rahasta", order=1)


@pytest.fixture
def safety() -> GuidanceSituation:
    return GuidanceSituation.objects.create(name_fi="Pelko", order=2)


@pytest.fixture
def desk() -> Desk:
    return signed_in(Role.SECRETARY)


def sending(*links: GuidanceLink, **fields: str) -> dict[str, object]:
    return {
        "links": [str(link.pk) for link in links],
        "language": "fi",
        "to": "asiakas@example.org",
        "key": "a key",
        **fields,
    }


def send(desk: Desk, data: dict[str, object], *, at: str = PAGE) -> HttpResponse:
    """Look at what leaves, and send it."""
    response: HttpResponse = desk.client.post(at, data)
    if response.status_code == 200:
        (checked,) = re.findall(r'name="checked" value="(\w+)"', response.content.decode())
        response = desk.client.post(at, {**data, "checked": checked})
    return response


def outbox() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=MessageKind.LINKS).order_by("pk"))


# Picking


def ticked(page: str) -> list[int]:
    return [
        int(part.split('"')[0])
        for part in page.split('name="links" value="')[1:]
        if " checked" in part.split(">")[0]
    ]


def test_what_fits_the_situations_is_ticked(
    desk: Desk, money: GuidanceSituation, safety: GuidanceSituation
) -> None:
    first, second, third = link("one", money), link("two", safety), link("three")
    page = " ".join(desk.client.get(PAGE).content.decode().split())
    assert ticked(page) == []
    page = " ".join(desk.client.get(PAGE, {"s": [money.pk]}).content.decode().split())
    assert ticked(page) == [first.pk]
    page = " ".join(desk.client.get(PAGE, {"s": [money.pk, safety.pk]}).content.decode().split())
    assert ticked(page) == [first.pk, second.pk]
    assert third.title_fi in page


def test_what_fits_the_service_is_ticked_and_that_of_the_call(desk: Desk) -> None:
    service: Service = ServiceFactory()
    fits, _other = link("one"), link("two")
    fits.services.add(service)
    page = " ".join(desk.client.get(PAGE, {"service": service.pk}).content.decode().split())
    assert ticked(page) == [fits.pk]
    call = calls.start(desk.user)
    Call.objects.filter(pk=call.pk).update(service=service, language="sv")
    page = " ".join(desk.client.get(PAGE).content.decode().split())
    assert ticked(page) == [fits.pk]
    assert 'value="sv" id="id_language_1" form="send-links" checked' in page


def test_what_is_out_of_use_is_neither_offered_nor_sent(
    desk: Desk, money: GuidanceSituation
) -> None:
    gone = link("gone", money, is_active=False)
    page = " ".join(desk.client.get(PAGE, {"s": money.pk}).content.decode().split())
    assert gone.title_fi not in page
    assert send(desk, sending(gone)).status_code == 422
    assert outbox() == []


def test_the_same_queries_for_one_link_and_for_three(desk: Desk, money: GuidanceSituation) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.client.get(PAGE, {"s": money.pk}).status_code == 200
        return len(queries)

    link("one", money)
    one = count()
    link("two", money).services.add(ServiceFactory())
    link("three", money)
    assert count() == one


@pytest.mark.parametrize("query", ["s=x&s=-1", "service=99999999999", "s=" + "9" * 30])
def test_odd_choices_do_not_break(desk: Desk, query: str) -> None:
    link("one")
    assert desk.client.get(f"{PAGE}?{query}").status_code == 200


# Sending


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_message_is_neutral(desk: Desk, money: GuidanceSituation, language: str) -> None:
    one, two = link("one", money), link("two", money)
    send(desk, sending(one, two, language=language))
    (message,) = outbox()
    words = {
        "fi": ("Pyytämäsi linkit", "-- \nAjanvaraus\n"),
        "sv": ("Länkarna som du bad om", "-- \nTidsbokning\n"),
    }[language]
    assert (message.channel, message.to) == ("email", "asiakas@example.org")
    assert message.subject == words[0]
    assert words[1] in message.body
    for name in ("one", "two"):
        assert f"{name} {language}" not in message.body
    assert message.body.count("{link}") == 1
    assert message.link_path == f"/guidance/?n={one.pk}.{two.pk}&l={language}"
    for word in ("rahasta", "ero", "elatus", "huolto", "vårdnad", "skils"):
        assert word not in message.subject.lower()


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "Ajanvaraus: pyytämäsi linkit:"), ("sv", "Tidsbokning: länkarna som du bad om:")],
)
def test_the_text_message_says_nothing_but_where(desk: Desk, language: str, words: str) -> None:
    one, two = link("one"), link("two")
    send(desk, sending(one, two, to="040 1234567", language=language))
    (message,) = outbox()
    assert (message.channel, message.to) == ("sms", "+358401234567")
    assert message.body == f"{words} {{link}}"
    text = messages.text_of(message)
    assert text.endswith(f"/guidance/?n={one.pk}.{two.pk}&l={language}")
    assert len(text) <= 160


def test_what_leaves_is_seen_first(desk: Desk) -> None:
    one, two = link("one"), link("two")
    response = desk.client.post(
        PAGE, sending(one, to="040 1234567"), headers={"Accept-Language": "fi"}
    )
    page = " ".join(response.content.decode().split())
    assert (shown("+358401234567") in page, "pyytämäsi linkit:" in page) == (True, True)
    assert f"/guidance/?n={one.pk}&amp;l=fi" in page
    assert outbox() == []
    (checked,) = re.findall(r'name="checked" value="(\w+)"', page)

    # Something else than what was looked at is looked at first.
    for changed in (sending(one, to="040 7654321"), sending(one, two, to="040 1234567")):
        assert desk.client.post(PAGE, {**changed, "checked": checked}).status_code == 200
        assert outbox() == []


def test_links_are_undone_and_the_call_has_no_outcome_of_them(desk: Desk) -> None:
    calls.start(desk.user)
    send(desk, sending(link("one")))
    (message,) = outbox()
    assert message.send_after > message.created_at

    desk.client.post(f"/desk/undo/{Undoable.objects.get().key}/")

    message.refresh_from_db()
    assert (message.dropped_at is not None, Call.objects.get().outcome) == (True, "")


def test_a_double_press_sends_once(desk: Desk) -> None:
    one = link("one")
    send(desk, sending(one))
    send(desk, sending(one))
    assert len(outbox()) == 1
    send(desk, sending(one, key="another"))
    assert len(outbox()) == 2


def test_the_log_says_that_links_were_sent_and_not_to_whom(desk: Desk) -> None:
    one = link("one")
    calls.start(desk.user)
    response = send(desk, sending(one))
    assert response["Location"] == PAGE
    call = Call.objects.get()
    assert (call.outcome, call.ended_at) == ("links", None)
    stored = " ".join(str(value) for value in Call.objects.values().get().values())
    assert "asiakas" not in stored
    assert not AccessLogEntry.objects.exists()
    page = " ".join(desk.client.get(PAGE).content.decode().split())
    assert "asiakas@example.org" in page
    Undoable.objects.update(until=Undoable.objects.get().made_at)
    page = " ".join(desk.client.get(PAGE).content.decode().split())
    assert "asiakas@example.org" not in page
    assert "asiakas" not in str(Undoable.objects.values().get())


def test_nobody_is_flooded(desk: Desk) -> None:
    one = link("one")
    with time_machine.travel(NOW, tick=False):
        desk.client.force_login(desk.user)
        for number in range(guiding.AN_HOUR_TO_ONE):
            assert send(desk, sending(one, key=f"k{number}")).status_code == 302
        response = send(desk, sending(one, key="one more"))
    assert response.status_code == 422
    assert len(outbox()) == guiding.AN_HOUR_TO_ONE


def test_nobody_sends_without_end(desk: Desk) -> None:
    with time_machine.travel(NOW, tick=False):
        desk.client.force_login(desk.user)
        hour = timedelta(hours=1)
        spend("links-by", desk.user.pk, limit=guiding.AN_HOUR_BY_ONE, every=hour)
        assert send(desk, sending(link("one"))).status_code == 422
    assert outbox() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"to": ""},
        {"to": "nobody"},
        {"to": "a@b"},
        {"to": "12345"},
        {"to": "131052-308T"},
        {"links": []},
        {"language": "de"},
        {"key": ""},
    ],
)
def test_what_cannot_be_sent(desk: Desk, fields: dict[str, str]) -> None:
    response = send(desk, {**sending(link("one")), **fields})
    assert response.status_code == 422
    assert outbox() == []


def test_no_gateway_no_text_message(desk: Desk, settings: Any) -> None:
    settings.DEMO = ""
    settings.EMAIL_HOST = "mail.example.org"
    one = link("one")
    assert send(desk, sending(one, to="040 1234567")).status_code == 422
    assert outbox() == []
    assert send(desk, sending(one)).status_code == 302


# To a party


def test_a_party_is_reached_by_what_is_safe(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    one = link("one")
    first, second = appointment.parties.order_by("pk")
    Party.objects.filter(pk=first.pk).update(sms_is_safe=True, email_is_safe=False, language="sv")
    Party.objects.filter(pk=second.pk).update(email_is_safe=False)
    page = " ".join(desk.client.get(PAGE, {"ref": appointment.reference}).content.decode().split())
    assert f'value="{first.pk}-sms"' in page
    assert f'value="{first.pk}-email"' not in page
    assert f'value="{second.pk}-' not in page
    data = sending(one, party=f"{first.pk}-sms", to="")
    response = send(desk, data, at=f"{PAGE}?ref={appointment.reference}")
    assert response["Location"] == f"/desk/requests/{appointment.reference}/"
    message = outbox()[0]
    assert (message.channel, message.language, message.about) == ("sms", "sv", "")
    assert message.to == "+358400000001"
    unsafe = sending(one, party=f"{second.pk}-email", to="", key="b")
    response = send(desk, unsafe, at=f"{PAGE}?ref={appointment.reference}")
    assert response.status_code == 422
    assert len(outbox()) == 1


def test_reading_and_writing_to_a_party_is_logged(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    party = appointment.parties.filter(is_requester=True).get()
    AccessLogEntry.objects.all()
    address = f"{PAGE}?ref={appointment.reference}"
    desk.client.get(address)
    send(desk, sending(link("one"), party=f"{party.pk}-email", to=""), at=address)
    entries = AccessLogEntry.objects.filter(record=appointment.reference)
    assert list(entries.order_by("pk").values_list("action", flat=True)) == [
        "read",
        "read",
        "read",
        "message",
    ]


def test_a_party_of_another_appointment_is_not_reached(house: House, desk: Desk) -> None:
    mine, other = request_for(house), request_for(house, 11)
    party = other.parties.filter(is_requester=True).get()
    data = sending(link("one"), party=f"{party.pk}-email", to="")
    assert send(desk, data, at=f"{PAGE}?ref={mine.reference}").status_code == 422
    assert outbox() == []


def test_an_unknown_reference_is_not_found(desk: Desk) -> None:
    assert desk.client.get(PAGE, {"ref": "ZZZ-999"}).status_code == 404


# Forgetting


def test_the_messages_are_forgotten_soon(desk: Desk) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        desk.client.force_login(desk.user)
        send(desk, sending(link("one")))
        clock.shift(period_of("guidance-links") - timedelta(minutes=1))
        purged("appointments", "call-backs")
        assert len(outbox()) == 1
        clock.shift(timedelta(minutes=2))
        purged("appointments", "call-backs")
        assert outbox() == []


def test_calls_stay_as_figures_without_words(desk: Desk, unit: Unit) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        appointment = AppointmentFactory()
        call = calls.start(desk.user)
        calls.note_outcome(desk.user, "booked", appointment=appointment)
        calls.end(call.pk, user=desk.user, outcome="booked")
        Call.objects.filter(pk=call.pk).update(referred_to="Perheneuvola")
        clock.shift(timedelta(days=unit.retention_days - 1))
        purged("appointments", "call-backs")
        call.refresh_from_db()
        assert (call.referred_to, call.appointment) == ("Perheneuvola", appointment)
        clock.shift(timedelta(days=2))
        purged("appointments", "call-backs")
        call.refresh_from_db()
        assert (call.referred_to, call.appointment, call.outcome) == ("", None, "booked")


# The public page


def test_the_library_stands_by_situation(
    client: Client, money: GuidanceSituation, safety: GuidanceSituation
) -> None:
    link("one", money, safety)
    link("two")
    link("gone", money, is_active=False)
    GuidanceSituation.objects.create(name_fi="Tyhjä")
    page = " ".join(client.get("/guidance/").content.decode().split())
    assert page.count("one fi") == 2
    assert page.count("two fi") == 1
    assert "gone fi" not in page
    assert "Tyhjä" not in page
    assert "example.org" in page


def test_the_links_that_were_sent_stand_alone(client: Client) -> None:
    one, two, three = link("one"), link("two"), link("three")
    page = " ".join(client.get(f"/guidance/?n={one.pk}.{three.pk}&l=sv").content.decode().split())
    assert "one sv" in page
    assert "three sv" in page
    assert two.title_sv not in page
    assert 'lang="sv"' in page
    assert "noindex" in page
    assert client.cookies.get("django_language") is None


def test_a_chosen_language_is_kept(client: Client) -> None:
    one = link("one")
    client.cookies["django_language"] = "fi"
    page = " ".join(client.get(f"/guidance/?n={one.pk}&l=sv").content.decode().split())
    assert "one fi" in page


@pytest.mark.parametrize("query", ["n=x", "n=", "n=99999999999999999999", "n=0.0.0&l=de", "l=x"])
def test_odd_addresses_show_the_library(client: Client, query: str) -> None:
    link("one")
    response = client.get(f"/guidance/?{query}")
    assert response.status_code == 200
    assert "one fi" in response.content.decode()


def test_a_link_that_is_gone_is_told(client: Client) -> None:
    one, gone = link("one"), link("gone", is_active=False)
    page = " ".join(client.get(f"/guidance/?n={one.pk}.{gone.pk}").content.decode().split())
    assert "Osa linkeistä ei ole enää käytössä." in page


def test_the_page_stands_without_links(client: Client) -> None:
    assert client.get("/guidance/").status_code == 200
    assert "/guidance/" in client.get("/").content.decode()
    assert client.post("/guidance/").status_code == 405


def test_the_public_page_asks_the_same_for_one_and_three(
    client: Client, money: GuidanceSituation
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/guidance/")
        return len(queries)

    link("one", money)
    one = count()
    link("two", money)
    link("three", GuidanceSituation.objects.create(name_fi="Toinen"))
    assert count() == one
