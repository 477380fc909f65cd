"""Which way? as a parent goes it: press by press, nothing stored, nothing to read in the address."""

import itertools
import re
from datetime import time, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.guidance.answers_given import KEPT_SECONDS, open_path, seal_path
from bookings.hooks import EveningsAhead
from office.guidance.pages import check_version
from office.guidance.ready_made import take_ready_made
from office.models import GuidancePageVersion, HoursKind, Service, WayAnswer, WayQuestion
from referrals.models import DirectoryEntry
from tests.bookings.conftest import at
from tests.factories import (
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    WeeklyHoursFactory,
)
from tests.referrals.cast import entry

pytestmark = pytest.mark.django_db
START = "/guidance/which/"
NOW = at(10)
YES, NO = "Yes, or I am not sure", "No"
SEPARATED = "We are separating or have separated"


@pytest.fixture
def parent() -> Client:
    UnitFactory()
    for slug in ("custody-agreement", "child-maintenance", "separation-counselling", "parenthood"):
        ServiceFactory(slug=slug, name_en=slug)
    take_ready_made(user=None)
    entry()
    for version in GuidancePageVersion.objects.all():
        check_version(version, checked_by="RA")
    return Client(headers={"accept-language": "en"})


def press(client: Client, page: str, words: str) -> str:
    """Return the address behind `words` on the page."""
    found = re.search(
        r'<a href="([^"]*)"[^>]*>\s*(?:<svg.*?</svg>)?\s*(?:<span>)?' + re.escape(words), page, re.S
    )
    assert found, words
    return unescape(found[1])


def go(client: Client, *answers: str) -> str:
    """Return the page after these answers, from the beginning."""
    page = client.get(START).content.decode()
    for answer in answers:
        page = unescape(client.get(press(client, page, answer)).content.decode())
    return page


def test_three_presses_lead_to_the_service(parent: Client) -> None:
    page = go(parent, NO, SEPARATED, "Where the child lives, when the child sees each parent")
    assert 'href="/services/custody-agreement/"' in page
    assert 'href="/plan/"' in page
    assert "You can also call us" in page or "Call the secretary" in page
    # Both matters at once: the services of both.
    page = go(parent, NO, SEPARATED, "Both: where the child lives")
    assert {"custody-agreement", "child-maintenance"} == set(
        re.findall(r"/services/([\w-]+)/", page)
    )


@pytest.mark.parametrize(
    ("answers", "leads_to"),
    [
        ([NO, "Parenthood has to be", "Not yet"], "Contact the maternity clinic"),
        ([NO, "Parenthood has to be", "Yes"], "/services/parenthood/"),
        ([NO, SEPARATED, "The other parent lives abroad"], "/guidance/pages/abroad/"),
        (
            [NO, SEPARATED, "The child lives in another"],
            "Contact the unit of the child’s own county",
        ),
        (
            [NO, "Parenthood has to be", "Yes, and the child lives in another"],
            "vaalit.fi",
        ),
        ([NO, SEPARATED, "The matter is in court"], "oikeus.fi/oikeusapu/"),
        ([NO, "The child needs help"], "nuortennetti.fi"),
        ([NO, "We are not separating", "Adoption"], "/guidance/partners/"),
        ([NO, "I am a grandparent"], "/guidance/pages/relatives/"),
        ([NO, "We are not separating", "We quarrel a lot"], "apuaeroon.fi"),
        ([NO, "We are not separating", "We do not live together", "Money for"], "kela.fi"),
        ([NO, "Something else"], "/services/separation-counselling/"),
    ],
)
def test_each_situation_leads_somewhere_true(
    parent: Client, answers: list[str], leads_to: str
) -> None:
    assert leads_to in go(parent, *answers)


def test_fear_is_helped_first_and_the_questions_can_go_on(parent: Client) -> None:
    page = go(parent, YES)
    assert 'href="tel:112"' in page
    assert 'href="tel:080005005"' in page
    assert 'href="/guidance/afraid/"' in page
    assert page.index("tel:112") < page.index("/guidance/afraid/")
    on = parent.get(press(parent, page, "I also need help in a matter")).content.decode()
    assert "What fits your situation best?" in on


def test_at_night_each_way_says_when_it_opens_and_emergency_help_is_there(parent: Client) -> None:
    point = ServicePointFactory()
    for weekday, kind in itertools.product(range(7), (HoursKind.PHONE, HoursKind.WALK_IN)):
        WeeklyHoursFactory(
            service_point=point, kind=kind, weekday=weekday, starts=time(9), ends=time(12)
        )
    with time_machine.travel(at(2), tick=False):
        assert START in parent.get("/").content.decode()
        ways = (
            go(parent, NO, SEPARATED, "I want to talk").split('class="ways"')[1].split("</ul>")[0]
        )
        assert ways.count("Opens today, 9:00–12:00") == 2
        assert "Open now" not in ways
        assert "tag--good" not in ways
        # What there is at any hour.
        assert 'href="/plan/"' in ways
        safety = go(parent, YES)
    assert 'href="tel:112"' in safety
    assert 'href="tel:080005005"' in safety


