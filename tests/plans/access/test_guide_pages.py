"""The meeting as a parent's and a guide's browsers have it: who gets in, and what is left afterwards."""

import io
import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from office.core import clock
from office.models import Role, User
from office.staff.permissions import may_open
from plans.access import guides as guide_access
from plans.content import invitations, sharing
from plans.content.answers import answer, fingerprint
from plans.content.children import children_of
from plans.content.sharing import section_named
from plans.models import Holder, PartKind, Plan
from plans.pages.meetings import COOKIE
from plans.vault import drafts
from tests.factories import ProfessionalFactory, ServiceFactory, UnitFactory, UserFactory
from tests.plans.together.test_together import saved

KEY = "needs-now"
WORDS = "Rauhallisia iltoja molemmissa kodeissa"
SENT = {"name1": "Aino", "age1": "6-9", "name2": "Väinö", "age2": "3-5", "first": "äiti"}
HOME = "/plan/guide/"
MEETING = f"{HOME}meeting/"
QUESTION = f"{MEETING}questions/{KEY}/"
# Every page of the meeting, and those that are sent to.
PAGES = [
    MEETING,
    f"{MEETING}children/",
    QUESTION,
    f"{MEETING}print/",
    f"{MEETING}take-home/",
    f"{MEETING}schedule/0/",
    f"{MEETING}schedule/0/questions/weeks/",
    f"{MEETING}schedule/0/month/",
    f"{MEETING}schedule/0/year/",
    f"{MEETING}left/",
]
SENDS = [
    f"{MEETING}children/",
    QUESTION,
    f"{MEETING}take-home/",
    f"{MEETING}schedule/0/questions/weeks/",
    f"{MEETING}schedule/0/remove/",
    f"{MEETING}end/",
]


@pytest.fixture(autouse=True)
def unit(db: None) -> None:
    UnitFactory()


def browser() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def parent() -> Client:
    return browser()


@pytest.fixture
def desk(guide: User) -> Client:
    """Sign in the guide's browser."""
    client = browser()
    client.force_login(guide)
    return client


@pytest.fixture
def token(parent: Client) -> str:
    """Make a parent's draft with an answer."""
    token = parent.post("/plan/begin/?children=2", SENT).url.split("/")[2]
    parent.post(f"/plan/{token}/questions/{KEY}/", {"text": WORDS})
    return str(token)


def own(token: str) -> Any:
    return drafts.read(drafts.open_draft(token), PartKind.OWN_FIRST)


def let_in(parent: Client, token: str, part: str = "own") -> str:
    """Return the digits, as the parent's page shows them."""
    page = parent.post(f"/plan/{token}/guide/", {"part": part})
    assert page.status_code == 200
    return str(page.context["code"])


def meet(parent: Client, desk: Client, token: str, part: str = "own") -> None:
    done = desk.post(HOME, {"code": let_in(parent, token, part)})
    assert (done.status_code, done.url) == (302, MEETING)


def begin_at_the_desk(desk: Client) -> None:
    assert desk.post(f"{HOME}begin/?children=2", SENT).url == MEETING
    assert desk.post(QUESTION, {"text": WORDS}).status_code == 302


def text_of(page: Any) -> str:
    return " ".join(page.content.decode().split())


def dump() -> bytes:
    """Return all that the database holds, sessions included."""
    copy = io.BytesIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                for row in rows:
                    copy.write(bytes(row))
    return copy.getvalue()


# The parent's page


def test_the_digits_are_large_in_groups_and_said_one_by_one(parent: Client, token: str) -> None:
    page = text_of(parent.get(f"/plan/{token}/guide/"))
    assert "No guide has access now" in page

    shown = parent.post(f"/plan/{token}/guide/", {"part": "own"})
    code = shown.context["code"]
    assert f">{code[:3]}</span>" in text_of(shown)
    assert f"{' '.join(code)} </span>" in text_of(shown)
    assert "no-store" in shown["Cache-Control"]

    # Nobody keeps them: the next look says only that they wait.
    later = text_of(parent.get(f"/plan/{token}/guide/"))
    assert "has not been used yet" in later
    assert code not in later


def test_looking_gives_no_digits(parent: Client, token: str) -> None:
    parent.get(f"/plan/{token}/guide/")
    assert parent.post(f"/plan/{token}/guide/", {"part": "all"}).status_code == 422
    assert guide_access.waiting_code(drafts.open_draft(token)) is None


def test_digits_are_taken_back(parent: Client, desk: Client, token: str) -> None:
    code = let_in(parent, token)
    parent.post(f"/plan/{token}/guide/", {"end": "1"})

    assert desk.post(HOME, {"code": code}).status_code == 422


