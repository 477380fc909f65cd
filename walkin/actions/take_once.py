"""One press, one number: a form that is sent twice leads to the same ticket."""

from typing import Any

from django.core.cache import cache

from office.calendar.occupancy import retrying
from office.core import tokens
from office.core.once import one_at_a_time
from walkin.actions.take_number import (
    issue_ticket,
    refresh_filled_intake,
    refresh_stale_intake,
)
from walkin.models import Ticket

# Seconds for which a form that is sent again leads to the same ticket.
REMEMBERED = 900


def take_once(day_id: int, *, key: str, **wish: Any) -> Ticket:
    """Take a number, only once for each `key` of a form.

    Raises what take_number raises. The intake is checked outside the transaction, so that nobody
    else waits for the estimate.
    """
    refresh_stale_intake(day_id)
    ticket, is_new = _take_once(day_id, f"walkin.taken.{tokens.hash_token(key)}", wish)
    if is_new:
        refresh_filled_intake(ticket)
    return ticket


@retrying
def _take_once(day_id: int, key: str, wish: dict[str, Any]) -> tuple[Ticket, bool]:
    one_at_a_time(key)
    made = cache.get(key)
    known = Ticket.objects.filter(pk=made).first() if made is not None else None
    if known is not None:
        return known, False
    ticket = issue_ticket(day_id, **wish)
    cache.set(key, ticket.pk, REMEMBERED)
    return ticket, True
