"""Occasions of a booking: something of an upper floor that ends with it, such as a walk-in ticket.

The floor above says here what it has (in its AppConfig.ready); nothing of it is known here. What is done
with it happens in the booking's own transaction: both, or neither.
"""

from collections.abc import Mapping

from bookings.hooks import OCCASIONS, Occasion
from bookings.models import Appointment
from office.models import User


class RefusedError(Exception):
    """The occasion is over or somebody else's; `sentence` tells it. Nothing was changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def named(user: User, fields: Mapping[str, str]) -> Occasion | None:
    """Find the occasion that a form or an address names. Raises RefusedError."""
    for name, kind in OCCASIONS.items():
        if fields.get(name):
            return kind.find(user, fields[name])
    return None


def end(occasion: Occasion, appointment: Appointment, user: User) -> None:
    """End the occasion with the booking. Call in the booking's transaction. Raises RefusedError."""
    OCCASIONS[occasion.name].end(user, occasion.key, appointment)


def reopen(appointment: Appointment, user: User) -> None:
    """Reopen what had ended with the booking that is undone. Call in that transaction."""
    for kind in OCCASIONS.values():
        kind.reopen(user, appointment)


def back_of(appointment: Appointment) -> str:
    """Return where the user goes on after the booking; empty where it was made on no occasion."""
    return next((path for kind in OCCASIONS.values() if (path := kind.back(appointment))), "")
