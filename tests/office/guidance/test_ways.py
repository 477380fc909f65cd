"""The ready-made rules of "Which way?", and what is refused when they are changed."""

import itertools
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from evenings.models import Evening
from office.core import clock
from office.core.languages import LANGUAGES
from office.guidance.pages import check_version
from office.guidance.ready_made import read, take_ready_made
from office.guidance.way_actions import remove_row, save_answer, save_ending, save_question
from office.guidance.ways import MOST_QUESTIONS, faults, load_rules, unreached
from office.models import (
    GuidanceLink,
    GuidancePage,
    GuidancePageVersion,
    HoursKind,
    Role,
    WayAnswer,
    WayEnding,
    WayQuestion,
)
from office.ready_made.stock import add_services
from tests.evenings.factories import EveningFactory
from tests.factories import ServiceFactory, UserFactory, WeeklyHoursFactory
from tests.referrals.cast import entry

pytestmark = pytest.mark.django_db
CODES = [code for code, _name in LANGUAGES]


@pytest.fixture
def ready() -> None:
    add_services(checked=True)
    take_ready_made(user=None)


def ending_of(key: str) -> WayEnding:
    """Return an end of the ready-made rules by its key."""
    title = next(row["title"]["fi"] for row in read("ways")["end"] if row["key"] == key)
    return WayEnding.objects.get(title_fi=title)


def test_the_ready_made_rules_leave_nobody_without_help(ready: None) -> None:
    rules = load_rules()
    assert (faults(rules), unreached(rules)) == ([], [])
    paths = list(rules.paths())
    assert max(map(len, paths)) <= MOST_QUESTIONS
    assert {steps[-1].answer.ending_id for steps in paths} == set(rules.endings)
    # The very first press leads to help; and nobody reads a question in another language than their own.
    first = rules.answers[rules.first.pk][0] if rules.first else None
    assert first
    assert first.ending_id == ending_of("safety").pk
    assert ending_of("safety").to_safety
    for row in (*rules.questions.values(), *WayAnswer.objects.all()):
        assert all(getattr(row, f"text_{code}") for code in CODES)
    for ending in rules.endings.values():
        assert all(getattr(ending, f"title_{code}") for code in CODES)
    # From the situations of which a unit is asked most, somewhere true.
    for key, links in {
        "unborn": {"THL: vanhemmuuden selvittäminen"},
        "legal": {"Oikeusapu", "Oikeus.fi: huoltoasia tuomioistuimessa"},
        "child": {"Lasten ja nuorten puhelin 116 111"},
        "other-county": {"Hyvinvointialueet"},
    }.items():
        assert {link.title_fi for link in ending_of(key).links.all()} == links
    for key in ("abroad", "relatives", "relationship", "other-county"):
        assert ending_of(key).to_phone


def test_the_ready_made_pages_are_whole_and_unchecked(ready: None) -> None:
    versions = list(GuidancePageVersion.objects.all())
    assert 8 <= len(versions) <= 12
    for version in versions:
        assert version.checked_on is None
        for field in ("title", "summary", "text"):
            assert all(getattr(version, f"{field}_{code}") for code in CODES)
    assert not GuidancePage.objects.shown().exists()
    # It happens once: what the unit has written stays.
    with pytest.raises(ValidationError):
        take_ready_made(user=None)
    # No text promises what it has not got.
    for link in GuidanceLink.objects.all():
        assert "laskuri" not in f"{link.title_fi} {link.summary_fi}".lower()


