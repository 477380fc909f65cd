"""Undo what was just done, within the ten seconds in which nobody has been notified of it.

The seconds count from when the page that offers to undo is seen: a slow page takes none of them. Where no
browser says that it was seen, for want of scripts or because it died, the messages leave after a minute.
They lie in the outbox from the start, so that none is lost either way.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Max

from bookings import hooks
from bookings.appointments import occasions
from bookings.appointments.assignment import free_time
from bookings.appointments.proposals import end_searches
from bookings.appointments.snapshots import (
    PartyNeededError,
    put_back,
    put_back_call,
    snapshot,
    snapshot_call,
)
from bookings.lifecycle.transitions import OF_PARTY, locked, record
from bookings.models import (
    Appointment,
    AppointmentEvent,
    CallBack,
    CallBackEvent,
    CallEventKind,
    CallStatus,
    EventKind,
    Party,
    Status,
    Undoable,
)
from office.calendar.hours_handover import BookingsHitError
from office.calendar.occupancy import HoursChangedError, TimeTakenError, discard, retrying
from office.core import clock
from office.core.snapshots import Snapshot
from office.messaging import outbox
from office.models import Absence, User
from office.retention.table import period_of
from office.setup.absences import end_absence

R = TypeVar("R")

_SESSION_KEY = "undo_until"
# In what is kept of an appointment: what upper floors keep beside it, by name.
_PARTS = "parts"
# So much longer the pages of a session may ask whether there is anything to undo.
ROUNDED = timedelta(minutes=5)

# So long a used or lapsed one is remembered, so that a late press gets a sentence.
REMEMBERED = period_of("undo")


class UndoRefusal(StrEnum):
    """Why something cannot be taken back."""

    LATE = "late"
    # The same of an act about which nobody is written to.
    OVER = "over"
    LEFT = "left"
    CHANGED = "changed"
    TAKEN = "taken"
    USED = "used"
    UNKNOWN = "unknown"


class CannotUndoError(Exception):
    """Nothing was undone; `why` says what stood in the way, `about` the reference codes.

    `sentence`: more exactly what stood in the way.
    """

    def __init__(self, why: UndoRefusal, about: str = "", sentence: str = "") -> None:
        super().__init__(why)
        self.why, self.about, self.sentence = why, about, sentence


@retrying
def undoably(
    action: Callable[[], R],
    *,
    what: str,
    user: User,
    appointments: Iterable[int] = (),
    made: Callable[[R], Sequence[Appointment]] | None = None,
    absence: Absence | None = None,
    about: str = "",
    with_contacts: bool = False,
    replaces: Sequence[int] = (),
    call_backs: Iterable[int] = (),
    made_call: Callable[[R], CallBack] | None = None,
) -> tuple[R, Undoable | None]:
    """Run `action` so that `user` can undo it for some seconds; until then its messages wait.

    `appointments`: those that it changes. `made`: picks the appointments that it made out of its
    result; taking that back cancels them. `absence`: written down just before, in the same transaction,
    and removed again. `about`: the reference code of what only messages are sent about. `with_contacts`:
    it changes who the parties are and how they are reached. `replaces`: messages that it may withdraw, by
    id, beside those about the appointments. `call_backs`, `made_call`: the same of call-backs.

    Where it did nothing there is nothing to take back: None. What `action` raises goes through, with
    nothing changed.
    """
    before: list[tuple[Appointment, Snapshot | None]] = []
    last_events: dict[int, int] = {}
    for pk in sorted(appointments):
        appointment = locked(pk)
        before.append((appointment, _former(appointment, with_contacts=with_contacts)))
        last_events[pk] = appointment.events.aggregate(last=Max("pk"))["last"] or 0
    calls = [(call, snapshot_call(call)) for call in map(_locked_call, sorted(call_backs))]
    about_them = [*(a.reference for a, _ in before), *(call.reference for call, _ in calls)]
    waiting = outbox.waiting_about(about_them) | outbox.waiting_of(replaces)
    now = clock.now()
    until = now + timedelta(seconds=settings.UNDO_UNSEEN_SECONDS)
    with outbox.delayed_until(until) as written:
        result = action()
    before += [(appointment, None) for appointment in (made(result) if made else ())]
    states = [
        _state(appointment, former, since=last_events.get(appointment.pk, 0))
        for appointment, former in before
        if former is None or _is_changed(appointment)
    ]
    of_calls = [_call_state(call, former) for call, former in calls]
    if made_call is not None:
        of_calls.append(_call_state(made_call(result), None))
    if not (states or of_calls or written or absence):
        return result, None
    still = outbox.waiting_of(waiting)
    return result, Undoable.objects.create(
        user=user,
        what=what,
        about=", ".join(state["reference"] for state in [*states, *of_calls]) or about,
        made_at=now,
        until=until,
        absence=absence,
        states=states,
        calls=of_calls,
        written=written,
        withdrawn=sorted(waiting - still),
    )


def offer(kind: str, rows: list[dict[str, Any]], *, user: User, about: str) -> Undoable:
    """Let `user` undo an act of an upper floor, which restores it from `rows`.

    Call in the transaction of the act.
    """
    now = clock.now()
    return Undoable.objects.create(
        user=user,
        kind=kind,
        about=about,
        made_at=now,
        until=now + timedelta(seconds=settings.UNDO_UNSEEN_SECONDS),
        rows=rows,
    )


@retrying
def undoably_above(
    kind: str,
    action: Callable[[], list[dict[str, Any]]],
    *,
    user: User,
    about: str = "",
    withdraws_of: Iterable[str] = (),
) -> Undoable | None:
    """Run an act of an upper floor that writes to people, so that `user` can undo it.

    `action` returns the rows that the upper floor restores it from; none where there is nothing to undo.
    Its messages wait until then. `withdraws_of`: what those messages are about that it may withdraw. What
    `action` raises goes through, with nothing changed.
    """
    waiting = outbox.waiting_about(withdraws_of)
    now = clock.now()
    until = now + timedelta(seconds=settings.UNDO_UNSEEN_SECONDS)
    with outbox.delayed_until(until) as written:
        rows = action()
    if not (rows or written):
        return None
    return Undoable.objects.create(
        user=user,
        kind=kind,
        about=about,
        made_at=now,
        until=until,
        rows=rows,
        written=written,
        withdrawn=sorted(waiting - outbox.waiting_of(waiting)),
    )


@retrying
def note_seen(key: UUID, *, user: User) -> datetime | None:
    """Count the seconds from now on, when the page is seen for the first time; return until when.

    None where it is over already, or was undone.
    """
    found = (
        Undoable.objects.select_for_update()
        .filter(key=key, user=user, used_at=None, until__gt=clock.now())
        .first()
    )
    if found is None:
        return None
    if found.seen_at is None:
        now = clock.now()
        until = now + timedelta(seconds=seconds_of(found))
        if not outbox.reschedule(found.written, was=found.until, to=until):
            return None
        found.seen_at, found.until = now, until
        found.save(update_fields=["seen_at", "until"])
    return found.until


def seconds_of(undoable: Undoable) -> int:
    """Return how long it can be undone, from when the page is seen."""
    if undoable.kind:
        return hooks.UPPER_UNDOS[undoable.kind].seconds
    seconds: int = settings.UNDO_SECONDS
    return seconds


def _former(appointment: Appointment, *, with_contacts: bool) -> Snapshot:
    """Capture the appointment, and what upper floors keep beside it."""
    parts = {name: part.capture(appointment) for name, part in hooks.VISIT_PARTS.items()}
    return {**snapshot(appointment, with_contacts=with_contacts), _PARTS: parts}


def _locked_call(call_id: int) -> CallBack:
    return CallBack.objects.select_for_update(of=("self",)).select_related("claim").get(pk=call_id)


def _call_state(call: CallBack, former: Snapshot | None) -> dict[str, Any]:
    call.refresh_from_db(fields=["version"])
    return {
        "call_back": call.pk,
        "reference": call.reference,
        "version": call.version,
        "before": former,
    }


def _is_changed(appointment: Appointment) -> bool:
    """Say whether the action has changed the appointment since it was fetched."""
    return not Appointment.objects.filter(pk=appointment.pk, version=appointment.version).exists()


def _state(appointment: Appointment, former: Snapshot | None, *, since: int) -> dict[str, Any]:
    """Write down how it stands; `since`: its last event before. `of`: the one party whom it was about."""
    appointment.refresh_from_db(fields=["version"])
    last = appointment.events.order_by("-at", "-pk").first()
    details = appointment.events.filter(pk__gt=since).values_list("details", flat=True)
    about = {told.get(OF_PARTY) for told in details}
    return {
        "of": about.pop() if len(about) == 1 else None,
        "appointment": appointment.pk,
        "reference": appointment.reference,
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
        raise CannotUndoError(UndoRefusal.UNKNOWN)
    appointments = {
        state["appointment"]: locked(state["appointment"])
        for state in sorted(found.states, key=lambda s: int(s["appointment"]))
        if Appointment.objects.filter(pk=state["appointment"]).exists()
    }
    # Only now, since a press in another tab may have been quicker.
    found = Undoable.objects.select_for_update().get(pk=found.pk)
    if found.used_at is not None:
        raise CannotUndoError(UndoRefusal.USED, found.about)
    calls = {
        pk: _locked_call(pk)
        for pk in sorted(state["call_back"] for state in found.calls)
        if CallBack.objects.filter(pk=pk).exists()
    }
    if any(
        state["appointment"] not in appointments
        or appointments[state["appointment"]].version != state["version"]
        for state in found.states
    ) or any(
        state["call_back"] not in calls or calls[state["call_back"]].version != state["version"]
        for state in found.calls
    ):
        raise CannotUndoError(UndoRefusal.CHANGED, found.about)
    if found.until <= clock.now():
        raise CannotUndoError(UndoRefusal.OVER if found.kind else UndoRefusal.LATE, found.about)
    if not outbox.take_back(found.written):
        raise CannotUndoError(UndoRefusal.LEFT, found.about)
    if found.kind:
        hooks.UPPER_UNDOS[found.kind].undo(found, user)
    try:
        for state in found.states:
            _restore(appointments[state["appointment"]], state, user)
        for state in found.calls:
            _restore_call(calls[state["call_back"]], state["before"], user)
    except (TimeTakenError, HoursChangedError) as error:
        raise CannotUndoError(UndoRefusal.TAKEN, found.about) from error
    except (occasions.RefusedError, PartyNeededError) as error:
        raise CannotUndoError(UndoRefusal.CHANGED, found.about) from error
    if found.absence is not None:
        try:
            end_absence(found.absence)
        except BookingsHitError as error:
            raise CannotUndoError(UndoRefusal.CHANGED, found.about) from error
        found.absence = None
    outbox.revive(found.withdrawn)
    found.used_at = clock.now()
    found.states, found.calls, found.rows, found.written, found.withdrawn = [], [], [], [], []
    found.save()
    return list(appointments.values())


def _restore(appointment: Appointment, state: dict[str, Any], user: User) -> None:
    event = AppointmentEvent.objects.filter(pk=state["event"]).first()
    if state["before"] is None:
        free_time(appointment, Status.CANCELLED)
        end_searches(appointment)
        record(appointment, EventKind.TAKEN_BACK, to=Status.CANCELLED, user=user, undoes=event)
        occasions.reopen(appointment, user)
        return
    # Before, since undoing may take the party off again.
    of = Party.objects.filter(pk=state.get("of") or 0).first()
    put_back(appointment, state["before"])
    for name, saved in state["before"].get(_PARTS, {}).items():
        hooks.VISIT_PARTS[name].put_back(saved, user)
    record(appointment, EventKind.TAKEN_BACK, user=user, undoes=event, of=of)


def _restore_call(call: CallBack, former: Snapshot | None, user: User) -> None:
    """Restore a call-back; one that was just reserved is cancelled, and nobody is written to."""
    call.version += 1
    call.updated_at = clock.now()
    if former is not None:
        put_back_call(call, former)
    else:
        claim, call.claim, call.status = call.claim, None, CallStatus.CANCELLED
        call.save()
        if claim is not None:
            discard(claim)
    CallBackEvent.objects.create(
        call_back=call,
        what=CallEventKind.TAKEN_BACK,
        status=call.status,
        at=call.updated_at,
        by=CallBackEvent.By.STAFF,
        user=user,
    )


def remember(session: SessionBase, undoable: Undoable | None) -> None:
    """Remember in the session until when its pages may offer to undo.

    Rounded up, so that the session is not written at each of many acts.
    """
    if undoable is not None and session.get(_SESSION_KEY, 0) < undoable.until.timestamp():
        session[_SESSION_KEY] = undoable.until.timestamp() + ROUNDED.total_seconds()


def may_be_offered(session: SessionBase) -> bool:
    """Say whether something was done in this session that can still be undone."""
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
