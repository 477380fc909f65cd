"""A series of visits that was booked at once is one matter."""

from collections.abc import Sequence

from bookings.cases.actions import CaseDetails, new_case
from bookings.cases.next_visit import add_visit
from bookings.models import Appointment, Case, StartedBy
from office.core import clock
from office.models import User


def hold_together(visits: Sequence[Appointment], *, user: User) -> Case:
    """Put the visits of a series into one case, and return it; a new one where the first is in none.

    Call in the transaction of their booking.
    """
    first = visits[0]
    case = first.case
    if case is None:
        case = new_case(
            CaseDetails(StartedBy.PARENTS, first.service, clock.today(), None, len(visits)),
            user=user,
            visit=first.reference,
        )
    for visit in visits:
        if visit.case_id is None:
            add_visit(case, visit, user)
    return Case.objects.get(pk=case.pk)
