"""What must hold of drafts, seen by strangers, by the other parent, and in a copy of the database.

Each phrase is written by a browser's own requests, and then looked for wherever it must not be.
"""

import base64
import io
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from logging.config import dictConfig

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import URLPattern

from office.core import clock
from office.models import Role
from plans.content import family, invitations
from plans.content.answers import fingerprint
from plans.content.children import children_fingerprint, children_of
from plans.models import PartKind, Print
from plans.parents import Parent
from plans.urls import urlpatterns
from plans.vault import drafts
from plans.vault.drafts import LIFETIME
from tests.factories import UserFactory
from tests.plans.pages.test_writing import ODD, write
from tests.plans.together.test_together import HANDOVER, KEY, Browser, invitation_of, one, two

__all__ = ["one", "two"]  # Fixtures.

PRIVATE, COMMON, SUGGESTED, REFUSED = (
    "Yksityinen virke ikkunalaudalla",
    "Jaettu virke eteisestä",
    "Ehdotettu virke parvekkeelta",
    "Liian yksityinen 131052-308T",
)
NAME = "Tuulikkipetteri"
PASSWORD = "salasanana tuulimylly"
PHRASES = (PRIVATE, COMMON, SUGGESTED, REFUSED, NAME, PASSWORD)


def pages_of(token: str) -> list[str]:
    """Return every address under a link, with something fitting in its place."""
    filled = {"token": token, "section": "needs", "key": KEY, "what": "shared", "sheet": "0"}
    filled |= {"number": "1", "asked": "a" * 43, "slug": "week", "year": "2026", "month": "12"}
    paths = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern)
        if not route.startswith("<secret:token>/"):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: filled.get(found[1], "1"), route)
        paths.append(f"/plan/{path}")
    assert len(paths) > 10
    return paths


def test_the_pages_that_are_tried_are_pages(one: Browser) -> None:
    """A control: to whom they belong, most of them open."""
    one.write(PRIVATE)
    one.post("share/needs/")
    opened = [path for path in pages_of(one.token) if one.client.get(path).status_code == 200]

    assert len(opened) > 15, opened


def plain(html: bytes) -> str:
    """Return a page without what is new at each request."""
    text = html.decode()
    return re.sub(r'(csrfmiddlewaretoken" value=|nonce=|name="next" value=)"[^"]*"', "", text)


def cut(token: str) -> str:
    return token[:-1]


def lengthened(token: str) -> str:
    return token + "A"


def swapped(token: str) -> str:
    return token.swapcase()


def half(token: str) -> str:
    return token[:24]


def unknown(token: str) -> str:
    return "n" * 43


@pytest.mark.parametrize("spoil", [cut, lengthened, swapped, half, unknown])
def test_a_stranger_reads_nothing_by_a_spoilt_link(
    one: Browser, two: Browser, spoil: Callable[[str], str]
) -> None:
    one.write(PRIVATE)
    one.post("share/needs/")
    stranger = Client()
    for browser in (one, two):
        for path in pages_of(spoil(browser.token)):
            for answer in (stranger.get(path), stranger.post(path)):
                # Either the method is wrong for anybody, or there is nothing.
                assert answer.status_code in (404, 405), path
                assert PRIVATE not in answer.content.decode()
                assert "Aino" not in answer.content.decode()


def test_whatever_the_reason_a_dead_link_looks_the_same(one: Browser, two: Browser) -> None:
    other = Browser("")
    sent = {"name1": "Aino", "age1": "6-9"}
    other.token = other.client.post("/plan/begin/?children=1", sent).url.split("/")[2]
    used = invitation_of(other)
    taken_back = invitation_of(other)
    other.post("invite/", {"take_back": ""})
    revoked = one.token
    one.token = invitations.replace_link(drafts.open_draft(one.token))
    deleted = two.token
    two.post("delete/")
    with time_machine.travel(clock.now() - LIFETIME - timedelta(days=1)):
        old = other.client.post("/plan/begin/?children=1", sent).url.split("/")[2]
    stranger = Client()

    pages = {
        (answer.status_code, plain(answer.content).replace(token, ""))
        for token in ("w" * 43, used, taken_back, revoked, deleted, old)
        for answer in [stranger.get(f"/plan/{token}/")]
    }

    assert len(pages) == 1
    assert next(iter(pages))[0] == 404


