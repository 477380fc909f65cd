"""The answers after evenings, by quarter and kind, without small numbers."""

from datetime import date

from bookings.feedback.report import Asked, LevelCount, QuarterReport, first_of_report, reports_of
from bookings.models import FeedbackLevel
from evenings.models import EveningFeedbackCount, EveningQuestion


def quarter_reports(today: date) -> list[QuarterReport]:
    """Return the quarters that are over, the newest first. One query."""
    rows = list(
        EveningFeedbackCount.objects.filter(month__gte=first_of_report(today)).select_related(
            "kind"
        )
    )
    names: dict[int | None, str] = {row.kind_id: row.kind.title for row in rows}
    tallies = [
        LevelCount(row.month, row.kind_id, row.question, row.level, row.count) for row in rows
    ]
    asked = {q.value: Asked(str(q.label), _label_of) for q in EveningQuestion}
    return reports_of(tallies, asked, names, today)


def _label_of(level: FeedbackLevel) -> str:
    return str(level.label)
