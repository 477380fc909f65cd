"""From a request about several matters to the next visit, of two parents who need not talk to each other.

One reads Finnish and comes; the other reads Swedish, without scripts, and takes part by video.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils.translation import ngettext, override
from playwright.sync_api import Page, expect

from bookings.joint_times import forgetting
from bookings.models import (
    Appointment,
    Came,
    FeedbackCount,
    JointSearch,
    Outcome,
    Party,
    Status,
    VisitOutcome,
)
from office.core import clock
from office.models import (
    AgreementKind,
    Channel,
    HomeForm,
    InterpreterAgency,
    LengthRule,
    Role,
    Service,
)
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, bring_to
from tests.browser.keys import press
from tests.browser.people import Parent, Worker
from tests.factories import ServiceFactory, link_of

pytestmark = pytest.mark.browser
ROOM = "https://video.example.org/room"


@dataclass
class Family:
    """Who sits where, and what is looked at on their pages."""

    house: House
    maintenance: Service
    aino: Parent
    eino: Parent
    secretary: Worker
    supervisor: Worker
    surveys: list[Survey]

    def survey(self, page: Page) -> Survey:
        found = Survey(page)
        self.surveys.append(found)
        return found


@pytest.fixture
def family(house: House, new_page: NewPage) -> Family:
    """Set up custody and maintenance at one visit, with forms to fill in at home."""
    maintenance = ServiceFactory(
        slug="child-maintenance",
        name_fi="Elatussopimus",
        name_sv="Underhållsavtal",
        what_to_bring_fi="Palkkalaskelma",
        what_to_bring_sv="Lönespecifikation",
        channels=[Channel.IN_PERSON, Channel.VIDEO],
        agreements=[AgreementKind.MAINTENANCE],
        home_forms=[HomeForm.MEANS],
    )
    house.custody.channels = [Channel.IN_PERSON, Channel.VIDEO]
    house.custody.agreements = [AgreementKind.CUSTODY]
    house.custody.what_to_bring_sv = "Identitetsbevis"
    house.custody.save()
    house.supervisor.services.add(maintenance)
    house.supervisor.video_room = ROOM
    house.supervisor.save()
    LengthRule.objects.create(minutes=120).services.set([house.custody, maintenance])
    house.unit.interpreter_minutes = 30
    house.unit.save()
    InterpreterAgency.objects.create(name="Tulkkikeskus", phone="09 000 0000")
    workers = [Worker(new_page(DESK)) for _role in (Role.SECRETARY, Role.SUPERVISOR)]
    for worker, role in zip(workers, (Role.SECRETARY, Role.SUPERVISOR), strict=True):
        worker.come_in(house.users[role])
    aino = Parent(new_page())
    eino = Parent(new_page(language="sv", java_script_enabled=False), "sv")
    return Family(house, maintenance, aino, eino, *workers, [])


def ask(family: Family) -> Appointment:
    """Ask as one parent for a visit about both matters, and pass the invitation on."""
    aino, page, survey = family.aino, family.aino.page, family.survey(family.aino.page)
    aino.open(f"/book/{family.house.custody.slug}/")
    page.get_by_label("Elatussopimus").check()
    aino.field("How many children does it concern?").fill("2")
    aino.choice("One of us needs an interpreter: the visit takes longer").check()
    page.locator("input[name=where][value=centre]").check()
    survey.look("several matters")
    aino.press("Continue")
    aino.sees("Choose a time")
    expect(page.locator("#main")).to_contain_text("2 h 30 min")
    aino.follow("No time suits me")
    page.locator("input[name=days]").first.check()
    page.locator("input[name=parts]").first.check()
    aino.press("Continue")
    aino.write_contact("Aino Virtala", "aino@example.org")
    page.locator("select[name=interpreter]").select_option("ar")
    aino.write_visit()
    aino.choice("I pass on the invitation myself").check()
    aino.press("Continue")
    aino.sees("Check your answers")
    survey.look("check")
    reference = aino.send()
    appointment = Appointment.objects.get(reference=reference)
    assert (appointment.matters.duration, appointment.children) == (150, 2)
    return appointment


def take_up(family: Family) -> None:
    """Open as the other parent what was passed on, and give their own contacts."""
    eino = family.eino
    eino.open(family.aino.page.locator(".summary .wrap-anywhere").inner_text())
    eino.sees("You have been invited")
    eino.follow("Continue")
    eino.field("Your name").fill("Eino Korpi")
    eino.field("E-mail address").fill("eino@example.org")
    eino.choice("You may send me e-mail").check()
    eino.field("Phone number").fill("040 765 4321")
    eino.choice("You may call me").check()
    eino.press("Save and continue")
    eino.sees("The request has arrived")


def find_joint_time(family: Family, appointment: Appointment, one: Party, two: Party) -> None:
    """Let both mark for themselves; a time that suits both is offered, and both accept."""
    secretary, aino, eino = family.secretary, family.aino, family.eino
    secretary.open(f"/desk/requests/{appointment.reference}/")
    secretary.page.locator("summary", has_text=secretary.word("Find a joint time")).click()
    secretary.press("Ask both when they can come")
    secretary.reads("Waiting for answers")
    for parent, party, part in ((aino, one, ""), (eino, two, "[value$=afternoon]")):
        parent.open(link_of(party))
        parent.follow("Mark when I can come")
        boxes = parent.page.locator(f"input[name=cells]{part}")
        expect(boxes.first).to_be_visible()
        for box in boxes.all():
            box.check()
        parent.press("Keep what I have marked")
        parent.sees("You have told us when you can come")
    JointSearch.objects.update(due_at=clock.now())
    forgetting.sweep()
    aino.open(link_of(one))
    aino.sees("Choose the time that suits you")
    aino.page.locator("input[name=offer]").first.check()
    aino.press("Choose this time")
    aino.sees("Your time is confirmed")
    eino.open(link_of(two))
    eino.press("I will come")
    eino.sees("Your time is confirmed")
    appointment.refresh_from_db()
    assert (appointment.status, appointment.is_in_person) == (Status.CONFIRMED, True)


def order_interpreter(family: Family, appointment: Appointment, needs: Party) -> None:
    """Order and confirm at the desk by one key, and tell the one who needs it."""
    secretary, aino = family.secretary, family.aino
    secretary.open(f"/desk/requests/{appointment.reference}/")
    survey = family.survey(secretary.page)
    survey.look("card with an interpreter to order")
    for state in ("Ordered, not confirmed", "Confirmed"):
        press(secretary.page, "f")
        tag = secretary.page.locator(".interpreter .tag", has_text=re.compile(r".+"))
        expect(tag).to_have_text(secretary.word(state.lower()).capitalize())
    aino.open(link_of(needs))
    arabic = aino.word("Arabic", context="language")
    aino.reads("An interpreter comes: %(language)s. It has been confirmed.", language=arabic)


def let_join_by_video(family: Family, appointment: Appointment, joining: Party) -> None:
    """Let one take part by video: set at the desk for that one alone."""
    secretary = family.secretary
    secretary.open(f"/desk/requests/{appointment.reference}/")
    own = secretary.page.locator(f"form[action$='/parties/{joining.pk}/video/'] button")
    own.click()
    expect(own).to_contain_text(secretary.word("Comes to the place after all"))
    with override(secretary.language):
        said = ngettext("one by video", "%(count)s by video", 1)
    expect(secretary.page.locator("#main")).to_contain_text(said)
    family.survey(secretary.page).look("card, one by video")


def write_a_word(family: Family, appointment: Appointment, party: Party) -> None:
    """Tell the secretary something, who answers by phone; nobody else reads it."""
    eino, secretary = family.eino, family.secretary
    eino.open(link_of(party))
    eino.follow("Tell the secretary something before the visit")
    eino.press("Send to the secretary")
    eino.sees("There is a problem")
    eino.field("What should we know before the visit?").fill("Jag kommer med rullstol.")
    eino.press("Send to the secretary")
    expect(eino.page.locator("#main .notice--good")).to_be_visible()
    expect(eino.page.locator("#main")).not_to_contain_text("rullstol")
    card = f"/desk/requests/{appointment.reference}/"
    secretary.open(card)
    secretary.page.locator(f"a[href$='/parties/{party.pk}/word/']").click()
    secretary.reads("Jag kommer med rullstol.")
    family.survey(secretary.page).look("a word, read")
    secretary.page.locator("form[action$='/word/answered/'] button").click()
    expect(secretary.page).to_have_url(re.compile(r"/desk/$"))
    secretary.open(card)
    expect(secretary.page.locator("#main")).not_to_contain_text("rullstol")


def read_the_day_before(family: Family, one: Party, two: Party) -> None:
    """Check that one by video has the link, one who comes has the place, and neither the other's."""
    aino, eino = family.aino, family.eino
    link, street = "Open the video meeting", family.house.points[0].street
    aino.open(link_of(one))
    expect(aino.page.locator("#main")).to_contain_text(street)
    expect(aino.link(link)).to_have_count(0)
    expect(aino.page.locator("#main")).not_to_contain_text(re.compile("video", re.I))
    family.survey(aino.page).look("the own page, the day before")
    eino.open(link_of(two))
    eino.reads("You take part by video")
    expect(eino.link(link)).to_have_attribute("href", ROOM)
    expect(eino.page.locator("#main")).not_to_contain_text(street)
    aino.open(link_of(two))
    family.survey(aino.page).look("the own page of who takes part by video")


