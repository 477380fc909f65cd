"""The attendance of a booked visit, as its number tells it. One truth: each follows the other."""

from bookings.appointments.attendance import set_attendance
from bookings.models import Status
from office.models import User
from walkin.models import Ticket
from walkin.states import TicketState

_S = TicketState
# Without a row the visit stays as it is: what came of it is not known, or for people to say.
ATTENDANCE: dict[str, Status] = {
    _S.WAITING: Status.ARRIVED,
    _S.CALLED: Status.ARRIVED,
    _S.CALLED_AGAIN: Status.ARRIVED,
    _S.STEPPED_BACK: Status.ARRIVED,
    _S.HANDED_OVER: Status.ARRIVED,
    _S.SERVING: Status.IN_MEETING,
    _S.ON_HOLD: Status.IN_MEETING,
    _S.DONE: Status.DONE,
    _S.REFERRED: Status.DONE,
    _S.NOT_THERE: Status.NO_SHOW,
    _S.LEFT: Status.CONFIRMED,
}


def tell_visit(ticket: Ticket, user: User | None) -> None:
    """Let the booked visit of the ticket follow it."""
    status = ATTENDANCE.get(ticket.state)
    if ticket.visit_id is None or ticket.is_following or status is None:
        return
    set_attendance(ticket.visit_id, status, user=user)
