"""The sheet of one child, under the headings of an agreement: what is agreed, what is open. Pure.

It has what the summary has: words that both have agreed. Where they differ it has the question
alone, and what only one has shared counts as not discussed: the sheet is the same for both parents.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from office.core import dates
from plans.agreement_sheet.nights import ResidenceShare, YearOfNights, count_year
from plans.content.agreement import MatterState, PlanMatter
from plans.content.answers import FOR_ALL, answer_key
from plans.content.children import Child, parent_name
from plans.content.questions import QUESTIONS, PlanQuestion
from plans.content.sharing import matters_of
from plans.output.contents import marked, not_identified
from plans.output.document import Chapter, Document, DocumentEntry, Statement
from plans.parents import Parent
from plans.schedule.choices import Scheme, SchoolHoliday
from plans.schedule.parts import agreed_scheme
from plans.schedule.sentences import SCHOOL_HOLIDAYS, holiday_lines, ordinary_lines
from plans.schedule.storage import read
from plans.together.presenters import readable

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

ADDRESS, SCHEDULE = "living-address", "living-schedule"
# A child's own answer to these replaces the one for all children.
ONE_ANSWER = frozenset({ADDRESS, SCHEDULE})


@dataclass(frozen=True)
class Heading:
    """One heading of an agreement, with the plan's questions that belong to it.

    `not_asked`: what an agreement needs and the plan does not ask.
    """

    title: "StrPromise"
    questions: tuple[str, ...]
    not_asked: "tuple[StrPromise, ...]" = ()


CUSTODY = Heading(
    pgettext_lazy("heading of an agreement", "Custody"),
    (
        "information-decisions",
        "school-choice",
        "everyday-health",
        "everyday-faith",
        "living-abroad",
    ),
    (gettext_lazy("Joint custody, or custody with one parent"),),
)
RESIDENCE = Heading(
    pgettext_lazy("heading of an agreement", "Residence"), (ADDRESS, "living-moving")
)
CONTACT = Heading(
    pgettext_lazy("heading of an agreement", "Contact"),
    (SCHEDULE, "living-handover", "living-journeys", "living-late", "information-child"),
    (gettext_lazy("For a fixed term, or until further notice"),),
)
HOLIDAYS = Heading(pgettext_lazy("heading of an agreement", "Holidays"), ())
MAINTENANCE = Heading(
    pgettext_lazy("heading of an agreement", "Child maintenance"),
    ("money-support", "money-purchases", "money-hobbies", "money-benefit", "money-savings"),
    (gettext_lazy("The amount of the maintenance"),),
)


@dataclass(frozen=True)
class SheetSource:
    """What both parents have shared, and the child whom the sheet is about."""

    shared: Mapping[str, Any]
    child: Child
    today: date

    @property
    def names(self) -> dict[Parent, str]:
        return {parent: parent_name(self.shared, parent) for parent in Parent}


def agreement_sheet(source: SheetSource) -> Document:
    """Return the sheet in the active language."""
    matters = matters_of(source.shared)
    scheme = _agreed_scheme(matters, source.child)
    chapters = (
        _chapter(1, CUSTODY, _answers(source, matters, CUSTODY)),
        _chapter(2, RESIDENCE, _answers(source, matters, RESIDENCE)),
        _chapter(3, CONTACT, _answers(source, matters, CONTACT)),
        _chapter(4, HOLIDAYS, _holidays(source, matters)),
        _chapter(5, MAINTENANCE, _answers(source, matters, MAINTENANCE)),
        Chapter("6. " + _("Nights in a year"), (_nights(source, scheme),)),
    )
    child = source.child
    about = f"{child.name} ({child.age_label})" if child.age else child.name
    return marked(
        Document(
            language=get_language() or "fi",
            title=_("Sheet for making an agreement"),
            subtitle=about,
            note=not_the_agreement(),
            facts=(
                _("As of %(day)s") % {"day": dates.date(source.today, get_language())},
                _("From the parenting plan: what both parents have shared and agreed."),
                not_identified(),
            ),
            chapters=chapters,
            page=_("Page {} of {}"),
        )
    )


def not_the_agreement() -> str:
    """Return what stands at the top and at the foot of every sheet."""
    return _(
        "This is not the agreement, and not a legal document. The agreement is made and confirmed "
        "with a child supervisor."
    )


@dataclass
class _Gathered:
    """What stands under one heading, in the order of its questions."""

    agreed: list[DocumentEntry] = field(default_factory=list)
    needs_help: list[str] = field(default_factory=list)
    not_yet: list[str] = field(default_factory=list)

    def add_open(self, topic: str, matter: PlanMatter, about: str = "") -> None:
        lines = self.needs_help if matter.state is MatterState.DIFFERS else self.not_yet
        lines.append(f"{topic} ({about})" if about else topic)


def _chapter(number: int, heading: Heading, gathered: _Gathered) -> Chapter:
    still_open = (
        (_("Open: needs help"), gathered.needs_help),
        (_("Open: not discussed together yet"), gathered.not_yet),
        (_("Open: the plan does not ask"), [str(topic) for topic in heading.not_asked]),
    )
    entries = [
        DocumentEntry(label, (Statement("\n".join(f"– {line}" for line in lines)),))
        for label, lines in still_open
        if lines
    ]
    return Chapter(f"{number}. {heading.title}", (*gathered.agreed, *entries))


def _answers(source: SheetSource, matters: Mapping[str, PlanMatter], heading: Heading) -> _Gathered:
    gathered = _Gathered()
    for key in heading.questions:
        question = QUESTIONS[key]
        for matter, about in _matters_for(matters, question, source.child):
            words = _words(source, question, matter)
            if words:
                gathered.agreed.append(_agreed(str(question.text), words, about))
            if not words or (key == SCHEDULE and not agreed_scheme(matter).weeks):
                gathered.add_open(str(question.text), matter, about)
    return gathered


def _matters_for(
    matters: Mapping[str, PlanMatter], question: PlanQuestion, child: Child
) -> list[tuple[PlanMatter, str]]:
    """Return what is shared about a question, with whom it is about; an empty matter if nothing."""
    general = matters.get(answer_key(question.key, FOR_ALL), PlanMatter())
    own = matters.get(answer_key(question.key, child.number), PlanMatter())
    found = [
        (matter, about)
        for matter, about in ((general, _("All children")), (own, child.name))
        if matter.state is not MatterState.OPEN
    ]
    if question.key in ONE_ANSWER:
        found = found[-1:]
    return found or [(PlanMatter(), "")]


def _words(source: SheetSource, question: PlanQuestion, matter: PlanMatter) -> str:
    if question.key == SCHEDULE:
        return "\n".join(ordinary_lines(agreed_scheme(matter), source.names))
    return readable(source.shared, question, matter.agreed_words) or ""


def _agreed(heading: str, words: str, about: str = "") -> DocumentEntry:
    return DocumentEntry(
        heading, (Statement(words),), about, pgettext("matter of a plan", "Agreed")
    )


def _agreed_scheme(matters: Mapping[str, PlanMatter], child: Child) -> Scheme | None:
    matter, _about = _matters_for(matters, QUESTIONS[SCHEDULE], child)[0]
    return read(matter.agreed_words) if matter.agreed_words is not None else None


def _holidays(source: SheetSource, matters: Mapping[str, PlanMatter]) -> _Gathered:
    """Gather the holidays: layers of the schedule, each agreed or open."""
    matter, about = _matters_for(matters, QUESTIONS[SCHEDULE], source.child)[0]
    scheme = agreed_scheme(matter)
    gathered = _Gathered()
    if lines := holiday_lines(scheme, source.names):
        heading = _("School holidays, public and family days")
        gathered.agreed.append(_agreed(heading, "\n".join(lines), about))
    for kind in SchoolHoliday:
        if kind not in scheme.seasons:
            gathered.add_open(str(SCHOOL_HOLIDAYS[kind]), matter)
    if not scheme.family:
        gathered.add_open(_("Public and family days"), matter)
    return gathered


def nights_entry(source: SheetSource) -> DocumentEntry | None:
    """Return the child's nights of a year; None where they are not agreed."""
    scheme = _agreed_scheme(matters_of(source.shared), source.child)
    if scheme is None or count_year(scheme, source.today) is None:
        return None
    return replace(_nights(source, scheme), child=source.child.name)


