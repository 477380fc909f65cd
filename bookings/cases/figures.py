"""The numbers of cases: who started them, how soon the first visit was, how many deadlines were kept."""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import Min, Q

from bookings.models import Case, CaseResult, StartedBy, Status
from office.core import clock

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class CaseFigures:
    """The cases of one starter. `days`: to the first visit, the median; None where there was none yet."""

    started_by: str
    cases: int
    visited: int
    days: int | None
    deadlines: int
    kept: int


def cases_by_starter(today: date) -> list[CaseFigures]:
    """Count the cases received within a year, by who started them. One query.

    A deadline is kept where the case was closed by it; it counts once it is over or the case is closed.
    """
    visits = ~Q(visits__status__in=Status.closed())
    rows = (
        Case.objects.filter(received_on__gt=today - YEAR)
        .exclude(result=CaseResult.MISTAKE)
        .annotate(first_at=Min("visits__starts_at", filter=visits))
        .values_list("started_by", "received_on", "due_on", "closed_at", "first_at")
    )
    found: dict[str, list[tuple[int | None, bool | None]]] = {}
    for started_by, received_on, due_on, closed_at, first_at in rows:
        days = (clock.local(first_at).date() - received_on).days if first_at else None
        closed_on = clock.local(closed_at).date() if closed_at else None
        kept: bool | None = None
        if due_on is not None and (closed_on is not None or due_on < today):
            kept = closed_on is not None and closed_on <= due_on
        found.setdefault(started_by, []).append((days, kept))
    return [_figures(StartedBy(key), found[key]) for key in StartedBy.values if key in found]


def _figures(started_by: StartedBy, cases: list[tuple[int | None, bool | None]]) -> CaseFigures:
    days = [day for day, _kept in cases if day is not None]
    kept = [is_kept for _day, is_kept in cases if is_kept is not None]
    return CaseFigures(
        started_by=str(started_by.label),
        cases=len(cases),
        visited=len(days),
        days=round(median(days)) if days else None,
        deadlines=len(kept),
        kept=sum(kept),
    )
