"""From a number to an appointment by keyboard alone, each key counted; who somebody is; guided on."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from bookings.models import Appointment, Status
from office.core import clock, dates
from office.core.own_codes import hash_typed
from office.models import AccessLogEntry, Professional, Role
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.test_booking_panel import Hands
from tests.browser.test_walk_in_queue import _at_the_queue as at_the_queue
from tests.browser.test_walk_in_queue import _morning as morning
from walkin.actions.take_number import take_number, ticket_path
from walkin.models import Company, Outcome, Source, Ticket, WalkInDay
from walkin.states import TicketState
from walkin.tickets.matters import Matter

pytestmark = pytest.mark.browser

# From the call to the booked appointment. Letters of the name and digits of the number are not counted.
KEYS, ANONYMOUS_KEYS = 16, 10


def somebody_comes(house: House, day: WalkInDay, **fields: str) -> Ticket:
    service = house.counselling
    return take_number(
        day.pk,
        matter=Matter(service.slug, service.name, service=service),
        **{
            "language": "fi",
            "meeting": Company.SEPARATE,
            "source": Source.KIOSK,
            **fields,
        },
    )


def named(page: Page, name: str) -> Locator:
    return page.locator(f"[name='{name}']")


def code_shown(place: Locator) -> str:
    """Return whose code it is: each party has one of their own, and only its hash is kept."""
    return hash_typed(place.inner_text())


def calls_and_books(hands: Hands) -> None:
    """Call next, they came, book: to the name of who is here."""
    page = hands.page
    hands.press("c")
    expect(page.locator(".queue__time")).to_contain_text("1")
    hands.press("s")
    expect(page.locator("progress")).to_be_visible()
    hands.press("t")
    expect(named(page, "service")).to_be_focused()
    hands.press("1")
    expect(named(page, "caller-name")).to_be_focused()


def test_a_supervisor_books_from_a_number_by_keys_alone(
    house: House, new_page: NewPage, record_property: Callable[[str, object], None]
) -> None:
    day = morning(house, 0)
    ticket = somebody_comes(house, day)
    worker = at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    page = worker.page
    expect(page.locator("[data-keys-open]")).to_be_visible()
    hands = Hands(page)

    calls_and_books(hands)
    expect(named(page, "service")).to_have_value(str(house.counselling.pk))
    hands.say("Aino Virtala")
    hands.tab(named(page, "caller-phone"))
    hands.say("040 1234567")
    hands.tab(named(page, "caller-all_safe"))
    hands.press("Space")
    hands.press("Control+Enter")
    worker.sees("Booked")
    record_property("keys", hands.keys)
    assert hands.keys <= KEYS

    made = Appointment.objects.get()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome, ticket.appointment) == (
        TicketState.DONE,
        Outcome.BOOKED,
        made,
    )
    hands.press("p")
    worker.sees("Your time")
    assert code_shown(page.locator(".paper .code")) == made.parties.get().code_hash
    hands.press("Escape")
    worker.sees("Booked")
    hands.press("Escape")
    # The desk is free for the next one
    expect(page.get_by_role("button", name=worker.word("Call next"))).to_be_visible()


def test_within_ten_seconds_the_visit_goes_on_after_all(house: House, new_page: NewPage) -> None:
    day = morning(house, 0)
    ticket = somebody_comes(house, day)
    worker = at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    hands = Hands(worker.page)
    calls_and_books(hands)
    hands.say("Aino Virtala")
    hands.press("Control+Enter")
    worker.sees("Booked")
    hands.press("u")
    expect(worker.page.locator(".queue__number")).to_contain_text("1")
    expect(worker.page.locator("progress")).to_be_visible()
    ticket.refresh_from_db()
    assert (ticket.state, Appointment.objects.get().status) == (
        TicketState.SERVING,
        Status.CANCELLED,
    )


def test_a_guide_books_for_somebody_who_stays_anonymous(
    house: House, new_page: NewPage, record_property: Callable[[str, object], None]
) -> None:
    day = morning(house, 0)
    house.users["second"].roles = [Role.GUIDE]
    house.users["second"].save()
    ticket = somebody_comes(house, day, language="sv")
    colleague = Professional.objects.get(user=house.users["second"])
    colleague.languages = ["fi", "sv"]
    colleague.save()
    colleague.services.add(house.counselling)
    worker = at_the_queue(house, new_page(DESK), "second")
    page = worker.page
    expect(page.locator("[data-keys-open]")).to_be_visible()
    hands = Hands(page)

    hands.press("c")
    expect(page.locator(".queue__time")).to_contain_text("1")
    hands.press("s")
    expect(page.locator("progress")).to_be_visible()
    hands.press("t")
    expect(named(page, "service")).to_be_focused()
    # What the number knows: the language, for which somebody is found
    expect(page.locator("#id_language")).to_have_value("sv")
    # Here nobody gives it by appointment in that language
    expect(named(page, "where")).to_have_value("any")
    hands.press("1")
    expect(named(page, "caller-name")).to_be_focused()
    hands.press("Shift+Tab")
    expect(named(page, "anonymous")).to_be_focused()
    hands.press("Space")
    hands.press("Control+Enter")
    worker.sees("Booked")
    record_property("keys", hands.keys)
    assert hands.keys <= ANONYMOUS_KEYS

    made = Appointment.objects.get()
    party = made.parties.get()
    ticket.refresh_from_db()
    assert (made.is_anonymous, party.name, str(party.phone)) == (True, "", "")
    assert ticket.outcome == Outcome.BOOKED
    hands.press("p")
    # On paper in the language of the visit, with the address of the own page
    expect(page.locator("[lang=sv] .paper__address")).to_be_visible()
    address = page.locator(".paper__address").inner_text()
    visitor = new_page(PHONE)
    visitor.goto(urlsplit(address).path)
    assert code_shown(visitor.locator("main dd.reference")) == made.parties.get().code_hash


def test_who_somebody_is_makes_the_alert(house: House, new_page: NewPage) -> None:
    day = morning(house, 0)
    one, other = somebody_comes(house, day), somebody_comes(house, day)
    _appointment, mine, theirs = visit(house, coming(3, 10), reference="KLM-482")
    worker = at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    page, hands = worker.page, Hands(worker.page)
    for ticket, party in ((one, mine), (other, theirs)):
        worker.open(f"/queue/numbers/{ticket.pk}/")
        expect(page.locator("[data-keys-open]")).to_be_visible()
        hands.press("w")
        expect(named(page, "sought")).to_be_focused()
        hands.say("KLM482")
        hands.press("Enter")
        page.get_by_role("button", name=party.name).click()
        expect(page.locator("#main")).to_contain_text(
            worker.word("known from %(code)s", code="KLM-482")
        )
    worker.open("/queue/")
    expect(page.locator("#queue-line [role=alert]")).to_have_count(2)
    survey = Survey(page)
    survey.look("queue with an alert", everywhere=True)
    hands.press("c")
    worker.reads(
        "The people waiting asked to come separately, and the other party is waiting "
        "in the same room."
    )
    hands.press("e")
    expect(page.locator("#queue-line [role=alert]")).to_have_count(1)
    hands.press("c")
    expect(page.locator(".queue__number")).to_contain_text("1")
    # Of each of the two who were found, for either number: the other is not told that one is here.
    assert AccessLogEntry.objects.filter(record="KLM-482", action="link").count() == 4
    survey.done()


def test_guided_on_the_person_reads_where_and_when(house: House, new_page: NewPage) -> None:
    day = morning(house, 0)
    ticket = somebody_comes(house, day)
    phone = new_page(PHONE)
    phone.goto(ticket_path(ticket))
    worker = at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    hands = Hands(worker.page)
    hands.press("c")
    expect(worker.page.locator(".queue__time")).to_contain_text("1")
    hands.press("o")
    expect(worker.page.locator("h1.queue__number")).to_contain_text("1")
    named(worker.page, "at").focus()
    in_an_hour = dates.clock(clock.now() + timedelta(hours=1), "fi")
    hands.say(in_an_hour)
    hands.press("Enter")
    worker.reads(
        "Number %(number)s was referred to %(name)s, %(where)s.",
        number=1,
        name="Kela",
        where="2. kerros",
    )
    phone.reload()
    for said in ("Kela", "2. kerros", in_an_hour):
        expect(phone.locator("main")).to_contain_text(said)


def test_the_pages_of_booking_from_a_number(house: House, new_page: NewPage) -> None:
    day = morning(house, 0)
    ticket = somebody_comes(house, day)
    visit(house, coming(3, 10), reference="KLM-482")
    worker = at_the_queue(house, new_page(), Role.SUPERVISOR)
    page, hands = worker.page, Hands(worker.page)
    survey = Survey(page)
    survey.at(f"/queue/numbers/{ticket.pk}/")
    hands.press("w")
    hands.say("KLM-482")
    hands.press("Enter")
    expect(page.locator(".queue__found li")).to_have_count(2)
    survey.look("who it is, found", everywhere=True)
    worker.open("/queue/")
    calls_and_books(hands)
    survey.look("the panel at the desk", everywhere=True)
    hands.say("Aino Virtala")
    hands.press("Control+Enter")
    worker.sees("Booked")
    survey.look("booked from a number")
    hands.press("p")
    worker.sees("Your time")
    survey.look("on paper", everywhere=True)
    survey.done()