def test_the_parent_sees_the_guide_and_ends_it(parent: Client, desk: Client, token: str) -> None:
    meet(parent, desk, token)
    page = text_of(parent.get(f"/plan/{token}/guide/"))
    assert "A guide has access now" in page
    assert "To what you write alone" in page

    parent.post(f"/plan/{token}/guide/", {"end": "1"})

    assert "No guide has access now" in text_of(parent.get(f"/plan/{token}/guide/"))
    assert desk.get(QUESTION).status_code == 404


def test_the_other_parent_learns_nothing(parent: Client, desk: Client, token: str) -> None:
    sharing.share(drafts.open_draft(token), section_named("needs"))
    other = invitations.accept_invitation(
        drafts.open_draft(invitations.invite(drafts.open_draft(token)))
    )
    theirs = browser()
    pages = ["", "guide/", "together/", f"together/{KEY}/", "summary/", "link/", "children/"]

    def seen() -> list[str]:
        """Return the pages without what changes at each look."""
        found = [theirs.get(f"/plan/{other}/{page}") for page in pages]
        return [
            "\n".join(line for line in text_of(p).splitlines() if "csrfmiddlewaretoken" not in line)
            for p in found
        ]

    before = seen()
    for part in ("own", "shared"):
        let_in(parent, token, part)
        assert seen() == before
        meet(parent, desk, token, part)
        assert seen() == before
        desk.post(f"{MEETING}end/")
        assert seen() == before


def test_strangers_have_no_such_page(parent: Client, token: str) -> None:
    for spoilt in (token[:-1], "a" * 43):
        assert parent.get(f"/plan/{spoilt}/guide/").status_code == 404
        assert parent.post(f"/plan/{spoilt}/guide/", {"part": "own"}).status_code == 404


# Who gets in


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR, Role.MANAGER, Role.PARTNER])
def test_colleagues_of_other_roles_do_not_get_in(
    parent: Client, desk: Client, token: str, role: Role
) -> None:
    meet(parent, desk, token)
    colleague = browser()
    colleague.force_login(UserFactory(roles=[role]))
    colleague.cookies[COOKIE] = desk.cookies[COOKIE].value

    for page in [HOME, f"{HOME}begin/", *PAGES]:
        assert colleague.get(page).status_code == 403, page
    for page in [HOME, *SENDS]:
        assert colleague.post(page, {"code": "123456"}).status_code == 403, page


def test_strangers_are_asked_to_sign_in(parent: Client, desk: Client, token: str) -> None:
    meet(parent, desk, token)
    stranger = browser()
    stranger.cookies[COOKIE] = desk.cookies[COOKIE].value

    for page in [HOME, f"{HOME}begin/", *PAGES]:
        assert stranger.get(page).url.startswith("/accounts/login/"), page
    for page in [HOME, *SENDS]:
        assert stranger.post(page).url == f"/accounts/login/?next={HOME}", page
    assert guide_access.guide_of(drafts.open_draft(token)) is not None


def test_another_guide_with_the_same_key_reads_nothing(
    parent: Client, desk: Client, token: str
) -> None:
    """A shared machine: one guide signs out, another signs in."""
    meet(parent, desk, token)
    another = browser()
    another.force_login(UserFactory(roles=[Role.GUIDE]))
    another.cookies[COOKIE] = desk.cookies[COOKIE].value

    for page in PAGES:
        assert another.get(page).status_code == 404, page
    assert WORDS not in text_of(another.get(HOME))
    # A dead key is thrown away.
    assert another.cookies[COOKIE].value == ""


def test_the_guides_key_is_no_parents_link(parent: Client, desk: Client, token: str) -> None:
    meet(parent, desk, token)
    key = desk.cookies[COOKIE].value
    for page in ["", "link/", "delete/", "guide/", "together/", f"questions/{KEY}/", "summary/"]:
        assert desk.get(f"/plan/{key}/{page}").status_code == 404, page
    assert desk.post(f"/plan/{key}/delete/").status_code == 404
    # And the other way round: a parent's link is no guide's key.
    desk.cookies[COOKIE] = token
    assert desk.get(QUESTION).status_code == 404


def test_wrong_old_and_used_digits_are_told_the_same(
    parent: Client, desk: Client, token: str
) -> None:
    used = let_in(parent, token)
    desk.post(HOME, {"code": used})
    desk.post(f"{MEETING}end/")
    old = let_in(parent, token)
    with time_machine.travel(clock.now() + guide_access.CODE_LASTS, tick=False):
        said = [desk.post(HOME, {"code": code}) for code in (used, old, "12345", "abc")]

    assert {page.status_code for page in said} == {422}
    assert {tuple(page.context["form"].errors["code"]) for page in said} == {
        ("This code does not work. Ask the parent for a new one.",)
    }
    assert COOKIE not in said[0].cookies


