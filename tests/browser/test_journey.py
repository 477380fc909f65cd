"""From a parent's phone to a confirmed appointment that both parents know of."""

import re
from urllib.parse import urlsplit

import pytest
from django.utils.translation import override
from playwright.sync_api import expect

from bookings.models import Answer, Appointment, Party, Status
from bookings.notifications.notify import Introduction
from office.core.own_codes import own_code
from office.messaging.outbox import link_of, text_of
from office.models import OutboxMessage, Role
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.people import Parent, Worker
from tests.factories import link_of as page_of

pytestmark = pytest.mark.browser

WORDS = "Pelkään puhua tästä toisen kuullen."


def waiting(about: str, email: str) -> OutboxMessage:
    """Return the one message that waits to be sent to somebody."""
    return OutboxMessage.objects.waiting().get(about=about, to=email)


def unwrapped(text: str) -> str:
    """Return the text with its paragraphs run together."""
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_from_a_parents_phone_to_a_confirmed_appointment(
    house: House, new_page: NewPage, language: str
) -> None:
    # Given a parent who opens the first page on a Finnish phone
    parent = Parent(new_page(), language)
    parent.open("/")
    if language == "sv":
        parent.page.get_by_role("button", name="Svenska").click()
    expect(parent.page.locator("html")).to_have_attribute("lang", language)

    # When the parent asks for a time
    parent.page.locator(".ways a[href='/book/']").click()
    parent.sees("What is your matter about?")
    parent.choose_matter(house.custody)
    parent.choose_place("Keskusta" if language == "fi" else "Centrum")
    parent.choose_time()
    expect(parent.page.locator(".hold time")).to_have_text(re.compile(r"^1[45]:\d\d$"))
    parent.write_contact("Aino Aalto", "aino@example.org")
    parent.write_visit(WORDS)
    parent.give_other("Otso Ek", "otso@example.org")
    summary = parent.page.locator(".summary")
    for text in ("Aino Aalto", "aino@example.org", WORDS, "Otso Ek", "otso@example.org"):
        expect(summary).to_contain_text(text)
    reference = parent.send()

    # Then the request waits, the parent has a message, and the other parent has heard nothing
    appointment = Appointment.objects.get(reference=reference)
    assert appointment.status == Status.REQUESTED
    first = waiting(reference, "aino@example.org")
    assert (first.kind, first.language) == ("received", language)
    assert not OutboxMessage.objects.filter(to="otso@example.org").exists()

    # When the secretary confirms it
    secretary = Worker(new_page(DESK), "fi")
    secretary.sign_in(Role.SECRETARY, then="/desk/")
    secretary.page.locator("#worklist .work a").click()
    card = secretary.page.locator("#card")
    expect(card.locator(".code")).to_have_text(reference)
    expect(card).to_contain_text(WORDS)
    card.locator("[data-key=c]").click()
    expect(secretary.page.locator("form.undo")).to_contain_text(reference)

    # Then both parents and the professional are told: the one who asked in the parent's language, the
    # other by one invitation in both, since nobody has asked them for theirs
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    first = waiting(reference, "aino@example.org")
    assert (first.kind, first.language) == ("confirmed", language)
    assert first.calendar.count("BEGIN:VEVENT") == 1
    other = Party.objects.get(name="Otso Ek")
    invitation = waiting(reference, "otso@example.org")
    assert invitation.kind == "confirmed"
    for code in ("fi", "sv"):
        with override(code):
            assert " ".join(Introduction(house.unit, by_other=True).sentences) in unwrapped(
                invitation.body
            )
    # The one who gave the address may read it too: no code of the other's own, and no entry
    assert (invitation.calendar, other.answer) == ("", Answer.ASKED)
    assert reference in text_of(invitation)
    assert own_code(other.link_nonce) not in text_of(invitation)
    for message in (first, invitation):
        for private in ("Aino", "Otso", WORDS, house.custody.name_fi, house.custody.name_sv):
            assert private not in message.subject + message.body
    assert waiting(reference, house.supervisor.email).kind == "staff_booked"

    # When the second parent opens the link, says how to be reached, and accepts
    invited = Parent(new_page(language=language), language)
    link = urlsplit(link_of(invitation)).path
    invited.open(link)
    invited.sees("A time has been reserved for you")
    invited.sees("You have been invited")
    expect(invited.page.locator("body")).not_to_contain_text("Aino")
    expect(invited.button("I will come")).to_have_count(0)
    invited.take_up("Otso Ek", "otso.ek@example.org")
    expect(invited.page.locator("body")).not_to_contain_text("Aino")
    told = waiting(reference, "otso.ek@example.org")
    assert (told.kind, told.language) == ("confirmed", language)
    assert told.calendar.count("BEGIN:VEVENT") == 1
    for private in ("Aino", "Otso", WORDS, house.custody.name_fi, house.custody.name_sv):
        assert private not in told.subject + told.body
    invited.press("I will come")
    invited.sees("Your time is confirmed")
    other.refresh_from_db()
    assert other.answer == Answer.ACCEPTED

    # Then the link of the invitation tells nothing of it
    invited.open(link)
    invited.sees("You have been invited")
    expect(invited.button("I will come")).to_have_count(0)

    # When the first one asks to move
    parent.open(urlsplit(link_of(waiting(reference, "aino@example.org"))).path)
    parent.sees("Your time is confirmed")
    parent.follow("Ask to move to another time")
    parent.page.locator("input[name=slot]").nth(2).check()
    parent.press("Ask for this time")
    parent.sees("You have asked for another time")
    assert appointment.move_requests.count() == 1

    # Then the supervisor sees the visit, and nothing that one parent alone has said
    supervisor = Worker(new_page(DESK), "fi")
    supervisor.sign_in(Role.SUPERVISOR, then=f"/my-day/?day={appointment.starts_at:%Y-%m-%d}")
    visit = supervisor.page.locator(f"#{reference}")
    expect(visit).to_contain_text(house.custody.name_fi)
    expect(visit).to_contain_text("Aino Aalto")
    page = supervisor.page.content()
    for private in (WORDS, "aino@example.org", "otso@example.org", "otso.ek@example.org"):
        assert private not in page


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_first_parent_cancels_and_the_other_is_not_told_by_whom(
    house: House, new_page: NewPage, language: str
) -> None:
    appointment, asking, invited = visit(house, coming(3, 10))
    Party.objects.filter(appointment=appointment).update(language=language)
    parent = Parent(new_page(language=language), language)
    parent.open(page_of(asking))
    parent.follow("Cancel the appointment")
    parent.press("Yes, cancel")
    parent.sees("This appointment has been cancelled")
    other = Parent(new_page(language=language), language)
    other.open(page_of(invited))
    other.sees("This appointment has been cancelled")
    told = {m.to: m.body for m in OutboxMessage.objects.waiting().filter(kind="cancelled")}
    assert set(told) == {asking.email, invited.email}
    # The one who did not ask hears first who writes, and then the same words
    assert other.introduced(told[invited.email]) == told[asking.email]
