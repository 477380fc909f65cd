"""The schedule's pages, as a parent's browser opens them."""

import re
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from office.models import Role, SchoolBreak, User
from plans.access import guides as guide_access
from plans.content.answers import ANSWERS
from plans.models import PartKind
from plans.parents import Parent
from plans.schedule.choices import (
    Handover,
    HandoverKind,
    Ordinary,
    ScheduleRhythm,
    Scheme,
    SchoolHoliday,
    Travels,
    YearlyTurn,
)
from plans.schedule.engine import Period, Share
from plans.schedule.forms import FORMS, form_of
from plans.schedule.steps import BY_SLUG, STEPS
from plans.schedule.storage import from_json, to_json
from plans.vault import drafts
from plans.vault.drafts import DraftNotFoundError
from tests.plans.pages.test_writing import url
from tests.plans.together.test_together import Browser, invitation_of, one, two
from tests.plans.vault.test_file import opened, take_home

__all__ = ["one", "two"]

A, B = Parent.FIRST, Parent.SECOND
KEY = "living-schedule"
SCHEDULE = "schedule/0/"
ODD = "<script>alert(1)</script> \u200f\u05d0 \u200b👩‍👧 ÄÖÅ & \"'"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel("2026-11-24 09:00:00+02:00", tick=False):
        yield


def kept(browser: Browser, key: str = KEY, place: str = ANSWERS) -> Scheme:
    access = drafts.open_draft(browser.token)
    words = drafts.read(access, access.own).get(place, {}).get(key, "")
    return from_json(words)


def seen(browser: Browser, slug: str, sheet: str = "0") -> str:
    page = browser.get(f"schedule/{sheet}/questions/{slug}/")
    return str(page.context["form"]["seen"].value())


def choose(browser: Browser, slug: str, sheet: str = "0", **sent: Any) -> Any:
    """Open a page, choose, and save it."""
    at = f"schedule/{sheet}/questions/{slug}/"
    return browser.post(at, {"seen": seen(browser, slug, sheet), **sent})


def weekends(browser: Browser, sheet: str = "0") -> None:
    choose(browser, "weeks", sheet, rhythm="weekends")
    choose(browser, "home", sheet, parent="first")
    choose(browser, "begins", sheet, begins="2026-11-23")


def test_every_page_has_a_form() -> None:
    asked = {step.base for step in STEPS if step.season is None and step.handover is None}
    assert asked == set(FORMS)
    assert all(form_of(step) for step in STEPS)
    assert len(BY_SLUG) == len(STEPS)


def test_the_question_leads_to_the_schedule(one: Browser) -> None:
    page = one.get(f"questions/{KEY}/")
    assert page.url == url(one.token, SCHEDULE)
    assert one.sees(SCHEDULE, "Begin with the ordinary weeks")
    # The questions around it lead here and on.
    assert one.sees("questions/living-address/", f"questions/{KEY}/")
    assert one.sees(SCHEDULE, "questions/living-handover/")


def test_the_whole_entry_page_by_page(one: Browser) -> None:
    SchoolBreak.objects.create(
        region="Porvoo", kind="winter", first_day="2027-02-22", last_day="2027-02-28"
    )
    steps: list[tuple[str, dict[str, Any]]] = [
        ("weeks", {"rhythm": "weekends"}),
        ("home", {"parent": "first"}),
        ("begins", {"begins": "2026-11-23"}),
        ("until", {"until": ""}),
        ("weekend", {"until": "monday"}),
        ("night", {"night": "2"}),
        ("evenings", {"evenings": ["1", "3"]}),
        ("time", {"at": "16.30"}),
        ("place", {"place": "Päiväkoti"}),
        ("back", {"at": "18", "place": "Ovella"}),
        ("travels", {"travels": "fetches"}),
        ("autumn", {"share": "", "turn": ""}),
        ("christmas", {"share": "halves", "turn": "first second"}),
        ("christmas-dates", {"first_day": "2026-12-22", "last_day": "2027-01-06"}),
        ("winter", {"share": "whole", "turn": "second first"}),
        ("winter-dates", {"region": "Porvoo"}),
        ("summer", {"share": "", "turn": ""}),
        ("holiday-handover", {"at": "12"}),
        ("family", {"christmas_eve": "first second", "mothers_day": "first first"}),
    ]
    at = url(one.token, SCHEDULE) + "questions/weeks/"
    for slug, sent in steps:
        assert at.endswith(f"/questions/{slug}/")
        at = choose(one, slug, **sent).url
    assert at.endswith("/questions/birthdays/")
    choose(one, "birthdays", label="Aino", day="29", month="2", turn="first second")
    sent = {"first_day": "2026-12-05", "last_day": "2026-12-07", "parent": "second"}
    choose(one, "once", **sent, label="Mummola")

    scheme = kept(one)
    assert scheme.ordinary == Ordinary(
        rhythm=ScheduleRhythm.WEEKENDS,
        parent=A,
        begins=date(2026, 11, 23),
        until_monday=True,
        night=2,
        evenings=(1, 3),
    )
    assert (scheme.place, scheme.travels) == ("Päiväkoti", Travels.FETCHES)
    assert list(scheme.seasons) == [SchoolHoliday.CHRISTMAS, SchoolHoliday.WINTER]
    assert scheme.seasons[SchoolHoliday.CHRISTMAS].share is Share.HALVES
    assert scheme.seasons[SchoolHoliday.WINTER].periods == (
        Period(date(2027, 2, 22), date(2027, 2, 28)),
    )
    assert scheme.family == {
        "mothers_day": YearlyTurn(even=A, odd=A),
        "christmas_eve": YearlyTurn(even=A, odd=B),
    }
    assert [row.day for row in scheme.birthdays] == ["02-29"]
    assert [row.label for row in scheme.one_offs] == ["Mummola"]
    assert one.sees(SCHEDULE, "Mummola, 5–7 Dec 2026: The other parent.")
    assert one.sees("", "1 of 7")


