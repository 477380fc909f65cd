"""The summary at the meeting: what six digits open, to whom, and for how long."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from office.core import clock
from office.models import AccessLogEntry, Role, User
from plans.access.showing import TRIES_AN_HOUR
from plans.models import ShownSummary
from plans.pages.summary_meeting import COOKIE
from plans.vault import drafts
from tests.factories import UserFactory
from tests.plans.access.test_guide_pages import dump
from tests.plans.together.test_together import KEY, Browser, one, two
from tests.spent import spend

__all__ = ["one", "two"]

SHOW, PAGE, CLOSE = "summary/show/", "/plan/summary/", "/plan/summary/close/"
AGREED, ALONE = "Unta ja rauhaa molemmissa kodeissa", "Vain omaan osaani kirjoitettu"


def browser_of(user: User) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


@pytest.fixture
def supervisor(db: None) -> Client:
    return browser_of(UserFactory(roles=[Role.SUPERVISOR]))


@pytest.fixture
def agreed(one: Browser, two: Browser) -> Browser:
    """Make matters: one agreed, one differing, one shared by one parent only, one not shared."""
    one.write(AGREED)
    one.write("Ovella", key="living-handover")
    one.write("Kirjastossa", key="living-journeys")
    one.post("share/needs/")
    one.post("share/living/")
    two.write("Asemalla", key="living-handover")
    two.post("share/living/")
    seen = two.get(f"together/{KEY}/").context["their_mark"]
    two.post(f"together/{KEY}/accept/", {"seen": seen})
    one.write(ALONE, key="needs-comfort")
    return one


def digits(parent: Browser) -> str:
    page = parent.post(SHOW)
    assert page.status_code == 200
    return str(page.context["code"])


def text_of(page: Any) -> str:
    return " ".join(page.content.decode().split())


def opened(client: Client) -> bool:
    return AGREED in text_of(client.get(PAGE))


def test_the_professional_reads_what_both_agreed_and_nothing_of_one_alone(
    agreed: Browser, supervisor: Client
) -> None:
    done = supervisor.post(PAGE, {"code": digits(agreed)})
    assert (done.status_code, done.url) == (302, PAGE)

    page = supervisor.get(PAGE)

    assert page.headers["Cache-Control"].count("no-store")
    words = text_of(page)
    assert AGREED in words
    assert "Sheet for making an agreement" in words
    for one_sided in (ALONE, "Ovella", "Asemalla", "Kirjastossa"):
        assert one_sided not in words
    assert AccessLogEntry.objects.filter(reason="plan summary").exists()


def test_it_is_in_the_language_of_who_reads(agreed: Browser, supervisor: Client) -> None:
    supervisor.post(PAGE, {"code": digits(agreed)})
    supervisor.cookies["django_language"] = "sv"

    assert "Sammandrag" in text_of(supervisor.get(PAGE))


def test_both_parents_show_the_same(agreed: Browser, two: Browser, supervisor: Client) -> None:
    pages = []
    for parent in (agreed, two):
        supervisor.post(PAGE, {"code": digits(parent)})
        pages.append(supervisor.get(PAGE).context["documents"])
        supervisor.post(CLOSE)
    assert pages[0] == pages[1]


def test_a_code_works_once_and_for_ten_minutes(agreed: Browser, supervisor: Client) -> None:
    code = digits(agreed)
    other = browser_of(UserFactory(roles=[Role.GUIDE]))
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        assert supervisor.post(PAGE, {"code": code}).status_code == 422
    assert supervisor.post(PAGE, {"code": code}).status_code == 302
    assert other.post(PAGE, {"code": code}).status_code == 422
    assert not opened(other)
    # The key of one browser opens nothing for another user.
    other.cookies[COOKIE] = supervisor.cookies[COOKIE].value
    assert not opened(other)


def test_what_is_agreed_afterwards_does_not_reach_who_has_it_open(
    agreed: Browser, two: Browser, supervisor: Client
) -> None:
    supervisor.post(PAGE, {"code": digits(agreed)})
    two.write("Uusi sopimus", key="needs-heard")
    two.post("share/needs/")
    agreed.post(
        "together/needs-heard/accept/",
        {"seen": agreed.get("together/needs-heard/").context["their_mark"]},
    )

    assert "Uusi sopimus" not in text_of(supervisor.get(PAGE))


@pytest.mark.parametrize("how", ["parent", "professional", "time", "deleted"])
def test_it_is_closed(agreed: Browser, supervisor: Client, how: str) -> None:
    supervisor.post(PAGE, {"code": digits(agreed)})
    assert opened(supervisor)
    later = timedelta(0)
    if how == "parent":
        agreed.post(SHOW, {"end": "1"})
    elif how == "professional":
        supervisor.post(CLOSE)
    elif how == "deleted":
        agreed.post("delete/")
    else:
        later = timedelta(hours=3)

    with time_machine.travel(clock.now() + later, tick=False):
        assert not opened(supervisor)
        assert drafts.delete_ended_meetings() == (1 if how == "time" else 0)
    assert not ShownSummary.objects.exists()


def test_the_form_sent_again_does_not_close_it(agreed: Browser, supervisor: Client) -> None:
    supervisor.post(PAGE, {"code": digits(agreed)})
    assert digits(agreed) == ""
    assert opened(supervisor)


def test_it_is_sealed(agreed: Browser, supervisor: Client) -> None:
    supervisor.post(PAGE, {"code": digits(agreed)})
    kept = dump()
    assert AGREED.encode() not in kept
    assert supervisor.cookies[COOKIE].value.encode() not in kept


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.MANAGER, Role.PARTNER])
def test_others_of_the_unit_have_no_way_in(agreed: Browser, role: Role) -> None:
    client = browser_of(UserFactory(roles=[role]))
    assert client.post(PAGE, {"code": digits(agreed)}).status_code == 403


def test_the_other_parent_is_not_told(agreed: Browser, two: Browser) -> None:
    digits(agreed)
    assert two.sees(SHOW, "Nobody has your summary open now")
    assert agreed.sees(SHOW, "Your code has not been used yet")


def test_the_digits_are_no_code_of_a_guide(agreed: Browser, guide: User) -> None:
    assert browser_of(guide).post("/plan/guide/", {"code": digits(agreed)}).status_code == 422


def test_the_summary_is_there_as_a_pdf(agreed: Browser) -> None:
    assert "/out/" in agreed.post("summary/pdf/").url


def test_digits_are_not_tried_out(supervisor: Client, agreed: Browser) -> None:
    with time_machine.travel(clock.now(), tick=False):
        code = digits(agreed)
        user = User.objects.get(pk=supervisor.session["_auth_user_id"])
        spend("summary code", user.pk, limit=TRIES_AN_HOUR, every=timedelta(hours=1))
        refused = supervisor.post(PAGE, {"code": code})
        assert refused.status_code == 429
        assert not opened(supervisor)