def test_trying_digits_out_comes_to_an_end(parent: Client, desk: Client, token: str) -> None:
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(guide_access.TRIES_AN_HOUR):
            assert desk.post(HOME, {"code": "abc"}).status_code == 422
        page = desk.post(HOME, {"code": let_in(parent, token)})

    assert page.status_code == 429
    assert "Too many tries" in text_of(page)


# The meeting


def test_a_guide_writes_with_the_parent(parent: Client, desk: Client, token: str) -> None:
    meet(parent, desk, token)
    assert "Aino, Väinö" in text_of(desk.get(MEETING))
    page = desk.get(QUESTION)
    assert f"{WORDS}</textarea>" in text_of(page)
    assert "Something else for one child" in text_of(page)

    sent = {"text": "Unta", "text2": "Iltasatu", "seen0": fingerprint(WORDS)}
    assert desk.post(QUESTION, sent).url == f"{MEETING}questions/needs-wishes/"

    assert answer(own(token), KEY) == "Unta"
    assert answer(own(token), KEY, 2) == "Iltasatu"
    assert "Unta</textarea>" in text_of(parent.get(f"/plan/{token}/questions/{KEY}/"))
    # Two tabs, a parent's and a guide's, lose nothing of each other's.
    assert desk.post(QUESTION, sent | {"text": "Ruokaa"}).status_code == 409


def test_saved_while_writing(parent: Client, desk: Client, token: str) -> None:
    meet(parent, desk, token)
    sent = {"text": "Unta", "seen0": fingerprint(WORDS)}
    headers = {"X-Autosave": "1"}
    assert desk.post(QUESTION, sent, headers=headers).json()["saved"].startswith("Saved at ")
    parent.post(f"/plan/{token}/guide/", {"end": "1"})

    over = desk.post(QUESTION, sent, headers=headers)
    assert (over.status_code, over.json()["error"]) == (404, "Not saved: the meeting is over.")
    del desk.cookies["sessionid"]
    out = desk.post(QUESTION, sent, headers=headers)
    assert (out.status_code, "signed out" in out.json()["error"]) == (401, True)


def test_of_what_is_shared_the_guide_reads_and_changes_nothing(
    parent: Client, desk: Client, token: str
) -> None:
    sharing.share(drafts.open_draft(token), section_named("needs"))
    parent.post(f"/plan/{token}/questions/needs-wishes/", {"text": "Salainen toive"})
    meet(parent, desk, token, "shared")

    page = text_of(desk.get(MEETING))
    assert WORDS in page
    assert "Salainen toive" not in page
    for other in PAGES[1:-1]:
        assert desk.get(other).status_code == 404, other
    assert desk.post(QUESTION, {"text": "muuta"}).status_code == 404
    assert desk.post(f"{MEETING}take-home/", {"language": "fi"}).status_code == 404


def test_no_file_of_the_schedule_stays_with_the_guide(
    parent: Client, desk: Client, token: str
) -> None:
    meet(parent, desk, token)
    assert desk.get(f"{MEETING}schedule/0/calendar.ics").status_code == 404
    assert "calendar.ics" not in text_of(desk.get(f"{MEETING}schedule/0/month/"))
    # What is shared, and suggestions, are the parents' alone.
    for sheet in ("s0", "y0", "o0"):
        assert desk.get(f"{MEETING}schedule/{sheet}/month/").status_code == 404


def test_one_meeting_at_a_time(parent: Client, desk: Client, token: str) -> None:
    begin_at_the_desk(desk)

    assert desk.post(HOME, {"code": let_in(parent, token)}).url == MEETING
    assert desk.post(f"{HOME}begin/?children=2", SENT).url == MEETING

    assert guide_access.waiting_code(drafts.open_draft(token)) is not None
    assert Plan.objects.count() == 2
    assert "End this one before you start the next" in text_of(desk.get(HOME))


