"""The sheet: agreed words and open questions of one child, and never one parent's words."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from office.models import Role
from plans.access import guides as guide_access
from plans.agreement_sheet.contents import SheetSource, agreement_sheet
from plans.content import invitations
from plans.content.agreement import PlanMatter, Version, to_json
from plans.content.children import Child, with_children
from plans.content.sharing import MATTERS
from plans.models import PartKind, Print
from plans.output import press, printing
from plans.output.document import Document
from plans.output.plain import plain_text
from plans.parents import Parent
from plans.schedule.choices import Ordinary, ScheduleRhythm, Scheme, YearlyTurn
from plans.schedule.storage import to_json as kept
from plans.vault import drafts
from tests.factories import UnitFactory, UserFactory
from tests.plans.paper import make_pdfs, opened, tags_of, text_of

ONE, TWO = Parent.FIRST, Parent.SECOND
TODAY = date(2026, 11, 24)
AINO, ILO = Child(1, "Aino", "6-9"), Child(2, "Ilo", "")
WEEKS = Scheme(
    ordinary=Ordinary(rhythm=ScheduleRhythm.WEEK_ABOUT, parent=ONE, begins=date(2026, 8, 3)),
    family={"midsummer": YearlyTurn(even=ONE, odd=TWO)},
)
NOTE = "This is not the agreement"


def agreed(words: str) -> PlanMatter:
    return PlanMatter((Version(ONE, words),), {ONE: 0, TWO: 0})


def differs(one: str, two: str) -> PlanMatter:
    return PlanMatter((Version(ONE, one), Version(TWO, two)), {ONE: 0, TWO: 1})


def one_sided(by: Parent, words: str) -> PlanMatter:
    return PlanMatter((Version(by, words),), {by: 0})


def shared(matters: dict[str, PlanMatter]) -> dict[str, Any]:
    content = with_children({}, [AINO, ILO], {ONE: "äiti", TWO: "isä"})
    return {**content, MATTERS: {key: to_json(matter) for key, matter in matters.items()}}


def sheet(matters: dict[str, PlanMatter], child: Child = AINO) -> Document:
    with override("en"):
        return agreement_sheet(SheetSource(shared(matters), child, TODAY))


def under(document: Document, number: int) -> dict[str, list[str]]:
    """Return what is under one heading: lines by the heading of the entry and the child."""
    return {
        f"{e.heading} {e.child}".strip(): [line for s in e.sayings for line in s.text.splitlines()]
        for e in document.chapters[number - 1].entries
    }


def test_the_headings_are_those_of_an_agreement_and_all_is_open_at_first() -> None:
    document = sheet({})
    assert [chapter.title for chapter in document.chapters] == [
        "1. Custody",
        "2. Residence",
        "3. Contact",
        "4. Holidays",
        "5. Child maintenance",
        "6. Nights in a year",
    ]
    assert under(document, 1)["Open: the plan does not ask"] == [
        "– Joint custody, or custody with one parent"
    ]
    assert len(under(document, 5)["Open: not discussed together yet"]) == 5
    assert "Open: needs help" not in plain_text(document)
    assert "can be counted when" in plain_text(document)
    assert NOTE in document.note


def test_agreed_has_its_words_and_what_differs_only_the_question() -> None:
    document = sheet(
        {
            "money-hobbies": agreed("Puoliksi"),
            "money-hobbies@1": agreed("Balettitunnit isä"),
            "money-hobbies@2": agreed("Ilon harrastus"),
            "money-savings": differs("Äidin sana", "Isän sana"),
            "needs-now": agreed("Ei sopimukseen"),
            "living-address": agreed("first"),
            "living-address@1": agreed("second"),
        }
    )
    text = plain_text(document)
    money = under(document, 5)
    assert money["Who pays for hobbies? All children"] == ["Puoliksi"]
    assert money["Who pays for hobbies? Aino"] == ["Balettitunnit isä"]
    assert money["Open: needs help"] == ["– Do we save for the child? (All children)"]
    for words in ("Ilon", "Äidin", "Isän", "Ei sopimukseen"):
        assert words not in text
    residence = document.chapters[1].entries[0]
    assert (residence.child, residence.sayings[0].text) == ("Aino", "isä")


@pytest.mark.parametrize(
    "key", ["money-hobbies", "living-address", "living-address@1", "living-schedule@1"]
)
def test_what_only_one_has_shared_does_not_show(key: str) -> None:
    """The sheet is as if nobody had, whoever it was, also where all children's is agreed."""
    base = {"living-schedule": agreed(kept(WEEKS))} if key.endswith("@1") else {}
    words = kept(Scheme(place="Salainen")) if "schedule" in key else "first"
    for matter in (
        one_sided(ONE, words),
        one_sided(TWO, words),
        PlanMatter((Version(ONE, words),)),
    ):
        assert sheet({**base, key: matter}) == sheet(base)


def test_the_sheet_is_the_same_with_the_parents_exchanged() -> None:
    one = {"money-hobbies": differs("a", "b"), "living-late": agreed("c")}
    other = {
        "money-hobbies": differs("b", "a"),
        "living-late": PlanMatter((Version(TWO, "c"),), {ONE: 0, TWO: 0}),
    }
    assert sheet(one) == sheet(other)