def prepare(family: Family, one: Party, two: Party) -> str:
    """Tick what is packed as one; fill in the means statement as the other, without scripts.

    Return its address.
    """
    aino, eino = family.aino, family.eino
    for parent, party in ((aino, one), (eino, two)):
        survey = family.survey(parent.page) if parent is aino else None
        parent.open(link_of(party))
        parent.follow("Prepare at home")
        expect(parent.button("Begin to prepare")).to_be_visible()
        if survey:
            survey.look("before the papers")
        parent.press("Begin to prepare")
        parent.sees("Your papers for the visit")
        if survey:
            survey.look("papers")
    aino.page.locator("input[name=things]").first.check()
    aino.press("Save the ticks")
    expect(aino.page.locator("input[name=things]:checked")).to_have_count(1)
    papers = eino.page.url
    eino.page.locator("a[href$='/form/means/']").click()
    eino.field("Wage before tax").fill("2 345")
    eino.press("Save and go to the list")
    eino.sees("Your papers for the visit")
    return papers


def meet(family: Family, appointment: Appointment, papers: str) -> None:
    """Open the papers by six digits on the day, and mark the outcome by keys."""
    eino, supervisor = family.eino, family.supervisor
    page = supervisor.page
    survey = family.survey(page)
    eino.open(f"{papers}code/")
    eino.press("Get a code")
    shown = eino.page.locator(".digits [aria-hidden]")
    expect(shown).to_have_count(2)
    digits = "".join(shown.all_inner_texts())
    family.aino.open(f"{papers}code/")
    family.survey(family.aino.page).look("the page of the digits")
    supervisor.open("/my-day/")
    own = page.locator(f"#{appointment.reference}")
    start = own.get_by_role("button", name=supervisor.word("In the meeting"))
    start.click()
    expect(start).to_have_count(0)
    survey.look("My day")
    expect(own.get_by_role("link", name=ROOM)).to_be_visible()
    own.locator("a[href$='/papers/']").click()
    expect(page.locator("input[name=code]")).to_be_visible()
    survey.look("before a parent's papers")
    page.locator("input[name=code]").fill(digits)
    supervisor.press("Open the papers")
    expect(page.locator("#main")).to_contain_text("2 345")
    survey.look("a parent's papers")
    press(page, "Escape")
    expect(own).to_be_visible()
    press(page, "d")
    expect(page.locator("form.outcome")).to_be_visible()
    for key in ("a", "2"):
        press(page, key)
    survey.look("outcome")
    press(page, "Enter")
    expect(own.locator(".visit__tags")).to_contain_text(supervisor.word("agreement confirmed"))
    outcome = VisitOutcome.objects.get()
    assert (outcome.outcome, outcome.came) == (Outcome.AGREEMENT, Came.ALL)
    assert outcome.agreements == {AgreementKind.CUSTODY: 2, AgreementKind.MAINTENANCE: 2}


