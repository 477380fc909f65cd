"""From a notice by post to the outcome; and mediation in three visits, booked at the door."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bookings.lifecycle.references import invitation_code
from bookings.models import (
    Answer,
    Appointment,
    Case,
    CaseResult,
    Party,
    PartyRole,
    Status,
    VisitOutcome,
)
from bookings.parties.records import link_path
from office.core import clock
from office.models import AgreementKind, Attendance, Channel, OtherSide, Role, Service
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Parent, Worker
from tests.factories import ServiceFactory

pytestmark = pytest.mark.browser


def parenthood(house: House) -> Service:
    """Make the service that DVV's notices are about."""
    service = ServiceFactory(
        slug="parenthood",
        name_fi="Vanhemmuuden selvittäminen",
        name_sv="Utredning av föräldraskap",
        duration=60,
        channels=[Channel.IN_PERSON],
        attendance=Attendance.BOTH,
        agreements=[AgreementKind.PARENTHOOD],
        other_side=OtherSide.POSSIBLE_FATHER,
    )
    house.supervisor.services.add(service)
    return service


def enter_notice(house: House, secretary: Worker) -> Case:
    """Type what the notice says: a mother, a possible father and a husband, with their addresses."""
    service = parenthood(house)
    secretary.open("/desk/cases/enter/")
    page = secretary.page
    page.locator("[name=service]").select_option(str(service.pk))
    page.locator("[name=first-name]").fill("Aino Virtala")
    page.locator("[name=first-post_to]").fill("Kotikatu 1 A 2\n06100 Porvoo")
    page.locator("[name=second-name]").fill("Eino Korpi")
    page.locator("[name=second-post_to]").fill("Rantatie 4\n06150 Porvoo")
    page.locator("[name=third-name]").fill("Otso Salo")
    page.locator("[name=third-role]").select_option(PartyRole.HUSBAND)
    page.locator("[name=third-post_to]").fill("Metsätie 9\n06150 Porvoo")
    page.locator("button[data-key=s]").click()
    expect(page.locator("#main")).to_contain_text(secretary.word("Print and post the letters"))
    return Case.objects.get()


def look(page: Page, survey: Survey, name: str) -> None:
    survey.look(name)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def comes_to_its_moment(appointment: Appointment) -> None:
    """Let the visit begin now: the server has no other clock."""
    now = clock.now()
    Appointment.objects.filter(pk=appointment.pk).update(
        starts_at=now, ends_at=now + timedelta(minutes=90)
    )


def at_the_door(held: Appointment, new_page: NewPage) -> Worker:
    """Sign in whoever holds the visit."""
    user = held.professionals.get().user
    assert user is not None
    professional = Worker(new_page(DESK))
    professional.come_in(user)
    return professional


def note_outcome_by_keys(supervisor: Worker, held: Appointment, keys: str) -> None:
    """Go from My day to the page of the outcome, press its keys, then Enter."""
    supervisor.open("/my-day/")
    supervisor.page.locator(f"a[href='/my-day/visits/{held.reference}/outcome/']").click()
    expect(supervisor.page.locator(".outcome")).to_be_visible()
    for key in keys:
        press(supervisor.page, key)
    press(supervisor.page, "Enter")
    expect(supervisor.page.locator(".undo")).to_contain_text(held.reference)


