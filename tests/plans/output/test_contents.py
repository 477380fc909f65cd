"""Which words go out: exactly what that parent may read."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from plans.content.agreement import PlanMatter, accept, propose, to_json
from plans.content.children import Child, with_children
from plans.content.questions import NOT_FOR_CHILDREN, QUESTIONS, SECTION_OF, SECTIONS
from plans.output.contents import PROMISES, DocumentKind, DocumentSource, document_of, promises
from plans.output.document import Document
from plans.output.money import speaks_of_money
from plans.output.plain import plain_text
from plans.parents import Parent
from plans.schedule.choices import Scheme
from plans.schedule.storage import to_json as schedule_words
from tests.plans.output.test_months import SCHEME

ONE, TWO = Parent.FIRST, Parent.SECOND
TODAY = date(2026, 11, 24)


def both(words: str) -> dict[str, Any]:
    return to_json(accept(propose(PlanMatter(), ONE, words), TWO, words))


def shared(**matters: dict[str, Any]) -> dict[str, Any]:
    names = {"ONE": "äiti", "TWO": "isä"}
    children = [Child(1, "Aino", "6-9"), Child(2, "Väinö", "")]
    started = with_children({}, children, {ONE: names["ONE"], TWO: names["TWO"]})
    return {**started, "matters": {key.replace("_", "-"): m for key, m in matters.items()}}


def source(own: dict[str, str] | None = None, **more: Any) -> DocumentSource:
    given: dict[str, Any] = {"shared": shared(), "parent": ONE, "today": TODAY}
    return DocumentSource(own={"answers": own or {}}, **{**given, **more})


def words_of(document: Document) -> list[str]:
    return [s.text for c in document.chapters for e in c.entries for s in e.sayings]


@pytest.fixture
def everything() -> DocumentSource:
    """Make matters agreed, differing, open from either side, and written alone."""
    differs = to_json(propose(propose(PlanMatter(), ONE, "Kahdeksalta"), TWO, "Yhdeksältä"))
    kept = shared(
        needs_now=both("Unta"),
        everyday_rules=differs,
        living_handover=to_json(propose(PlanMatter(), TWO, "Ovella")),
        living_late=to_json(propose(PlanMatter(), ONE, "Viesti")),
    )
    return source({"needs-now": "Lepoa", "school-ill": "Kotona vuorotellen"}, shared=kept)


def test_each_choice_has_its_own_words(everything: DocumentSource) -> None:
    found = {what: words_of(document_of(what, everything)) for what in DocumentKind}
    assert found == {
        DocumentKind.AGREED: ["Unta"],
        DocumentKind.SHARED: ["Unta", "Ovella", "Viesti", "Kahdeksalta", "Yhdeksältä"],
        DocumentKind.OWN: ["Lepoa", "Kotona vuorotellen"],
        DocumentKind.CHILDREN: [],
    }


def test_what_is_shared_reads_the_same_for_both_parents(everything: DocumentSource) -> None:
    seen = [
        document_of(DocumentKind.SHARED, source(shared=everything.shared, parent=parent))
        for parent in Parent
    ]
    assert seen[0] == seen[1]


def test_the_states_are_said_in_words(everything: DocumentSource) -> None:
    with override("en"):
        document = document_of(DocumentKind.SHARED, everything)
    states = {e.heading: e.state for c in document.chapters for e in c.entries}
    assert sorted(set(states.values())) == ["Agreed", "Differs", "Still open"]


def test_the_head_says_what_it_is(everything: DocumentSource) -> None:
    with override("fi"):
        document = document_of(
            DocumentKind.AGREED, source(shared=everything.shared, review=date(2027, 5, 24))
        )
    assert document.title == "Vanhemmuussuunnitelma"
    assert document.facts == (
        "Lapset: Aino (6–9 vuotta), Väinö",
        "Tilanne 24.11.2026",
        "Kirjoitettu salaisten linkkien takana: kenenkään henkilöllisyyttä ei ole tarkistettu.",
        "Tarkistus 24.5.2027",
    )
    assert "ei ole juridinen asiakirja" in document.note
    assert document.language == "fi"


def test_answers_for_one_child_name_the_child_and_a_child_taken_out_is_gone() -> None:
    document = document_of(
        DocumentKind.OWN,
        source({"needs-now@2": "Syliä", "needs-now@7": "Poissa", "needs-now": "Unta"}),
    )
    rows = [(e.child, e.sayings[0].text) for c in document.chapters for e in c.entries]
    assert rows == [("", "Unta"), ("Väinö", "Syliä")]


def test_a_parent_is_called_by_name_not_by_number() -> None:
    assert words_of(document_of(DocumentKind.OWN, source({"living-address": "second"}))) == ["isä"]


def test_the_childrens_page_has_promises_only() -> None:
    everything = {key: both(f"Sana {number}") for number, key in enumerate(QUESTIONS)}
    kept = {**shared(), "matters": everything}
    rows, left_out = promises(source(shared=kept))

    asked = {key for key, _entry in rows}
    assert asked <= set(PROMISES)
    assert {SECTION_OF[key].key for key in asked} & NOT_FOR_CHILDREN == set()
    assert left_out == 0
    with override("fi"):
        text = plain_text(document_of(DocumentKind.CHILDREN, source(shared=kept)))
        for section in SECTIONS:
            assert str(section.title) not in text
    assert "ei ole juridinen asiakirja" in text


def test_no_promise_asks_of_money() -> None:
    assert {SECTION_OF[key].key for key in PROMISES} & NOT_FOR_CHILDREN == set()
    for key in PROMISES:
        for language in ("fi", "sv", "en"):
            with override(language):
                assert not speaks_of_money(str(PROMISES[key]))


@pytest.mark.parametrize(
    "words",
    [
        "Isä maksaa 50 euroa",
        "Harrastus maksetaan puoliksi",
        "20 € viikossa",
        "elatusapu",
        "Rahasta sovitaan",
        "lapsilisä äidille",
        "Kustannukset puoliksi",
        "Pappa betalar",
        "Kostnaderna delas",
        "underhållsbidrag",
        "Dad pays for it",
        "Costs are halved",
        "Child maintenance",
        "EUR 20",
    ],
)
def test_a_promise_that_speaks_of_money_is_left_out(words: str) -> None:
    kept = shared(everyday_hobbies=both(words), everyday_pets=both("Koira muuttaa mukana"))
    rows, left_out = promises(source(shared=kept))
    assert [entry.sayings[0].text for _key, entry in rows] == ["Koira muuttaa mukana"]
    assert left_out == 1


@pytest.mark.parametrize(
    "words",
    ["Jalkapalloa tiistaisin", "Fotboll på tisdagar", "Football on Tuesdays", "Läksyt ensin"],
)
def test_other_promises_stay(words: str) -> None:
    assert not speaks_of_money(words)


def test_alone_ones_own_words_are_the_promises() -> None:
    rows, _left_out = promises(source({"everyday-pets": "Koira", "money-savings": "Kyllä"}))
    assert [entry.sayings[0].text for _key, entry in rows] == ["Koira"]


def test_once_something_is_shared_only_what_both_promise_is_promised() -> None:
    kept = shared(everyday_pets=to_json(propose(PlanMatter(), ONE, "Koira")))
    assert promises(source({"everyday-hobbies": "Uinti"}, shared=kept)) == ([], 0)


def test_plain_text_has_every_letter() -> None:
    odd = "<script>\u200f\u05d0\u200b👩‍👧 漢字 ÄÖÅ\n\trivi 2 "
    assert odd in plain_text(document_of(DocumentKind.OWN, source({"needs-now": odd})))


def test_plain_text_reads_well() -> None:
    with override("fi"):
        text = plain_text(
            document_of(DocumentKind.OWN, source({"needs-now": "Unta", "needs-now@1": "Iltasatu"}))
        )
    assert text == (
        "Vanhemmuussuunnitelma\n=====================\nOmat kirjoitukseni\n"
        "Lapset: Aino (6–9 vuotta), Väinö\nTilanne 24.11.2026\n"
        "Vanhemmuussuunnitelma on vanhempien oma. Se ei ole juridinen asiakirja.\n\n\n"
        "2. Lapsen tarpeet ja toiveet\n----------------------------\n\n"
        "Mitä lapsi tarvitsee juuri nyt?\nUnta\n\n"
        "Mitä lapsi tarvitsee juuri nyt? (Aino)\nIltasatu\n"
    )


def test_letters_that_cannot_be_printed_are_said_before() -> None:
    assert document_of(DocumentKind.OWN, source({"needs-now": "漢"})).lossy
    assert not document_of(DocumentKind.OWN, source({"needs-now": "Unta 😀"})).lossy


def test_nothing_at_all_says_so() -> None:
    for what in DocumentKind:
        document = document_of(what, source())
        assert document.is_empty
        assert document.empty in plain_text(document)


def test_one_childs_page_has_what_is_promised_to_that_child() -> None:
    other = schedule_words(Scheme(ordinary=SCHEME.ordinary))
    own = {
        "needs-comfort": "Unilelu",
        "young-say@1": "Sait lukea tämän",
        "needs-comfort@2": "Oma peitto",
        "living-schedule": schedule_words(SCHEME),
        "living-schedule@2": other,
    }
    kept = source(own)
    aino, vaino = (document_of(DocumentKind.CHILDREN, kept, number) for number in (1, 2))
    assert (aino.subtitle, vaino.subtitle) == ("Aino", "Väinö")
    first, second = words_of(aino), words_of(vaino)
    assert {"Unilelu", "Sait lukea tämän"} <= set(first)
    assert "Oma peitto" in second
    # Words for one child alone replace the common ones, and are nobody else's.
    assert not {"Oma peitto"} & set(first)
    assert not {"Unilelu", "Sait lukea tämän"} & set(second)
    assert len(aino.calendars) == len(vaino.calendars) == 1
    assert aino.calendars != vaino.calendars
    everybody = document_of(DocumentKind.CHILDREN, kept)
    assert len(everybody.calendars) == 2
    assert "Väinö" not in plain_text(aino)
