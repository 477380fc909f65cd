"""How many visits needed an interpreter, and how many interpreters came."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from bookings.interpreters.needs import SIGN
from bookings.models import Answer, InterpreterOrder, Party, Status
from office.core import clock
from office.core.names import Alphabetical

SHOWN_FOR = timedelta(days=365)


@dataclass(frozen=True)
class AgencyFigures:
    """The orders of visits that are over; `agency`: empty where nobody noted from whom."""

    agency: str
    ordered: int
    came: int
    absent: int
    cancelled: int


@dataclass(frozen=True)
class InterpreterFigures:
    """`visits`: those that are over and needed an interpreter; `came`: in how many of them one came."""

    visits: int
    came: int
    by_agency: list[AgencyFigures]


def interpreters_between(first: date, last: date) -> InterpreterFigures:
    """Count for the visits from `first` to `last`, both included. Three queries."""
    start, end = clock.day_bounds(first, last)
    over = {
        "appointment__status__in": Status.over(),
        "appointment__starts_at__gte": start,
        "appointment__starts_at__lt": end,
    }
    orders = InterpreterOrder.objects.filter(**over)
    states = InterpreterOrder.State
    needed = (
        Party.objects.who_come()
        .exclude(answer=Answer.DECLINED)
        .filter(~Q(interpreter="") | Q(access__contains=[SIGN]), **over)
    )
    rows = (
        InterpreterOrder.objects.filter(starts_at__gte=start, starts_at__lt=min(end, clock.now()))
        .values("agency__name")
        .annotate(
            ordered=Count("pk"),
            came=Count("pk", filter=Q(state=states.CAME)),
            absent=Count("pk", filter=Q(state=states.ABSENT)),
            cancelled=Count("pk", filter=Q(state=states.CANCELLED)),
        )
        .order_by(Alphabetical("agency__name"))
    )
    return InterpreterFigures(
        visits=needed.values("appointment").distinct().count(),
        came=orders.filter(state=states.CAME).values("appointment").distinct().count(),
        by_agency=[
            AgencyFigures(
                row["agency__name"] or "",
                row["ordered"],
                row["came"],
                row["absent"],
                row["cancelled"],
            )
            for row in rows
        ],
    )


def figures_text() -> SafeString:
    """Render the last twelve months for the place below the agencies."""
    today = clock.today()
    figures = interpreters_between(today - SHOWN_FOR, today)
    return render_to_string("bookings/interpreters/_figures.html", {"figures": figures})