def test_afterwards_nothing_can_be_read(parent: Client, desk: Client, token: str) -> None:
    """The button, the clock and the parent end it alike: addresses, key and session open nothing."""
    for way in ("button", "clock", "parent"):
        meet(parent, desk, token)
        key = desk.cookies[COOKIE].value
        later = timedelta(0)
        if way == "button":
            assert desk.post(f"{MEETING}end/").url == HOME
            assert desk.cookies[COOKIE].value == ""
        elif way == "clock":
            later = guide_access.meeting_lasts()
        else:
            parent.post(f"/plan/{token}/guide/", {"end": "1"})
        with time_machine.travel(clock.now() + later):
            desk.cookies[COOKIE] = key
            for page in PAGES:
                answer_ = desk.get(page)
                assert (answer_.status_code, WORDS in text_of(answer_)) == (404, False), page
                desk.cookies[COOKIE] = key
            for page in SENDS:
                assert desk.post(page, {"text": "x", "delete": "1"}).status_code == 404, page
                desk.cookies[COOKIE] = key
        desk.cookies[COOKIE] = ""
    assert answer(own(token), KEY) == WORDS
    assert key not in str(dict(desk.session.items()))


def test_no_page_is_kept_by_the_browser(parent: Client, desk: Client, token: str) -> None:
    begin_at_the_desk(desk)
    for page in [HOME, *PAGES]:
        answer_ = desk.get(page)
        assert answer_.status_code == 200, page
        assert "no-store" in answer_["Cache-Control"], page
        assert answer_["X-Robots-Tag"].startswith("noindex"), page
    cookie = desk.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", HOME)


def test_changes_are_posted(parent: Client, desk: Client, token: str) -> None:
    meet(parent, desk, token)
    assert desk.get(f"{MEETING}end/").status_code == 405
    assert guide_access.guide_of(drafts.open_draft(token)) is not None


def test_the_database_and_the_logs_hold_neither_word_nor_key(
    parent: Client, desk: Client, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        code = let_in(parent, token)
        desk.post(HOME, {"code": code})
        desk.post(QUESTION, {"text": "Ohjaajan kirjoittama", "seen0": fingerprint(WORDS)})
        desk.get(f"{MEETING}print/")
        # The session ends while something is sent: it is not kept for later either.
        key = desk.cookies[COOKIE].value
        del desk.cookies["sessionid"]
        desk.post(QUESTION, {"text": "Istunnon jälkeen"})
    held = dump()

    assert b"plans_holder" not in held
    for word in (WORDS, "Aino", "Ohjaajan kirjoittama", "Istunnon", token, key, code):
        assert word.encode() not in held, word
        assert word.encode().hex().encode() not in held, word
    logged = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("django.db"))
    for word in ("Ohjaajan kirjoittama", key, code):
        assert word not in logged, word


