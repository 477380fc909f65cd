"""What a visit about several matters takes, by the unit's rules."""

from collections.abc import Iterable

from bookings.models.matters import Matters, in_order
from office.calendar.visit_lengths import LengthNeeds, VisitLengths
from office.models import Service


def matters_together(
    main: Service, also: Iterable[Service], needs: LengthNeeds, lengths: VisitLengths
) -> Matters:
    """Put these matters into one visit, with the length that the unit's rules give it."""
    further = in_order(service for service in also if service != main)
    minutes = lengths.minutes((main, *further), needs)
    # One matter of its own length has as many minutes as its service says, also when that changes.
    own = not further and minutes == main.duration
    return Matters(main, further, None if own else minutes)
