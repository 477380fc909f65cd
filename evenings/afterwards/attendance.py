"""How many came to an evening: a number, and nobody's name."""

from evenings.models import Evening, EveningEventKind
from evenings.planning.actions import locked, record
from evenings.planning.errors import NotYetError
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.save_checked import save_checked
from office.models import User

MOST_PEOPLE = 2000


def typed_count(text: str) -> int | None:
    """Read the number of people that somebody has typed; None where it is invalid."""
    text = text.strip()
    if not text.isdecimal() or len(text) > 4 or int(text) > MOST_PEOPLE:
        return None
    return int(text)


def may_count(evening: Evening) -> bool:
    """Say whether an evening to which people could come has begun."""
    return evening.is_published and evening.starts_at <= clock.now()


@retrying
def count_those_who_came(
    evening_id: int, people: int, *, user: User | None, version: int | None = None
) -> Evening:
    """Note how many came; also another number later. Raises NotYetError, ChangedMeanwhileError.

    `user`: None where the partner who holds it does so by their link.
    """
    evening = locked(evening_id, version=version)
    if not may_count(evening):
        raise NotYetError
    evening.came_people = people
    save_checked(evening)
    record(evening, EveningEventKind.COUNTED, user=user)
    return evening
