"""Who is next, and why. Pure: the same order for the desk's key, its screen and the estimate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from walkin.tickets.eligibility import Person, Wish, who_may_take


class Why(TextChoices):
    """Why a number stands where it stands, for one desk."""

    HANDED_ON = "handed_on", _("handed on to you")
    FIRST = "first", _("has waited longest")
    FIT = "fit", _("has waited longest of those whom you can help")
    LATER = "later", _("after those before")
    # Not for this desk now:
    STEPPED_BACK = "stepped_back", _("has stepped back for a while")
    OTHER_DESK = "other_desk", _("for a colleague")
    APART = "apart", _("asked to come separately; the other party waits here too")


CALLED_NEXT = frozenset({Why.HANDED_ON, Why.FIRST, Why.FIT, Why.LATER})


@dataclass(frozen=True)
class Waiting:
    """One number that waits to be called."""

    key: int
    number: int
    wish: Wish
    ready_at: datetime | None = None
    is_apart: bool = False


@dataclass(frozen=True)
class Standing:
    """A number as one desk sees it."""

    key: int
    number: int
    why: Why

    @property
    def is_callable(self) -> bool:
        """Whether the desk's key for “next” may come to it."""
        return self.why in CALLED_NEXT


def line_for(
    person: int,
    waiting: Iterable[Waiting],
    people: Sequence[Person],
    now: datetime,
    *,
    by_matter: bool = True,
    by_language: bool = True,
) -> list[Standing]:
    """The queue as a professional sees it: callable ones in order, then those they cannot call now.

    Handed-on numbers first, since they have waited already; then first come, first served.
    """
    mine: list[Standing] = []
    line: list[Standing] = []
    rest: list[Standing] = []
    passed_over = False
    for ticket in sorted(waiting, key=lambda t: t.number):
        may = who_may_take(ticket.wish, people, by_matter=by_matter, by_language=by_language)
        if person not in may:
            rest.append(Standing(ticket.key, ticket.number, Why.OTHER_DESK))
            passed_over = True
        elif ticket.ready_at is not None and ticket.ready_at > now:
            rest.append(Standing(ticket.key, ticket.number, Why.STEPPED_BACK))
        elif ticket.is_apart:
            rest.append(Standing(ticket.key, ticket.number, Why.APART))
        elif ticket.wish.person == person:
            mine.append(Standing(ticket.key, ticket.number, Why.HANDED_ON))
        elif line:
            line.append(Standing(ticket.key, ticket.number, Why.LATER))
        else:
            why = Why.FIT if passed_over else Why.FIRST
            line.append(Standing(ticket.key, ticket.number, why))
    return mine + line + rest
