"""The schedule on paper, and turned about for the other parent."""

from datetime import date, time

from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from plans.backup.restore import swap_parents
from plans.content.agreement import PlanMatter, accept, propose, to_json
from plans.content.children import Child, with_children
from plans.output import months
from plans.output.contents import DocumentKind, DocumentSource, document_of
from plans.output.months import calendars
from plans.output.pdf import pdf_of
from plans.output.plain import plain_text
from plans.parents import Parent
from plans.schedule.choices import (
    Birthday,
    OneOff,
    Ordinary,
    ScheduleRhythm,
    Scheme,
    SchoolHoliday,
    SeasonChoice,
    Travels,
    YearlyTurn,
    arrangements,
)
from plans.schedule.engine import Period, Share, resolve
from plans.schedule.storage import to_json as kept
from tests.plans.paper import tags_of, text_of

ONE, TWO = Parent.FIRST, Parent.SECOND
TODAY = date(2026, 11, 24)
NAMES = {ONE: "äiti", TWO: "isä"}
AINO, VAINO = Child(1, "Aino", "6-9"), Child(2, "Väinö", "3-5")
SCHEME = Scheme(
    ordinary=Ordinary(rhythm=ScheduleRhythm.WEEK_ABOUT, parent=ONE, begins=date(2026, 11, 16)),
    at=time(17),
    place="Päiväkoti",
    travels=Travels.SECOND,
    seasons={
        SchoolHoliday.WINTER: SeasonChoice(
            even=ONE,
            odd=TWO,
            share=Share.HALVES,
            periods=(Period(date(2027, 2, 22), date(2027, 2, 28)),),
        )
    },
    family={"midsummer": YearlyTurn(even=ONE, odd=TWO)},
    birthdays=(Birthday(day="06-15", label="Aino", even=TWO, odd=ONE),),
    one_offs=(OneOff(period=Period(date(2027, 5, 1), date(2027, 5, 2)), parent=TWO),),
)
OWN = Scheme(
    ordinary=Ordinary(
        rhythm=ScheduleRhythm.OWN,
        begins=date(2026, 11, 16),
        cycle=(ONE, ONE, TWO, None, TWO, TWO, ONE),
    )
)


def nights(scheme: Scheme) -> list[Parent | None]:
    first, last = date(2026, 11, 1), date(2027, 10, 31)
    return [night.parent for night in resolve(arrangements(scheme), 1, first, last)]


def test_turned_about_every_night_is_the_others() -> None:
    for scheme in (SCHEME, OWN):
        turned = swap_parents(scheme)
        assert nights(turned) == [parent and parent.other for parent in nights(scheme)]
        assert swap_parents(turned) == scheme
    assert swap_parents(SCHEME).travels is Travels.FIRST
    assert swap_parents(Scheme()) == Scheme()
    assert swap_parents(Scheme(travels=Travels.HALFWAY)).travels is Travels.HALFWAY


def test_each_night_of_the_months_stands_there_once_with_its_letter() -> None:
    with override("fi"):
        (found,) = calendars({0: kept(SCHEME)}, [AINO, VAINO], NAMES, TODAY, 12)
    letters = {ONE: "Ä", TWO: "I", None: "–"}
    cells = [
        cell for month in found.months for _n, week in month.weeks for cell in week if cell.day
    ]
    assert [cell.letter for cell in cells] == [letters[parent] for parent in nights(SCHEME)]
    assert found.months[0].label == "Marraskuu 2026"
    assert [number for number, _cells in found.months[1].weeks] == ["49", "50", "51", "52", "53"]
    assert found.legend == "Ä: äiti, I: isä, –: ei päätetty"
    assert found.children == "Aino, Väinö"


def test_children_with_different_schedules_have_months_of_their_own() -> None:
    words = {0: kept(SCHEME), 2: kept(OWN)}
    assert [c.children for c in calendars(words, [AINO, VAINO], NAMES, TODAY, 1)] == [
        "Aino",
        "Väinö",
    ]
    assert [c.children for c in calendars({2: kept(OWN)}, [AINO, VAINO], NAMES, TODAY, 1)] == [
        "Väinö"
    ]


def test_what_says_nothing_of_nights_is_not_drawn() -> None:
    for words in ("", "{", "Sana", kept(Scheme(place="Koti"))):
        assert calendars({0: words}, [AINO], NAMES, TODAY, 1) == ()


@given(st.text(max_size=5), st.text(max_size=5))
def test_letters_tell_the_two_apart(one: str, two: str) -> None:
    letters = months._letters({ONE: one, TWO: two})
    assert letters[ONE] != letters[TWO]
    assert all(letters.values())


def source(scheme: Scheme, *, agreed: bool) -> DocumentSource:
    matter = propose(PlanMatter(), ONE, kept(scheme))
    if agreed:
        matter = accept(matter, TWO, kept(scheme))
    shared = with_children({}, [AINO, VAINO], NAMES)
    return DocumentSource(
        {}, {**shared, "matters": {"living-schedule": to_json(matter)}}, ONE, TODAY
    )


def test_an_agreed_schedule_is_said_and_drawn() -> None:
    with override("fi"):
        for what, count in (
            (DocumentKind.AGREED, 12),
            (DocumentKind.SHARED, 12),
            (DocumentKind.CHILDREN, 4),
        ):
            document = document_of(what, source(SCHEME, agreed=True))
            assert len(document.calendars[0].months) == count
            assert "Päiväkoti" in plain_text(document)
            assert "{" not in plain_text(document)
            made = pdf_of(document.as_data())
            assert "Marraskuu 2026" in text_of(made)
            assert "Päiväkoti" in text_of(made)
            assert tags_of(made).count("Table") == count
            assert "TH" in tags_of(made)


def test_a_schedule_that_only_one_says_is_not_drawn_as_if_it_held() -> None:
    for what in (DocumentKind.SHARED, DocumentKind.AGREED, DocumentKind.CHILDREN):
        assert document_of(what, source(SCHEME, agreed=False)).calendars == ()


def test_ones_own_schedule_is_drawn_for_oneself() -> None:
    own = {"answers": {"living-schedule": kept(OWN)}}
    shared = with_children({}, [AINO], NAMES)
    for what in (DocumentKind.OWN, DocumentKind.CHILDREN):
        assert document_of(what, DocumentSource(own, shared, ONE, TODAY)).calendars
