"""Writing alone, as a parent's browser does it."""

import logging
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from office.models import Role
from plans.content import invitations
from plans.content.answers import answer, fingerprint
from plans.content.limits import LONGEST
from plans.content.questions import SECTIONS
from plans.models import PartKind, Plan
from plans.pages.start import DRAFTS_OF_AN_ADDRESS_AN_HOUR
from plans.vault import drafts
from tests.factories import UnitFactory, UserFactory

ODD = "<script>alert(1)</script> \u200f\u05d0 \u200b👩‍👧 ÄÖÅ & \"'\nrivi 2\ttabi "
KEY = "needs-now"


@pytest.fixture(autouse=True)
def english(client: Client, db: None) -> None:
    UnitFactory()
    client.cookies["django_language"] = "en"


@pytest.fixture
def token(client: Client) -> str:
    """Begin a plan of two children; the writer is called mum."""
    sent = {"name1": "Aino", "age1": "6-9", "name2": "Väinö", "age2": "3-5", "first": "äiti"}
    page = client.post("/plan/begin/?children=2", sent)
    return str(page.url).split("/")[2]


def url(token: str, page: str = "") -> str:
    return f"/plan/{token}/{page}"


def own(token: str) -> Any:
    return drafts.read(drafts.open_draft(token), PartKind.OWN_FIRST)


def shared(token: str) -> Any:
    return drafts.read(drafts.open_draft(token), PartKind.SHARED)


def write(client: Client, token: str, text: str, key: str = KEY, **more: Any) -> Any:
    headers = more.pop("headers", None)
    return client.post(url(token, f"questions/{key}/"), {"text": text, **more}, headers=headers)


def test_from_the_start_to_a_written_answer(client: Client) -> None:
    assert client.get("/plan/").status_code == 200
    assert client.get("/plan/safety/").status_code == 200
    assert client.get("/plan/begin/").status_code == 200
    begun = client.get("/plan/begin/?children=1").content.decode()
    assert "Child 1" in begun
    assert "Child 2" not in begun
    kept = client.post("/plan/begin/?children=1", {"name1": "Aino", "age1": "0"})
    link = client.get(kept.url)
    assert link.status_code == 200
    assert "write in a private window" in link.content.decode()
    token = kept.url.split("/")[2]

    assert write(client, token, "Unta").url == url(token, "questions/needs-wishes/")

    assert answer(own(token), KEY) == "Unta"
    overview = client.get(url(token)).content.decode()
    assert "1 of 5" in overview
    # The list leads on to what is not answered yet.
    assert url(token, "questions/needs-wishes/") in overview
    assert url(token, f"questions/{KEY}/") not in overview


@pytest.mark.parametrize("count", ["0", "9", "x", "-1", "11", "²"])
def test_an_odd_number_of_children_is_asked_again(client: Client, count: str) -> None:
    page = client.get("/plan/begin/", {"children": count}).content.decode()

    assert "There is a problem" in page
    assert not Plan.objects.exists()


def test_to_go_on_without_a_number_of_children_is_told(client: Client) -> None:
    page = client.get("/plan/begin/", {"next": "names"})

    assert list(page.context["form"].errors) == ["children"]
    assert not client.get("/plan/begin/").context["form"].is_bound


def test_names_and_ages_are_asked_for_and_what_was_filled_in_stays(client: Client) -> None:
    sent = {"name1": "Aino", "age1": "", "name2": "", "age2": "3-5"}
    page = client.post("/plan/begin/?children=2", sent)

    assert page.status_code == 422
    assert dict(page.context["form"].errors) == {
        "age1": ["Choose the age of child 1."],
        "name2": ["Write the first name or nickname of child 2."],
    }
    assert 'value="Aino"' in page.content.decode()
    assert not Plan.objects.exists()


