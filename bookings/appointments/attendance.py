"""Attendance on the day of the visit: arrived, in the meeting, done, did not come."""

from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Appointment, EventKind, Status
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import User

STEPS = {
    EventKind.ARRIVED: Status.ARRIVED,
    EventKind.STARTED: Status.IN_MEETING,
    EventKind.DONE: Status.DONE,
    EventKind.NO_SHOW: Status.NO_SHOW,
}


@retrying
def mark(appointment_id: int, step: str, *, user: User) -> Appointment:
    """Record a step of attendance, on the day of the visit or later. Raises NotPossibleError."""
    appointment = locked(appointment_id)
    if step not in STEPS or not may_mark(appointment):
        raise NotPossibleError
    kind = EventKind(step)
    record(appointment, kind, to=STEPS[kind], user=user)
    return appointment


def may_mark(appointment: Appointment) -> bool:
    """Whether the day of the visit has come."""
    starts_at = appointment.starts_at
    return starts_at is not None and clock.local(starts_at).date() <= clock.today()


@retrying
def undo_mark(appointment_id: int, *, user: User) -> Appointment:
    """Undo the last step of attendance. Both events stay in the history."""
    appointment = locked(appointment_id)
    marks = [
        event
        for event in appointment.events.order_by("-at", "-pk")
        if event.what in STEPS or event.what == EventKind.UNDONE
    ]
    if not marks or marks[0].what == EventKind.UNDONE:
        raise NotPossibleError
    before = appointment.events.filter(pk__lt=marks[0].pk).order_by("-at", "-pk").first()
    record(
        appointment,
        EventKind.UNDONE,
        to=Status(before.status) if before else Status.CONFIRMED,
        user=user,
    )
    return appointment
