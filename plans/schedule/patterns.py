"""The usual patterns of ordinary weeks, as nights from a Monday on. Pure."""

from plans.parents import Parent
from plans.schedule.engine import WEEK


def every_other_weekend(
    home: Parent, *, until_monday: bool = False, midweek: int | None = None
) -> tuple[Parent, ...]:
    """Return a fortnight at `home`, with the other parent from Friday of the first week.

    `until_monday`: Sunday's night too. `midweek`: a weekday (0 is Monday) whose night is with the
    other in both weeks.
    """
    cycle = [home] * (2 * WEEK)
    for night in (4, 5, *([6] if until_monday else [])):
        cycle[night] = home.other
    if midweek is not None:
        cycle[midweek] = cycle[midweek + WEEK] = home.other
    return tuple(cycle)


def week_about(first: Parent, *, changes_on: int = 0) -> tuple[Parent, ...]:
    """Return a week with each; `changes_on`: the weekday of the handover (0 is Monday)."""
    return tuple(
        first if (night - changes_on) % (2 * WEEK) < WEEK else first.other
        for night in range(2 * WEEK)
    )


def two_two_three(first: Parent) -> tuple[Parent, ...]:
    """Return two nights, two nights, three nights, and the reverse in the second week."""
    week = [first] * 2 + [first.other] * 2 + [first] * 3
    return (*week, *(parent.other for parent in week))