def refused(action: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(ValidationError) as error:
        action(*args, **kwargs)
    return " ".join(error.value.messages)


def test_changes_that_would_leave_somebody_without_help_are_refused(ready: None) -> None:
    rules = load_rules()
    first = rules.first
    assert first
    yes, no = rules.answers[first.pk]
    situation = rules.questions[no.next_question_id or 0]
    before = WayAnswer.objects.count()

    # The question about safety stays, and so does its answer: first, and to help.
    refused(remove_row, first)
    refused(remove_row, WayAnswer.objects.get(pk=yes.pk))
    yes.order = 9
    refused(save_answer, yes)
    yes.refresh_from_db()
    yes.ending = ending_of("unsure")
    refused(save_answer, yes)
    yes.refresh_from_db()
    safety = ending_of("safety")
    safety.to_safety = False
    refused(save_ending, safety, services=[], links=safety.links.all(), pages=[])
    # In another question, too, the way to help stands first.
    refused(
        save_answer,
        WayAnswer(question=situation, text_fi="Pelkään", order=9, ending=ending_of("safety")),
    )

    # A loop, a dead end, an end that leads nowhere, two places at once, what others lead to.
    refused(save_answer, WayAnswer(question=situation, text_fi="Takaisin", next_question=first))
    lost = WayQuestion(text_fi="Entä sitten?")
    save_question(lost)
    assert unreached(load_rules()) == [lost]
    refused(save_answer, WayAnswer(question=situation, text_fi="Eteenpäin", next_question=lost))
    empty = ending_of("adoption")
    empty.to_phone = empty.to_partners = False
    refused(save_ending, empty, services=[], links=[], pages=[])
    both = WayAnswer(question=lost, text_fi="X", ending=safety, next_question=situation)
    refused(save_answer, both)
    refused(remove_row, ending_of("adoption"))
    assert WayAnswer.objects.count() == before
    assert faults(load_rules()) == []


def test_a_sixth_question_is_refused(ready: None) -> None:
    rules = load_rules()
    assert rules.first
    no = rules.answers[rules.first.pk][1]
    end = ending_of("unsure")
    questions = [WayQuestion.objects.create(text_fi=f"Kysymys {n}") for n in range(4)]
    for one, following in itertools.pairwise(questions):
        save_answer(WayAnswer(question=one, text_fi="Eteenpäin", next_question=following))
    save_answer(WayAnswer(question=questions[-1], text_fi="Loppu", ending=end))
    way_in = WayAnswer(question=rules.questions[no.next_question_id or 0], text_fi="Muu")
    way_in.next_question = questions[0]
    refused(save_answer, way_in)
    way_in.next_question = questions[1]
    save_answer(way_in)
    assert max(map(len, load_rules().paths())) == MOST_QUESTIONS


def test_a_service_out_of_use_shows_as_a_fault(ready: None) -> None:
    """The rules do not notice by themselves that a service is given no more: the table says it."""
    ending = ending_of("adoption")
    ending.to_phone = ending.to_partners = False
    save_ending(ending, services=ending.services.all(), links=[], pages=[])
    ending.services.update(is_active=False)
    assert len(faults(load_rules())) == 1
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    assert "leads nowhere" in client.get("/office/guidance/which/").content.decode()


def test_a_way_with_nothing_behind_it_leads_nowhere(ready: None) -> None:
    ending = ending_of("talk")
    ending.to_phone = ending.to_plan = False
    ending.links.clear()
    ending.services.clear()
    ending.save()
    # Nobody has checked the pages; no evening is to come, and there is no walk-in.
    assert "leads nowhere" in " ".join(faults(load_rules()))
    page = ending.pages.all()[0]
    version = page.versions.get()
    check_version(version, checked_by="RA")
    assert faults(load_rules()) == []
    GuidancePage.objects.update(is_active=False)
    assert faults(load_rules()) != []
    EveningFactory()
    assert faults(load_rules()) == []
    Evening.objects.update(status="planned")
    WeeklyHoursFactory(kind=HoursKind.WALK_IN)
    assert faults(load_rules()) == []

    money = ending_of("money")
    money.to_phone = False
    money.links.clear()
    money.save()
    assert faults(load_rules()) != []
    entry()
    assert faults(load_rules()) == []


def test_a_service_or_page_that_no_end_offers_is_work(ready: None) -> None:
    added = ServiceFactory(name_fi="Isäryhmä", name_en="Group for fathers")
    ServiceFactory(name_fi="Vanha palvelu", is_active=False)
    page = GuidancePage.objects.create(slug="fathers")
    version = page.versions.create(
        title_fi="Isille", title_en="For fathers", text_fi="Lue.", written_at=clock.now()
    )
    assert unreached(load_rules()) == [added]
    check_version(version, checked_by="RA")
    assert unreached(load_rules()) == [added, version]
    manager = Client(headers={"accept-language": "en"})
    manager.force_login(UserFactory(roles=[Role.MANAGER]))
    for path in ("/office/", "/office/guidance/which/"):
        shown = manager.get(path).content.decode()
        assert "Group for fathers" in shown
        assert "For fathers" in shown
        assert "Vanha palvelu" not in shown
    ending_of("talk").services.add(added)
    ending_of("talk").pages.add(page)
    assert unreached(load_rules()) == []


def test_the_manager_edits_the_table(ready: None) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    rules = load_rules()
    assert rules.first
    yes, _no = rules.answers[rules.first.pk]
    base = "/office/guidance/"
    words = {f"text_{code}": f"Uusi {code}" for code in CODES}
    page = client.get(f"{base}which/").content.decode()
    assert "always the first" in page
    # The safety question has no way to be removed, and its words may be made better.
    assert (
        "Remove the question" not in client.get(f"{base}which/{rules.first.pk}/").content.decode()
    )
    assert client.post(f"{base}which/{rules.first.pk}/", words).status_code == 302
    refusal = client.post(f"{base}which/{rules.first.pk}/remove/")
    assert "The question about safety stays." in refusal.content.decode()
    # Moving safety down is refused with its reason; and one language missing.
    down = {**words, "order": 5, "ending": yes.ending_id}
    answer = client.post(f"{base}answers/{yes.pk}/", down).content.decode()
    assert "must lead to emergency help" in answer
    assert client.post(f"{base}which/add/", {**words, "text_sv": ""}).status_code == 200
    # A new end and an answer that leads to it.
    data = {f"title_{code}": "Muuttajien neuvonta" for code in CODES} | words | {"to_phone": "on"}
    assert client.post(f"{base}ends/add/", data).status_code == 302
    end = WayEnding.objects.latest("pk")
    new = {**words, "order": 3, "ending": end.pk}
    situation = rules.answers[rules.first.pk][1].next_question_id
    assert client.post(f"{base}which/{situation}/answer/", new).status_code == 302
    made = WayAnswer.objects.latest("pk")
    assert (made.question_id, made.ending) == (situation, end)
    assert client.post(f"{base}answers/{made.pk}/remove/").status_code == 302
    assert client.post(f"{base}ends/{end.pk}/remove/").status_code == 302
    assert not WayEnding.objects.filter(pk=end.pk).exists()
