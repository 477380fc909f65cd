"""Saying yes: to one text, to a section, to a layer of the schedule; and what comes after all of it."""

from datetime import time
from typing import Any

import pytest

from plans.content.agreement import MatterState
from plans.content.answers import fingerprint
from plans.parents import Parent
from plans.schedule.choices import HandoverKind, ScheduleRhythm
from plans.schedule.storage import from_json
from tests.factories import ServiceFactory
from tests.plans.pages.test_writing import url
from tests.plans.schedule.test_pages import choose, weekends
from tests.plans.together.test_together import HANDOVER, KEY, Browser, one, two

__all__ = ["one", "two"]

SCHEDULE = "living-schedule"
SECTION = "share/needs/accept/"


@pytest.fixture
def shared(one: Browser) -> Browser:
    """Share two texts of one section and one of another, by the first parent."""
    one.write("Unta")
    one.write("Iltasatu", key="needs-heard")
    one.write("Ovella", key=HANDOVER)
    one.post("share/needs/")
    one.post("share/living/")
    return one


def mark(browser: Browser, key: str) -> str:
    return str(browser.get(f"together/{key}/").context["their_mark"])


def accept(browser: Browser, key: str = KEY, **more: Any) -> Any:
    return browser.post(f"together/{key}/accept/", {"seen": mark(browser, key), **more})


def section_mark(browser: Browser) -> str:
    return str(browser.get("together/").context["sections"][0].waiting_mark)


def test_one_stays_where_one_was(shared: Browser, two: Browser) -> None:
    at = url(two.token, "together/")
    page = two.get("together/").content.decode()
    assert 'id="m-needs-now"' in page

    assert accept(two).url == f"{at}#m-needs-now"
    # Where only what is open is shown, the next of it.
    assert accept(two, "needs-heard", show="open").url == f"{at}?show=open#m-living-handover"
    assert accept(two, HANDOVER, show="open").url == f"{at}?show=open"
    assert two.post(f"together/{KEY}/withdraw/").url == f"{at}#m-needs-now"


def test_what_is_open_can_be_seen_alone(shared: Browser, two: Browser) -> None:
    accept(two)
    assert two.get("together/?show=agreed").context["counts"] == {
        "agreed": 1,
        "differs": 0,
        "open": 2,
    }
    assert two.sees("together/?show=agreed", "Unta")
    assert not two.sees("together/?show=agreed", "Iltasatu")
    assert two.sees("together/?show=open", "Iltasatu")
    assert not two.sees("together/?show=open", "Unta")
    assert two.sees("together/?show=differs", "There is nothing of that kind now.")
    assert two.sees("together/?show=nonsense", "Unta")


def test_yes_to_a_whole_section_as_it_was_read(shared: Browser, two: Browser) -> None:
    seen = section_mark(two)
    assert two.sees("together/", "All of the other parent’s texts in this section suit me (2)")
    shared.write("Unta ja ruokaa", seen0=fingerprint("Unta"))
    shared.post("share/needs/")
    two.post(SECTION, {"seen": seen})
    two.post(SECTION)
    assert two.matter().state is MatterState.OPEN

    done = two.post(SECTION, {"seen": section_mark(two)})

    assert done.url == url(two.token, "together/") + "#s-needs"
    assert two.sees("together/", "You have accepted 2 texts.")
    states = [two.matter(key).state for key in (KEY, "needs-heard", HANDOVER)]
    assert states == [MatterState.AGREED, MatterState.AGREED, MatterState.OPEN]
    assert not two.sees("together/", "All of the other parent’s texts in this section")
    # A second press, and a section that there is not.
    two.post(SECTION, {"seen": seen})
    assert two.matter().state is MatterState.AGREED
    assert two.post("share/nothing/accept/").status_code == 404


def test_what_was_written_on_the_same_matter_is_settled_by_it(
    shared: Browser, two: Browser
) -> None:
    two.write("Omaa")
    two.post(SECTION, {"seen": section_mark(two)})
    assert not two.sees("together/", "new or has changed")