def test_from_a_notice_by_post_to_the_outcome(house: House, new_page: NewPage) -> None:
    # Given a notice, entered and posted; a slip of the finger is taken back
    secretary = Worker(new_page(DESK))
    secretary.come_in(house.users[Role.SECRETARY])
    page = secretary.page
    survey = Survey(page)
    survey.at("/desk/cases/")
    survey.at("/desk/cases/enter/")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    case = enter_notice(house, secretary)
    look(page, survey, "a case")
    roles = case.people.order_by("pk").values_list("role", flat=True)
    assert list(roles) == [PartyRole.PARENT, PartyRole.POSSIBLE_FATHER, PartyRole.HUSBAND]
    link = page.get_by_role("link", name=secretary.word("Open the letters for printing (PDF)"))
    letters = page.request.get(link.get_attribute("href") or "")
    assert letters.body().startswith(b"%PDF")
    posted = secretary.word("The letters are in the post")
    page.get_by_role("button", name=posted).click()
    expect(page.locator(".undo")).to_contain_text(case.reference)
    press(page, "u")
    page.get_by_role("button", name=posted).click()
    expect(page.get_by_role("button", name=posted)).to_have_count(0)

    # When nobody has answered in time, it is work, and the letters go once more
    Case.objects.update(answer_by=clock.today() - timedelta(days=1))
    secretary.open("/desk/")
    look(page, survey, "the work list with a case")
    page.locator(f"a[href='/desk/cases/{case.reference}/']").click()
    secretary.press("Post the letters again")
    page.get_by_role("button", name=posted).click()
    # On the phone they say their code: it finds the case
    person = case.people.earliest("pk")
    press(page, "/")
    page.locator("input[name=q]").fill(invitation_code(person.nonce))
    page.keyboard.press("Enter")
    expect(page.locator("#main h1")).to_contain_text(case.reference)

    # Then one chooses a time by the code
    aino = Parent(new_page(PHONE))
    of_aino = Survey(aino.page)
    aino.open("/appointment/")
    aino.field("Invitation code").fill(invitation_code(person.nonce))
    aino.press("Continue")
    aino.sees("Choose a time for your visit")
    of_aino.look("times of an invitation")
    aino.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    aino.choose_time(1)
    of_aino.look("details of an invitation")
    aino.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    aino.field("Your name").fill("Aino Virtala")
    aino.field("E-mail address").fill("aino@example.org")
    aino.choice("You may send me e-mail").check()
    aino.press("Book this time")
    aino.sees("Your appointment")
    booked = Appointment.objects.get(case=case)
    assert booked.status == Status.CONFIRMED
    mine = Party.objects.get(appointment=booked, is_requester=True)
    assert aino.page.url.endswith(link_path(mine))

    # And the others open their own pages by their own codes, each in their language, and come
    for name, language in (("Eino Korpi", "sv"), ("Otso Salo", "en")):
        other = Parent(new_page(PHONE, language=language), language)
        other.open("/appointment/")
        code = invitation_code(case.people.get(name=name).nonce)
        other.field("Invitation code").fill(code)
        other.press("Continue")
        other.sees("Will you come?")
        for stranger in {"Aino", "Eino", "Otso"} - {name.split()[0]}:
            expect(other.page.locator("#main")).not_to_contain_text(stranger)
        other.press("I will come")
        other.sees("Your appointment")

    # And each takes part as what the notice says they are
    secretary.open(f"/desk/requests/{booked.reference}/")
    roles = booked.parties.order_by("pk").values_list("role", flat=True)
    assert set(roles) == {PartyRole.PARENT, PartyRole.POSSIBLE_FATHER, PartyRole.HUSBAND}
    for label in ("possible father", "husband, presumed parent"):
        secretary.reads(label)

    # When the visit is at its end, its outcome is noted by keys, and the case is closed
    comes_to_its_moment(booked)
    supervisor = at_the_door(booked, new_page)
    at_door = Survey(supervisor.page)
    at_door.at(f"/my-day/visits/{booked.reference}/outcome/")
    note_outcome_by_keys(supervisor, booked, "a1")
    outcome = VisitOutcome.objects.get()
    assert (outcome.outcome, outcome.agreements) == ("agreement", {"parenthood": 1})
    secretary.open(f"/desk/cases/{case.reference}/")
    secretary.reads("All visits are held: close the case with its result")
    page.locator("input[name=result][value=settled]").check()
    secretary.press("Close the case")
    expect(secretary.button("Open the case again")).to_be_visible()
    expect(page.locator(".undo")).to_contain_text(case.reference)
    look(page, survey, "a closed case")
    case.refresh_from_db()
    assert case.result == CaseResult.SETTLED
    for one in (survey, of_aino, at_door):
        one.done()


def test_mediation_in_three_visits(house: House, new_page: NewPage) -> None:
    # Given a visit of mediation that is at its end
    first, _asking, invited = visit(house, coming(1, 10))
    Party.objects.filter(pk=invited.pk).update(answer=Answer.ACCEPTED)
    comes_to_its_moment(first)
    supervisor = at_the_door(first, new_page)
    page = supervisor.page
    survey = Survey(page)
    note_outcome_by_keys(supervisor, first, "0b")

    # When the next ones are booked at the door, three in all, by who and what is known
    page.locator(f"a[href='/desk/book/?after={first.reference}']").click()
    expect(page.locator("#comers input[name=agreed_with]:checked")).to_have_count(2)
    look(page, survey, "the panel at the door")
    page.locator("input[name=visits]").fill("3")
    page.locator(".next-time input[name=slot]").first.check()
    page.locator("[data-book]").click()
    expect(page.locator("#main h1")).to_have_text(supervisor.word("Booked"))
    look(page, survey, "booked, one of a series")
    page.get_by_role(
        "link", name=supervisor.word("Book visit %(number)s of %(count)s", number=3, count=3)
    ).click()
    expect(page.locator("input[name=visits]")).to_have_value("3")
    page.locator(".next-time input[name=slot]").first.check()
    page.locator("[data-book]").click()
    expect(page.locator("#main h1")).to_have_text(supervisor.word("Booked"))
    expect(page.locator(f"a[href='/desk/book/?after={first.reference}']")).to_have_count(0)
    case = Case.objects.get()
    _first, second, third = case.visits.order_by("starts_at")

    # Then it is said which visit it is, and what is left to do
    supervisor.open("/my-day/")
    supervisor.reads("Visit %(number)s of %(count)s", number=1, count=3)
    secretary = Worker(new_page(DESK))
    secretary.come_in(house.users[Role.SECRETARY])
    desk = Survey(secretary.page)
    secretary.open(f"/desk/cases/{case.reference}/")
    secretary.reads("%(booked)s of %(count)s visits", booked=3, count=3)
    desk.look("a case with a series")
    secretary.reads("The case can be closed once no visit of it is ahead or unmarked.")

    # And after the last one the case is closed with its result
    for one, keys in ((second, "pd1"), (third, "ad1")):
        comes_to_its_moment(one)
        note_outcome_by_keys(supervisor, one, keys)
    secretary.open("/desk/")
    secretary.page.locator(f"a[href='/desk/cases/{case.reference}/']").click()
    secretary.page.locator("input[name=result][value=settled]").check()
    secretary.press("Close the case")
    expect(secretary.button("Open the case again")).to_be_visible()
    secretary.open("/desk/cases/")
    secretary.page.locator("summary", has_text=secretary.word("Closed last")).click()
    expect(secretary.page.locator(".more__body")).to_contain_text(case.reference)
    desk.look("cases, one closed")
    survey.done()
    desk.done()
