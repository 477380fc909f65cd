"""The manager's report: the answers of whole quarters that are over, without small numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bookings.feedback.actions import counts_between
from bookings.feedback.disclosure import SMALLEST_SHOWN, Cell, Counts, merge_small, show
from bookings.models import FeedbackCount, FeedbackLevel, FeedbackQuestion

QUARTERS = 8


@dataclass(frozen=True)
class Bar:
    """Levels with their number and share."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True)
class GroupBars:
    """One group of service points, or the whole unit (no name)."""

    name: str
    bars: list[Bar]


@dataclass(frozen=True)
class QuestionReport:
    """`whole`: None where a number would be too small. `points`: empty where they may not be shown."""

    question: str
    whole: GroupBars | None
    points: list[GroupBars]


@dataclass(frozen=True)
class QuarterReport:
    """A quarter. `answers`: None where so few have answered that nothing is told."""

    name: str
    answers: int | None
    questions: list[QuestionReport]


def quarter_reports(today: date) -> list[QuarterReport]:
    """Return the quarters that are over, the newest first. One query.

    The quarter that goes on is left out: from one day to the next its numbers would tell single answers.
    """
    now = _quarter_of(today)
    first = now - relativedelta(months=3 * QUARTERS)
    rows = counts_between(first, now)
    starts = [now - relativedelta(months=3 * n) for n in range(1, QUARTERS + 1)]
    return [
        _report(start, [row for row in rows if _quarter_of(row.month) == start])
        for start in starts
        if any(_quarter_of(row.month) == start for row in rows)
    ]


def _quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _report(start: date, rows: Sequence[FeedbackCount]) -> QuarterReport:
    name = _("%(year)s, quarter %(number)s") % {
        "year": start.year,
        "number": (start.month - 1) // 3 + 1,
    }
    # Each has answered all three questions.
    sizes = Counter[int | None]()
    for row in rows:
        if row.question == FeedbackQuestion.HEARD:
            sizes[row.service_point_id] += row.count
    answers = sum(sizes.values())
    if answers < SMALLEST_SHOWN:
        return QuarterReport(name, None, [])
    groups = merge_small(sizes)
    return QuarterReport(name, answers, list(_questions(rows, groups)))


def _questions(
    rows: Sequence[FeedbackCount], groups: Sequence[Sequence[int | None]]
) -> Iterator[QuestionReport]:
    names = {
        row.service_point_id: str(row.service_point.name if row.service_point else _by_distance())
        for row in rows
    }
    for question in FeedbackQuestion:
        own = [row for row in rows if row.question == question]
        whole = show([_counts(own)])
        by_point = None
        if len(groups) > 1:
            by_point = show(
                [_counts(row for row in own if row.service_point_id in keys) for keys in groups]
            )
        yield QuestionReport(
            question=str(question.label),
            whole=_bars(question, "", whole[0]) if whole else None,
            points=[
                _bars(question, ", ".join(names[key] for key in keys), cells)
                for keys, cells in zip(groups, by_point or [], strict=by_point is not None)
            ],
        )


def _by_distance() -> str:
    return _("By phone or video")


def _counts(rows: Iterable[FeedbackCount]) -> Counts:
    counts = Counter[FeedbackLevel]()
    for row in rows:
        counts[FeedbackLevel(row.level)] += row.count
    return counts


def _bars(question: FeedbackQuestion, name: str, cells: Sequence[Cell]) -> GroupBars:
    total = sum(cell.count for cell in cells)
    return GroupBars(
        name,
        [
            Bar(_label(question, cell), cell.count, round(100 * cell.count / total))
            for cell in cells
        ],
    )


def _label(question: FeedbackQuestion, cell: Cell) -> str:
    names = [question.label_of(level) for level in cell.levels]
    joined = pgettext("between two answers that are counted together", " or ").join(names)
    return joined[:1] + joined[1:].lower()