@pytest.mark.parametrize(
    ("rhythm", "slug", "sent", "told"),
    [
        ("week-about", "first", {"parent": "second"}, {"parent": B}),
        ("week-about", "changes", {"day": "4"}, {"changes_on": 4}),
        ("2-2-3", "first", {"parent": "first"}, {"parent": A}),
        ("mostly", "evenings", {"evenings": ["2"]}, {"evenings": (2,)}),
        ("own", "length", {"weeks": "1"}, {"cycle": (None,) * 7}),
        ("own", "pattern", {"nights": ["0", "13"]}, {"cycle": (A,) + (B,) * 12 + (A,)}),
    ],
)
def test_other_rhythms(
    one: Browser, rhythm: str, slug: str, sent: dict[str, Any], told: dict[str, Any]
) -> None:
    choose(one, "weeks", rhythm=rhythm)
    choose(one, slug, **sent)

    assert kept(one).ordinary == Ordinary(rhythm=ScheduleRhythm(rhythm), **told)


def test_the_second_parent_ticks_their_own_nights(two: Browser) -> None:
    choose(two, "weeks", rhythm="own")
    choose(two, "length", weeks="1")
    choose(two, "pattern", nights=["5", "6"])

    weeks = kept(two).ordinary
    assert weeks
    assert weeks.cycle == (A,) * 5 + (B,) * 2
    grid = two.get("schedule/0/questions/pattern/").context["form"].grid()
    assert [ticked for _number, _day, ticked in grid[0][1]] == [False] * 5 + [True] * 2


def test_each_parent_reads_it_from_their_own_side(one: Browser, two: Browser) -> None:
    for browser in (one, two):
        weekends(browser)

    assert to_json(kept(one)) == to_json(kept(two))
    assert one.sees(SCHEDULE, "to Sunday: The other parent. Otherwise: äiti (you).")
    assert two.sees(SCHEDULE, "to Sunday: You. Otherwise: äiti.")


def test_every_page_may_be_skipped_and_nothing_comes_of_it(one: Browser) -> None:
    choose(one, "weeks", rhythm="weekends")
    before = kept(one)
    for slug in ("home", "weekend", "night", "evenings", "time", "place", "travels", "family"):
        assert choose(one, slug).status_code == 302
    choose(one, "begins", begins="")
    assert kept(one) == before
    assert one.sees(SCHEDULE, "Who begins is still open")


