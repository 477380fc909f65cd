"""Undo what was just done, within the ten seconds in which nobody has been notified of it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from bookings.appointments import occasions
from bookings.appointments.assignment import free_time
from bookings.appointments.snapshots import Snapshot, put_back, snapshot
from bookings.lifecycle.transitions import locked, record
from bookings.models import Appointment, AppointmentEvent, EventKind, Status, Undoable
from office.calendar.occupancy import HoursChangedError, TimeTakenError, retrying
from office.core import clock
from office.messaging import outbox
from office.models import User
from office.retention.table import period_of

R = TypeVar("R")

_SESSION_KEY = "undo_until"

# So long a used or lapsed one is remembered, so that a late press gets a sentence.
REMEMBERED = period_of("undo")


class Why(StrEnum):
    """Why something cannot be taken back."""

    LATE = "late"
    LEFT = "left"
    CHANGED = "changed"
    TAKEN = "taken"
    USED = "used"
    UNKNOWN = "unknown"


class CannotUndoError(Exception):
    """Nothing was undone; `why` says what stood in the way, `about` the reference codes."""

    def __init__(self, why: Why, about: str = "") -> None:
        super().__init__(why)
        self.why, self.about = why, about


@retrying
def undoably(
    action: Callable[[], R],
    *,
    what: str,
    user: User,
    appointments: Iterable[int] = (),
    made: Callable[[R], Sequence[Appointment]] | None = None,
) -> tuple[R, Undoable | None]:
    """Run `action` so that `user` can undo it for ten seconds; until then its messages wait.

    `appointments`: those that it changes. `made`: picks the appointments that it made out of its
    result; taking that back cancels them. Where it did nothing there is nothing to take back: None.
    What `action` raises goes through, with nothing changed.
    """
    before: list[tuple[Appointment, Snapshot | None]] = []
    for pk in sorted(appointments):
        appointment = locked(pk)
        before.append((appointment, snapshot(appointment)))
    waiting = outbox.waiting_about(a.reference for a, _ in before)
    now = clock.now()
    until = now + timedelta(seconds=settings.UNDO_SECONDS)
    with outbox.delayed_until(until) as written:
        result = action()
    before += [(appointment, None) for appointment in (made(result) if made else ())]
    if not before:
        return result, None
    still = outbox.waiting_about(a.reference for a, _ in before)
    forget_lapsed()
    return result, Undoable.objects.create(
        user=user,
        what=what,
        about=", ".join(a.reference for a, _ in before),
        made_at=now,
        until=until,
        states=[_state(appointment, former) for appointment, former in before],
        written=written,
        withdrawn=sorted(waiting - still),
    )


def _state(appointment: Appointment, former: Snapshot | None) -> dict[str, Any]:
    appointment.refresh_from_db(fields=["version"])
    last = appointment.events.order_by("-at", "-pk").first()
    return {
        "appointment": appointment.pk,
        "version": appointment.version,
        "event": last.pk if last else None,
        "before": former,
    }


@retrying
def undo(key: UUID, *, user: User) -> list[Appointment]:
    """Undo it: restore all as before, withdraw the messages; return the appointments.

    Both the change and its undoing stay in the history. Raises CannotUndoError, with nothing changed,
    where it is too late, a message has left, somebody has changed it since or needs the former time.
    """
    found = Undoable.objects.filter(key=key, user=user).first()
    if found is None:
        raise CannotUndoError(Why.UNKNOWN)
    appointments = {
        state["appointment"]: locked(state["appointment"])
        for state in sorted(found.states, key=lambda s: int(s["appointment"]))
        if Appointment.objects.filter(pk=state["appointment"]).exists()
    }
    # Only now, since a press in another tab may have been quicker.
    found = Undoable.objects.select_for_update().get(pk=found.pk)
    if found.used_at is not None:
        raise CannotUndoError(Why.USED, found.about)
    if any(
        state["appointment"] not in appointments
        or appointments[state["appointment"]].version != state["version"]
        for state in found.states
    ):
        raise CannotUndoError(Why.CHANGED, found.about)
    if found.until <= clock.now():
        raise CannotUndoError(Why.LATE, found.about)
    if not outbox.take_back(found.written):
        raise CannotUndoError(Why.LEFT, found.about)
    try:
        for state in found.states:
            _restore(appointments[state["appointment"]], state, user)
    except (TimeTakenError, HoursChangedError) as error:
        raise CannotUndoError(Why.TAKEN, found.about) from error
    except occasions.RefusedError as error:
        raise CannotUndoError(Why.CHANGED, found.about) from error
    outbox.revive(found.withdrawn)
    found.used_at = clock.now()
    found.states, found.written, found.withdrawn = [], [], []
    found.save()
    return list(appointments.values())


def _restore(appointment: Appointment, state: dict[str, Any], user: User) -> None:
    event = AppointmentEvent.objects.filter(pk=state["event"]).first()
    if state["before"] is None:
        free_time(appointment, Status.CANCELLED)
        record(appointment, EventKind.TAKEN_BACK, to=Status.CANCELLED, user=user, undoes=event)
        occasions.reopen(appointment, user)
        return
    put_back(appointment, state["before"])
    record(appointment, EventKind.TAKEN_BACK, user=user, undoes=event)


def remember(session: SessionBase, undoable: Undoable | None) -> None:
    """Remember in the session until when its pages may offer to undo."""
    if undoable is not None:
        session[_SESSION_KEY] = undoable.until.timestamp()


def may_be_offered(session: SessionBase) -> bool:
    """Whether something was done in this session that can still be undone."""
    return bool(session.get(_SESSION_KEY, 0) > clock.now().timestamp())


def offered_to(user: User) -> Undoable | None:
    """Return the last action that the user can still undo."""
    return (
        Undoable.objects.filter(user=user, used_at=None, until__gt=clock.now())
        .order_by("-made_at", "-pk")
        .first()
    )


def forget_lapsed() -> int:
    """Delete what can no longer be undone; return how many."""
    return Undoable.objects.filter(until__lt=clock.now() - REMEMBERED).delete()[0]
