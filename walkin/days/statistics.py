"""The figures of a day: counted from its tickets, stored when it ends."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from walkin.estimates.learning import measured_visits
from walkin.models import Ticket, WalkInDay


@dataclass(frozen=True)
class Course:
    """How the day went. Seconds."""

    taken: int = 0
    # Tickets by state, states without any left out.
    states: dict[str, int] = field(default_factory=dict)
    # From taking a number to its first call.
    called: int = 0
    waited: float = 0.0
    longest_wait: float = 0.0
    # Time at a desk, of those who came to one.
    served: int = 0
    service: float = 0.0


@dataclass(frozen=True)
class DayFigures:
    """All that is kept of a day."""

    course: Course
    sources: dict[str, int]
    matters: dict[str, int]
    turned_out: dict[str, int]
    languages: dict[str, int]
    outcomes: dict[str, int]
    destinations: dict[str, int]
    agreements: int
    # Agreements by kind, one a child.
    agreement_kinds: dict[str, int]
    links: int
    # Who came of those expected, and what comes next, as far as that was noted.
    came: dict[str, int]
    next_steps: dict[str, int]
    # For the estimate, by matter: count, and sums of the logarithm of the minutes and its square.
    measured: dict[str, list[float]]

    def as_json(self) -> dict[str, Any]:
        """Encode them as the day stores them."""
        return asdict(self)


def count(day: WalkInDay) -> DayFigures:
    """Count the figures of a day so far. A constant number of queries."""
    tickets = Ticket.objects.filter(day=day).counted()
    sums = tickets.aggregate(
        agreements=Count("pk", filter=Q(agreement_made=True)),
        links=Count("pk", filter=Q(links_given=True)),
    )
    return DayFigures(
        course=course(day),
        sources=_count_by(tickets, "source"),
        matters=_count_matters(tickets, "service", "other"),
        turned_out=_count_matters(
            tickets.exclude(turned_out_service=None, turned_out_other=""),
            "turned_out_service",
            "turned_out_other",
        ),
        languages=_count_by(tickets, "language"),
        outcomes=_count_by(tickets.exclude(outcome=""), "outcome"),
        destinations=_count_by(tickets.exclude(sent_to=None), "sent_to"),
        agreements=sums["agreements"],
        agreement_kinds=_count_agreements(tickets),
        links=sums["links"],
        came=_count_by(tickets.exclude(outcome="").exclude(came=""), "came"),
        next_steps=_count_by(tickets.exclude(outcome="").exclude(next_step=""), "next_step"),
        measured={
            matter: [m.count, m.log_sum, m.log_squares]
            for matter, m in measured_visits(day).items()
        },
    )


def course(day: WalkInDay) -> Course:
    """Return how the day has gone, from what the tickets keep of their events."""
    tickets = Ticket.objects.filter(day=day).counted()
    wait = F("first_called_at") - F("taken_at")
    sums = tickets.aggregate(
        taken=Count("pk"),
        called=Count("first_called_at"),
        waited=Sum(wait),
        longest=Max(wait),
        served=Count("pk", filter=Q(served_seconds__gt=0)),
        service=Sum("served_seconds"),
    )
    return Course(
        taken=sums["taken"],
        states=_count_by(tickets, "state"),
        called=sums["called"],
        waited=sums["waited"].total_seconds() if sums["waited"] else 0.0,
        longest_wait=sums["longest"].total_seconds() if sums["longest"] else 0.0,
        served=sums["served"],
        service=sums["service"] or 0.0,
    )


def _count_agreements(tickets: QuerySet[Ticket]) -> dict[str, int]:
    counts = Counter[str]()
    for agreements in tickets.exclude(agreements={}).values_list("agreements", flat=True):
        counts.update(agreements)
    return dict(counts)


def _count_by(tickets: QuerySet[Ticket], name: str) -> dict[str, int]:
    rows = tickets.order_by(name).values_list(name).annotate(n=Count("pk"))
    return {str(value): n for value, n in rows}


def _count_matters(tickets: QuerySet[Ticket], service: str, other: str) -> dict[str, int]:
    rows = tickets.order_by(service, other).values_list(service, other).annotate(n=Count("pk"))
    return {f"s{pk}" if pk else word: n for pk, word, n in rows}