def test_an_agreed_schedule_gives_weeks_holidays_and_nights() -> None:
    document = sheet({"living-schedule": agreed(kept(WEEKS))})
    contact, holidays, nights = (document.chapters[number] for number in (2, 3, 5))
    assert "Alternating weeks" in contact.entries[0].sayings[0].text
    assert "Midsummer" not in contact.entries[0].sayings[0].text
    assert "Midsummer" in holidays.entries[0].sayings[0].text
    assert under(document, 4)["Open: not discussed together yet"] == [
        "– Autumn holiday",
        "– School Christmas holiday",
        "– Winter holiday",
        "– Summer",
    ]
    counted = [saying.text for saying in nights.entries[0].sayings]
    assert nights.entries[0].heading == "Nights with each parent, 1 Nov 2026 to 31 Oct 2027"
    assert counted[0].splitlines() == [
        "äiti: 181 nights a year, 15.1 a month on average, 49.6 % of the year",
        "isä: 184 nights a year, 15.3 a month on average, 50.4 % of the year",
    ]
    assert "2023:24" in counted[1]
    # A child whose own schedule differs has none that is agreed.
    own = sheet(
        {
            "living-schedule": agreed(kept(WEEKS)),
            "living-schedule@1": differs(kept(WEEKS), kept(Scheme(place="Ovi"))),
        }
    )
    assert "– When is the child with whom? (Aino)" in under(own, 3)["Open: needs help"]
    assert "can be counted when" in plain_text(own)


@pytest.fixture
def both(db: None) -> tuple[str, str]:
    """Return both parents' links: one matter agreed, one that only the first has shared."""
    UnitFactory()
    content = shared(
        {"money-hobbies": agreed("Puoliksi"), "living-late": one_sided(ONE, "Äidin sana")}
    )
    token = drafts.create_draft(content)
    link = invitations.invite(drafts.open_draft(token))
    other = invitations.accept_invitation(drafts.open_draft(link))
    drafts.change(drafts.open_draft(token), PartKind.SHARED, lambda _c: content)
    return token, other


def test_both_parents_get_the_same_page_with_its_note_at_top_and_foot(
    client: Client, both: tuple[str, str]
) -> None:
    client.cookies["django_language"] = "en"
    for page in ("agreement-sheet/1/", "agreement-sheet/1/plain/"):
        seen = []
        for token in both:
            answer = client.get(f"/plan/{token}/{page}")
            assert answer.status_code == 200
            assert "no-store" in answer["Cache-Control"]
            lines = answer.content.decode().replace(token, "").splitlines()
            seen.append("\n".join(line for line in lines if "csrfmiddlewaretoken" not in line))
        assert seen[0] == seen[1]
        assert "Puoliksi" in seen[0]
        assert "Äidin" not in seen[0]
        assert seen[0].count(NOTE) == 2
    for page in ("summary/", "out/", ""):
        assert (
            f"/plan/{both[0]}/agreement-sheet/"
            in client.get(f"/plan/{both[0]}/{page}").content.decode()
        )
    assert ">Ilo<" in client.get(f"/plan/{both[0]}/agreement-sheet/").content.decode().replace(
        "\n", ""
    ).replace(" ", "")


def test_the_pdf_is_made_by_the_worker_tagged_and_in_the_language(
    client: Client, both: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    press.register()
    client.cookies["django_language"] = "sv"
    assert client.get(f"/plan/{both[0]}/agreement-sheet/1/pdf/").status_code == 405
    asked = client.post(f"/plan/{both[0]}/agreement-sheet/1/pdf/")
    assert asked.status_code == 302
    make_pdfs()
    made = client.get(f"{asked.url}file/").content
    with opened(made) as read:
        assert bool(read.Root.MarkInfo.Marked)
        assert str(read.Root.Lang) == "sv"
    assert {"H1", "H2"} <= set(tags_of(made))
    text = text_of(made)
    assert "Puoliksi" in text
    assert "Äidin" not in text
    # At the top, and at the foot of each page.
    assert text.count("inte avtalet") >= 2
    monkeypatch.setattr(printing, "PRINTS_AN_HOUR", 1)
    assert client.post(f"/plan/{both[0]}/agreement-sheet/1/pdf/").status_code == 429
    assert Print.objects.count() == 1


def test_strangers_guides_and_other_children_have_no_sheet(
    client: Client, both: tuple[str, str]
) -> None:
    guide = UserFactory(roles=[Role.GUIDE])
    code, _until = guide_access.give_code(drafts.open_draft(both[0]), PartKind.SHARED)
    key = guide_access.use_code(code, guide)
    client.force_login(guide)
    for token, number in ((key, 1), (both[0][:-1], 1), ("a" * 43, 1), (both[0], 7)):
        assert client.get(f"/plan/{token}/agreement-sheet/{number}/").status_code == 404
        assert client.get(f"/plan/{token}/agreement-sheet/{number}/plain/").status_code == 404
        assert client.post(f"/plan/{token}/agreement-sheet/{number}/pdf/").status_code == 404
