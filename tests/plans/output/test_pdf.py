"""The PDF, read back."""

import logging

import pikepdf
import pytest
from django.utils.translation import override

from office.typesetting.pdf import NoPdfError, typeset
from plans.agreement_sheet.blank import blank_sheet_pdf, sections
from plans.agreement_sheet.contents import not_the_agreement
from plans.content.questions import QUESTIONS
from plans.output import pdf
from plans.output.blank import LANGUAGES, blank_pdf
from plans.output.document import Chapter, DocumentEntry, Statement
from plans.output.pdf import pdf_of
from plans.schedule.sentences import FAMILY_DAYS, HANDOVERS, SCHOOL_HOLIDAYS
from tests.plans.paper import document_saying, opened, tags_of, text_of


def test_it_is_tagged_has_a_language_and_shows_its_title() -> None:
    made = pdf_of(document_saying("Ovella", language="sv"))

    with opened(made) as read:
        assert str(read.Root.Lang) == "sv"
        assert bool(read.Root.MarkInfo.Marked)
        assert bool(read.Root.ViewerPreferences.DisplayDocTitle)
        assert str(read.docinfo["/Title"]) == "Vanhemmuussuunnitelma"
        about = read.open_metadata()
        assert about["pdfuaid:part"] == "1"
        assert about["dc:title"] == "Vanhemmuussuunnitelma"
    tags = tags_of(made)
    assert [tag for tag in tags if tag.startswith("H")] == ["H1", "H2"]
    assert "P" in tags


def test_nothing_tells_who_made_it_when_and_with_what() -> None:
    with opened(pdf_of(document_saying("Ovella"))) as read:
        assert list(read.docinfo.keys()) == ["/Title"]
        about = str(read.open_metadata())
    for word in ("Typst", "pikepdf", "CreateDate", "ModifyDate", "DocumentID", "creator"):
        assert word not in about


@pytest.mark.parametrize(
    "text",
    [
        "Hyvää yötä, Åke! Ä ö å ÄÖÅ – ”lainaus” š ž €",
        "#set page(fill: red) *vahva* _korko_ $x^2$ @viite <merkki> // ei /* ei */ \\ ~ = - + 1.",
        '"); #panic("x") #sys.inputs `raw` ```` #{ }',
        "<script>alert(1)</script> & <b>",
        "Привет, Ελλάδα, Tiếng Việt",
        "👩‍👧 😀",
        "שלום עולם",
        "مرحبا بالعالم",
    ],
)
def test_words_come_back_as_they_were_typed(text: str) -> None:
    # pdfium sees one letter of Vietnamese twice, since the font draws it of two parts.
    read = text_of(pdf_of(document_saying(text))).replace("ếế ", "ế")
    assert text in read


def test_right_to_left_stands_at_the_right() -> None:
    import pypdfium2

    def left_of(text: str) -> float:
        with pypdfium2.PdfDocument(pdf_of(document_saying(text))) as read:
            page = read[0].get_textpage()
            searched = page.search(text)
            index, _count = searched.get_next()
            return float(page.get_charbox(index)[0])

    assert left_of("alku") < 100
    assert left_of("שלום") > 400


def test_a_hundred_thousand_letters_are_all_there() -> None:
    text = " ".join(f"sana{number}" for number in range(10_000)) + "x" * 5000
    read = text_of(pdf_of(document_saying(text)))
    assert "sana0 sana1" in read
    assert "sana9999" in read
    assert read.count("x") >= 5000


def test_a_password_locks_it_with_aes_256() -> None:
    made = pdf_of(document_saying("Ovella"), password="neljä sanaa ääneen")

    with pytest.raises(pikepdf.PasswordError):
        opened(made)
    with pytest.raises(pikepdf.PasswordError):
        opened(made, "neljä sanaa")
    with opened(made, "neljä sanaa ääneen") as read:
        assert read.encryption.bits == 256
        assert read.encryption.R == 6
        assert read.allow.accessibility
        assert read.allow.extract
        assert read.allow.print_highres
    assert "Ovella" in text_of(made, "neljä sanaa ääneen")
    assert b"Ovella" not in made
    assert b"Vanhemmuussuunnitelma" not in made