def test_the_schedule_is_agreed_part_by_part(one: Browser, two: Browser) -> None:
    weekends(one)
    choose(one, "travels", travels="fetches")
    choose(one, "family", christmas_eve="first second")
    one.post("share/living/")
    choose(two, "weeks", rhythm="week-about")
    choose(two, "travels", travels="brings")
    choose(two, "family", christmas_eve="first second")
    two.post("share/living/")
    parts = {part.group: part.state for part in two.get(f"together/{SCHEDULE}/").context["parts"]}
    assert parts == {
        "weeks": MatterState.DIFFERS,
        "handover": MatterState.DIFFERS,
        "family": MatterState.AGREED,
    }

    accept(two, SCHEDULE, part="weeks")

    mine = from_json(two.matter(SCHEDULE).words_of(Parent.SECOND) or "")
    assert mine.ordinary
    assert mine.ordinary.rhythm is ScheduleRhythm.WEEKENDS
    assert two.sees("together/", "The parent whose turn ends brings the child")
    # The summary has what is agreed, and of the rest the part alone.
    assert one.sees("summary/", "Every other weekend from Friday to Sunday")
    assert one.sees("summary/", "Changing home")
    for words in ("brings the child", "fetches the child"):
        assert not one.sees("summary/", words)
        assert not one.sees("agreement-sheet/1/", words)
    assert one.sees("agreement-sheet/1/", "Every other weekend from Friday to Sunday")
    assert one.sees("out/page/agreed/", "Every other weekend from Friday to Sunday")
    assert not one.sees("out/page/agreed/", "fetches the child")

    accept(two, SCHEDULE, part="handover")

    assert two.matter(SCHEDULE).state is MatterState.AGREED


def test_a_part_that_was_changed_meanwhile_is_not_accepted(one: Browser, two: Browser) -> None:
    weekends(one)
    one.post("share/living/")
    seen = mark(two, SCHEDULE)
    choose(one, "travels", travels="fetches")
    one.post("share/living/")

    answer = two.post(f"together/{SCHEDULE}/accept/", {"seen": seen, "part": "weeks"})

    assert answer.url == url(two.token, f"together/{SCHEDULE}/")
    assert two.matter(SCHEDULE).words_of(Parent.SECOND) is None


def test_a_part_alone_can_be_accepted_by_who_has_no_schedule(one: Browser, two: Browser) -> None:
    weekends(one)
    choose(one, "family", christmas_eve="first second")
    one.post("share/living/")

    accept(two, SCHEDULE, part="family")

    mine = from_json(two.matter(SCHEDULE).words_of(Parent.SECOND) or "")
    assert (mine.ordinary, list(mine.family)) == (None, ["christmas_eve"])


@pytest.mark.parametrize(
    "order", [("handover", "family", "weeks"), ("weeks", "handover", "family")]
)
def test_in_whatever_order_parts_are_accepted_no_hour_is_lost(
    one: Browser, two: Browser, order: tuple[str, ...]
) -> None:
    """The hour of coming back belongs to weekends, which may be accepted after it."""
    weekends(one)
    choose(one, "back", at="18.00")
    choose(one, "family", christmas_eve="first second")
    one.post("share/living/")
    choose(two, "weeks", rhythm="week-about")
    two.post("share/living/")

    for part in order:
        accept(two, SCHEDULE, part=part)

    mine = from_json(two.matter(SCHEDULE).words_of(Parent.SECOND) or "")
    assert mine.handovers[HandoverKind.BACK].at == time(18)
    assert two.matter(SCHEDULE).state is MatterState.AGREED


def test_an_hour_of_weekends_goes_with_ones_own_weekends(one: Browser, two: Browser) -> None:
    choose(one, "weeks", rhythm="week-about")
    one.post("share/living/")
    weekends(two)
    choose(two, "back", at="18.00")
    two.post("share/living/")

    accept(two, SCHEDULE, part="weeks")

    assert not from_json(two.matter(SCHEDULE).words_of(Parent.SECOND) or "").handovers


def test_after_all_is_agreed_the_next_step_is_told(shared: Browser, two: Browser) -> None:
    service = ServiceFactory(slug="custody", agreements=["custody"], asked_online=True)
    ServiceFactory(slug="parenthood", agreements=["parenthood"], asked_online=True)
    pages = ("", "together/")
    for page in pages:
        assert not two.sees(page, "You have agreed. What next?")
    for key in (KEY, "needs-heard", HANDOVER):
        accept(two, key)

    for browser in (shared, two):
        for page in pages:
            assert browser.sees(page, "You have agreed. What next?")
            assert browser.sees(page, f'href="/book/{service.slug}/"')
            assert browser.sees(page, f'href="/services/{service.slug}/"')
            assert not browser.sees(page, "/book/parenthood/")
        assert browser.sees("", "You have both agreed on all that is shared")

    two.post(f"together/{KEY}/withdraw/")
    assert not shared.sees("", "You have agreed. What next?")


def test_nobody_agrees_alone(shared: Browser) -> None:
    assert not shared.sees("together/", "You have agreed. What next?")


def test_who_accepts_has_answered(shared: Browser, two: Browser) -> None:
    assert two.get("").context["done"] == 0
    two.post(SECTION, {"seen": section_mark(two)})
    assert two.get("").context["done"] == 2