@pytest.mark.parametrize(
    ("slug", "sent", "field"),
    [
        ("begins", {"begins": "31.2.2026"}, "begins"),
        ("begins", {"begins": "0001-01-01"}, "begins"),
        ("begins", {"begins": "9999-12-31"}, "begins"),
        ("until", {"until": "2026-11-22"}, "until"),
        ("time", {"at": "16", "after_care": "on"}, "at"),
        ("back", {"at": "16", "after_care": "on"}, "at"),
        ("evenings", {"evenings": ["2"], "evening_begins": "17"}, "evening_ends"),
        (
            "evenings",
            {"evenings": ["2"], "evening_begins": "19", "evening_ends": "17"},
            "evening_ends",
        ),
        ("time", {"at": "25.00"}, "at"),
        ("place", {"place": "x" * 301}, "place"),
        ("place", {"place": "131052-308T"}, "place"),
        ("travels", {"travels": "bus"}, "travels"),
        ("weeks", {"rhythm": "never"}, "rhythm"),
        ("evenings", {"evenings": ["7"]}, "evenings"),
        ("winter", {"share": "whole", "turn": ""}, "turn"),
        ("once", {"first_day": "2026-12-05", "parent": "first"}, "last_day"),
        (
            "once",
            {"first_day": "2026-12-05", "last_day": "2026-12-04", "parent": "first"},
            "last_day",
        ),
        (
            "once",
            {"first_day": "2026-12-05", "last_day": "2029-12-04", "parent": "first"},
            "last_day",
        ),
        ("birthdays", {"day": "30", "month": "2", "turn": "first first"}, "day"),
    ],
)
def test_what_cannot_be_is_told(one: Browser, slug: str, sent: dict[str, Any], field: str) -> None:
    weekends(one)
    before = kept(one)
    page = choose(one, slug, **sent)

    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert "There is a problem" in page.content.decode()
    assert kept(one) == before


def test_odd_words_come_back_exactly_and_do_nothing(one: Browser) -> None:
    choose(one, "place", place=ODD)
    sent = {"first_day": "2026-12-05", "last_day": "2026-12-05", "parent": "first"}
    choose(one, "once", **sent, label=ODD[:60])

    assert kept(one).place == ODD.strip()
    for page in (SCHEDULE, "schedule/0/month/2026/12/", "share/living/", "schedule/0/year/2026/"):
        text = one.get(page).content.decode()
        assert "<script>alert" not in text
    assert "&lt;script&gt;" in one.get(SCHEDULE).content.decode()


def test_saved_while_choosing(one: Browser) -> None:
    choose(one, "weeks", rhythm="weekends")
    at = url(one.token, "schedule/0/questions/home/")
    headers = {"X-Autosave": "1"}
    sent = {"parent": "second", "seen": seen(one, "home")}
    first = one.client.post(at, sent, headers=headers).json()
    assert first["saved"].startswith("Saved at ")
    again = {"parent": "first", "seen": first["marks"]["seen"]}
    assert one.client.post(at, again, headers=headers).status_code == 200

    refused = one.client.post(at, {**again, "parent": "third"}, headers=headers)
    assert (refused.status_code, bool(refused.json()["error"])) == (422, True)


def test_two_tabs_lose_nothing(one: Browser) -> None:
    weekends(one)
    opened = {slug: seen(one, slug) for slug in ("home", "time")}
    choose(one, "home", parent="second")

    at = "schedule/0/questions/home/"
    other = one.post(at, {"parent": "first", "seen": opened["home"]})
    assert other.status_code == 409
    assert "Otherwise: The other parent." in other.content.decode()
    assert (weeks := kept(one).ordinary)
    assert weeks.parent is B
    by_script = one.client.post(
        url(one.token, at),
        {"parent": "first", "seen": opened["home"]},
        headers={"X-Autosave": "1"},
    )
    assert by_script.status_code == 409
    # Another layer was changed elsewhere: that is nobody's loss.
    assert one.post("schedule/0/questions/time/", {"at": "17", "seen": opened["time"]}).url
    # Sent once more from the page that told it, it is meant.
    one.post(at, {"parent": "first", "seen": other.context["form"]["seen"].value()})
    assert kept(one).ordinary != weeks


def test_a_second_press_of_add_adds_nothing(one: Browser) -> None:
    sent = {"first_day": "2026-12-05", "last_day": "2026-12-07", "parent": "second", "label": ""}
    for _press in range(2):
        choose(one, "once", **sent)
    assert len(kept(one).one_offs) == 1


def test_layers_and_rows_are_taken_away(one: Browser) -> None:
    weekends(one)
    choose(one, "place", place="Asema")
    for label in ("Aino", "Väinö"):
        choose(one, "birthdays", label=label, day="1", month="5", turn="first second")
    rows = one.get("schedule/0/questions/birthdays/").context["rows"]
    for _press in range(2):
        one.post("schedule/0/questions/birthdays/", {"remove": rows[0]["mark"]})
    assert [row.label for row in kept(one).birthdays] == ["Väinö"]

    one.post("schedule/0/clear/weeks/")
    assert (kept(one).ordinary, kept(one).place) == (None, "Asema")
    assert one.get("schedule/0/clear/weeks/").status_code == 405
    assert one.post("schedule/0/clear/nothing/").status_code == 404
    one.post("schedule/0/remove/")
    assert kept(one).is_empty
    assert not one.sees("", "1 of 7")