def _nights(source: SheetSource, scheme: Scheme | None) -> DocumentEntry:
    year = count_year(scheme, source.today) if scheme is not None else None
    if year is None:
        unknown = _(
            "The nights can be counted when the ordinary weeks and the day on which they begin are "
            "agreed."
        )
        return DocumentEntry(_("Nights with each parent"), (Statement(unknown),))
    first, last = (dates.date(day, get_language()) for day in (year.first, year.last))
    heading = _("Nights with each parent, %(first)s to %(last)s") % {"first": first, "last": last}
    lines = [_nights_line(year, parent, source.names[parent]) for parent in Parent]
    if year.undecided:
        lines.append(
            ngettext(
                "Not decided: %(count)s night a year",
                "Not decided: %(count)s nights a year",
                year.undecided,
            )
            % {"count": year.undecided}
        )
    about = [_residence_line(year)]
    if year.undated:
        names = ", ".join(str(SCHOOL_HOLIDAYS[kind]) for kind in year.undated)
        about.append(
            _("Without dates in this year, counted as ordinary weeks: %(names)s.")
            % {"names": names}
        )
    return DocumentEntry(heading, (Statement("\n".join(lines)), Statement("\n".join(about))))


def _nights_line(year: YearOfNights, parent: Parent, name: str) -> str:
    nights = year.nights[parent]
    return ngettext(
        "%(name)s: %(count)s night a year, %(month)s a month on average, %(share)s %% of the year",
        "%(name)s: %(count)s nights a year, %(month)s a month on average, %(share)s %% of the year",
        nights,
    ) % {
        "name": name,
        "count": nights,
        "month": _one_decimal(year.a_month(parent)),
        "share": _one_decimal(year.share(parent) * 100),
    }


def _residence_line(year: YearOfNights) -> str:
    """Compare the smaller share with the limit. What follows from it is for the supervisor to say."""
    if year.residence is ResidenceShare.SHARED:
        return _(
            "Both have at least 40 % of the year: the limit of shared residence in the ministry's "
            "guide on maintenance (2023:24) is reached."
        )
    if year.residence is ResidenceShare.BELOW:
        return _(
            "One parent has less than 40 % of the year: the limit of shared residence in the "
            "ministry's guide on maintenance (2023:24) is not reached."
        )
    return _(
        "Whether both have at least 40 % of the year, the limit of shared residence in the "
        "ministry's guide on maintenance (2023:24), depends on the nights that are not decided."
    )


def _one_decimal(number: Fraction) -> str:
    return number_format(round(float(number), 1), 1)
