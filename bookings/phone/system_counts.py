"""What the phone system counted, typed in by the hour: who waited, who hung up, the longest wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bookings.lifecycle.transitions import ChangedMeanwhileError
from bookings.models import QueueHour
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.once import one_at_a_time
from office.models import User


@dataclass(frozen=True)
class Numbers:
    """Of one hour; `longest_wait` in minutes."""

    waited: int
    hung_up: int
    longest_wait: int


def numbers_of(day: date) -> dict[int, Numbers]:
    """Return what is written down for a day, by the hour."""
    return {
        row.hour: Numbers(row.waited, row.hung_up, row.longest_wait)
        for row in QueueHour.objects.filter(day=day)
    }


@retrying
def save_numbers(
    day: date,
    hours: Mapping[int, Numbers | None],
    *,
    seen: Mapping[int, Numbers | None],
    user: User,
) -> None:
    """Write down the hours of a day; None takes an hour's figures away.

    `seen`: what the page showed. Raises ChangedMeanwhileError, with nothing changed, where somebody
    else has written other figures since.
    """
    one_at_a_time(f"queue figures {day}")
    rows = {
        row.hour: row
        for row in QueueHour.objects.select_for_update().filter(day=day, hour__in=list(hours))
    }
    now = clock.now()
    for hour, wanted in hours.items():
        row = rows.get(hour)
        there = Numbers(row.waited, row.hung_up, row.longest_wait) if row else None
        if there == wanted:
            continue
        if there != seen.get(hour):
            raise ChangedMeanwhileError
        if wanted is None:
            if row is not None:
                row.delete()
            continue
        row = row or QueueHour(day=day, hour=hour)
        row.waited, row.hung_up, row.longest_wait = (
            wanted.waited,
            wanted.hung_up,
            wanted.longest_wait,
        )
        row.noted_by, row.noted_at = user, now
        row.save()
