"""The content of a document: what one parent may read, by what they want to take along. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from office.core import dates
from office.typesetting.letters import is_lossy
from plans.content.agreement import MatterState
from plans.content.answers import ANSWERS, FOR_ALL
from plans.content.children import children_of, parent_name
from plans.content.questions import NOT_FOR_CHILDREN, QUESTIONS, SECTION_OF, SECTIONS
from plans.content.sharing import child_of, matters_of, own_words, question_of
from plans.output.document import Chapter, Document, DocumentEntry, Statement
from plans.output.money import speaks_of_money
from plans.output.months import calendars
from plans.parents import Parent
from plans.together.presenters import MatterRow, readable, side_by_side

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


SCHEDULE = "living-schedule"
MONTHS, CHILDRENS_MONTHS = 12, 4
ONE = Parent.FIRST


class DocumentKind(StrEnum):
    """What a parent takes along."""

    AGREED = "agreed"
    SHARED = "shared"
    OWN = "own"
    CHILDREN = "children"


# Headings of the schedule and the promises on the children's page, which has nothing else.
PROMISES: "dict[str, StrPromise]" = {
    "rights-both": gettext_lazy("You have both of us"),
    "rights-quarrels": gettext_lazy("Our quarrels are not yours"),
    "rights-others": gettext_lazy("People who are important to you"),
    "needs-heard": gettext_lazy("We ask what you think"),
    "needs-comfort": gettext_lazy("What you take with you"),
    "information-child": gettext_lazy("How you keep in touch"),
    "living-schedule": gettext_lazy("Where you are and when"),
    "living-handover": gettext_lazy("When you change home"),
    "school-homework": gettext_lazy("Homework"),
    "everyday-hobbies": gettext_lazy("Your hobbies"),
    "everyday-rules": gettext_lazy("Rules in both homes"),
    "everyday-pets": gettext_lazy("Pets"),
    "everyday-language": gettext_lazy("Our languages and traditions"),
    "young-say": gettext_lazy("What you decide yourself"),
    "young-time": gettext_lazy("Your friends and your own time"),
    "young-agreed": gettext_lazy("What we have agreed with you"),
}


@dataclass(frozen=True)
class DocumentSource:
    """What one parent's link opens."""

    own: Mapping[str, Any]
    shared: Mapping[str, Any]
    parent: Parent
    today: date
    review: date | None = None


def document_of(what: DocumentKind, source: DocumentSource, child: int = FOR_ALL) -> Document:
    """Return the document in the active language. `child`: whose the children's page is, by number."""
    if what is DocumentKind.CHILDREN:
        return _childrens_page(source, child)
    title = {
        DocumentKind.AGREED: _("What we have agreed"),
        DocumentKind.SHARED: _("What we have shared: agreed, differing and still open"),
        DocumentKind.OWN: _("My own words"),
    }
    rows = (
        _own(source)
        if what is DocumentKind.OWN
        else _shared(source, only_agreed=what is DocumentKind.AGREED)
    )
    children = ", ".join(
        f"{c.name} ({c.age_label})" if c.age else c.name for c in children_of(source.shared)
    )
    facts = [_("Children: %(names)s") % {"names": children}] if children else []
    facts.append(_("As of %(day)s") % {"day": _day(source.today)})
    if what is not DocumentKind.OWN:
        facts.append(not_identified())
    if source.review:
        facts.append(_("To be reviewed on %(day)s") % {"day": _day(source.review)})
    return marked(
        Document(
            language=get_language() or "fi",
            title=_("Parenting plan"),
            subtitle=title[what],
            note=_("A parenting plan is the parents' own. It is not a legal document."),
            facts=tuple(facts),
            chapters=tuple(_chapters(rows)),
            page=_("Page {} of {}"),
            empty=_("There is nothing here yet."),
            **_calendars(source, {key for key, _entry in rows}, what, MONTHS),
        )
    )


def _calendars(
    source: DocumentSource,
    shown: set[str],
    what: DocumentKind,
    count: int,
    child: int = FOR_ALL,
) -> dict[str, Any]:
    """Draw months of a schedule that is in the document: agreed, or the parent's own."""
    is_own = what is DocumentKind.OWN or not any(True for _row in side_by_side(source.shared, ONE))
    kept = source.own.get(ANSWERS, {}) if is_own else _agreed(source)
    words = {
        child_of(key): kept[key] for key in shown if question_of(key) == SCHEDULE and key in kept
    }
    names = {parent: parent_name(source.shared, parent) for parent in Parent}
    children = [c for c in children_of(source.shared) if child in (FOR_ALL, c.number)]
    found = calendars(words, children, names, source.today, count)
    return {"calendars": found, "calendar_title": _("The nights, month by month") if found else ""}


def _agreed(source: DocumentSource) -> dict[str, str]:
    matters = matters_of(source.shared).items()
    return {key: m.agreed_words for key, m in matters if m.agreed_words is not None}


def not_identified() -> str:
    """Return what stands on all that two parents have agreed by their links."""
    return _("Written behind secret links: nobody’s identity has been checked.")


