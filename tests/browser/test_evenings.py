"""A full evening with its waiting list and a private word, by phones; without scripts; axe is clean."""

import pytest

from evenings.models import Evening, SignUp
from evenings.places.private_words import hash_word
from evenings.sign_ups.actions import own_path
from tests.browser.checks import Survey
from tests.browser.conftest import NewPage
from tests.browser.house import House
from tests.browser.people import Person
from tests.evenings.cast import signs_up, word_for
from tests.evenings.factories import EveningFactory

pytestmark = pytest.mark.browser
DISCLOSE = "I do not want to be there with somebody"


@pytest.fixture
def evening(house: House) -> Evening:
    """Make an evening with two places."""
    made: Evening = EveningFactory(capacity=2)
    return made


def goes_to_sign_up(person: Person, evening: Evening) -> None:
    person.open("/evenings/")
    person.page.get_by_role("link", name=evening.kind.title_fi, exact=True).click()


def test_the_line_passes_over_a_word_and_says_nothing(evening: Evening, new_page: NewPage) -> None:
    # Given a full evening, at which one uses the private word of somebody else
    other: Evening = EveningFactory()
    word = word_for(evening, other)
    signs_up(evening, word_hash=hash_word(word))
    seated = signs_up(evening)

    # When the one with the same word, and after them somebody without a name, go to the waiting list
    second, third = Person(new_page()), Person(new_page())
    goes_to_sign_up(second, evening)
    second.follow("To the waiting list")
    second.reads("This evening is full now. You can wait for a place.")
    second.page.get_by_text(second.word(DISCLOSE)).click()
    second.field("Private word").fill(word.upper())
    second.field("E-mail address or mobile number").fill("toinen@example.org")
    second.press("Put me on the waiting list")
    second.sees("You are on the waiting list")
    goes_to_sign_up(third, evening)
    third.follow("To the waiting list")
    third.press("Put me on the waiting list")
    third.reads(
        "We cannot write to you, so open this page every day: an offered place waits for some hours only."
    )

    # And a place becomes free
    leaving = Person(new_page())
    leaving.open(own_path(seated))
    leaving.follow("Cancel my sign-up")
    leaving.press("Yes, cancel")
    leaving.sees("Your sign-up has been cancelled")

    # Then the first in line is told nothing, and the next one gets the place
    second.page.reload()
    second.sees("You are on the waiting list")
    third.page.reload()
    third.sees("A place is free for you")
    third.press("Take the place")
    third.sees("You have a place")
    assert Evening.objects.get(pk=evening.pk).people == 2

    # And the first one goes to another evening
    second.follow("To another evening")
    second.page.get_by_label(other.kind.title_fi).check()
    second.press("Move")
    second.sees("You have a place")
    assert SignUp.objects.get(email="toinen@example.org").evening_id == other.pk


def test_without_scripts(evening: Evening, new_page: NewPage) -> None:
    parent = Person(new_page(java_script_enabled=False))
    goes_to_sign_up(parent, evening)
    parent.follow("Sign up")
    parent.page.get_by_text(parent.word(DISCLOSE)).click()
    parent.field("Private word").fill(word_for(closed=evening))
    parent.press("Sign up")
    parent.sees("No place at this evening can be given to you now")
    parent.field("Private word").fill(word_for(evening))
    parent.press("Put me on the waiting list")
    parent.sees("You have a place")


def test_axe_finds_nothing(evening: Evening, new_page: NewPage) -> None:
    survey = Survey(new_page())
    survey.at("/evenings/")
    survey.at(f"/evenings/{evening.pk}/")
    survey.at(f"/evenings/{evening.pk}/sign-up/")
    page = survey.page
    page.locator("main summary").first.click()
    page.locator("[name=word]").fill("abc")
    page.locator("main form button.button").click()
    survey.look("errors")
    page.locator("[name=word]").fill(word_for(closed=evening))
    page.locator("main form button.button").click()
    survey.look("refused")
    EveningFactory()
    own = own_path(signs_up(evening, people=2))
    for path in ("", "people/", "move/", "word/", "cancel/"):
        survey.at(own + path)
    survey.done()
