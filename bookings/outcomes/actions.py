"""Note how a booked visit ended, and correct it for some days."""

from dataclasses import dataclass, field, replace

from bookings.appointments.attendance import STEPS, may_mark
from bookings.hooks import OUTCOME_NOTED
from bookings.lifecycle.transitions import (
    PATHS,
    ChangedMeanwhileError,
    NotPossibleError,
    locked,
    record,
)
from bookings.models import (
    Appointment,
    Came,
    EventKind,
    NextStep,
    Outcome,
    Party,
    Status,
    VisitOutcome,
)
from bookings.visibility import Reader
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import Agreements, User

MARKS = {status: kind for kind, status in STEPS.items()}


@dataclass(frozen=True)
class VisitResult:
    """How a visit ended."""

    outcome: Outcome
    agreements: Agreements = field(default_factory=dict)
    next_step: NextStep | None = None
    # The parties who did not come; or only that one of them did not, where their names are not shown.
    absent: frozenset[int] = frozenset()
    one_did_not_come: bool = False


@retrying
def note_outcome(
    appointment_id: int, result: VisitResult, *, user: User, seen: int | None = None
) -> VisitOutcome:
    """Note the outcome of a visit, which is over by that; or correct the one that was noted.

    `seen`: the outcome that the user looked at, None where there was none.
    Raises NotPossibleError, and ChangedMeanwhileError where somebody else has noted another one.
    """
    appointment = locked(appointment_id)
    current = current_outcome(appointment)
    came = _came(appointment, result)
    if current is not None and _is_same(current, result, came):
        return current
    if (current.pk if current else None) != seen:
        raise ChangedMeanwhileError
    if not may_note(appointment, current):
        raise NotPossibleError
    now = clock.now()
    starts_at = appointment.starts_at or now
    VisitOutcome.objects.withdraw(appointment)
    made = VisitOutcome.objects.create(
        appointment=appointment,
        day=clock.local(starts_at).date(),
        service=appointment.service,
        came=came,
        outcome=result.outcome,
        agreements=result.agreements,
        next_step=result.next_step or "",
        first_noted_at=current.first_noted_at if current else now,
        noted_at=now,
        noted_by=user,
    )
    made.also.set(appointment.further_services)
    made.absent.set(result.absent)
    noted = EventKind.OUTCOME_CORRECTED if current else EventKind.OUTCOME_NOTED
    record(appointment, noted, user=user)
    _end(appointment, Status.NO_SHOW if came == Came.NONE else Status.DONE, user)
    for follow in OUTCOME_NOTED:
        follow(made, user)
    return made


def note_from_number(appointment_id: int, result: VisitResult, *, user: User) -> None:
    """Note the outcome that the number of a visit was finished with. Call in a transaction.

    Where another one was noted before, and its days have passed, that one stays. The number says only
    that one did not come; who it was stays as it was noted of the visit.
    """
    appointment = locked(appointment_id)
    current = current_outcome(appointment)
    if result.outcome == Outcome.BOOKED or not may_note(appointment, current):
        return
    if current is not None and current.came == Came.SOME and result.one_did_not_come:
        result = replace(result, absent=absent_of(current))
    note_outcome(appointment_id, result, user=user, seen=current.pk if current else None)


def _end(appointment: Appointment, status: Status, user: User) -> None:
    """Bring the visit to its end, or from one end to the other."""
    if appointment.status == status:
        return
    if not PATHS.lead(appointment.status, status):
        record(appointment, EventKind.UNDONE, to=Status.CONFIRMED, user=user)
    record(appointment, MARKS[status], to=status, user=user)


def expected_parties(appointment: Appointment) -> list[Party]:
    """Return those who were to come and count for "both", in an order that does not tell who asked."""
    parties = Party.objects.filter(appointment=appointment).who_come().sides().impartial()
    return list(parties.seen_by(Reader.PROFESSIONAL))


def _came(appointment: Appointment, result: VisitResult) -> Came:
    expected = {party.pk for party in expected_parties(appointment)}
    if not result.absent <= expected:
        raise NotPossibleError
    if result.absent and result.absent == expected:
        return Came.NONE
    return Came.SOME if result.absent or result.one_did_not_come else Came.ALL


def _is_same(current: VisitOutcome, result: VisitResult, came: Came) -> bool:
    return (
        (current.outcome, current.agreements, current.next_step, current.came)
        == (result.outcome, result.agreements, result.next_step or "", came)
    ) and absent_of(current) == result.absent


def absent_of(outcome: VisitOutcome) -> frozenset[int]:
    """Return the parties who did not come, as far as that was noted of each."""
    return frozenset(party.pk for party in outcome.absent.all())


def current_outcome(appointment: Appointment) -> VisitOutcome | None:
    """Return what holds now; None where nothing was noted."""
    return VisitOutcome.objects.current().filter(appointment=appointment).first()


def may_note(appointment: Appointment, current: VisitOutcome | None) -> bool:
    """Say whether the outcome may be noted, or corrected: for some days only, for everybody."""
    if appointment.status not in (*Status.agreed(), *Status.over()) or not may_mark(appointment):
        return False
    return current is None or current.is_correctable
