"""The day of the visit: arrived, in the meeting, done, did not come."""

from bookings.models import Appointment, Status
from bookings.recording import NotPossibleError, locked, record
from office.models import User
from office.taking import retrying

STEPS = {
    "arrived": Status.ARRIVED,
    "start": Status.IN_MEETING,
    "done": Status.DONE,
    "no_show": Status.NO_SHOW,
}


@retrying
def mark(appointment_id: int, step: str, *, user: User) -> Appointment:
    """Take the visit a step on. Raises NotPossibleError where the step does not follow."""
    appointment = locked(appointment_id)
    record(appointment, step, to=STEPS[step], user=user)
    return appointment


@retrying
def undo_mark(appointment_id: int, *, user: User) -> Appointment:
    """Take the last step back. The rows of both stay."""
    appointment = locked(appointment_id)
    marks = [
        event
        for event in appointment.events.order_by("-at", "-pk")
        if event.what in STEPS or event.what == "undone"
    ]
    if not marks or marks[0].what == "undone":
        raise NotPossibleError
    before = appointment.events.filter(pk__lt=marks[0].pk).order_by("-at", "-pk").first()
    record(
        appointment,
        "undone",
        to=Status(before.status) if before else Status.CONFIRMED,
        user=user,
    )
    return appointment
