"""What the visits of a point have taken: what the estimate learns its durations from."""

from walkin.estimates.durations import Durations, Measured, learn_durations, measure_visits
from walkin.models import DayState, OtherMatter, Ticket, WalkInDay
from walkin.states import TicketState

# Durations are learned from this many days of the same point.
LEARN_FROM_DAYS = 12


def durations_from(sums: dict[str, Measured]) -> dict[str, Durations]:
    prior = learn_durations(sum(sums.values(), Measured()))
    found = {matter: learn_durations(measured, prior) for matter, measured in sums.items()}
    found[""] = prior
    return found


def past_visits(day: WalkInDay) -> dict[str, Measured]:
    """Return what past days of the point have measured, as end_day stored it."""
    days = (
        WalkInDay.objects.at(day.service_point_id)
        .filter(state=DayState.ENDED, starts_at__lt=day.starts_at)
        .order_by("-starts_at")
        .values_list("figures", flat=True)[:LEARN_FROM_DAYS]
    )
    sums: dict[str, Measured] = {}
    for figures in days:
        for matter, row in figures.get("measured", {}).items():
            sums[matter] = sums.get(matter, Measured()) + Measured(*row)
    return sums


def measured_visits(day: WalkInDay) -> dict[str, Measured]:
    """Measure finished visits of a day by the matter asked for: what the estimate learns from.

    Visits about several matters teach nothing of the first one alone.
    """
    by_matter: dict[str, list[float]] = {}
    rows = Ticket.objects.filter(
        day=day, state=TicketState.DONE, served_seconds__gt=0, also=None
    ).exclude(other=OtherMatter.BOOKED)
    for service, other, seconds in rows.order_by("service", "other", "pk").values_list(
        "service", "other", "served_seconds"
    ):
        by_matter.setdefault(f"s{service}" if service else other, []).append(seconds / 60)
    return {matter: measure_visits(minutes) for matter, minutes in by_matter.items()}
