"""The sheet for the appointment: the same for both, and one-sided in nothing."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from plans.content import invitations, sharing
from plans.content.agreement import PlanMatter, Version, to_json
from plans.content.answers import fingerprint, save
from plans.content.children import Child, with_children
from plans.content.questions import SECTIONS
from plans.content.sharing import MATTERS, section_named
from plans.models import PartKind
from plans.parents import Parent
from plans.together.summary import as_text, summarise
from plans.vault import drafts
from tests.factories import UnitFactory

FIRST, SECOND = Parent.FIRST, Parent.SECOND


def agreed(words: str) -> PlanMatter:
    return PlanMatter((Version(FIRST, words),), {FIRST: 0, SECOND: 0})


def differs(one: str, two: str) -> PlanMatter:
    return PlanMatter((Version(FIRST, one), Version(SECOND, two)), {FIRST: 0, SECOND: 1})


def one_sided(by: Parent, words: str) -> PlanMatter:
    return PlanMatter((Version(by, words),), {by: 0})


def shared(**matters: PlanMatter) -> dict[str, Any]:
    content = with_children({}, [Child(1, "Aino", "6-9"), Child(2, "Ilo", "0")], {})
    kept = {key.replace("_", "-").replace("-at-", "@"): to_json(m) for key, m in matters.items()}
    return {**content, MATTERS: kept}


def text(content: dict[str, Any]) -> str:
    with override("en"):
        return as_text(content)


def test_agreed_with_its_words_and_what_differs_without() -> None:
    content = shared(needs_now=agreed("Unta"), needs_wishes=differs("Äidin toive", "Isän toive"))
    needs = summarise(content)[1]

    assert [row.text for row in needs.agreed] == ["Unta"]
    assert [str(row.question.key) for row in needs.needs_help] == ["needs-wishes"]
    assert needs.not_yet == len(needs.section.questions) - 2
    assert "Unta" in text(content)
    assert "toive" not in text(content).replace("toiveet", "")


def test_what_one_has_shared_does_not_show() -> None:
    """Who has shared, refused or taken back is not told: the sheet is as if nobody had."""
    nothing = text(shared())
    for matter in (
        one_sided(FIRST, "Äidin sana"),
        one_sided(SECOND, "Isän sana"),
        PlanMatter((Version(FIRST, "Äidin sana"),), {}),
    ):
        assert text(shared(needs_now=matter)) == nothing


def test_the_sheet_is_the_same_with_the_parents_exchanged() -> None:
    one = shared(needs_now=differs("a", "b"), needs_wishes=agreed("c"))
    other = shared(
        needs_now=differs("b", "a"),
        needs_wishes=PlanMatter((Version(SECOND, "c"),), {FIRST: 0, SECOND: 0}),
    )
    assert text(one) == text(other)


def test_one_child_and_a_child_taken_out() -> None:
    content = shared(**{"needs_now_at_2": agreed("Iltasatu"), "needs_now_at_9": agreed("Poissa")})
    needs = summarise(content)[1]

    assert [(row.child, row.text) for row in needs.agreed] == [("Ilo", "Iltasatu")]
    assert needs.not_yet == len(needs.section.questions) - 1


def test_a_chosen_parent_is_called_by_name() -> None:
    content = shared(living_address=agreed("second"))
    content["parents"] = {"second": "isä"}
    assert "isä" in text(content)


def test_every_section_is_there() -> None:
    assert [part.section for part in summarise(shared())] == list(SECTIONS)


@pytest.fixture
def both(db: None) -> tuple[str, str]:
    """Make two parents: one matter agreed, one that differs, one that only the first has shared."""
    UnitFactory()
    token = drafts.create_draft(with_children({}, [Child(1, "Aino", "6-9")], {FIRST: "äiti"}))
    other = invitations.accept_invitation(
        drafts.open_draft(invitations.invite(drafts.open_draft(token)))
    )
    section = section_named("needs")
    assert section is not None
    for link, wish in ((token, "Äidin toive"), (other, "Isän toive")):
        access = drafts.open_draft(link)
        words = {"needs-wishes": wish}
        if link == token:
            words |= {"needs-now": "Yhteinen uni", "needs-health": "Äidin huoli"}
        for key, said in words.items():
            drafts.change(access, access.own, lambda c, k=key, s=said: save(c, k, {0: s}, {}))
        sharing.share(access, section)
    sharing.accept(drafts.open_draft(other), "needs-now", fingerprint("Yhteinen uni"))
    return token, other


def test_both_get_the_very_same_page(client: Client, both: tuple[str, str]) -> None:
    client.cookies["django_language"] = "en"
    for page in ("summary/", "summary/plain/"):
        seen = []
        for token in both:
            answer = client.get(f"/plan/{token}/{page}")
            assert answer.status_code == 200
            assert "no-store" in answer["Cache-Control"]
            lines = answer.content.decode().replace(token, "").splitlines()
            seen.append("\n".join(line for line in lines if "csrfmiddlewaretoken" not in line))
        assert seen[0] == seen[1]
        assert "Yhteinen uni" in seen[0]
        assert "Needs help" in seen[0]
        for word in ("Äidin", "Isän", "äiti"):
            assert word not in seen[0]


def test_nothing_is_kept_of_it(client: Client, both: tuple[str, str]) -> None:
    before = [p.version for p in drafts.open_draft(both[0]).plan.parts.order_by("pk")]
    client.get(f"/plan/{both[0]}/summary/")
    assert [p.version for p in drafts.open_draft(both[0]).plan.parts.order_by("pk")] == before
    assert client.post(f"/plan/{both[0]}/summary/").status_code == 405


def test_alone_there_is_nothing_to_bring(client: Client, alone: str) -> None:
    UnitFactory()
    client.cookies["django_language"] = "en"
    page = client.get(f"/plan/{alone}/summary/").content.decode()
    assert "There is nothing in it yet" in page


def test_strangers_have_no_sheet(client: Client, both: tuple[str, str]) -> None:
    for spoilt in (both[0][:-1], "a" * 43):
        for page in ("summary/", "summary/plain/"):
            assert client.get(f"/plan/{spoilt}/{page}").status_code == 404


def test_a_guide_gets_no_sheet(client: Client, both: tuple[str, str]) -> None:
    from office.models import Role
    from plans.access import guides as guide_access
    from tests.factories import UserFactory

    guide = UserFactory(roles=[Role.GUIDE])
    code, _until = guide_access.give_code(drafts.open_draft(both[0]), PartKind.SHARED)
    key = guide_access.use_code(code, guide)
    client.force_login(guide)
    assert client.get(f"/plan/{key}/summary/").status_code == 404
