"""What a booking is made on: something of an upper floor that ends with it, as a number of the walk-in.

The floor above says here what it has (in its AppConfig.ready); nothing of it is known here. What is done
with it happens in the booking's own transaction: both, or neither.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bookings.models import Appointment
from office.models import User


class RefusedError(Exception):
    """The occasion is over or somebody else's; `said` says so in a sentence. Nothing was changed."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True)
class Occasion:
    """One of them, as the booking panel needs it."""

    # The field of the form and of the address, and its value there.
    name: str
    key: str
    # What it is, and what booking does to it.
    said: str
    # What it knows already, as the panel's address says it: service, language, point, meeting.
    wish: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """What the upper floor does for its occasions."""

    # The occasion that a user may book on; None where there is none. Raises RefusedError.
    find: Callable[[User, str], Occasion | None]
    # Ends it with the appointment, in the booking's transaction. Raises RefusedError.
    end: Callable[[User, str, Appointment], None]
    # The booking was taken back, in that transaction. Raises RefusedError.
    reopen: Callable[[User, Appointment], None]
    # Where to go on after the booking; empty where it was made on no such occasion.
    back: Callable[[Appointment], str]


KINDS: dict[str, Kind] = {}


def named(user: User, fields: Mapping[str, str]) -> Occasion | None:
    """The occasion that a form or an address names. Raises RefusedError."""
    for name, kind in KINDS.items():
        if fields.get(name):
            return kind.find(user, fields[name])
    return None


def end(occasion: Occasion, appointment: Appointment, user: User) -> None:
    """End it with the booking. Call in the booking's transaction. Raises RefusedError."""
    KINDS[occasion.name].end(user, occasion.key, appointment)


def reopen(appointment: Appointment, user: User) -> None:
    """The booking is taken back: what had ended with it goes on. Call in that transaction."""
    for kind in KINDS.values():
        kind.reopen(user, appointment)


def back_of(appointment: Appointment) -> str:
    """Where whoever has booked goes on; empty where it was made on no occasion."""
    return next((path for kind in KINDS.values() if (path := kind.back(appointment))), "")
