"""Orders of interpreters: most settled, some for the desk to see to."""

from datetime import timedelta

from bookings.interpreters.needs import interpreters_of
from bookings.models import Appointment, InterpreterOrder, Party, Status
from office.core import clock
from office.models import InterpreterAgency

State = InterpreterOrder.State
# Of the first visits to come; the one after them is still to be ordered, the rest is settled.
TO_COME = (State.ORDERED, State.CONFIRMED)


def order_interpreters() -> None:
    """Order from the first agency for the visits that need somebody."""
    agency = InterpreterAgency.objects.filter(for_sign_language=False).earliest("pk")
    now = clock.now()
    visits = (
        Appointment.objects.filter(
            status__in=[*Status.agreed(), *Status.over()], interpreter_orders=None
        )
        .filter(parties__in=Party.objects.exclude(interpreter=""))
        .select_related("service_point")
        .order_by("starts_at", "pk")
        .distinct()
    )
    to_come = 0
    for visit in visits:
        if visit.starts_at is None or visit.ends_at is None:
            continue
        is_over = visit.ends_at <= now
        state = State.CAME if is_over else State.CONFIRMED
        if visit.starts_at > now:
            state = dict(enumerate(TO_COME)).get(to_come, State.CONFIRMED)
            to_come += 1
            if to_come == len(TO_COME) + 1:
                continue
        for interpreter in interpreters_of(visit):
            InterpreterOrder.objects.create(
                appointment=visit,
                language=interpreter.language,
                state=state,
                agency=agency,
                ordered_at=min(visit.created_at + timedelta(hours=2), now),
                starts_at=visit.starts_at,
                ends_at=visit.ends_at,
                channel=visit.channel,
                service_point=visit.meeting_point,
            )
