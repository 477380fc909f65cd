"""One press, one number: the same form sent twice leads to the same number."""

from typing import Any

from django.core.cache import cache
from django.db import connection

from office.calendar.occupancy import retrying
from office.core import tokens
from walkin.actions.take_number import give_number, look_before
from walkin.days.lifecycle import look_at_intake
from walkin.models import Ticket

# Seconds for which a form that is sent again leads to the number it took.
REMEMBERED = 900
# The second press waits until the first has its number.
LOCK = "SELECT pg_advisory_xact_lock(hashtext(%s))"


def take_once(day_id: int, *, key: str, **wish: Any) -> Ticket:
    """A number as numbers.take_number gives it; for `key`, which the form brings, only once.

    Raises what take_number raises. The intake is looked at outside the transaction: nobody else waits
    for the estimate.
    """
    look_before(day_id)
    ticket, is_new = _take_once(day_id, f"walkin.taken.{tokens.hash_token(key)}", wish)
    if is_new:
        look_at_intake(day_id)
    return ticket


@retrying
def _take_once(day_id: int, key: str, wish: dict[str, Any]) -> tuple[Ticket, bool]:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [key])
    known = Ticket.objects.filter(pk=cache.get(key)).first()
    if known is not None:
        return known, False
    ticket = give_number(day_id, **wish)
    cache.set(key, ticket.pk, REMEMBERED)
    return ticket, True