def test_one_child_has_another_schedule(one: Browser) -> None:
    weekends(one)
    assert one.sees("schedule/2/", "follows the schedule for all children")
    one.post("schedule/2/own/")
    choose(one, "home", "2", parent="second")

    assert (common := kept(one).ordinary)
    assert (own := kept(one, f"{KEY}@2").ordinary)
    assert (common.parent, own.parent) == (A, B)
    assert one.sees("schedule/0/year/2027/", "<h2>Aino</h2>")
    assert one.sees("schedule/0/year/2027/", "<h2>Väinö</h2>")
    assert not one.sees("schedule/2/year/2027/", "<h2>Aino</h2>")
    one.post("schedule/2/remove/")
    assert kept(one, f"{KEY}@2").is_empty
    assert one.get("schedule/3/").status_code == 404
    assert one.post("schedule/0/own/").status_code == 404


def test_the_region_and_own_dates_are_put_together(one: Browser) -> None:
    for year in (2027, 2028):
        SchoolBreak.objects.create(
            region="Sipoo", kind="winter", first_day=f"{year}-02-22", last_day=f"{year}-02-28"
        )
    SchoolBreak.objects.create(
        region="Sipoo", kind="winter", first_day="2026-02-16", last_day="2026-02-22"
    )
    choose(one, "winter", share="weeks", turn="first first")
    choose(one, "winter-dates", region="Sipoo")
    periods = kept(one).seasons[SchoolHoliday.WINTER].periods
    assert [period.first.year for period in periods] == [2027, 2028]

    keep = ["2027-02-22/2027-02-28"]
    choose(one, "winter-dates", kept=keep, first_day="2029-02-19", last_day="2029-02-25")
    periods = kept(one).seasons[SchoolHoliday.WINTER].periods
    assert [period.first.year for period in periods] == [2027, 2029]
    # How it is shared may change; the dates stay.
    choose(one, "winter", share="whole", turn="second first")
    assert kept(one).seasons[SchoolHoliday.WINTER].periods == periods


def test_what_has_no_dates_in_the_year_and_what_meets_is_told_with_its_page(one: Browser) -> None:
    weekends(one)
    choose(one, "winter", share="whole", turn="first first")
    choose(one, "winter-dates", first_day="2027-02-22", last_day="2027-02-28")
    for label, parent in (("Matka", "first"), ("Mummola", "second")):
        sent = {"first_day": "2027-03-02", "last_day": "2027-03-03", "parent": parent}
        choose(one, "once", **sent, label=label)

    (family,) = one.get("schedule/0/year/2027/").context["families"]
    assert (family["undated"], family["gaps"]) == ([], [])
    (clash,) = family["clashes"]
    assert (clash["first"], clash["others"], clash["when"]) == (
        "Matka",
        "Mummola",
        "2–3 Mar 2027",
    )
    assert clash["at"] == url(one.token, "schedule/0/questions/once/")
    (family,) = one.get("schedule/0/year/2028/").context["families"]
    assert [row["at"] for row in family["undated"]] == [
        url(one.token, "schedule/0/questions/winter-dates/")
    ]
    one.post("schedule/0/clear/weeks/")
    (family,) = one.get("schedule/0/year/2027/").context["families"]
    assert family["gap_at"] == url(one.token, "schedule/0/questions/weeks/")
    assert family["gaps"][0] == "1 Jan–21 Feb 2027"


@pytest.mark.parametrize("month", ["1999/1", "2000/1", "2100/1", "2026/0", "2026/13", "99999/1"])
def test_months_that_are_not_drawn_are_not_there(one: Browser, month: str) -> None:
    assert one.get(f"schedule/0/month/{month}/").status_code == 404
    for edge in ("month/2001/1/", "month/2099/12/", "year/2001/", "year/2099/"):
        assert one.get(f"schedule/0/{edge}").status_code == 200


