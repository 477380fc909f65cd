"""Move an evening or cancel it: whoever has signed up or holds it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evenings.models import (
    Evening,
    EveningEventKind,
    EveningStatus,
    SignUp,
    SignUpEventKind,
    SignUpStatus,
)
from evenings.notifications import holders, messages
from evenings.places.history import record as record_sign_up
from evenings.planning.actions import locked, record, require_ahead
from evenings.planning.busy_time import free_time, take_time
from evenings.planning.errors import PastError
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.save_checked import save_checked
from office.models import PartnerOrganisation, Professional, User


def people_to_notify(evening: Evening) -> list[SignUp]:
    """Return who must know when it moves or is off: those with a place, an offer, or in the line."""
    rows = list(evening.sign_ups.open().order_by("created_at", "pk"))
    for row in rows:
        row.evening = evening
    return rows


@dataclass(frozen=True)
class Concerned:
    """Those who hold an evening, will hold it or no longer do, as far as a change concerns them."""

    stays: Sequence[Professional]
    gone: Sequence[Professional]
    partners: Sequence[PartnerOrganisation] = ()


def is_moved(evening: Evening, whereabouts: Mapping[str, Any]) -> bool:
    """Say whether the time or place is another one."""
    # A text that is not there may be empty or None.
    return any(
        (getattr(evening, name) or None) != (value or None) for name, value in whereabouts.items()
    )


def concerned_by_move(
    evening: Evening, whereabouts: Mapping[str, Any], professionals: Sequence[Professional]
) -> Concerned:
    """Return who holds the evening and is told of this move, which has not been made yet."""
    held_by, is_other = list(evening.professionals.all()), is_moved(evening, whereabouts)
    return Concerned(
        stays=[person for person in professionals if is_other or person not in held_by],
        gone=[person for person in held_by if person not in professionals],
        partners=holders.partners_of(evening) if is_other else [],
    )


def concerned_by_cancelling(evening: Evening) -> Concerned:
    return Concerned([], list(evening.professionals.all()), holders.partners_of(evening))


@retrying
def move_evening(
    evening_id: int,
    whereabouts: Mapping[str, Any],
    professionals: Sequence[Professional],
    *,
    user: User,
    version: int,
) -> Evening:
    """Give the evening another time, place or holders. Raises ValidationError, PlanningError.

    `whereabouts`: starts_at, ends_at and the fields of the place. Sign-up opens and closes as long before
    it as before. Whoever has signed up is told where the time or the place has changed; so are the
    professionals and partners who hold it, and who holds it no longer.
    """
    evening = locked(evening_id, version=version)
    require_ahead(evening)
    was_at, is_other = evening.starts_at, is_moved(evening, whereabouts)
    concerned = concerned_by_move(evening, whereabouts, professionals)
    for name, value in whereabouts.items():
        setattr(evening, name, value)
    if evening.starts_at <= clock.now():
        raise PastError
    shift = evening.starts_at - was_at
    evening.sign_up_opens_at += shift
    evening.sign_up_closes_at += shift
    save_checked(evening)
    take_time(evening, professionals)
    record(
        evening,
        EveningEventKind.MOVED if is_other else EveningEventKind.CHANGED,
        user=user,
        was_at=was_at if shift else None,
    )
    holders.notify_let_go(evening, concerned.gone, user=user, starts_at=was_at)
    holders.notify_holders(evening, concerned.stays, user=user)
    holders.notify_partners(evening, concerned.partners, was_at=was_at)
    if is_other and evening.is_published:
        for sign_up in people_to_notify(evening):
            _shorten_offer(sign_up, evening)
            messages.notify_changed(sign_up)
    return evening


def _shorten_offer(sign_up: SignUp, evening: Evening) -> None:
    """Let an offered place be taken before the evening begins, where it begins earlier now."""
    if sign_up.offered_until is not None and sign_up.offered_until > evening.starts_at:
        sign_up.offered_until = evening.starts_at
        sign_up.version += 1
        sign_up.save(update_fields=["offered_until", "version"])


@retrying
def cancel_evening(evening_id: int, *, user: User, version: int) -> Evening:
    """Cancel the evening, free its time, and tell whoever has signed up. Raises PlanningError."""
    evening = locked(evening_id, version=version)
    require_ahead(evening)
    concerned = concerned_by_cancelling(evening)
    evening.status, evening.cancelled_at = EveningStatus.CANCELLED, clock.now()
    free_time(evening)
    for sign_up in people_to_notify(evening):
        record_sign_up(sign_up, SignUpEventKind.EVENING_OFF, to=SignUpStatus.EVENING_OFF, user=user)
        messages.notify_off(sign_up)
    holders.notify_let_go(evening, concerned.gone, user=user, starts_at=evening.starts_at)
    holders.notify_partners(evening, concerned.partners, was_at=evening.starts_at)
    evening.refresh_from_db(fields=["people"])
    record(evening, EveningEventKind.CANCELLED, user=user)
    return evening