def test_before_sharing_the_other_parent_reads_nothing_on_any_page(
    one: Browser, two: Browser
) -> None:
    one.write(PRIVATE)
    one.write(PRIVATE, key=HANDOVER)
    for path in pages_of(two.token):
        assert PRIVATE not in two.client.get(path).content.decode(), path
    two.post("share/needs/")
    assert PRIVATE not in two.get("together/").content.decode()


def test_an_invitation_reads_nothing_but_the_names_before_it_is_used(one: Browser) -> None:
    one.write(PRIVATE)
    one.write(COMMON, key=HANDOVER)
    one.post("share/living/")
    invitation = invitation_of(one)
    for path in pages_of(invitation):
        page = Client().get(path, follow=True).content.decode()
        assert PRIVATE not in page, path
        assert COMMON not in page, path


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Collect all that the product's own logging writes, down to its least words."""
    before, level = logging.root.handlers[:], logging.root.level
    dictConfig({**settings.LOGGING, "root": {"handlers": ["console"], "level": "DEBUG"}})
    quiet = logging.getLogger("django.db.backends")
    quiet_level = quiet.level
    quiet.setLevel(logging.INFO)
    try:
        yield lambda: capsys.readouterr().err
    finally:
        quiet.setLevel(quiet_level)
        logging.root.handlers[:] = before
        logging.root.setLevel(level)


def dump() -> bytes:
    """Return every row of every table, and what sessions hold when read back."""
    copy = io.BytesIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                for row in rows:
                    copy.write(bytes(row))
    for session in Session.objects.all():
        copy.write(repr(session.get_decoded()).encode())
    return copy.getvalue()


def disguised(word: str) -> list[bytes]:
    """Return a word as a table, a session or a cookie might hold it."""
    raw = word.encode()
    escaped = word.encode("unicode_escape")
    b64 = [base64.b64encode(raw[shift:])[2:-4] for shift in range(3)]
    return [raw, escaped, raw.hex().encode(), *(piece for piece in b64 if len(piece) > 8)]


def test_no_word_is_in_the_database_the_sessions_or_the_logs(
    one: Browser, two: Browser, logged: Callable[[], str]
) -> None:
    staff = UserFactory(roles=[Role.GUIDE])
    # The parent's own browser happens to be one in which somebody is signed in.
    two.client.force_login(staff)
    one.write(PRIVATE, text2=PRIVATE)
    one.write(PRIVATE, seen0=fingerprint("x"))  # As if another tab had saved.
    one.write(REFUSED, key="needs-wishes")
    one.write(REFUSED, key="needs-wishes", headers={"X-Autosave": "1"})
    one.write("x" * 6000 + PRIVATE, key="needs-wishes")
    one.write(COMMON, key=HANDOVER)
    one.post("share/living/")
    two.post(f"together/{HANDOVER}/", {"words": SUGGESTED, "seen": fingerprint(COMMON)})
    two.post(f"together/{HANDOVER}/", {"words": SUGGESTED, "seen": fingerprint("stale")})
    one.post(f"together/{HANDOVER}/accept/", {"seen": fingerprint(SUGGESTED)})
    for what in ("own", "shared"):
        one.post("out/", {"what": what, "form": "pdf", "password": PASSWORD})
    assert Print.objects.count() == 2
    shared = drafts.read(drafts.open_draft(one.token), PartKind.SHARED)
    sent = {"seen": children_fingerprint(shared), "name1": NAME, "age1": "0", "first": NAME}
    one.post("children/", {**sent, "name2": "Väinö", "age2": "3-5"})
    for browser in (one, two):
        # A form whose mark against forgery is wrong: staff's are kept for an hour, but none of a plan.
        browser.get(f"questions/{KEY}/")
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = browser.client.cookies
        origin = {"Origin": "http://testserver", "Host": "testserver"}
        sent = {"text": PRIVATE, "csrfmiddlewaretoken": "x" * 64}
        path = f"/plan/{browser.token}/questions/{KEY}/"
        assert strict.post(path, sent, headers=origin).status_code == 403
        browser.client.get(f"/plan/{browser.token}/questions/no-such-question/")
    said = logged()
    copy = dump()

    assert one.sees("together/", SUGGESTED)
    assert Session.objects.exists()
    for word in (*PHRASES, one.token, two.token):
        assert word not in said
        assert [form for form in disguised(word) if form in copy] == [], word
        for browser in (one, two):
            for name, cookie in browser.client.cookies.items():
                assert word not in cookie.value, name
    assert "/plan/***/questions/no-such-question/" in said


