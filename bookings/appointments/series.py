"""Book a series of visits at once: all of them or none, and told in one letter to each who comes."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

from bookings.appointments import notices, occasions, staff_notices
from bookings.appointments.announcements import ask_invited
from bookings.appointments.booking import Booked, Booking, Chosen
from bookings.appointments.staff_booking import booked_once, make_visit, note_booked, without_barred
from bookings.appointments.staff_notices import StaffNews
from bookings.availability.allocation import JustTakenError
from bookings.availability.slots import Slot
from bookings.hooks import Occasion
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Meeting, OtherParent
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import Unit, User

# As many as a matter may take: see staff_booking.case_form.
MOST_VISITS = 40


class VisitTakenError(Exception):
    """One time of the series was just taken, and nothing is booked; `near` are the nearest free ones."""

    def __init__(self, slot: Slot, near: Sequence[Slot]) -> None:
        super().__init__()
        self.slot, self.near = slot, list(near)


@retrying
def book_series(
    booking: Booking,
    later: Sequence[Chosen],
    *,
    user: User,
    unit: Unit,
    made_from: UUID,
    occasion: Occasion | None = None,
) -> Booked:
    """Book the visit and the `later` ones with the same people. A form sent twice makes one series.

    Raises VisitTakenError, NotPossibleError, and what `book` does but for JustTakenError; then nothing
    has changed.
    """
    made = booked_once(made_from)
    if made is not None:
        return made
    _refuse_odd(booking, later)
    visits = []
    for number, time in enumerate([booking.time, *later]):
        one = without_barred(replace(booking, time=time))
        try:
            visit, _second = make_visit(
                one, user=user, unit=unit, made_from=None if number else made_from
            )
        except JustTakenError as error:
            raise VisitTakenError(time.slot, error.near) from error
        # Of a walk-in number it is the first visit that ends it; a case gets all of them.
        if occasion is not None and (number == 0 or occasion.visits is not None):
            occasions.end(occasion, visit, user)
        note_booked(visit, user)
        ask_invited(visit)
        visits.append(visit)
    unreached = notices.notify_series(visits)
    for visit in visits:
        staff_notices.notify_professionals(visit, StaffNews.BOOKED)
    return Booked(visits[0], None, unreached, later=visits[1:])


def _refuse_odd(booking: Booking, later: Sequence[Chosen]) -> None:
    """Refuse what is no series of visits to which the same people come, one after another."""
    days = [clock.local(time.slot.start).date() for time in (booking.time, *later)]
    follow = all(before < after for before, after in pairwise(days))
    is_open = booking.other_parent not in (OtherParent.GIVEN, OtherParent.NONE)
    is_separate = booking.meeting == Meeting.SEPARATE
    if is_separate or is_open or booking.is_anonymous:
        raise NotPossibleError
    if not follow or not 2 <= len(days) <= MOST_VISITS:
        raise NotPossibleError
