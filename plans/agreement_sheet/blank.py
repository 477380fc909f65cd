"""The blank sheet, for the visit or the kitchen table: the headings of an agreement with lines.

Nothing is filled in: what a parent has written at home is theirs alone, and a sheet is the same for both.
"""

from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from office.core.dates import SHORT_WEEKDAYS
from office.typesetting.pdf import finish, typeset
from plans.agreement_sheet.contents import (
    CONTACT,
    CUSTODY,
    HOLIDAYS,
    MAINTENANCE,
    RESIDENCE,
    SCHEDULE,
    Heading,
    not_the_agreement,
)
from plans.content.questions import QUESTIONS
from plans.output.blank import TEMPLATE
from plans.schedule.sentences import SCHOOL_HOLIDAYS

LINES = 2


def sections() -> list[dict[str, Any]]:
    """Return the headings of an agreement with what belongs to each, in the active language."""
    holidays = [*map(str, SCHOOL_HOLIDAYS.values()), _("Public and family days")]
    chapters = [
        *(_section(heading) for heading in (CUSTODY, RESIDENCE, CONTACT)),
        {"title": str(HOLIDAYS.title), "questions": [_line(text) for text in holidays]},
        _section(MAINTENANCE),
        {
            "title": _("Nights in a year"),
            "questions": [
                _line(
                    _("Nights a month with each parent"),
                    _(
                        "Shared residence, in the ministry's guide on maintenance (2023:24): at least "
                        "40 % of the year, 146 nights, with each of them."
                    ),
                )
            ],
        },
    ]
    return [
        {"lead": "", **chapter, "title": f"{number}. {chapter['title']}"}
        for number, chapter in enumerate(chapters, start=1)
    ]


def _section(heading: Heading) -> dict[str, Any]:
    topics = [_line(text) for text in map(str, heading.not_asked)]
    asked = [
        _line(str(QUESTIONS[key].text), is_schedule=key == SCHEDULE) for key in heading.questions
    ]
    return {"title": str(heading.title), "questions": [*topics, *asked]}


def _line(text: str, hint: str = "", *, is_schedule: bool = False) -> dict[str, Any]:
    return {
        "text": text,
        "hint": hint,
        "example": "",
        "lines": LINES,
        "is_schedule": is_schedule,
    }


@cache
def blank_sheet_pdf(language: str) -> bytes:
    """Return the sheet as a tagged PDF, made once in each process. Raises NoPdfError."""
    with override(language):
        data = _data(language)
    return finish(typeset(TEMPLATE, data), data)


def _data(language: str) -> dict[str, Any]:
    return {
        "language": language,
        "title": _("Sheet for making an agreement"),
        "subtitle": _("For one child. To be filled in by hand"),
        "note": not_the_agreement(),
        "lead": lead(),
        "children": {
            "title": _("The child"),
            "head": [_("First name"), _("Age"), _("Date")],
            "rows": 1,
        },
        "for_example": "",
        "sections": sections(),
        "week": {
            "caption": _("With whom is the child at night?"),
            "first": _("Week"),
            "days": list(SHORT_WEEKDAYS[language]),
            "rows": ["1", "2", "3", "4"],
        },
        "schedule": {"lines": [], "tables": []},
        "review": _("Still open, or needs help"),
        "date": _("Date"),
        "page": _("Page {} of {}"),
    }


def lead() -> list[str]:
    """Return how the sheet is meant."""
    return [
        _("One sheet for each child. Write down what you agree on, and leave open what is open."),
        _("First names are enough. Do not write personal identity codes or addresses."),
    ]