def test_the_search_itself_finds_what_is_there(one: Browser) -> None:
    """A control: a phrase in a session, a table and a log is found."""
    session = one.client.session
    session["words"] = PRIVATE
    session.save()

    copy = dump()

    assert any(form in copy for form in disguised(PRIVATE))
    assert PRIVATE not in Session.objects.get().session_data


def test_what_was_answered_about_safety_is_kept_nowhere(
    one: Browser, logged: Callable[[], str]
) -> None:
    browser = Client()
    browser.get("/plan/safety/")
    before = dump()
    page = browser.post("/plan/safety/", {"afraid": "yes", "hurt": "unsure"})

    assert dump() == before
    assert page.request["QUERY_STRING"] == ""
    assert (page["Referrer-Policy"], "no-store" in page["Cache-Control"]) == ("same-origin", True)
    assert set(browser.cookies) <= {"csrftoken"}
    said = logged()
    assert not re.search(r"afraid|hurt|unsure", said)
    # Nothing that the page shows leads on with the answers.
    links = re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())
    assert [link for link in links if re.search(r"afraid|hurt|yes|unsure", link)] == []
    # An address that claims to answer is not listened to.
    asked = browser.get("/plan/safety/?afraid=yes&hurt=yes").content.decode()
    assert 'name="afraid"' in asked


HOSTILE = [
    ODD,
    "</textarea></blockquote><img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% csrf_token %} %(x)s %s {0} ${7*7}",
    "\u202eesrever\u202c \u2066isolated\u2069 \ufeffbom \u00adsoft",
    "👩‍👩‍👧‍👦 🏳️‍🌈 é e\u0301 ﷽ " + "\u0301" * 50,
    "'; DROP TABLE plans_part; --",
    "Å ä ö Š ž € … – ’\n\n\n   sisennys\t\t.",
    "a" * 4999,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_come_back_exactly_as_typed(one: Browser, two: Browser, text: str) -> None:
    saved = write(one.client, one.token, text, headers={"X-Autosave": "1"})
    assert saved.json()["marks"]["seen0"] == fingerprint(text)
    form = one.get(f"questions/{KEY}/")
    assert form.context["form"]["text"].value() == text
    one.post("share/needs/")
    two.post(f"together/{KEY}/", {"words": text + "!", "seen": fingerprint(text)})
    for page in (
        form,
        one.get("share/needs/"),
        two.get("together/"),
        one.get(f"together/{KEY}/"),
    ):
        html = page.content.decode()
        assert "<img src=x" not in html
        assert "<script>alert" not in html
    side = unescape(two.get("together/").content.decode())
    assert f'<blockquote class="as-typed">{text}</blockquote>' in side
    history = one.get(f"together/{KEY}/").context["history"]
    assert "".join(p.text for p in history[0]["pieces"]) == text
    assert "".join(p.text for p in history[1]["pieces"]) == text + "!"
    one.post(f"together/{KEY}/accept/", {"seen": fingerprint(text + "!")})
    assert one.matter().agreed_words == text + "!"


@pytest.mark.parametrize("page", [f"questions/{KEY}/", f"together/{KEY}/"])
def test_too_long_is_a_clear_limit_everywhere(one: Browser, two: Browser, page: str) -> None:
    one.write("Lyhyt")
    one.post("share/needs/")
    long = "ä" * 100_000

    answer = two.post(page, {"text": long, "words": long, "seen": fingerprint("Lyhyt")})

    assert answer.status_code == 422
    assert "5000" in str(answer.context["form"].errors)
    assert long in answer.content.decode()
    assert two.matter().words_of(Parent.FIRST) == "Lyhyt"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202eoniA", "Ä' \" & <b>"])
def test_hostile_names_are_shown_as_names(one: Browser, two: Browser, name: str) -> None:
    shared = drafts.read(drafts.open_draft(one.token), PartKind.SHARED)
    sent = {"seen": children_fingerprint(shared), "name1": name, "age1": "0", "first": name}
    one.post("children/", {**sent, "name2": "Väinö", "age2": "3-5"})
    assert children_of(family.read_shared(drafts.open_draft(one.token)))[0].name == name
    two.post("children/1/back/")
    assert children_of(family.read_shared(drafts.open_draft(two.token)))[0].name == name
    for browser in (one, two):
        for page in ("", "children/", f"questions/{KEY}/", "questions/living-address/"):
            html = browser.get(page).content.decode()
            assert "<script>alert" not in html
            assert "<b>" not in html
