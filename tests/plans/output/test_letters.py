"""Letters as the PDF prints them."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.typesetting.letters import (
    MISSING,
    is_character,
    is_drawn,
    is_lossy,
    paragraphs,
    printable,
)
from plans.output.pdf import pdf_of
from tests.plans.paper import document_saying, text_of


def test_our_languages_and_those_of_many_clients_are_drawn() -> None:
    text = "åäöÅÄÖšžŠŽ €–—…’”« Привет Українська שלום مرحبا Tiếng Việt zażółć ğış 👩‍👧 ❤️ 👍🏽"
    assert printable(text) == text
    assert not is_lossy(text)


def test_what_no_font_draws_is_a_square_and_is_said() -> None:
    assert printable("漢字 ไทย 𝐛") == f"{MISSING * 2} {MISSING * 3} {MISSING}"
    assert is_lossy("漢")
    assert not is_lossy(MISSING)


def test_signs_for_machines_are_left_out() -> None:
    assert printable("a\0b\x07c\x1b[0m\u202e\td\ufeff") == printable("abc[0m\u202e    d")
    assert not is_lossy("a\0b")


def test_paragraphs_run_each_their_own_way() -> None:
    assert paragraphs("Hei\r\nsinä\n\n\nשלום\nתודה\nja niin") == [
        {"text": "Hei\nsinä", "rtl": False},
        {"text": "שלום\nתודה", "rtl": True},
        {"text": "ja niin", "rtl": False},
    ]
    assert paragraphs(" \n\n") == []
    assert paragraphs("123 ٣")[0]["rtl"] is False


# What texts are pasted with, more often than chance would have it.
pasted = st.text(
    st.one_of(
        st.characters(),
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(
            "\ufeff\ufffe\uffff\ufdd0\ue000\uf8ff\U000f0000\u2028\u0301\u20e3\ufe0f\u200d"
        ),
        st.characters(categories=["Mn", "Mc", "Me", "Cf", "Co", "Cc"]),
    ),
    max_size=120,
)


@given(pasted, st.booleans())
def test_whatever_is_pasted_becomes_letters_that_can_be_printed(text: str, plain: bool) -> None:
    printed = printable(text, plain=plain)
    for letter in printed:
        assert letter == "\n" or (is_drawn(letter) and is_character(letter))
        assert unicodedata.category(letter) not in {"Co", "Cs", "Cc"} or letter == "\n"
    for line in printed.split("\n"):
        assert unicodedata.category(line[:1] or "a") not in {"Mn", "Mc", "Me"}
    if plain:
        kinds = {unicodedata.category(letter) for letter in printed}
        assert not kinds & {"Mn", "Mc", "Me", "Cf"}


@settings(max_examples=40)
@given(pasted)
def test_whatever_is_pasted_is_printed(text: str) -> None:
    assert pdf_of(document_saying(text)).startswith(b"%PDF")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffVaihto perjantaina",
        "\ufeff",
        "\ufffe\uffff\ufdd0\U0001fffe",
        "\ue000 \uf8ff \U0010fffd",
        "\u0301\u0301 \u20e3",
        "□\n\u07f1",
        "\u1fab\u2759\ufe0f\u20e3\u256d\U0001d178",
        "\x00\x07\x1b[0m\x85\x9f",
    ],
)
def test_signs_that_no_pdf_may_hold_make_none_impossible(text: str) -> None:
    made = text_of(pdf_of(document_saying("Alku. " + text + " Loppu.")))
    assert "Alku." in made
    assert "Loppu." in made


def test_where_the_typesetter_refuses_the_words_each_letter_stands_alone_and_it_is_said() -> None:
    # A joiner between letters of two fonts.
    refused = "\u202e\u0539\u22a7\u200d\U0001f925"
    made = text_of(pdf_of(document_saying(refused, when_lossy="Merkkejä puuttuu")))
    assert "\U0001f925" in made
    assert "Merkkejä puuttuu" in made
    assert "Merkkejä puuttuu" not in text_of(
        pdf_of(document_saying("a", when_lossy="Merkkejä puuttuu"))
    )


def test_every_letter_that_we_say_we_draw_is_drawn() -> None:
    """covered.txt says what the fonts have: typst refuses a letter that none of them has."""
    letters = [chr(code) for code in range(0x20, 0x20000) if is_drawn(chr(code))]
    assert len(letters) > 6000
    for start in range(0, len(letters), 2000):
        pdf_of(document_saying(" ".join(letters[start : start + 2000])))


def test_zero_width_letters_come_back() -> None:
    assert "a\u200bb\u200cc\u200dd\xade" in text_of(
        pdf_of(document_saying("a\u200bb\u200cc\u200dd\xade"))
    )
