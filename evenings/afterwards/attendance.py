"""How many came to an evening: a number, and nobody's name."""

from evenings.models import Evening, EveningEventKind
from evenings.planning.actions import locked, record
from evenings.planning.errors import NotYetError
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.save_checked import save_checked
from office.models import User


@retrying
def count_those_who_came(evening_id: int, people: int, *, user: User, version: int) -> Evening:
    """Note how many came; also another number later. Raises NotYetError, ChangedMeanwhileError."""
    evening = locked(evening_id, version=version)
    if evening.is_cancelled or evening.starts_at > clock.now():
        raise NotYetError
    evening.came_people = people
    save_checked(evening)
    record(evening, EveningEventKind.COUNTED, user=user)
    return evening
