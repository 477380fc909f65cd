"""Letters as the PDF prints them."""

from hypothesis import given
from hypothesis import strategies as st

from plans.output.letters import MISSING, is_drawn, is_lossy, paragraphs, printable
from plans.output.pdf import pdf_of
from tests.plans.paper import saying, text_of


def test_our_languages_and_those_of_many_clients_are_drawn() -> None:
    text = "åäöÅÄÖšžŠŽ €–—…’”« Привет Українська שלום مرحبا Tiếng Việt zażółć ğış 👩‍👧 ❤️ 👍🏽"
    assert printable(text) == text
    assert not is_lossy(text)


def test_what_no_font_draws_is_a_square_and_is_said() -> None:
    assert printable("漢字 ไทย 𝐛") == f"{MISSING * 2} {MISSING * 3} {MISSING}"
    assert is_lossy("漢")
    assert not is_lossy(MISSING)


def test_signs_for_machines_are_left_out() -> None:
    assert printable("a\0b\x07c\x1b[0m\u202e\td\ufeff") == printable("abc[0m\u202e    d\ufeff")
    assert not is_lossy("a\0b")


def test_paragraphs_run_each_their_own_way() -> None:
    assert paragraphs("Hei\r\nsinä\n\n\nשלום\nתודה\nja niin") == [
        {"text": "Hei\nsinä", "rtl": False},
        {"text": "שלום\nתודה", "rtl": True},
        {"text": "ja niin", "rtl": False},
    ]
    assert paragraphs(" \n\n") == []
    assert paragraphs("123 ٣")[0]["rtl"] is False


@given(st.text(max_size=200))
def test_whatever_is_typed_is_printed(text: str) -> None:
    printed = printable(text)
    assert all(letter == "\n" or is_drawn(letter) for letter in printed)
    assert pdf_of(saying(text)).startswith(b"%PDF")


def test_every_letter_that_we_say_we_draw_is_drawn() -> None:
    """covered.txt says what the fonts have: typst refuses a letter that none of them has."""
    letters = [chr(code) for code in range(0x20, 0x20000) if is_drawn(chr(code))]
    assert len(letters) > 6000
    for start in range(0, len(letters), 2000):
        pdf_of(saying(" ".join(letters[start : start + 2000])))


def test_zero_width_letters_come_back() -> None:
    assert "a\u200bb\u200cc\u200dd\xade" in text_of(pdf_of(saying("a\u200bb\u200cc\u200dd\xade")))