def test_queries_are_the_same_for_one_schedule_and_for_three(
    one: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def queries() -> list[int]:
        counts = []
        for page in (SCHEDULE, "schedule/0/year/2027/", "schedule/0/questions/family/"):
            with django_assert_max_num_queries(12) as captured:
                one.get(page)
            counts.append(len(captured))
        return counts

    weekends(one)
    before = queries()
    for sheet in ("1", "2"):
        one.post(f"schedule/{sheet}/own/")
        choose(one, "home", sheet, parent="second")
        choose(one, "place", sheet, place="Asema")
    assert queries() == before


def test_a_page_of_another_rhythm_leads_back(one: Browser) -> None:
    choose(one, "weeks", rhythm="weekends")
    for slug in ("pattern", "changes", "winter-dates"):
        assert one.get(f"schedule/0/questions/{slug}/").url == url(one.token, SCHEDULE)
    assert one.get("schedule/0/questions/no-such/").status_code == 404


PAGES = [
    SCHEDULE,
    "schedule/0/questions/weeks/",
    "schedule/0/month/",
    "schedule/0/month/2026/12/",
    "schedule/0/year/",
    "schedule/0/year/2027/",
    "schedule/0/calendar.ics",
]


def test_strangers_do_not_learn_that_it_exists(one: Browser) -> None:
    weekends(one)
    for spoilt in (one.token[:-1], one.token.swapcase(), "a" * 43):
        for page in PAGES:
            assert one.client.get(url(spoilt, page)).status_code == 404
        for page in ("remove/", "clear/weeks/", "questions/weeks/", "1/own/", "s0/send/"):
            assert one.client.post(url(spoilt, f"schedule/0/{page}")).status_code == 404
    assert not kept(one).is_empty


def test_nothing_of_it_is_kept_or_indexed(one: Browser) -> None:
    for page in PAGES:
        answer = one.get(page)
        assert answer.status_code == 200, page
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"].startswith("noindex")


def test_an_invited_parent_first_makes_the_link_their_own(one: Browser) -> None:
    invited = Browser(invitation_of(one))
    for page in PAGES:
        assert invited.get(page).url == url(invited.token, "welcome/")


def test_the_other_parent_sees_it_only_when_it_is_shared(one: Browser, two: Browser) -> None:
    weekends(one)
    choose(one, "place", place="Rautatieasema")

    for page in (*PAGES, "together/", f"together/{KEY}/", "schedule/o0/month/2026/12/"):
        answer = two.get(page)
        assert "Rautatieasema" not in answer.content.decode()
    calendar = two.get("schedule/o0/month/2026/12/").context["families"][0]
    assert calendar["counts"][-1]["nights"] == 31

    one.post("share/living/")
    assert two.sees("together/", "Rautatieasema")
    calendar = two.get("schedule/o0/month/2026/12/").context["families"][0]
    assert [row["name"] for row in calendar["counts"]] == ["You", "äiti"]


def test_it_is_agreed_in_two_languages_and_shown_in_sentences(one: Browser, two: Browser) -> None:
    two.client.cookies["django_language"] = "sv"
    weekends(one)
    one.post("share/living/")
    page = two.get("together/").content.decode()
    assert "Varannat veckoslut från fredag till söndag: Förälder 2. Annars: äiti." in page
    assert '"rhythm"' not in page

    seen_mark = re.search(r'name="seen" value="(\w+)"', page)
    assert seen_mark
    two.post(f"together/{KEY}/accept/", {"seen": seen_mark[1]})

    assert one.matter(KEY).agreed_words == to_json(kept(one))
    for browser, said in ((one, "Every other weekend"), (two, "Varannat veckoslut")):
        for where in ("together/", f"together/{KEY}/", "summary/"):
            text = browser.get(where).content.decode()
            assert said in text, where
            assert "rhythm" not in text
    assert two.get("schedule/y0/calendar.ics").status_code == 200


def test_a_suggestion_begins_with_the_others_and_one_s_own_stays(
    one: Browser, two: Browser
) -> None:
    weekends(one)
    one.post("share/living/")
    choose(two, "weeks", rhythm="week-about")
    own = kept(two)
    assert two.post("schedule/0/suggest/").url == url(two.token, "schedule/s0/")

    assert kept(two, place="suggestions") == kept(one)
    choose(two, "weekend", "s0", until="monday")
    # Begun once more, it goes on where it was.
    two.post("schedule/0/suggest/")
    assert (weeks := kept(two, place="suggestions").ordinary)
    assert weeks.until_monday
    assert kept(two) == own
    assert not one.sees("together/", "to Monday")

    page = two.get("schedule/s0/")
    assert two.post("schedule/s0/send/", {"seen": "0" * 16}).url == url(two.token, "schedule/s0/")
    sent = two.post("schedule/s0/send/", {"seen": page.context["sending"]["seen"]})
    assert sent.url == url(two.token, "together/")
    assert one.sees("together/", "to Monday")
    page = one.get(f"together/{KEY}/")
    assert "<ins>" in page.content.decode()
    (part,) = page.context["parts"]
    assert part.mine[0] == "Every other weekend from Friday to Sunday: Parent 2. Otherwise: äiti."
    assert (
        part.theirs[0]
        == "Every other weekend from Friday to Monday morning: Parent 2. Otherwise: äiti."
    )
    assert kept(two, place="suggestions").is_empty
    assert kept(two) == own
    assert two.post("schedule/s0/send/").url == url(two.token, "schedule/s0/")


def test_a_schedule_is_never_typed(one: Browser, two: Browser) -> None:
    weekends(one)
    one.post("share/living/")
    versions = one.matter(KEY).versions

    assert two.post(f"together/{KEY}/", {"words": "{}", "seen": "x"}).status_code == 404
    assert "<textarea" not in two.get(f"together/{KEY}/").content.decode()
    assert one.matter(KEY).versions == versions
    assert two.post("schedule/1/suggest/").status_code == 404
    for page in ("schedule/o0/", "schedule/y0/questions/weeks/", "schedule/o0/remove/"):
        assert two.post(page).status_code in (404, 405)
        assert two.get(page).status_code in (404, 405)


def meeting(browser: Browser, guide: User) -> Client:
    access = drafts.open_draft(browser.token)
    code, _until = guide_access.give_code(access, access.own)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(guide)
    client.post("/plan/guide/", {"code": code})
    return client


def test_a_guide_writes_along_until_the_meeting_is_over(one: Browser, guide: User) -> None:
    weekends(one)
    client = meeting(one, guide)
    base = "/plan/guide/meeting/schedule/0/"
    assert client.get(f"/plan/guide/meeting/questions/{KEY}/").url == base
    assert "äiti (you)" in client.get(base).content.decode()
    for page in ("month/2026/12/", "year/2027/", "questions/place/"):
        assert client.get(base + page).status_code == 200
    page = client.get(base + "questions/place/")
    sent = {"place": "Neuvola", "seen": page.context["form"]["seen"].value()}
    assert client.post(base + "questions/place/", sent).status_code == 302
    assert kept(one).place == "Neuvola"
    for sheet in ("s0", "y0", "o0"):
        assert client.get(f"/plan/guide/meeting/schedule/{sheet}/").status_code == 404

    access = drafts.open_draft(one.token)
    guide_access.end_meeting(access)
    for page in ("", "month/2026/12/", "year/2027/", "calendar.ics", "questions/place/"):
        answer = client.get(base + page)
        assert answer.status_code in (302, 404)
        assert "Neuvola" not in answer.content.decode()
    assert client.post(base + "remove/").status_code in (302, 404)
    assert kept(one).place == "Neuvola"


def test_a_colleague_of_the_guide_has_no_way_in(one: Browser, guide: User) -> None:
    client = meeting(one, guide)
    from tests.factories import UserFactory

    client.force_login(UserFactory(roles=[Role.SECRETARY, Role.SUPERVISOR, Role.MANAGER]))
    assert client.get("/plan/guide/meeting/schedule/0/").status_code == 403
    client.force_login(UserFactory(roles=[Role.GUIDE]))
    assert client.get("/plan/guide/meeting/schedule/0/").status_code in (302, 404)


def test_the_plan_that_is_left_is_gone(one: Browser) -> None:
    weekends(one)
    one.post("delete/")
    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(one.token)
    assert one.get(SCHEDULE).status_code == 404


def test_the_shared_part_of_a_schedule_is_kept_like_any_answer(one: Browser, two: Browser) -> None:
    weekends(one)
    one.post("share/living/")
    shared = drafts.read(drafts.open_draft(two.token), PartKind.SHARED)
    assert shared["matters"][KEY]["versions"] == [["first", to_json(kept(one))]]


def test_before_its_weeks_begin_nothing_is_missing(one: Browser) -> None:
    weekends(one)
    page = one.get("schedule/0/month/2026/11/")
    family = page.context["families"][0]
    assert (family["begins"], family["gaps"], family["open_nights"]) == (date(2026, 11, 23), [], 0)
    # The counts still say that those nights are with nobody.
    assert family["counts"][-1]["nights"] == 22
    later = one.get("schedule/0/month/2026/12/").context["families"][0]
    assert (later["begins"], later["gaps"]) == (None, [])


def test_a_changed_schedule_takes_back_what_the_file_gave_out(one: Browser) -> None:
    def uids(status: str) -> set[str]:
        text = one.get("schedule/0/calendar.ics").content.decode()
        events = Calendar.from_ical(text).walk("VEVENT")
        return {str(event["UID"]) for event in events if event["STATUS"] == status}

    choose(one, "weeks", rhythm="week-about")
    choose(one, "first", parent="first")
    choose(one, "begins", begins="2026-11-23")
    assert one.post("schedule/0/calendar/").url == url(one.token, "schedule/0/calendar.ics")
    given = uids("CONFIRMED")
    assert given
    assert uids("CANCELLED") == set()

    choose(one, "changes", day="3")
    assert uids("CANCELLED") <= given
    assert given <= uids("CONFIRMED") | uids("CANCELLED")
    assert uids("CANCELLED")
    # What was not given out is not taken back.
    choose(one, "changes", day="0")
    assert uids("CANCELLED") == set()
    assert uids("CONFIRMED") == given


def uids_of(browser: Browser, status: str) -> set[str]:
    text = browser.get("schedule/0/calendar.ics").content.decode()
    events = Calendar.from_ical(text).walk("VEVENT")
    return {str(event["UID"]) for event in events if event["STATUS"] == status}


def test_from_a_home_file_opened_anew_the_calendar_is_put_right(one: Browser, two: Browser) -> None:
    """Old entries are replaced or taken back, though the draft is another one by then."""
    for writer, parent in ((one, "first"), (two, "second")):
        choose(writer, "weeks", rhythm="week-about")
        choose(writer, "first", parent=parent)
        choose(writer, "begins", begins="2026-11-23")
        writer.post("schedule/0/calendar/")
        given = uids_of(writer, "CONFIRMED")
        again = opened(take_home(writer))
        assert uids_of(again, "CONFIRMED") == given
        choose(again, "changes", day="3")
        again.post("schedule/0/calendar/")
        assert given <= uids_of(again, "CONFIRMED") | uids_of(again, "CANCELLED")
        assert uids_of(again, "CANCELLED") <= given
        assert uids_of(again, "CANCELLED")
        # And once more from a file of that draft.
        later = opened(take_home(again))
        assert given <= uids_of(later, "CONFIRMED") | uids_of(later, "CANCELLED")


def test_who_never_took_a_calendar_takes_none_along(one: Browser) -> None:
    choose(one, "weeks", rhythm="week-about")
    again = opened(take_home(one))
    own = drafts.read(drafts.open_draft(again.token), PartKind.OWN_FIRST)
    assert not [key for key in own if key.startswith("calendar")]


def test_the_file_is_taken_by_who_holds_the_link(one: Browser, two: Browser) -> None:
    assert one.get("schedule/0/calendar/").status_code == 405
    stranger = Browser("n" * 43)
    assert stranger.post("schedule/0/calendar/").status_code == 404
    one.post("schedule/0/calendar/")
    assert "calendar_given" not in drafts.read(drafts.open_draft(two.token), PartKind.OWN_SECOND)


def test_children_are_told_apart_as_the_parent_chooses(one: Browser) -> None:
    assert one.get("schedule/0/month/").context["marks"] == []
    choose(one, "weeks", rhythm="week-about")
    choose(one, "first", parent="first")
    choose(one, "begins", begins="2026-11-23")
    one.post("schedule/2/own/")
    choose(one, "changes", "2", day="4")
    offered = one.get("schedule/2/month/").context["marks"]
    assert [(row["value"], row["is_now"]) for row in offered] == [
        ("number", True),
        ("initial", False),
    ]
    for marked, expected in (("initial", {"(A)", "(V)"}), ("number", {"(1)", "(2)"})):
        # From whichever child's calendar: each child's days are in the file.
        one.post("schedule/2/calendar/", {"marked": marked})
        text = one.get("schedule/2/calendar.ics").content.decode()
        events = Calendar.from_ical(text).walk("VEVENT")
        assert {str(event["SUMMARY"]).split(" ")[-1] for event in events} == expected
    assert "Aino" not in text


@pytest.mark.parametrize("page", ["clear/weeks/", "remove/"])
def test_what_is_removed_can_be_put_back(one: Browser, page: str) -> None:
    weekends(one)
    choose(one, "place", place="Asemalla")
    before = kept(one)
    for _press in range(2):
        assert one.post(SCHEDULE + page).url == url(one.token, SCHEDULE)
    assert kept(one).ordinary is None
    assert one.sees(SCHEDULE, "Put it back")

    assert one.post("schedule/0/restore/").url == url(one.token, SCHEDULE)

    assert kept(one) == before
    assert not one.sees(SCHEDULE, "Put it back")


def test_what_was_said_since_is_not_overwritten(one: Browser) -> None:
    weekends(one)
    before = kept(one)
    one.post(SCHEDULE + "clear/weeks/")
    # Another layer is another matter.
    choose(one, "place", place="Asemalla")
    assert one.sees(SCHEDULE, "Put it back")
    choose(one, "weeks", rhythm="mostly")
    assert not one.sees(SCHEDULE, "Put it back")

    one.post("schedule/0/restore/")

    assert kept(one).place == "Asemalla"
    assert kept(one).ordinary == Ordinary(rhythm=ScheduleRhythm.MOSTLY)
    one.post(SCHEDULE + "clear/weeks/")
    choose(one, "travels", travels="brings")
    one.post("schedule/0/restore/")
    assert kept(one).ordinary == Ordinary(rhythm=ScheduleRhythm.MOSTLY)
    assert kept(one).travels is Travels.BRINGS
    assert before.ordinary != kept(one).ordinary


@pytest.mark.parametrize("slug", ["birthdays", "once"])
def test_a_single_row_that_is_removed_can_be_put_back(one: Browser, slug: str) -> None:
    at = f"schedule/0/questions/{slug}/"
    sent = {
        "birthdays": {"label": "Aino", "day": "1", "month": "5", "turn": "first second"},
        "once": {"first_day": "2026-12-05", "last_day": "2026-12-07", "parent": "second"},
    }
    choose(one, slug, **sent[slug])
    before = kept(one)
    assert not one.sees(at, "Put it back")
    one.post(at, {"remove": one.get(at).context["rows"][0]["mark"]})
    assert kept(one) == Scheme()
    assert one.sees(at, "Put it back")

    assert one.post("schedule/0/restore/", {"step": slug}).url == url(one.token, at)

    assert kept(one) == before


def test_weeks_that_end_are_followed_by_others(one: Browser) -> None:
    weekends(one)
    assert one.get("schedule/0/questions/later-weeks/").url == url(one.token, SCHEDULE)
    assert not one.sees(SCHEDULE, "The weeks after those")
    choose(one, "until", until="2027-05-31")
    assert one.sees(SCHEDULE, "The weeks after those")

    choose(one, "later-weeks", rhythm="week-about")
    choose(one, "later-first", parent="second")
    page = one.get("schedule/0/questions/later-begins/")
    assert page.context["form"]["begins"].value() == date(2027, 6, 1)
    choose(one, "later-begins", begins="2027-06-01")

    scheme = kept(one)
    assert scheme.ordinary == Ordinary(
        rhythm=ScheduleRhythm.WEEKENDS,
        parent=A,
        begins=date(2026, 11, 23),
        until=date(2027, 5, 31),
    )
    assert scheme.later == Ordinary(
        rhythm=ScheduleRhythm.WEEK_ABOUT, parent=B, begins=date(2027, 6, 1)
    )
    assert one.get("schedule/0/month/2027/6/").context["families"][0]["gaps"] == []
    one.post(SCHEDULE + "clear/later/")
    assert kept(one).later is None
    gaps = one.get("schedule/0/month/2027/6/").context["families"][0]
    assert gaps["open_nights"] == 30
    assert gaps["gap_at"].endswith("/questions/later-weeks/")


def test_each_layer_has_its_handover_and_the_end_of_school_is_a_choice(one: Browser) -> None:
    weekends(one)
    choose(one, "time", after_care="on")
    choose(one, "back", at="18", place="Kotiovella")
    assert one.get("schedule/0/questions/family-handover/").url == url(one.token, SCHEDULE)
    choose(one, "family", christmas_eve="first second")
    choose(one, "family-handover", at="klo 12")

    scheme = kept(one)
    assert (scheme.at, scheme.after_care) == (None, True)
    assert scheme.handovers == {
        HandoverKind.BACK: Handover(at=time(18), place="Kotiovella"),
        HandoverKind.FAMILY: Handover(at=time(12)),
    }
    assert one.sees(SCHEDULE, "Handover in ordinary weeks when day care or school ends.")
    # What it is about goes, and so does its handover.
    choose(one, "weeks", rhythm="week-about")
    one.post(SCHEDULE + "clear/family/")
    assert kept(one).handovers == {}


def test_nothing_to_put_back(one: Browser) -> None:
    assert one.get("schedule/0/restore/").status_code == 405
    one.post("schedule/0/restore/")
    assert kept(one) == Scheme()
    assert Browser("n" * 43).post("schedule/0/restore/").status_code == 404
