"""The manager's report: the answers of whole quarters that are over, without small numbers."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bookings.feedback.actions import counts_between
from bookings.feedback.disclosure import SMALLEST_SHOWN, Cell, Counts, merge_small, show
from bookings.models import FeedbackLevel, FeedbackQuestion

QUARTERS = 8


@dataclass(frozen=True)
class Asked:
    """A question, and what its levels are called."""

    label: str
    label_of: Callable[[FeedbackLevel], str]


@dataclass(frozen=True)
class LevelCount:
    """How often one level was chosen in a month. `group`: None where it belongs to none."""

    month: date
    group: int | None
    question: str
    level: str
    count: int


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
    """A quarter. `answers`: None where too few have answered to show anything."""

    name: str
    answers: int | None
    questions: list[QuestionReport]


def quarter_reports(today: date) -> list[QuarterReport]:
    """Return the quarters of visits that are over, the newest first. One query."""
    rows = counts_between(first_of_report(today), _quarter_of(today))
    names = {
        row.service_point_id: str(row.service_point.name if row.service_point else _by_distance())
        for row in rows
    }
    tallies = [
        LevelCount(row.month, row.service_point_id, row.question, row.level, row.count)
        for row in rows
    ]
    asked = {q.value: Asked(str(q.label), q.label_of) for q in FeedbackQuestion}
    return reports_of(tallies, asked, names, today)


def first_of_report(today: date) -> date:
    """Return the first day of the first quarter that is reported."""
    first: date = _quarter_of(today) - relativedelta(months=3 * QUARTERS)
    return first


def reports_of(
    tallies: Sequence[LevelCount],
    questions: Mapping[str, Asked],
    names: Mapping[int | None, str],
    today: date,
) -> list[QuarterReport]:
    """Return the quarters that are over, the newest first. No query.

    The quarter that goes on is left out: from one day to the next its numbers would tell single answers.
    `questions`: how they are asked; each who answers answers all of them. `names`: of the groups.
    """
    now = _quarter_of(today)
    starts = [now - relativedelta(months=3 * n) for n in range(1, QUARTERS + 1)]
    reports = []
    for start in starts:
        own = [row for row in tallies if _quarter_of(row.month) == start]
        if own:
            reports.append(_report(start, own, questions, names))
    return reports


def _quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _report(
    start: date,
    rows: Sequence[LevelCount],
    questions: Mapping[str, Asked],
    names: Mapping[int | None, str],
) -> QuarterReport:
    name = _("%(year)s, quarter %(number)s") % {
        "year": start.year,
        "number": (start.month - 1) // 3 + 1,
    }
    first = next(iter(questions))
    sizes = Counter[int | None]()
    for row in rows:
        if row.question == first:
            sizes[row.group] += row.count
    answers = sum(sizes.values())
    if answers < SMALLEST_SHOWN:
        return QuarterReport(name, None, [])
    groups = merge_small(sizes)
    return QuarterReport(name, answers, list(_questions(rows, groups, questions, names)))


def _questions(
    rows: Sequence[LevelCount],
    groups: Sequence[Sequence[int | None]],
    questions: Mapping[str, Asked],
    names: Mapping[int | None, str],
) -> Iterator[QuestionReport]:
    for question, asked in questions.items():
        own = [row for row in rows if row.question == question]
        whole = show([_counts(own)])
        by_group = None
        if len(groups) > 1:
            by_group = show([_counts(row for row in own if row.group in keys) for keys in groups])
        yield QuestionReport(
            question=asked.label,
            whole=_bars(asked, "", whole[0]) if whole else None,
            points=[
                _bars(asked, ", ".join(names[key] for key in keys), cells)
                for keys, cells in zip(groups, by_group or [], strict=by_group is not None)
            ],
        )


def _by_distance() -> str:
    return _("By phone or video")


def _counts(rows: Iterable[LevelCount]) -> Counts:
    counts = Counter[FeedbackLevel]()
    for row in rows:
        counts[FeedbackLevel(row.level)] += row.count
    return counts


def _bars(asked: Asked, name: str, cells: Sequence[Cell]) -> GroupBars:
    total = sum(cell.count for cell in cells)
    return GroupBars(
        name,
        [Bar(_label(asked, cell), cell.count, round(100 * cell.count / total)) for cell in cells],
    )


def _label(asked: Asked, cell: Cell) -> str:
    names = [asked.label_of(level) for level in cell.levels]
    joined = pgettext("between two answers that are counted together", " or ").join(names)
    return joined[:1] + joined[1:].lower()
