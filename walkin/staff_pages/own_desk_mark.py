"""A mark of all that the own desk's part of the queue screen shows: the part is replaced with it."""

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from walkin.staff_pages.screen import QueueScreen


def own_desk_mark(screen: "QueueScreen") -> str:
    """Return the same mark while the part stays as it is, so that what is ticked there stays."""
    duty, day = screen.duty, screen.day
    parts: list[object] = [day.state if day else "", day.pk if day else 0]
    parts += [int(screen.gives_numbers), duty.pk if duty else 0, duty.desk_id if duty else 0]
    parts.append(int(screen.is_on_break))
    for ticket in [screen.current, *screen.on_hold]:
        parts += [ticket.pk, ticket.version] if ticket else [0]
    if screen.current is None:
        first, due = screen.next, screen.booked
        parts += [first.ticket.pk, first.ticket.version, first.reason] if first else [0]
        parts += [due.reference, due.status, int(screen.booked_here)] if due else [0]
        parts += [desk.pk for desk in screen.free_desks] if screen.offers_desks else []
    return blake2b("-".join(map(str, parts)).encode(), digest_size=8).hexdigest()
