"""Attendance on the day of the visit: arrived, in the meeting, done, did not come."""

from bookings.lifecycle.transitions import PATHS, NotPossibleError, locked, record
from bookings.models import Appointment, EventKind, Party, Status, VisitOutcome
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
    if kind == EventKind.NO_SHOW:
        VisitOutcome.objects.note_no_show(appointment, user)
    return appointment


# How far a visit has come.
_PROGRESS = {
    Status.CONFIRMED: 0,
    Status.ARRIVED: 1,
    Status.IN_MEETING: 2,
    Status.DONE: 3,
    Status.NO_SHOW: 3,
}


@retrying
def set_attendance(
    appointment_id: int,
    status: Status,
    *,
    user: User | None = None,
    party: Party | None = None,
) -> None:
    """Bring the attendance to `status`, forwards or back; nothing where no path leads there.

    For what is reported elsewhere, as by a number of the walk-in. Without a `user`, the `party` did it,
    or nobody knows who.
    """
    appointment = locked(appointment_id)
    before = Status(appointment.status)
    if before == status or before not in _PROGRESS or not PATHS.lead(before, status):
        return
    kinds = {to: kind for kind, to in STEPS.items()}
    goes_on = _PROGRESS[status] > _PROGRESS[before]
    if not goes_on:
        VisitOutcome.objects.withdraw(appointment)
    record(
        appointment,
        kinds[status] if goes_on else EventKind.UNDONE,
        to=status,
        user=user,
        party=party,
    )
    if appointment.is_no_show:
        VisitOutcome.objects.note_no_show(appointment, user)


def may_mark(appointment: Appointment) -> bool:
    """Say whether the day of the visit has come."""
    starts_at = appointment.starts_at
    return starts_at is not None and clock.local(starts_at).date() <= clock.today()


def may_mark_arrival(appointment: Appointment) -> bool:
    return may_mark(appointment) and PATHS.lead(appointment.status, Status.ARRIVED)


def is_settled(appointment: Appointment) -> bool:
    """Say whether the outcome can no longer be corrected, so that no mark is taken back."""
    outcome = VisitOutcome.objects.current().filter(appointment=appointment).first()
    return outcome is not None and not outcome.is_correctable


@retrying
def undo_mark(appointment_id: int, *, user: User) -> Appointment:
    """Undo the last step of attendance. Both events stay in the history.

    Raises NotPossibleError, also where the outcome is not to be corrected any more.
    """
    appointment = locked(appointment_id)
    if is_settled(appointment):
        raise NotPossibleError
    marks = [
        event
        for event in appointment.events.filter(undone_by=None).order_by("-at", "-pk")
        if event.what in STEPS or event.what == EventKind.UNDONE
    ]
    if not marks or marks[0].what == EventKind.UNDONE:
        raise NotPossibleError
    VisitOutcome.objects.withdraw(appointment)
    before = appointment.events.filter(pk__lt=marks[0].pk).order_by("-at", "-pk").first()
    record(
        appointment,
        EventKind.UNDONE,
        to=Status(before.status) if before else Status.CONFIRMED,
        user=user,
    )
    return appointment
