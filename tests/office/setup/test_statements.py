"""What the county says on the public pages, and what those pages tell of the retention table."""

import re
from datetime import date

import pytest
from django.test import Client

from office.models import PublicStatements, PurgeRun, Role, Unit
from office.retention.rows import Whose
from office.retention.table import TABLE
from office.setup.overview import attention
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Client:
    UnitFactory(retention_days=100)
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    return client


GIVEN = {
    "register_name_en": "Register of family law",
    "protection_officer_en": "Officer, officer@example.fi",
    "processors_en": "Hosting Ltd\nMail Ltd\n",
    "privacy_updated": "2026-11-20",
    "accessibility": "full",
    "accessibility_faults_en": "The map has no text, mended in spring\n",
    "assessed_by_en": "Experts Ltd in 2026",
    "accessibility_updated": "2026-11-21",
}


def test_others_neither_write_nor_read_them() -> None:
    for path in ("/office/statements/", "/office/retention/"):
        assert Client().get(path).status_code == 302
        for role in (Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER):
            client = Client()
            client.force_login(UserFactory(roles=[role]))
            assert client.get(path).status_code == 403
            assert client.post(path, GIVEN).status_code in (403, 405)
    assert not PublicStatements.objects.exists()


def test_what_the_county_writes_stands_on_the_pages(boss: Client) -> None:
    assert boss.get("/office/statements/").status_code == 200
    assert boss.post("/office/statements/", GIVEN).status_code == 302
    assert PublicStatements.get().privacy_updated == date(2026, 11, 20)
    public = Client(headers={"accept-language": "en"})
    privacy = public.get("/privacy/").content.decode()
    for words in (
        "The data belong to the register “Register of family law”.",
        "Data protection officer: Officer, officer@example.fi",
        "<li>Hosting Ltd</li>",
        "<li>Mail Ltd</li>",
    ):
        assert words in privacy
    page = " ".join(public.get("/accessibility/").content.decode().split())
    for words in (
        "WCAG 2.1, which the law",
        "The map has no text",
        "assessed by Experts Ltd in 2026",
    ):
        assert words in page
    # A second time it is the same row.
    boss.post("/office/statements/", GIVEN | {"accessibility": "partial"})
    assert PublicStatements.objects.count() == 1
    assert "WCAG 2.1, in part" in public.get("/accessibility/").content.decode()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_without_them_the_pages_are_whole_too(boss: Client, language: str) -> None:
    public = Client(headers={"accept-language": language})
    for path in ("/privacy/", "/accessibility/"):
        page = " ".join(public.get(path).content.decode().split())
        assert "None" not in page
        assert "Traficom" in page or "tietosuoja.fi" in page


def test_the_privacy_page_tells_the_table_by_which_the_purge_works(boss: Client) -> None:
    page = " ".join(
        Client(headers={"accept-language": "en"}).get("/privacy/").content.decode().split()
    )
    told = [kept for kept in TABLE if kept.is_public]
    assert len(told) > 5
    for kept in told:
        assert str(kept.what).replace("'", "&#x27;") in page, kept.key
    assert page.count("100 days") >= 3
    Unit.objects.update(retention_days=99)
    assert "100 days" not in Client(headers={"accept-language": "en"}).get("/privacy/").text


def test_the_manager_sees_what_is_due_and_what_went(boss: Client) -> None:
    from office.core import clock

    PurgeRun.objects.create(started_at=clock.now(), counts={"appointments": 17, "gone-kind": 2})
    page = " ".join(boss.get("/office/retention/").content.decode().split())
    assert "messages about them: 17" in page
    assert "gone-kind: 2" in page
    assert "interrupted" in page


def test_the_overview_asks_for_what_the_law_wants(boss: Client) -> None:
    def asked() -> bool:
        return any(amiss.url == "/office/statements/" for amiss in attention())

    assert asked()
    PublicStatements.objects.create(
        protection_officer="Officer",
        privacy_updated=date(2026, 11, 20),
        accessibility_updated=date(2026, 11, 20),
    )
    assert not asked()


# By the rows of the retention table: how the list of what we keep speaks of it.
KEPT_AS = {
    "appointments": "the time and the place of the appointment",
    "cases": "an authority has sent us a notice",
    "postal-addresses": "your postal address",
    "call-backs": "reserve a call-back time",
    "joint-marks": "what suits you for a joint time",
    "words-before": "message to the secretary",
    "evening-contacts": "sign up for an evening",
    "evening-sign-ups": "sign up for an evening",
    "referrals": "hand you on to another service",
    "referral-contents": "locked with the code on your slip",
    "messages": "messages that we have sent you",
    "guidance-links": "links to guidance",
    "calls": "about the call itself we keep no name",
    "person-notes": "a short note of the secretary about you",
    "told-apart": "a short note of the secretary about you",
    "call-tasks": "we promise to call you",
    "parked-bookings": "the line is cut while we book",
    "data-requests": "ask for your own data",
    "preparations": "prepare for the visit at home",
    "plan-drafts": "draft a parenting plan",
    "walk-in-links": "take a number at the walk-in",
    "unsent-drafts": "begin a form and do not send it",
}


def test_the_page_speaks_of_all_that_is_kept_and_whence_it_comes() -> None:
    public = {kept.key for kept in TABLE if kept.is_public and kept.whose == Whose.CLIENT}
    assert public == set(KEPT_AS)
    page = " ".join(Client(headers={"accept-language": "en"}).get("/privacy/").text.split())
    listed = page.split("<h2>What we keep</h2>")[1].split("<h2>")[0].casefold()
    assert {key for key, words in KEPT_AS.items() if words not in listed} == set()
    whence = page.split("<h2>Where the data come from</h2>")[1].split("<h2>")[0]
    for source in ("other parent", "court", "Kela", "another service has asked us to call you"):
        assert source in whence
    assert "it is told what you have agreed to" in page


def test_how_long_is_told_by_the_table_alone(boss: Client) -> None:
    """Beside it no sentence of what we keep says how long, or until when: there are no two truths."""
    page = Client(headers={"accept-language": "en"}).get("/privacy/").content.decode()
    listed = " ".join(page.split("<h2>What we keep</h2>")[1].split("<h2>")[0].split())
    assert listed.count("<li>") > 10
    said = re.findall(r"[^.:]*(?:\buntil\b|\blater\b|\bsome hours|\d+ [a-z]+)[^.]*", listed)
    assert said == []
    table = page.split("<h2>How long we keep them</h2>")[1]
    assert "14 days" in table
