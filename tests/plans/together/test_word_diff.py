"""The difference of two texts keeps every word of both."""

from hypothesis import given
from hypothesis import strategies as st

from plans.together.word_diff import DiffPiece, WordChange, difference

texts = st.text(max_size=80) | st.lists(
    st.sampled_from(
        ["äiti", "hakee", "lapsen", "klo", "16.00", "👩‍👧", "\u200f", "\u200b", "ja", "\n"]
    ),
    max_size=25,
).map(" ".join)


@given(texts, texts)
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    pieces = difference(before, after)

    assert "".join(p.text for p in pieces if p.change is not WordChange.ADDED) == before
    assert "".join(p.text for p in pieces if p.change is not WordChange.REMOVED) == after


@given(texts)
def test_the_same_text_has_no_difference(text: str) -> None:
    assert [p for p in difference(text, text) if p.change is not WordChange.SAME] == []


def test_a_word_is_replaced_as_a_whole() -> None:
    assert difference("Haku klo 16.", "Haku klo 17.") == [
        DiffPiece(WordChange.SAME, "Haku klo "),
        DiffPiece(WordChange.REMOVED, "16"),
        DiffPiece(WordChange.ADDED, "17"),
        DiffPiece(WordChange.SAME, "."),
    ]


def test_words_that_change_one_after_the_other_are_one_change() -> None:
    assert difference("Haku omin voimin.", "Haku koulun pihalta.") == [
        DiffPiece(WordChange.SAME, "Haku "),
        DiffPiece(WordChange.REMOVED, "omin voimin"),
        DiffPiece(WordChange.ADDED, "koulun pihalta"),
        DiffPiece(WordChange.SAME, "."),
    ]
