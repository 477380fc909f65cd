"""The numbers of a day: counted from its rows, stored when it ends, and counted again from the events."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from walkin.estimates.snapshot import measured_visits
from walkin.models import Ticket, WalkInDay


@dataclass(frozen=True)
class Course:
    """How the day went, as the event rows alone tell it. Seconds."""

    taken: int = 0
    # How many numbers stand in which state, those without any left out.
    states: dict[str, int] = field(default_factory=dict)
    # From taking a number to its first call.
    called: int = 0
    waited: float = 0.0
    longest_wait: float = 0.0
    # Time at a desk, of those who ever came to one.
    served: int = 0
    service: float = 0.0


@dataclass(frozen=True)
class Figures:
    """All that is kept of a day."""

    course: Course
    sources: dict[str, int]
    matters: dict[str, int]
    turned_out: dict[str, int]
    languages: dict[str, int]
    outcomes: dict[str, int]
    destinations: dict[str, int]
    agreements: int
    links: int
    # By matter: count, sum of the logarithm of the minutes, sum of its square. For the estimate.
    measured: dict[str, list[float]]

    def as_json(self) -> dict[str, Any]:
        """As the day keeps it."""
        return asdict(self)


def count(day: WalkInDay) -> Figures:
    """The figures of a day so far. A constant number of queries."""
    tickets = Ticket.objects.filter(day=day)
    sums = tickets.aggregate(
        agreements=Count("pk", filter=Q(agreement_made=True)),
        links=Count("pk", filter=Q(links_given=True)),
    )
    return Figures(
        course=course(day),
        sources=_by(tickets, "source"),
        matters=_matters(tickets, "service", "other"),
        turned_out=_matters(
            tickets.exclude(turned_out_service=None, turned_out_other=""),
            "turned_out_service",
            "turned_out_other",
        ),
        languages=_by(tickets, "language"),
        outcomes=_by(tickets.exclude(outcome=""), "outcome"),
        destinations=_by(tickets.exclude(sent_to=None), "sent_to"),
        agreements=sums["agreements"],
        links=sums["links"],
        measured={
            matter: [m.count, m.log_sum, m.log_squares]
            for matter, m in measured_visits(day).items()
        },
    )


def course(day: WalkInDay) -> Course:
    """How the day has gone, from what is kept beside the events."""
    tickets = Ticket.objects.filter(day=day)
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
        states=_by(tickets, "state"),
        called=sums["called"],
        waited=sums["waited"].total_seconds() if sums["waited"] else 0.0,
        longest_wait=sums["longest"].total_seconds() if sums["longest"] else 0.0,
        served=sums["served"],
        service=sums["service"] or 0.0,
    )


def _by(tickets: QuerySet[Ticket], name: str) -> dict[str, int]:
    rows = tickets.order_by(name).values_list(name).annotate(n=Count("pk"))
    return {str(value): n for value, n in rows}


def _matters(tickets: QuerySet[Ticket], service: str, other: str) -> dict[str, int]:
    rows = tickets.order_by(service, other).values_list(service, other).annotate(n=Count("pk"))
    return {f"s{pk}" if pk else word: n for pk, word, n in rows}
