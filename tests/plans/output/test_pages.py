"""Taking a plan out, as a parent's browser does it; and who may not."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from office.core import clock, dates
from office.models import User
from plans.access import guides as guide_access
from plans.content.review import review_of
from plans.models import PartKind, Press, Print
from plans.output import press, printing
from plans.output.printing import LIFETIME, SLOW
from plans.vault import drafts
from tests.plans.paper import make_pdfs, opened, text_of
from tests.plans.together.test_together import Browser, one, two

__all__ = ["one", "two"]

OWN_WORDS = "Vain minun sanani"
SHARED_WORDS = "Yhteinen lause"
ODD = "<script>alert(1)</script> \u200f\u05d0 \u200b👩‍👧 ÄÖÅ & \"'\nrivi 2 "


@pytest.fixture
def family(one: Browser, two: Browser) -> tuple[Browser, Browser]:
    """Let one write something alone, and share something that the other has accepted."""
    one.write(SHARED_WORDS)
    one.post("share/needs/")
    two.post("together/needs-now/accept/", {"seen": fingerprint()})
    one.write(OWN_WORDS, key="school-ill")
    return one, two


def fingerprint() -> str:
    from plans.content.answers import fingerprint as of

    return of(SHARED_WORDS)


@pytest.fixture(autouse=True)
def worker(db: None) -> None:
    """Register a worker."""
    press.register()


def pdf(browser: Browser, what: str = "own", **more: str) -> Any:
    """Ask, have it made, fetch."""
    asked = browser.post("out/", {"what": what, "form": "pdf", **more})
    assert asked.status_code == 302, asked.content.decode()
    make_pdfs()
    return browser.client.get(f"{asked.url}file/")


def test_from_the_task_list_to_a_pdf(one: Browser) -> None:
    one.write(OWN_WORDS)
    assert one.sees("", f"/plan/{one.token}/out/")
    asked = one.post("out/", {"what": "own", "form": "pdf"})
    waits = one.client.get(asked.url)
    assert "The PDF is being made" in waits.content.decode()
    without_scripts = '<noscript> <meta http-equiv="refresh" content="2"> </noscript>'
    assert without_scripts in " ".join(waits.content.decode().split())
    assert one.client.get(asked.url, headers={"X-Look": "1"}).json() == {"state": "waiting"}
    assert one.client.get(f"{asked.url}file/").url == asked.url

    make_pdfs()

    ready = one.client.get(asked.url)
    assert "The PDF is ready" in ready.content.decode()
    assert "http-equiv" not in ready.content.decode()
    assert one.client.get(asked.url, headers={"X-Look": "1"}).json() == {"state": "done"}
    file = one.client.get(f"{asked.url}file/")
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert "no-store" in file["Cache-Control"]
    assert OWN_WORDS in text_of(file.content)
    assert "Aino (6–9 years), Väinö" in text_of(file.content)


@pytest.mark.parametrize("form", ["page", "text", "pdf"])
def test_each_takes_out_what_they_may_read(family: tuple[Browser, Browser], form: str) -> None:
    def words(browser: Browser, what: str) -> str:
        if form == "pdf":
            return text_of(pdf(browser, what).content)
        return str(browser.get(f"out/{form}/{what}/").content.decode())

    one, two = family
    for what in ("agreed", "shared"):
        assert SHARED_WORDS in words(one, what)
        assert SHARED_WORDS in words(two, what)
        assert OWN_WORDS not in words(one, what) + words(two, what)
    assert OWN_WORDS in words(one, "own")
    for what in ("own", "children"):
        assert OWN_WORDS not in words(two, what)


def test_the_form_leads_to_the_page_and_the_text(one: Browser) -> None:
    for form in ("page", "text"):
        answer = one.post("out/", {"what": "own", "form": form, "password": ""})
        assert answer.url == f"/plan/{one.token}/out/{form}/own/"
    assert not Print.objects.exists()


def test_plain_text_is_utf_8_and_a_file(one: Browser) -> None:
    one.write(ODD)
    file = one.get("out/text/own/")
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert file["Content-Disposition"] == 'attachment; filename="plan.txt"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert ODD in file.content.decode()


def test_odd_words_are_words_on_the_page_and_in_the_pdf(one: Browser) -> None:
    one.write(ODD)
    page = one.get("out/page/own/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \u200f\u05d0 \u200b👩‍👧 ÄÖÅ" in page
    read = text_of(pdf(one).content)
    assert "<script>alert(1)</script>" in read
    assert "ÄÖÅ & \"'" in read
    assert "rivi 2" in read


def test_every_form_says_that_it_is_no_legal_document(family: tuple[Browser, Browser]) -> None:
    one, _two = family
    for what in ("agreed", "shared", "own", "children"):
        assert one.sees(f"out/page/{what}/", "not a legal document")
        assert one.sees(f"out/text/{what}/", "not a legal document")
        assert "not a legal document" in text_of(pdf(one, what).content)


def test_the_language_is_that_of_the_one_who_asks(one: Browser) -> None:
    one.write(OWN_WORDS)
    one.client.cookies["django_language"] = "sv"
    made = pdf(one).content
    with opened(made) as read:
        assert str(read.Root.Lang) == "sv"
        assert str(read.docinfo["/Title"]) == "Föräldraplan"
    assert "Barnets behov och önskemål" in text_of(made)


def test_a_password_is_put_on_the_pdf_and_kept_nowhere(one: Browser) -> None:
    one.write(OWN_WORDS)
    file = pdf(one, password="kolme outoa sanaa")
    assert OWN_WORDS in text_of(file.content, "kolme outoa sanaa")
    assert OWN_WORDS.encode() not in file.content
    assert not one.sees("out/", "kolme outoa sanaa")


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"what": "own", "form": "pdf", "password": "lyhyt"}, "password"),
        ({"what": "own", "form": "pdf", "password": "ä" * 100}, "password"),
        ({"what": "own", "form": "pdf", "password": "x" * 200}, "password"),
        ({"what": "everything", "form": "pdf"}, "what"),
        ({"what": "own", "form": "exe"}, "form"),
    ],
)
def test_a_wrong_choice_is_told(one: Browser, sent: dict[str, str], wrong: str) -> None:
    page = one.post("out/", sent)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [wrong]
    assert "There is a problem" in page.content.decode()
    assert not Print.objects.exists()


def test_a_failure_is_said_in_words_and_can_be_tried_again(one: Browser) -> None:
    asked = one.post("out/", {"what": "own", "form": "pdf"})
    Print.objects.update(request=b"spoilt")
    make_pdfs()
    page = one.client.get(asked.url).content.decode()
    assert "The PDF could not be made" in page
    assert f'href="/plan/{one.token}/out/"' in page


def test_a_worker_that_came_later_gets_the_key_when_the_page_looks(one: Browser) -> None:
    Press.objects.all().delete()
    one.write(OWN_WORDS)
    asked = one.post("out/", {"what": "own", "form": "pdf"})
    make_pdfs()
    assert one.client.get(asked.url, headers={"X-Look": "1"}).json() == {"state": "waiting"}
    make_pdfs()
    assert one.client.get(asked.url, headers={"X-Look": "1"}).json() == {"state": "done"}
    assert OWN_WORDS in text_of(one.client.get(f"{asked.url}file/").content)


def test_what_takes_long_says_so(one: Browser) -> None:
    asked = one.post("out/", {"what": "own", "form": "pdf"})
    with time_machine.travel(clock.now() + SLOW + timedelta(seconds=1)):
        assert "longer than usual" in one.client.get(asked.url).content.decode()


def test_a_file_that_has_gone_is_said_to_be_gone(one: Browser) -> None:
    asked = one.post("out/", {"what": "own", "form": "pdf"})
    make_pdfs()
    assert one.client.get(f"{asked.url}delete/").status_code == 405
    assert one.client.post(f"{asked.url}delete/").url == f"/plan/{one.token}/out/"
    gone = one.client.get(asked.url)
    assert gone.status_code == 404
    assert "not here any more" in gone.content.decode()
    assert one.client.get(asked.url, headers={"X-Look": "1"}).json() == {"state": "gone"}
    assert one.client.post(f"{asked.url}delete/").status_code == 302

    asked = one.post("out/", {"what": "own", "form": "pdf"})
    with time_machine.travel(clock.now() + LIFETIME):
        assert one.client.get(asked.url).status_code == 404


def test_too_many_pdfs_are_refused_in_words(one: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PRINTS_AN_HOUR", 1)
    one.post("out/", {"what": "own", "form": "pdf"})
    page = one.post("out/", {"what": "own", "form": "pdf"})
    assert page.status_code == 429
    assert "many PDFs within an hour" in page.content.decode()


def pages_of(asked: str) -> list[str]:
    pages = ["out/", "out/page/own/", "out/page/agreed/", "out/text/shared/", "review/"]
    return [*pages, "review/calendar/", f"out/{asked}/", f"out/{asked}/file/"]


def test_strangers_find_nothing(one: Browser) -> None:
    asked = one.post("out/", {"what": "own", "form": "pdf"}).url.split("/")[4]
    make_pdfs()
    one.post("review/", {"when": "3"})
    for token in ("c" * 43, one.token[:-1], one.token.swapcase()):
        stranger = Browser(token)
        for page in pages_of(asked):
            assert stranger.get(page).status_code == 404
        for page in ("out/", "review/", f"out/{asked}/delete/"):
            assert stranger.post(page, {"what": "own", "form": "pdf"}).status_code == 404
    assert Print.objects.count() == 1


def test_a_link_that_was_changed_opens_none_of_it(one: Browser) -> None:
    asked = one.post("out/", {"what": "own", "form": "pdf"}).url.split("/")[4]
    one.post("link/new/")
    for page in pages_of(asked):
        assert one.get(page).status_code == 404


def test_the_other_parent_does_not_find_my_file(family: tuple[Browser, Browser]) -> None:
    one, two = family
    asked = one.post("out/", {"what": "own", "form": "pdf"}).url.split("/")[4]
    make_pdfs()
    assert two.get(f"out/{asked}/").status_code == 404
    assert OWN_WORDS not in two.get(f"out/{asked}/").content.decode()
    two.client.post(f"/plan/{two.token}/out/{asked}/delete/")
    assert one.get(f"out/{asked}/file/").status_code == 200


def test_an_invited_parent_settles_in_first(one: Browser) -> None:
    invitation = one.post("invite/").context["invitation"].split("/")[4]
    invited = Browser(invitation)
    assert invited.get("out/").url == f"/plan/{invitation}/welcome/"
    assert invited.get("out/text/shared/").url == f"/plan/{invitation}/welcome/"


def test_a_guide_takes_nothing_out_in_the_meeting_or_after(one: Browser, guide: User) -> None:
    code, _until = guide_access.give_code(drafts.open_draft(one.token), PartKind.OWN_FIRST)
    browser = Browser(guide_access.use_code(code, guide))
    browser.client.force_login(guide)
    for page in pages_of("c" * 43):
        assert browser.get(page).status_code == 404
    guide_access.end_meeting(drafts.open_draft(one.token))
    for page in pages_of("c" * 43):
        assert browser.get(page).status_code == 404


def test_choices_that_there_are_not_are_not_found(one: Browser) -> None:
    for what in ("everything", "children-9", "children-x", "own-1"):
        for form in ("page", "text"):
            assert one.get(f"out/{form}/{what}/").status_code == 404, what


def test_each_child_has_a_page_of_their_own(one: Browser) -> None:
    one.write("Unilelu", text2="Oma peitto", key="needs-comfort")
    assert one.sees("out/", "The page of Väinö alone")
    answer = one.post("out/", {"what": "children-2", "form": "page", "password": ""})
    assert answer.url == f"/plan/{one.token}/out/page/children-2/"
    for words, of_aino in (("Unilelu", True), ("Oma peitto", False)):
        assert one.sees("out/page/children-1/", words) == of_aino
        assert one.sees("out/text/children-2/", words) != of_aino
    assert "Oma peitto" in text_of(pdf(one, "children-2").content)


def test_looking_asks_for_nothing(one: Browser) -> None:
    one.get("out/?what=children")
    assert not Print.objects.exists()


def test_queries_do_not_grow_with_the_plan(family: tuple[Browser, Browser]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from plans.content.questions import QUESTIONS, SECTIONS

    one, _two = family

    def queries() -> list[int]:
        counts = []
        for page in ("out/", "out/page/shared/"):
            one.get(page)  # With what was to be said.
            with CaptureQueriesContext(connection) as asked:
                one.get(page)
                counts.append(len(asked))
        return counts

    few = queries()
    for key in set(QUESTIONS) - {"needs-now", "school-ill", "living-schedule"}:
        one.write("first", key=key)
    for section in SECTIONS:
        one.post(f"share/{section.key}/")
    assert queries() == few
    assert max(few) <= 12


@pytest.mark.parametrize(("when", "months"), [("3", 3), ("6", 6), ("12", 12)])
def test_a_day_to_look_again(one: Browser, when: str, months: int) -> None:
    with time_machine.travel("2026-08-31T12:00:00+03:00"):
        assert one.post("review/", {"when": when}).status_code == 302
        kept = review_of(drafts.read(drafts.open_draft(one.token), PartKind.OWN_FIRST))
    assert kept == {3: date(2026, 11, 30), 6: date(2027, 2, 28), 12: date(2027, 8, 31)}[months]


def test_a_day_of_ones_own_stands_on_the_plan(family: tuple[Browser, Browser]) -> None:
    one, two = family
    day = clock.today() + timedelta(days=200)
    one.post("review/", {"when": "date", "day": day.isoformat()})
    said = f"{day.day} {day:%b %Y}"
    assert one.sees("review/", said.split(" ")[1])
    for page in ("", "out/"):
        assert one.sees(page, f"On {dates.date(day, 'en')}")
    assert one.sees("out/text/agreed/", f"To be reviewed on {said}")
    assert f"To be reviewed on {said}" in text_of(pdf(one, "agreed").content)
    # The other parent is not told.
    assert not two.sees("out/text/agreed/", "We look at this again")
    assert not two.sees("", f"{day:%b %Y}")

    one.post("review/", {"when": "none"})
    assert not one.sees("out/text/agreed/", "We look at this again")
    assert one.get("review/calendar/").status_code == 404


@pytest.mark.parametrize("day", ["", "2020-01-01", "2999-01-01", "x", "today"])
def test_days_that_cannot_be_are_told(one: Browser, day: str) -> None:
    day = clock.today().isoformat() if day == "today" else day
    page = one.post("review/", {"when": "date", "day": day})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["day"]


def test_the_calendar_entry_tells_nothing(one: Browser) -> None:
    day = clock.today() + timedelta(days=90)
    one.post("review/", {"when": "date", "day": day.isoformat()})
    file = one.get("review/calendar/")
    text = file.content.decode()
    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in text
    assert "SUMMARY:Reminder" in text
    for word in ("plan", "Aino", one.token, "http", "URL", "LOCATION", "DESCRIPTION"):
        assert word not in text.replace("X-WR", "")
    uids = re.findall(r"UID:(\S+)", text)
    assert uids == re.findall(r"UID:(\S+)", one.get("review/calendar/").content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_blank_form_is_there_for_anybody(client: Client, language: str) -> None:
    from tests.factories import UnitFactory

    UnitFactory()
    file = client.get(reverse("plan:blank_form", args=[language]))
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Language"] == language
    assert file.content.startswith(b"%PDF")
    assert "sessionid" not in file.cookies
    start = client.get("/plan/").content.decode()
    assert f'href="/plan/form/{language}/" hreflang="{language}"' in start


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_blank_sheet_is_there_for_anybody(client: Client, language: str) -> None:
    from tests.factories import UnitFactory

    UnitFactory()
    page = client.get(reverse("plan:blank_sheet")).content.decode()
    assert f'href="/plan/blank-sheet/{language}/" hreflang="{language}"' in page
    assert page.count("<h1") == 1
    file = client.get(reverse("plan:blank_sheet_file", args=[language]))
    assert (file["Content-Type"], file["Content-Language"]) == ("application/pdf", language)
    assert file.content.startswith(b"%PDF")
    assert client.get("/plan/blank-sheet/de/").status_code == 404
    assert "sessionid" not in client.cookies
    assert reverse("plan:blank_sheet") in client.get("/plan/").content.decode()


@pytest.mark.django_db
def test_other_languages_have_no_form(client: Client) -> None:
    from tests.factories import UnitFactory

    UnitFactory()
    assert client.get("/plan/form/de/").status_code == 404
