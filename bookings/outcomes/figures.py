"""The outcomes of a year, booked and walk-in together: nameless, and counted as they are asked for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.utils.translation import gettext as _

from bookings import hooks
from bookings.hooks import CountedOutcome
from bookings.models import Appointment, Came, NextStep, Outcome, Status, VisitOutcome
from office.core import clock
from office.models import AgreementKind, Service


@dataclass
class OutcomeTally:
    """What is counted of the visits of one kind."""

    # By kind: agreements, one a child; and the visits at which they were confirmed.
    agreements: Counter[str] = field(default_factory=Counter)
    visits: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    came: Counter[str] = field(default_factory=Counter)
    next_steps: Counter[str] = field(default_factory=Counter)
    # By id; 0: something else.
    services: Counter[int] = field(default_factory=Counter)
    # An agreement was confirmed, of a kind that was not noted.
    unsaid: int = 0

    def add(self, one: CountedOutcome) -> None:
        self.outcomes[one.outcome] += 1
        self.agreements.update(one.agreements)
        self.visits.update(one.agreements.keys())
        self.unsaid += one.is_agreement and not one.agreements
        if one.came:
            self.came[one.came] += 1
        if one.next_step:
            self.next_steps[one.next_step] += 1
        self.services.update(one.services or [0])


@dataclass(frozen=True)
class FigureRow:
    """One line: a name, and the numbers of booked visits, of the walk-in, and of both."""

    name: str
    booked: int
    walk_in: int

    @property
    def total(self) -> int:
        return self.booked + self.walk_in


@dataclass(frozen=True)
class Table:
    heading: str
    rows: list[FigureRow]
    # Whether its rows are parts of one sum.
    has_sum: bool = False

    @property
    def sum(self) -> FigureRow:
        return FigureRow(
            _("In all"), sum(r.booked for r in self.rows), sum(r.walk_in for r in self.rows)
        )


@dataclass(frozen=True)
class YearOfOutcomes:
    """`unmarked`: booked visits that were held, and of which no outcome was noted."""

    year: int
    tables: list[Table]
    unmarked: int
    is_empty: bool


def outcomes_of_year(year: int) -> YearOfOutcomes:
    """Count a year. The same few queries, however many visits there were."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    booked, walk_in = OutcomeTally(), OutcomeTally()
    for one in _of_visits(first, last):
        booked.add(one)
    for read in hooks.OUTCOMES_ELSEWHERE:
        for one in read(first, last):
            walk_in.add(one)
    start, end = clock.day_bounds(first, last)
    unmarked = (
        Appointment.objects.starting_between(start, end)
        .filter(status=Status.DONE)
        .exclude(
            pk__in=VisitOutcome.objects.current().exclude(appointment=None).values("appointment")
        )
        .count()
    )
    tables = _tables(booked, walk_in)
    return YearOfOutcomes(year, tables, unmarked, not (booked.outcomes or walk_in.outcomes))


def _of_visits(first: date, last: date) -> Iterable[CountedOutcome]:
    rows = VisitOutcome.objects.current().filter(day__range=(first, last))
    values = rows.annotate(further=ArrayAgg("also", filter=Q(also__isnull=False), default=[]))
    for outcome, agreements, came, next_step, service, further in values.order_by().values_list(
        "outcome", "agreements", "came", "next_step", "service", "further"
    ):
        is_agreement = outcome == Outcome.AGREEMENT
        services = (service, *further)
        yield CountedOutcome(outcome, agreements, is_agreement, came, next_step, services)


def _tables(booked: OutcomeTally, walk_in: OutcomeTally) -> list[Table]:
    kinds, unsaid = (
        AgreementKind.choices,
        FigureRow(_("kind not noted"), booked.unsaid, walk_in.unsaid),
    )
    return [
        Table(
            _("Agreements confirmed, one for each child"),
            [*_rows(kinds, booked.agreements, walk_in.agreements), unsaid],
            has_sum=True,
        ),
        Table(
            _("Visits at which they were confirmed"),
            _rows(kinds, booked.visits, walk_in.visits),
        ),
        Table(
            _("How the visits ended"),
            _rows(Outcome.choices, booked.outcomes, walk_in.outcomes),
            has_sum=True,
        ),
        Table(_("Who came"), _rows(Came.choices, booked.came, walk_in.came)),
        Table(_("What came next"), _rows(NextStep.choices, booked.next_steps, walk_in.next_steps)),
        Table(
            _("What they were about: a visit counts under each of its matters"),
            _service_rows(booked.services, walk_in.services),
        ),
    ]


def _service_rows(booked: Counter[int], walk_in: Counter[int]) -> list[FigureRow]:
    """Return the services that occur, in the unit's order, and what was none of them."""
    counted = booked.keys() | walk_in.keys()
    names = [(s.pk, str(s.name)) for s in Service.objects.filter(pk__in=counted)]
    names += [(0, _("something else"))] if 0 in counted else []
    return [FigureRow(name, booked[pk], walk_in[pk]) for pk, name in names]


def _rows(
    names: Iterable[tuple[str, object]], booked: Counter[str], walk_in: Counter[str]
) -> list[FigureRow]:
    return [FigureRow(str(name), booked[value], walk_in[value]) for value, name in names]


def csv_rows(found: YearOfOutcomes) -> Iterable[list[object]]:
    yield [found.year, "", _("Booked visits"), _("Walk-in"), _("In all")]
    for table in found.tables:
        for row in table.rows:
            yield [table.heading, row.name, row.booked, row.walk_in, row.total]