def _day(day: date) -> str:
    return dates.date(day, get_language())


Rows = list[tuple[str, DocumentEntry]]


def _chapters(rows: Rows) -> Iterator[Chapter]:
    for number, section in enumerate(SECTIONS, start=1):
        entries = tuple(entry for key, entry in rows if SECTION_OF[question_of(key)] is section)
        if entries:
            yield Chapter(f"{number}. {section.title}", entries)


def _own(source: DocumentSource) -> Rows:
    names = {child.number: child.name for child in children_of(source.shared)}
    rows = []
    for section in SECTIONS:
        for key, text in own_words(source.own, section).items():
            question = QUESTIONS[question_of(key)]
            words = readable(source.shared, question, text)
            number = child_of(key)
            if words and (not number or number in names):
                statement = Statement(words)
                rows.append(
                    (key, DocumentEntry(str(question.text), (statement,), names.get(number, "")))
                )
    return rows


def _shared(source: DocumentSource, *, only_agreed: bool) -> Rows:
    states = {
        MatterState.AGREED: pgettext("matter of a plan", "Agreed"),
        MatterState.DIFFERS: pgettext("matter of a plan", "Differs"),
        MatterState.OPEN: pgettext("matter of a plan", "Still open"),
    }
    rows = []
    for part in side_by_side(source.shared, source.parent):
        for row in part.rows:
            sayings = _sayings(source, row)
            if only_agreed and row.state is not MatterState.AGREED:
                # Of a schedule, the layers that are agreed.
                sayings = (Statement("\n".join(row.agreed_lines)),) if row.agreed_lines else ()
            if sayings:
                state = "" if only_agreed else states[row.state]
                rows.append(
                    (row.key, DocumentEntry(str(row.question.text), sayings, row.child, state))
                )
    return rows


def _sayings(source: DocumentSource, row: MatterRow) -> tuple[Statement, ...]:
    """Return agreed words once; otherwise each parent's, the first parent's always first."""
    if row.state is MatterState.AGREED:
        return (Statement(row.mine or ""),)
    both = {source.parent: row.mine, source.parent.other: row.theirs}
    return tuple(
        Statement(words, parent_name(source.shared, parent))
        for parent in Parent
        if (words := both[parent]) is not None
    )


def promises(source: DocumentSource) -> tuple[Rows, int]:
    """Return the promises for the children's page, and how many were left out for mentioning money.

    Agreed words; where nothing is shared yet, those of the parent who asks.
    """
    rows = _shared(source, only_agreed=True)
    if not rows and not any(True for _row in side_by_side(source.shared, source.parent)):
        rows = _own(source)
    kept = [
        (key, replace(entry, heading=str(PROMISES[question_of(key)])))
        for key, entry in rows
        if question_of(key) in PROMISES and SECTION_OF[question_of(key)].key not in NOT_FOR_CHILDREN
    ]
    free = [
        (key, entry)
        for key, entry in kept
        if not any(speaks_of_money(statement.text) for statement in entry.sayings)
    ]
    return free, len(kept) - len(free)


def _of_child(rows: Rows, child: int) -> Rows:
    """Return what one child is promised: words for them alone replace the common ones."""
    own = {question_of(key) for key, _entry in rows if child_of(key) == child}
    return [
        (key, replace(entry, child=""))
        for key, entry in rows
        if child_of(key) == child or (child_of(key) == FOR_ALL and key not in own)
    ]


def _childrens_page(source: DocumentSource, child: int) -> Document:
    rows, _left_out = promises(source)
    if child:
        rows = _of_child(rows, child)
    names = [one.name for one in children_of(source.shared) if child in (FOR_ALL, one.number)]
    entries = tuple(entry for _key, entry in rows)
    return marked(
        Document(
            language=get_language() or "fi",
            title=_("Our family's plan"),
            subtitle=_joined(names),
            note=_("This is your family's own plan. It is not a legal document."),
            facts=(),
            chapters=(Chapter(_("What we promise"), entries),) if entries else (),
            page=_("Page {} of {}"),
            is_for_children=True,
            opening=_(
                "You are dear to both of us. It is not your fault that we live apart, and you never "
                "have to choose between us."
            ),
            closing=_(
                "You may always ask us about this, and tell us if something feels bad. When you "
                "grow, we look at it again together."
            ),
            empty=_("There is nothing here yet."),
            **_calendars(
                source,
                {key for key, _entry in rows},
                DocumentKind.CHILDREN,
                CHILDRENS_MONTHS,
                child,
            ),
        )
    )


def _joined(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def marked(document: Document) -> Document:
    """Add a note where letters of it cannot be printed in the PDF."""
    texts = [document.subtitle, *document.facts]
    for chapter in document.chapters:
        for entry in chapter.entries:
            texts += [entry.child, *(s.by for s in entry.sayings), *(s.text for s in entry.sayings)]
    note = _(
        "Some characters cannot be printed in a PDF. A square □ replaces them. The "
        "web page and the plain text have them all."
    )
    lossy = note if any(is_lossy(text) for text in texts) else ""
    return replace(document, lossy=lossy, when_lossy=note)