def test_nothing_is_stored_and_the_address_tells_nothing(parent: Client) -> None:
    first = parent.get(START)
    page = first.content.decode()
    addresses = re.findall(r'href="(/guidance/which/\?[^"]*)"', page)
    assert len(addresses) == 2
    with CaptureQueriesContext(
        connection,
    ) as queries:
        end = parent.get(addresses[0])
    assert not [q for q in queries.captured_queries if not q["sql"].startswith("SELECT")]
    # That of the quick exit's form, as on every page.
    assert {*first.cookies, *end.cookies} <= {"csrftoken"}
    for response in (first, end):
        assert response.headers["Cache-Control"] == "no-store, private"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "data-exit" in response.content.decode()
    # The same answer has another address each time, and the titles stay neutral.
    again = re.findall(r'href="(/guidance/which/\?[^"]*)"', parent.get(START).content.decode())
    assert not set(addresses) & set(again)
    title = re.search(r"<title>(.*?)</title>", end.content.decode(), re.S)
    assert title
    assert "Which way?" in title[1]
    assert "safe" not in title[1].lower()


def test_back_and_change_keep_the_answers_before(parent: Client) -> None:
    page = go(parent, NO, SEPARATED, "We cannot agree")
    before = parent.get(press(parent, page, "To the previous question")).content.decode()
    assert "What do you need help with?" in before
    changes = re.findall(r'<a href="([^"]*)">Change', page)
    assert changes[0] == START
    assert "What fits your situation best?" in parent.get(unescape(changes[1])).content.decode()


def test_old_or_strange_addresses_begin_again(parent: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        page = parent.get(START).content.decode()
        address = press(parent, page, NO)
        clock.shift(timedelta(seconds=KEPT_SECONDS + 1))
        late = parent.get(address).content.decode()
    assert "We begin again from the first question" in late
    assert "Are you or the child in danger" in late
    assert "We begin again" not in parent.get(START).content.decode()
    for strange in ("x", "gAAAA" + "A" * 95, seal_path([999_999])):
        answer = parent.get(START, {"s": strange})
        assert (answer.status_code, "We begin again" in answer.content.decode()) == (200, True)
    assert open_path(seal_path([3, 17])) == [3, 17]
    assert open_path(seal_path([])) == []


def test_only_what_there_is_now_is_offered(parent: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = [NO, SEPARATED, "I want to talk"]
    monkeypatch.setattr("bookings.hooks.EVENINGS_AHEAD", [lambda: None])
    page = go(parent, *talk)
    assert "/evenings/" not in page
    assert "Come without an appointment" not in page
    ahead = EveningsAhead("/evenings/", "Thursday 3 December")
    monkeypatch.setattr("bookings.hooks.EVENINGS_AHEAD", [lambda: ahead])
    assert 'href="/evenings/"' in go(parent, *talk)
    # A service out of use, and a page that nobody has checked, are not offered.
    Service.objects.filter(slug="separation-counselling").update(is_active=False)
    GuidancePageVersion.objects.update(checked_on=None, checked_by="")
    page = go(parent, *talk)
    assert "/services/" not in page.split("<main", 1)[1].split("</main>")[0]
    assert "/guidance/pages/first-days/" not in page
    # Nor is an empty directory of partners.
    adoption = [NO, "We are not separating", "Adoption"]
    assert 'href="/guidance/partners/"' in go(parent, *adoption)
    assert 'href="/guidance/partners/"' in parent.get("/guidance/").content.decode()
    DirectoryEntry.objects.update(is_public=False)
    assert "/guidance/partners/" not in go(parent, *adoption)
    assert "/guidance/partners/" not in parent.get("/guidance/").content.decode()


def test_it_is_linked_where_there_are_questions(parent: Client) -> None:
    pages = ("/", "/services/", "/guidance/", "/book/")
    for path in pages:
        assert START in parent.get(path).content.decode()
    assert "/guidance/pages/custody/" in parent.get("/services/custody-agreement/").content.decode()
    WayAnswer.objects.all().delete()
    WayQuestion.objects.all().delete()
    assert parent.get(START).status_code == 404
    for path in pages:
        assert START not in parent.get(path).content.decode()
