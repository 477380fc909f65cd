"""Changes of status: which are possible, and the event that records each."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from bookings import hooks
from bookings.lifecycle.party_access import note_access_of
from bookings.models import Appointment, AppointmentEvent, EventKind, Party, Status
from office.core import clock, live_updates
from office.models import AccessAction, User
from office.staff.access_log import note_access

# Where an event's details keep the party whom alone it was about.
OF_PARTY = "of"


class NotPossibleError(Exception):
    """The record is not in a state in which this can be done; it may have just changed."""


class ChangedMeanwhileError(Exception):
    """Somebody else changed the record after this person looked at it."""


@dataclass(frozen=True)
class Paths:
    """From which status a record may come to which."""

    table: Mapping[str, Set[str]]

    def lead(self, start: str, to: str) -> bool:
        return to in self.table[start]

    def check(self, start: str, to: str) -> None:
        """Raise NotPossibleError where no path leads there."""
        if not self.lead(start, to):
            raise NotPossibleError


S = Status
PATHS = Paths(
    {
        S.REQUESTED: frozenset({S.CONFIRMED, S.OFFERED, S.DECLINED, S.CANCELLED}),
        S.OFFERED: frozenset({S.CONFIRMED, S.OFFERED, S.REQUESTED, S.DECLINED, S.CANCELLED}),
        S.CONFIRMED: frozenset(
            {S.CONFIRMED, S.ARRIVED, S.IN_MEETING, S.DONE, S.NO_SHOW, S.CANCELLED}
        ),
        S.ARRIVED: frozenset({S.CONFIRMED, S.IN_MEETING, S.DONE, S.NO_SHOW, S.CANCELLED}),
        S.IN_MEETING: frozenset({S.CONFIRMED, S.ARRIVED, S.DONE}),
        S.DONE: frozenset({S.CONFIRMED, S.ARRIVED, S.IN_MEETING}),
        S.NO_SHOW: frozenset({S.CONFIRMED, S.ARRIVED}),
        S.CANCELLED: frozenset(),
        S.DECLINED: frozenset(),
    }
)


def locked(appointment_id: int, *, version: int | None = None) -> Appointment:
    """Fetch the appointment, locked until the transaction ends. Raises ChangedMeanwhileError."""
    # The lock first and the reading after it: what a statement that waited for a row joins to it is as
    # it was before the wait, such as the claim that a move has replaced meanwhile.
    Appointment.objects.select_for_update().values_list("pk").get(pk=appointment_id)
    appointment = Appointment.objects.select_related("service", "service_point", "claim").get(
        pk=appointment_id
    )
    if version is not None and appointment.version != version:
        raise ChangedMeanwhileError
    return appointment


def locked_with_party(party_id: int, *, version: int | None = None) -> tuple[Party, Appointment]:
    """Fetch a party with the appointment, which is locked. Raises ChangedMeanwhileError."""
    party = Party.objects.get(pk=party_id)
    appointment = locked(party.appointment_id, version=version)
    party.refresh_from_db()
    return party, appointment


def locked_participant(party_id: int) -> tuple[Party, Appointment]:
    """Return the party and their appointment, locked. Raises NotPossibleError for one who has left."""
    party, appointment = locked_with_party(party_id)
    if party.left_at is not None:
        raise NotPossibleError
    return party, appointment


def record(
    appointment: Appointment,
    what: EventKind,
    *,
    to: Status | None = None,
    user: User | None = None,
    party: Party | None = None,
    of: Party | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
    undoes: AppointmentEvent | None = None,
) -> AppointmentEvent:
    """Move the appointment to status `to` (None: it stays) and write down what happened.

    `of`: the party whose data alone it touched, for the access log. `details`: what stood there before
    and after. `undoes`: the event that is taken back by this.
    Saves the appointment. Raises NotPossibleError where no path leads there.
    """
    if to is not None:
        PATHS.check(appointment.status, to)
        appointment.status = to
    appointment.version += 1
    appointment.updated_at = clock.now()
    appointment.save()
    by = AppointmentEvent.By
    live_updates.announce(live_updates.DESK)
    if user is not None:
        # In the same transaction: no change without its row, and no row without its change.
        if of is not None:
            note_access_of(of, user, action=AccessAction.CHANGE, step=what)
        else:
            note_access(user, appointment.reference, action=AccessAction.CHANGE, step=what)
    told = dict(details or {})
    if of is not None:
        told[OF_PARTY] = of.pk
    event = AppointmentEvent.objects.create(
        appointment=appointment,
        what=what,
        status=appointment.status,
        at=appointment.updated_at,
        by=by.STAFF if user else by.PARTY if party else by.SYSTEM,
        user=user,
        party=party,
        reason=reason,
        details=told,
        undoes=undoes,
    )
    if what in EventKind.changing_attendance():
        for follow in hooks.ATTENDANCE_CHANGED:
            follow(appointment, user)
    return event