def book_next(family: Family, appointment: Appointment) -> None:
    """Book at the door: who comes and what it is about are there already."""
    supervisor, page = family.supervisor, family.supervisor.page
    page.locator(f"#{appointment.reference} a[href*='?after=']").click()
    for name in ("Aino Virtala", "Eino Korpi"):
        page.locator("[name=agreed_with]").and_(page.get_by_label(name)).check()
    family.survey(page).look("the next visit")
    page.locator(".next-time input[name=slot]").first.check()
    page.locator("[data-book]").click()
    supervisor.sees("Booked")
    following = Appointment.objects.exclude(pk=appointment.pk).get()
    assert (following.status, following.parties.count()) == (Status.CONFIRMED, 2)
    assert following.matters.services == appointment.matters.services


def answer_three_questions(family: Family, party: Party) -> None:
    eino = family.eino
    eino.open(link_of(party))
    eino.follow("Answer the three questions")
    for name in ("heard", "even", "again"):
        eino.page.locator(f"input[name={name}]").first.check()
    eino.press("Send the answers")
    expect(eino.page.locator("body")).to_contain_text(
        eino.word("Thank you. Your answers are counted without your name.")
    )
    assert FeedbackCount.objects.count() == 3


def test_two_parents_from_the_request_to_the_next_visit(family: Family) -> None:
    eino = family.eino
    appointment = ask(family)
    take_up(family)
    one, two = appointment.parties.order_by("-is_requester")
    find_joint_time(family, appointment, one, two)
    order_interpreter(family, appointment, one)

    let_join_by_video(family, appointment, two)
    # The link to the meeting is there from the day before.
    bring_to(appointment, clock.now() + timedelta(days=8))
    write_a_word(family, appointment, two)
    opened = eino.link("Open the video meeting")
    eino.open(link_of(two))
    expect(opened).to_have_count(0)
    bring_to(appointment, clock.now() + timedelta(days=1))
    read_the_day_before(family, one, two)
    papers = prepare(family, one, two)

    bring_to(appointment, clock.now())
    meet(family, appointment, papers)
    book_next(family, appointment)
    answer_three_questions(family, two)
    wrong = [text for survey in family.surveys for text in survey.wrong]
    assert wrong == [], "\n".join(wrong)
