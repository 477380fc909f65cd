"""A unit that is being set up: strangers read that it is not open, staff see it, links work."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver, reverse

from familylaw.opening import needs_opening
from office.core import clock, dates
from office.models import Role, Unit
from office.setup.public_opening import open_to_public
from tests.factories import PartyFactory, UnitFactory, UserFactory, link_of

pytestmark = pytest.mark.django_db
# Each page of the public's own, which a unit opens. A new one belongs here, or into familylaw/opening.py.
CLOSED = {
    "public:home", "public:services", "public:service", "public:guidance",
    "public:guidance_page", "public:which", "public:waiting_times", "public:waiting_times_json",
    "evenings:list", "evenings:evening", "evenings:sign_up", "partners:public",
    "public:call_back", "public:call_back_details", "public:call_back_sent",
    "book:start", "book:service", "book:times", "book:no_time", "book:details", "book:anonymous",
    "book:visit", "book:other", "book:check", "book:sent", "book:empty",
    "plan:start", "plan:safety", "plan:begin", "plan:blank_form", "plan:open",
    "plan:blank_sheet", "plan:blank_sheet_file",
    "walk_in:about", "walk_in:live_all", "walk_in:live", "walk_in:numbers", "walk_in:take",
    "walk_in:take_here", "walk_in:display",
    "walk_in:kiosk", "walk_in:kiosk_here", "walk_in:kiosk_worker", "walk_in:slip",
}  # fmt: skip


@pytest.fixture
def unit() -> Unit:
    return UnitFactory(public_from=None)


def names() -> Iterator[tuple[str, ResolverMatch]]:
    """Yield each page, as a request for it would find it."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(
    patterns: list[URLPattern | URLResolver], space: str
) -> Iterator[tuple[str, ResolverMatch]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            more = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, more)
            continue
        values = dict.fromkeys(pattern.pattern.converters, "x")
        name = f"{space}{pattern.name}"
        match = ResolverMatch(pattern.callback, (), values, pattern.name, namespaces=[space[:-1]])
        yield name, match


def test_just_these_pages_wait_for_the_opening(rf: RequestFactory) -> None:
    waiting = {name for name, match in names() if needs_opening(match, rf.get("/"))}
    assert waiting == CLOSED


@pytest.mark.parametrize(
    "name", sorted(name for name in CLOSED if name.endswith((":start", ":about")))
)
def test_a_page_that_waits_is_not_shown(unit: Unit, client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 503


def test_strangers_read_kindly_that_it_is_not_open(unit: Unit) -> None:
    said = {"fi": "Palvelu ei ole avoinna", "sv": "Tjänsten är inte öppen", "en": "not open"}
    for language, words in said.items():
        client = Client(headers={"accept-language": language})
        answer = client.get("/")
        assert answer.status_code == 503
        assert words in answer.text
        assert 'href="tel:0190000000"' in answer.text
        assert 'href="tel:112"' in answer.text
        assert 'href="tel:080005005"' in answer.text
        assert "noindex" in answer.text


def test_nothing_is_sent_before_it_is_open(unit: Unit, client: Client) -> None:
    assert client.post("/plan/begin/").status_code == 503
    assert client.post("/call-back/details/").status_code == 503


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.MANAGER])
def test_who_works_here_sees_it_and_is_told_that_others_do_not(unit: Unit, role: Role) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(roles=[role]))
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Only those who work here see this page" in answer.text
    open_to_public(at=clock.now())
    assert "Only those who work here see this page" not in client.get("/").text


def test_personal_links_and_what_the_law_asks_for_work(unit: Unit, client: Client) -> None:
    for path in (link_of(PartyFactory()), "/privacy/", "/accessibility/", "/accounts/login/"):
        assert client.get(path).status_code == 200


def test_links_that_the_secretary_has_sent_open(unit: Unit, client: Client) -> None:
    assert client.get("/guidance/").status_code == 503
    assert client.get("/guidance/?n=1&l=fi").status_code != 503


def test_it_opens_by_itself_when_its_time_has_come(unit: Unit, client: Client) -> None:
    with time_machine.travel("2026-11-25 08:00Z", tick=False) as now:
        open_to_public(at=clock.now() + timedelta(hours=2))
        answer = client.get("/", headers={"accept-language": "en"})
        assert (answer.status_code, answer["Retry-After"]) == (503, "7200")
        when = dates.when(clock.now() + timedelta(hours=2), "en")
        assert f"It opens on {when}." in " ".join(answer.text.split())
        now.shift(7200)
        assert client.get("/").status_code == 200


def test_without_a_unit_a_real_one_is_closed(client: Client, settings: Any) -> None:
    assert client.get("/").status_code == 200
    settings.DEMO = ""
    assert client.get("/").status_code == 503