NO = {"afraid": "no", "hurt": "no", "child": "no"}


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"afraid": "yes"}, {"080 005 005</a> listens", "somebody whom you fear"}),
        ({"hurt": "unsure"}, {"080 005 005</a> listens", "somebody whom you fear"}),
        ({"child": "yes"}, {"Social emergency services", "safety comes first"}),
        ({"child": ""}, {"Social emergency services"}),
        ({"afraid": "", "hurt": "", "child": ""}, {"somebody whom you fear", "Social emergency"}),
    ],
)
def test_the_safety_page_answers_and_keeps_nothing(
    client: Client, caplog: pytest.LogCaptureFixture, answers: dict[str, str], says: set[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = client.post("/plan/safety/", NO | answers)

    text = page.content.decode()
    assert {one for one in says if one not in text} == set()
    assert "write in a private window" in text
    assert "no-store" in page["Cache-Control"]
    assert not client.session.items()
    assert "sessionid" not in page.cookies
    logged = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert [line for line in logged if re.search("afraid|hurt|unsure", line)] == []


def test_who_is_not_worried_goes_on_at_once(client: Client) -> None:
    page = client.post("/plan/safety/", NO)
    assert page.url == "/plan/begin/"
    assert set(page.cookies) <= {"csrftoken"}
    assert "come to be afraid" in client.get("/plan/begin/").content.decode()


def test_the_safety_page_writes_nothing_to_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/plan/safety/")
    with django_assert_num_queries(2) as queries:
        client.post("/plan/safety/", {"afraid": "yes", "hurt": "yes"})
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_every_question_opens_and_is_answered(client: Client, token: str) -> None:
    from plans.content.questions import QUESTIONS, AnswerKind

    for key, question in QUESTIONS.items():
        status = 302 if question.answered is AnswerKind.SCHEDULE else 200
        assert client.get(url(token, f"questions/{key}/")).status_code == status, key
    assert client.get(url(token, "questions/no-such/")).status_code == 404


def test_an_answer_for_one_child(client: Client, token: str) -> None:
    write(client, token, "Unta", text2="Iltasatu")

    assert (answer(own(token), KEY), answer(own(token), KEY, 2)) == ("Unta", "Iltasatu")
    page = client.get(url(token, f"questions/{KEY}/")).content.decode()
    assert '<details class="more" open>' in page
    assert "Iltasatu</textarea>" in page


def test_a_parent_is_chosen(client: Client, token: str) -> None:
    page = client.get(url(token, "questions/living-address/")).content.decode()
    assert "äiti" in page
    assert "Parent 2" in page

    write(client, token, "second", key="living-address")
    assert answer(own(token), "living-address") == "second"
    assert write(client, token, "third", key="living-address").status_code == 422


def test_odd_words_come_back_exactly_as_typed(client: Client, token: str) -> None:
    write(client, token, ODD.replace("\n", "\r\n"))

    assert answer(own(token), KEY) == ODD
    page = client.get(url(token, f"questions/{KEY}/"))
    assert page.context["form"]["text"].value() == ODD
    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()


def test_what_is_too_long_is_said_and_stays_in_the_form(client: Client, token: str) -> None:
    long = "x" * 100_000
    page = write(client, token, long)

    assert page.status_code == 422
    assert str(LONGEST) in page.context["form"].errors["text"][0]
    assert long in page.content.decode()
    # Line ends that browsers send as two characters count as they were typed.
    assert write(client, token, "x\r\n" * (LONGEST // 2)).status_code == 302
    assert "maxlength" not in page.content.decode()


@pytest.mark.parametrize("text", ["Hetu on 131052-308T", "nolla\0tavu"])
def test_what_is_refused_stays_in_the_form(client: Client, token: str, text: str) -> None:
    page = write(client, token, text)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["text"]
    assert answer(own(token), KEY) == ""


def test_saved_while_writing(client: Client, token: str) -> None:
    headers = {"X-Autosave": "1"}
    first = write(client, token, "Un", seen0=fingerprint(""), headers=headers).json()
    assert first["saved"].startswith("Saved at ")
    second = write(client, token, "Unta", seen0=first["marks"]["seen0"], headers=headers)
    assert second.status_code == 200
    assert answer(own(token), KEY) == "Unta"

    refused = write(client, token, "131052-308T", headers=headers)
    assert (refused.status_code, "identity codes" in refused.json()["error"]) == (422, True)


def test_two_tabs_lose_nothing(client: Client, token: str) -> None:
    seen = {"seen0": fingerprint("")}
    write(client, token, "ensimmäinen", **seen)

    other = write(client, token, "toinen", **seen)
    assert other.status_code == 409
    assert "ensimmäinen</blockquote>" in other.content.decode()
    assert "toinen</textarea>" in other.content.decode()
    assert answer(own(token), KEY) == "ensimmäinen"
    assert write(client, token, "toinen", headers={"X-Autosave": "1"}, **seen).status_code == 409

    # Sent once more from that page, it is meant.
    write(client, token, "molemmat", seen0=other.context["form"]["seen0"].value())
    assert answer(own(token), KEY) == "molemmat"


def test_emptied_is_not_answered(client: Client, token: str) -> None:
    write(client, token, "Unta")
    write(client, token, "  ", seen0=fingerprint("Unta"))

    assert own(token)["answers"] == {}


def test_the_link_is_changed(client: Client, token: str) -> None:
    write(client, token, "Unta")
    shown = client.get(url(token, "link/new/"))
    fresh = shown.context["key"]
    assert f'value="http://testserver{url(fresh)}"' in shown.content.decode()
    # Shown is not made: the former link works until the new one is saved.
    assert client.get(url(fresh)).status_code == 404
    unsaved = client.post(url(token, "link/new/"), {"key": fresh})
    assert (unsaved.status_code, unsaved.context["key"]) == (422, fresh)
    assert client.get(url(token)).status_code == 200

    changed = client.post(url(token, "link/new/"), {"key": fresh, "kept": "on"})

    assert changed.url == url(fresh)
    assert client.get(url(token)).status_code == 404
    assert answer(own(fresh), KEY) == "Unta"
    page = client.get(url(fresh, "link/"))
    assert fresh in page.content.decode()
    assert page.context["qr"].says == page.context["link"]
    # Pressed once more, it leads where the first press has led.
    again = client.post(url(token, "link/new/"), {"key": fresh, "kept": "on"})
    assert again.url == url(fresh)


@pytest.mark.parametrize("key", ["", "short", "ä" * 43, "a b" * 15])
def test_a_key_that_was_never_shown_changes_nothing(client: Client, token: str, key: str) -> None:
    page = client.post(url(token, "link/new/"), {"key": key, "kept": "on"})

    assert page.status_code == 422
    assert page.context["key"] != key
    assert client.get(url(token)).status_code == 200


def test_the_link_of_another_draft_is_taken(client: Client, token: str) -> None:
    other = drafts.create_draft({"children": [[1, "Ilo", "0"]]})

    page = client.post(url(token, "link/new/"), {"key": other, "kept": "on"})

    assert page.status_code == 422
    assert page.context["key"] != other
    assert client.get(url(token)).status_code == 200
    assert drafts.open_draft(other).plan != drafts.open_draft(token).plan


def test_the_draft_is_deleted(client: Client, token: str) -> None:
    assert client.get(url(token, "delete/")).status_code == 200
    assert Plan.objects.exists()

    assert client.post(url(token, "delete/")).url == reverse("plan:start")

    assert not Plan.objects.exists()
    assert client.get(url(token)).status_code == 404


PAGES = ["", "link/", "children/", "delete/", f"questions/{KEY}/"]


def test_strangers_do_not_learn_that_it_exists(client: Client, token: str) -> None:
    for spoilt in (token[:-1], token.swapcase(), "a" * 43):
        for page in PAGES:
            assert client.get(url(spoilt, page)).status_code == 404
        for page in (*PAGES[2:], "link/new/"):
            assert client.post(url(spoilt, page)).status_code == 404


def test_staff_have_no_way_in(token: str, client: Client) -> None:
    """A member of staff without a link has what a stranger has; with one, what its holder has."""
    client.force_login(UserFactory(roles=[Role.SECRETARY, Role.GUIDE, Role.MANAGER]))

    assert client.get(url("b" * 43)).status_code == 404


def test_an_invited_parent_first_makes_the_link_their_own(client: Client, token: str) -> None:
    invitation = invitations.invite(drafts.open_draft(token))

    for page in ["", "link/", "children/", f"questions/{KEY}/"]:
        assert client.get(url(invitation, page)).url == url(invitation, "welcome/")


def test_changes_are_posted(client: Client, token: str) -> None:
    assert client.get(url(token, "tie/")).status_code in (404, 405)
    client.get(url(token, "link/new/"))
    assert client.get(url(token)).status_code == 200


def test_nothing_of_it_is_kept_or_indexed(client: Client, token: str) -> None:
    for page in PAGES:
        answer_ = client.get(url(token, page))
        assert "no-store" in answer_["Cache-Control"]
        assert answer_["X-Robots-Tag"].startswith("noindex")
        assert answer_["Referrer-Policy"] == "same-origin"


def test_queries_are_the_same_for_one_answer_and_for_forty(
    client: Client, token: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from plans.content.questions import QUESTIONS

    def queries() -> int:
        with django_assert_max_num_queries(12) as captured:
            client.get(url(token))
        return len(captured)

    before = queries()
    for key in QUESTIONS:
        write(client, token, "first", key=key)
    assert queries() == before


def test_drafts_of_one_address_come_to_an_end(client: Client) -> None:
    sent = {"name1": "Aino", "age1": "0"}
    statuses = [
        client.post("/plan/begin/?children=1", sent).status_code
        for _ in range(DRAFTS_OF_AN_ADDRESS_AN_HOUR + 1)
    ]
    assert set(statuses[:-1]) == {302}
    assert statuses[-1] == 429


def test_the_front_page_leads_to_it(client: Client) -> None:
    assert 'href="/plan/"' in client.get("/").content.decode()


def test_what_is_agreed_with_the_young_is_asked_of_older_children_only(
    client: Client, token: str
) -> None:
    def sections() -> list[str]:
        return [item.section.key for item in client.get(url(token)).context["sections"]]

    last = SECTIONS[-2].questions[-1].key
    assert "young" not in sections()
    assert client.get(url(token, f"questions/{last}/")).context["after"] is None
    # Typed, it is there all the same; and what is answered is shown on.
    write(client, token, "Yhdessä", key="young-say")
    assert "young" in sections()
    write(client, token, "", key="young-say", seen0=fingerprint("Yhdessä"))
    assert "young" not in sections()

    access = drafts.open_draft(token)
    older = {"children": [[1, "Aino", "10-12"]]}
    drafts.change(access, PartKind.SHARED, lambda kept: {**kept, **older})
    assert "young" in sections()
    assert client.get(url(token, f"questions/{last}/")).context["after"] is not None
