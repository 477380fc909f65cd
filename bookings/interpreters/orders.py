"""Note what was agreed with an agency about an interpreter. Nothing is sent from here."""

from bookings.interpreters.needs import (
    Interpreter,
    InterpreterStep,
    interpreter_of,
    interpreters_of,
)
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Appointment, EventKind, InterpreterOrder
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import InterpreterAgency, User

State = InterpreterOrder.State


@retrying
def order_interpreter(
    appointment_id: int,
    language: str,
    *,
    agency: InterpreterAgency | None,
    user: User,
    version: int | None = None,
) -> None:
    """Note that an interpreter was ordered. Raises NotPossibleError where none is to be ordered."""
    appointment, interpreter = _locked(appointment_id, language, version)
    if interpreter.step(clock.now()) != InterpreterStep.ORDER:
        raise NotPossibleError
    # One that was cancelled, or was for an earlier time, stays as it ended.
    order = InterpreterOrder(
        appointment=appointment, language=language, agency=agency, ordered_at=clock.now()
    )
    _save(order, State.ORDERED, appointment)
    _record(appointment, EventKind.INTERPRETER_ORDERED, order, user)


@retrying
def confirm_order(
    appointment_id: int, language: str, *, user: User, version: int | None = None
) -> None:
    """Note that the agency has confirmed. Raises NotPossibleError where no order waits for that."""
    appointment, interpreter = _locked(appointment_id, language, version)
    order = interpreter.live_order
    if order is None or interpreter.step(clock.now()) != InterpreterStep.CONFIRM:
        raise NotPossibleError
    order.state = State.CONFIRMED
    order.save()
    _record(appointment, EventKind.INTERPRETER_SETTLED, order, user)


@retrying
def move_order(
    appointment_id: int, language: str, *, user: User, version: int | None = None
) -> None:
    """Note that the agency has been given the new time and place, which it is to confirm.

    Raises NotPossibleError where the order fits the visit, or is to be cancelled.
    """
    appointment, interpreter = _locked(appointment_id, language, version)
    order = interpreter.live_order
    if order is None or interpreter.step(clock.now()) != InterpreterStep.MOVE:
        raise NotPossibleError
    _save(order, State.ORDERED, appointment)
    _record(appointment, EventKind.INTERPRETER_MOVED, order, user)


@retrying
def cancel_order(
    appointment_id: int, language: str, *, user: User, version: int | None = None
) -> None:
    """Note that the order was cancelled. Raises NotPossibleError where there is none to cancel."""
    appointment, interpreter = _locked(appointment_id, language, version)
    order = interpreter.live_order
    if order is None or not may_cancel(interpreter):
        raise NotPossibleError
    order.state = State.CANCELLED
    order.save()
    _record(appointment, EventKind.INTERPRETER_DROPPED, order, user)


@retrying
def mark_interpreter(
    appointment_id: int, language: str, *, came: bool, user: User, version: int | None = None
) -> None:
    """Note whether the interpreter came; a later answer replaces an earlier one.

    Raises NotPossibleError before the visit, and where nobody was ordered for it.
    """
    appointment, interpreter = _locked(appointment_id, language, version)
    order = interpreter.order
    state = State.CAME if came else State.ABSENT
    if order is None or order.state == state or not may_mark(interpreter):
        raise NotPossibleError
    order.state = state
    order.save()
    what = EventKind.INTERPRETER_CAME if came else EventKind.INTERPRETER_ABSENT
    _record(appointment, what, order, user)


def remove_unneeded_orders(appointment: Appointment) -> None:
    """Forget the orders of a closed visit for which nobody's need is known any more.

    What an agency still has to hear of stays until it is cancelled.
    """
    needed = {i.language for i in interpreters_of(appointment) if i.is_needed}
    unneeded = appointment.interpreter_orders.exclude(language__in=needed)
    unneeded.exclude(state__in=State.live(), ends_at__gt=clock.now()).delete()


def may_mark(interpreter: Interpreter) -> bool:
    """Say whether it can be noted, or corrected, that the interpreter came or did not."""
    return interpreter.is_marked or interpreter.step(clock.now()) == InterpreterStep.MARK


def may_cancel(interpreter: Interpreter) -> bool:
    order = interpreter.live_order
    return (
        order is not None
        and order.ends_at > clock.now()
        and interpreter.step(clock.now()) != InterpreterStep.MARK
    )


def _locked(
    appointment_id: int, language: str, version: int | None
) -> tuple[Appointment, Interpreter]:
    appointment = locked(appointment_id, version=version)
    return appointment, interpreter_of(appointment, language)


def _save(order: InterpreterOrder, state: State, appointment: Appointment) -> None:
    """Save the order for the present time and place of the visit."""
    if appointment.starts_at is None or appointment.ends_at is None:
        raise NotPossibleError
    order.state = state
    order.starts_at, order.ends_at = appointment.starts_at, appointment.ends_at
    order.channel = appointment.channel
    order.service_point = appointment.meeting_point
    order.save()


def _record(appointment: Appointment, what: EventKind, order: InterpreterOrder, user: User) -> None:
    """Record the agency alone: no history shows which language somebody speaks."""
    agency = order.agency.name if order.agency else ""
    record(appointment, what, user=user, details={"agency": agency} if agency else {})
