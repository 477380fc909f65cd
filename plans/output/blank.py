"""The blank form for those who prefer a pen: all questions with lines to write on."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from office.core.dates import SHORT_WEEKDAYS
from office.typesetting.pdf import finish, typeset
from plans.content.questions import SECTIONS, AnswerKind, PlanQuestion
from plans.schedule.sentences import FAMILY_DAYS, HANDOVERS, SCHOOL_HOLIDAYS
from plans.schedule.steps import FAMILY, GROUPS, HOLIDAYS, ONCE, WEEKS

LANGUAGES = ("fi", "sv", "en")
TEMPLATE = Path(__file__).parent / "form.typ"
LINES, SHORT = 4, 1
CHILDREN = 4
# Rows for what each family has of its own.
OWN_ROWS = 4


@cache
def blank_pdf(language: str) -> bytes:
    """Return the form, made once in each process. Raises NoPdfError."""
    with override(language):
        data = _data(language)
    return finish(typeset(TEMPLATE, data), data)


def _data(language: str) -> dict[str, Any]:
    return {
        "language": language,
        "title": _("Parenting plan"),
        "subtitle": _("A form to be filled in by hand"),
        "note": _("A parenting plan is the parents' own. It is not a legal document."),
        "lead": [
            _(
                "Fill in what helps you, and skip the rest. You can each fill in "
                "your own form first and then compare."
            ),
            _("Nicknames are fine. Do not write personal identity codes or addresses."),
            _("Are you in danger or afraid? Call 112 or Nollalinja 080 005 005."),
        ],
        "children": {
            "title": _("The children"),
            "head": [_("First name"), _("Age"), _("What the child calls the parents")],
            "rows": CHILDREN,
        },
        "for_example": _("For example:"),
        "sections": [
            {
                "title": f"{number}. {section.title}",
                "lead": str(section.lead),
                "questions": [_question(question) for question in section.questions],
            }
            for number, section in enumerate(SECTIONS, start=1)
        ],
        "week": {
            "caption": _("With whom is the child at night?"),
            "first": _("Week"),
            "days": list(SHORT_WEEKDAYS[language]),
            "rows": ["1", "2", "3", "4"],
        },
        "schedule": {
            "lines": [_("From which date on"), _("Until which date, if these weeks end")],
            "tables": [
                {"head": [str(name) for name in head], "rows": [str(row) for row in rows]}
                for head, rows in _tables()
            ],
        },
        "review": _("We look at this again on"),
        "date": _("Date"),
        "page": _("Page {} of {}"),
    }


def _tables() -> Iterator[tuple[list[str], Iterable[object]]]:
    """Yield the layers of the schedule, as its pages ask for them: column headings, row names."""
    even, odd = _("Even years"), _("Odd years")
    handovers = [GROUPS[WEEKS], *HANDOVERS.values()]
    yield (
        [
            _("Handover"),
            _("Time, or when day care or school ends"),
            _("Place"),
            _("Who takes the child?"),
        ],
        handovers,
    )
    yield (
        [
            str(GROUPS[HOLIDAYS]),
            _("Whole, in halves or by weeks"),
            even,
            odd,
            _("First and last day"),
        ],
        SCHOOL_HOLIDAYS.values(),
    )
    yield [str(GROUPS[FAMILY]), even, odd], FAMILY_DAYS.values()
    yield [_("Birthdays: whose, and when"), even, odd], [""] * OWN_ROWS
    yield [str(GROUPS[ONCE]), _("With whom?")], [""] * OWN_ROWS


def _question(question: PlanQuestion) -> dict[str, Any]:
    return {
        "text": str(question.text),
        "hint": str(question.hint),
        "example": str(question.examples[0]) if question.examples else "",
        "lines": SHORT if question.answered is AnswerKind.PARENT else LINES,
        "is_schedule": question.answered is AnswerKind.SCHEDULE,
    }