def test_queries_are_the_same_for_one_answer_and_for_many(
    parent: Client,
    desk: Client,
    token: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def queries() -> int:
        found = 0
        for page in (MEETING, f"{MEETING}print/"):
            with django_assert_max_num_queries(20) as captured:
                assert desk.get(page).status_code == 200
            found += len(captured)
        return found

    meet(parent, desk, token)
    before = queries()
    for key in ("needs-wishes", "needs-health", "rights-both"):
        desk.post(f"{MEETING}questions/{key}/", {"text": "x"})
    assert queries() == before


# From here the guide books


def test_the_guide_books_a_child_supervisor_and_nothing_goes_along(
    parent: Client, desk: Client, token: str
) -> None:
    supervised, other = ServiceFactory(), ServiceFactory()
    ProfessionalFactory(user=UserFactory(roles=[Role.SUPERVISOR])).services.add(supervised)
    ProfessionalFactory(user=UserFactory(roles=[Role.GUIDE])).services.add(other)
    meet(parent, desk, token)

    page = text_of(desk.get(MEETING))

    # A form with one field: the service.
    form = page.split('action="/desk/book/"')[1].split("</form>")[0]
    assert (form.count("name="), 'name="service"' in form) == (1, True)
    assert f'value="{supervised.slug}"' in form
    assert other.slug not in form
    booking = desk.get("/desk/book/", {"service": supervised.slug})
    assert booking.status_code == 200
    for word in (WORDS, "Aino", token, desk.cookies[COOKIE].value):
        assert word not in text_of(booking)


def test_links_to_pages_of_another_role_are_left_out() -> None:
    guide = User(roles=[Role.GUIDE])
    assert may_open(guide, "/desk/book/")
    assert not may_open(guide, "/desk/")
    assert not may_open(guide, "/plan/")


# Begun at the desk


def test_a_draft_begun_at_the_desk_and_taken_home(desk: Client, parent: Client) -> None:
    assert desk.get(f"{HOME}begin/").status_code == 200
    assert desk.get(f"{HOME}begin/?children=2").status_code == 200
    assert desk.get(f"{HOME}begin/?children=99").status_code == 200
    assert desk.post(f"{HOME}begin/?children=2", {"name1": "Aino"}).status_code == 422
    assert not Plan.objects.exists()
    begin_at_the_desk(desk)
    assert "Only here so far" in text_of(desk.get(MEETING))

    shown = desk.post(f"{MEETING}take-home/", {"language": "sv"})
    link = shown.context["link"]
    assert 'lang="sv"' in text_of(shown)
    assert link in text_of(shown)
    assert "A link to take home is made" in text_of(desk.get(MEETING))

    # Opened by the parent, it becomes their own, and the guide is out.
    path = link.removeprefix("http://testserver")
    welcome = parent.get(path, follow=True)
    assert "begun with a guide" in text_of(welcome) or "began with a guide" in text_of(welcome)
    assert desk.get(QUESTION).status_code == 200
    assert "other parent can then see" not in text_of(welcome)
    assert "do not have to join" not in text_of(welcome)
    home = parent.post(f"{path}welcome/", saved(parent, f"{path}welcome/")).url
    fresh = home.split("/")[2]
    assert f"{WORDS}</textarea>" in text_of(parent.get(f"/plan/{fresh}/questions/{KEY}/"))
    assert [
        child.name for child in children_of(drafts.read(drafts.open_draft(fresh), PartKind.SHARED))
    ] == [
        "Aino",
        "Väinö",
    ]
    assert parent.get(path).status_code == 404
    assert parent.post(f"{path}welcome/").status_code == 404
    for page in PAGES:
        assert desk.get(page).status_code == 404, page


CHILDREN = f"{MEETING}children/"


def seen_on(desk: Client) -> dict[str, str]:
    return {"seen": desk.get(CHILDREN).context["form"]["seen"].value()}


def test_the_children_are_corrected(desk: Client) -> None:
    begin_at_the_desk(desk)
    assert desk.get(f"{CHILDREN}1/out/").status_code == 200
    assert desk.post(f"{CHILDREN}1/out/").url == CHILDREN
    more = {**SENT, "name3": "Ilo", "age3": "0", **seen_on(desk)}
    assert desk.post(f"{CHILDREN}?more", more).url == MEETING
    assert "Väinö, Ilo" in text_of(desk.get(MEETING))
    assert desk.post(CHILDREN, {"name2": ""}).status_code == 422
    assert desk.post(f"{CHILDREN}1/back/").url == CHILDREN
    assert "Aino, Väinö, Ilo" in text_of(desk.get(MEETING))


def test_who_comes_later_never_gets_the_answers_of_who_was_taken_out(desk: Client) -> None:
    begin_at_the_desk(desk)
    desk.post(QUESTION, {"text": WORDS, "seen0": fingerprint(WORDS), "text2": "Vain Väinöstä"})
    desk.post(f"{CHILDREN}2/out/")

    more = {"name1": "Aino", "age1": "6-9", "name3": "Ilo", "age3": "0", **seen_on(desk)}
    assert desk.post(f"{CHILDREN}?more", more).url == MEETING

    assert "Aino, Ilo" in text_of(desk.get(MEETING))
    assert "Vain Väinöstä" not in text_of(desk.get(QUESTION))


def test_paper_has_all_that_is_written(desk: Client) -> None:
    begin_at_the_desk(desk)
    page = text_of(desk.get(f"{MEETING}print/"))
    assert WORDS in page
    assert "not a legal document" in page


def test_what_nobody_took_home_is_asked_about_and_goes(desk: Client) -> None:
    begin_at_the_desk(desk)
    page = desk.post(f"{MEETING}end/")
    assert (page.status_code, "Nobody has taken the draft home" in text_of(page)) == (200, True)
    assert desk.get(QUESTION).status_code == 200

    assert desk.post(f"{MEETING}end/", {"delete": "1"}).url == HOME

    assert not Plan.objects.exists()


def test_what_was_taken_home_stays_when_the_meeting_ends(desk: Client) -> None:
    begin_at_the_desk(desk)
    desk.post(f"{MEETING}take-home/", {"language": "fi"})

    assert desk.post(f"{MEETING}end/", {"delete": "1"}).url == HOME

    assert Holder.objects.get().is_invitation


def test_the_slip_asks_for_a_language_that_we_have(desk: Client) -> None:
    begin_at_the_desk(desk)
    assert desk.post(f"{MEETING}take-home/", {"language": "xx"}).status_code == 422
    assert not guide_access.is_taken_home(drafts.open_draft(desk.cookies[COOKIE].value))


def test_the_navigation_leads_a_guide_to_it(desk: Client) -> None:
    assert f'href="{HOME}"' in text_of(desk.get("/my-day/"))
    other = browser()
    other.force_login(UserFactory(roles=[Role.SUPERVISOR]))
    assert f'href="{HOME}"' not in text_of(other.get("/my-day/"))