def test_no_legal_document_on_every_page() -> None:
    made = pdf_of(document_saying(*(["rivi\n" * 30] * 6)))
    with opened(made) as read:
        pages = len(read.pages)
    assert pages > 2
    assert text_of(made).count("Se ei ole juridinen asiakirja.") == pages + 1
    assert f"Sivu {pages}/{pages}" in text_of(made)


def test_a_childs_name_and_a_state_stand_beside_the_question() -> None:
    entry = DocumentEntry(
        "Miten?", (Statement("Ovella", "äiti"), Statement("Päiväkodista", "isä")), "Aino", "Eri"
    )
    read = text_of(pdf_of(document_saying(chapters=(Chapter("1. Lapsi", (entry,)),))))
    assert "Miten? · Aino · Eri" in read
    assert read.index("äiti") < read.index("Ovella") < read.index("isä") < read.index("Päivä")


def test_a_failure_says_no_word_of_the_document(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Typst names the text that it cannot draw; without our squares it would be in the log."""
    monkeypatch.setattr(pdf, "printable", lambda text, **_how: text)
    data = document_saying("Salaisuus", subtitle="")
    data["chapters"][0]["title"] = "Salaisuus 漢"
    with caplog.at_level(logging.DEBUG), pytest.raises(NoPdfError) as raised:
        pdf_of(data)
    assert "Salaisuus" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert "Salaisuus" not in caplog.text


def test_the_machines_own_fonts_are_not_used() -> None:
    with opened(pdf_of(document_saying("Ovella Привет 😀"))) as read:
        fonts = {
            str(font.BaseFont).partition("+")[2]
            for page in read.pages
            for font in page.Resources.Font.values()
        }
    assert {name.partition("-")[0] for name in fonts} == {
        "AtkinsonHyperlegibleNext",
        "DejaVuSans",
        "NotoEmoji",
    }


def test_a_template_reads_no_file(tmp_path: object) -> None:
    with pytest.raises(NoPdfError):
        typeset(pdf._HERE / "no-such.typ", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_blank_form_asks_every_question(language: str) -> None:
    made = blank_pdf(language)
    read = " ".join(text_of(made).split())

    with override(language):
        for question in QUESTIONS.values():
            assert " ".join(str(question.text).split()) in read
        # All that the pages of the schedule ask.
        asked = [*SCHOOL_HOLIDAYS.values(), *FAMILY_DAYS.values(), *HANDOVERS.values()]
        for name in asked:
            assert " ".join(str(name).split()) in read
    with opened(made) as file:
        assert str(file.Root.Lang) == language
        assert list(file.docinfo.keys()) == ["/Title"]
        assert len(file.pages) < 13
    tags = tags_of(made)
    assert tags.count("H1") == 9
    assert tags.count("H2") == len(QUESTIONS)
    assert tags.count("Table") == 7
    assert "TH" in tags


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_blank_sheet_has_the_headings_of_an_agreement(language: str) -> None:
    made = blank_sheet_pdf(language)
    read = " ".join(text_of(made).split())
    with override(language):
        for section in sections():
            assert section["title"] in read
            for topic in section["questions"]:
                assert " ".join(topic["text"].split()) in read
        assert " ".join(not_the_agreement().split()) in read
    with opened(made) as file:
        assert (str(file.Root.Lang), list(file.docinfo.keys())) == (language, ["/Title"])
        assert len(file.pages) <= 5
    # One sheet is about one child: its own row, the six headings and the row for what is open.
    tags = tags_of(made)
    assert tags.count("H1") == 7
    assert tags.count("Table") == 2
