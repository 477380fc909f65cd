"""Reserving call-backs, moving and cancelling them, and what came of the call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bookings.availability.call_slots import CallTime, FreeCalls, free_calls
from bookings.call_backs import notifications
from bookings.lifecycle.references import save_with_reference
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError, Paths
from bookings.models import CallBack, CallBackEvent, CallEventKind, CallStatus
from bookings.parties import conflicts
from office.calendar.hours_impact import CONFLICT
from office.calendar.occupancy import HoursChangedError, TimeTakenError, discard, retrying, take
from office.core import clock, tokens
from office.core.once import made_before
from office.models import (
    Claim,
    ClaimKind,
    PartnerOrganisation,
    Professional,
    Service,
    ServicePoint,
    Unit,
    User,
)
from office.staff.rate_limits import count_try, count_try_from

CALLS_OF_AN_ADDRESS_AN_HOUR = 8
CALLS_OF_A_PHONE_A_DAY = 3

S, K = CallStatus, CallEventKind
PATHS = Paths(
    {
        S.RESERVED: frozenset(
            {S.RESERVED, S.CALLING, S.AGAIN, S.REACHED, S.NOT_REACHED, S.CANCELLED}
        ),
        S.CALLING: frozenset({S.RESERVED, S.AGAIN, S.REACHED, S.NOT_REACHED}),
        S.AGAIN: frozenset({S.RESERVED, S.CALLING, S.AGAIN, S.REACHED, S.NOT_REACHED, S.CANCELLED}),
        S.REACHED: frozenset({S.AGAIN}),
        S.NOT_REACHED: frozenset({S.AGAIN}),
        S.CANCELLED: frozenset(),
    }
)
STEPS: dict[CallEventKind, CallStatus] = {
    K.CALLING: S.CALLING,
    K.REACHED: S.REACHED,
    K.AGAIN: S.AGAIN,
    K.CLOSED: S.NOT_REACHED,
}


class CallTimeTakenError(Exception):
    """Nobody can call at that time any more; `near` are the nearest free ones."""

    def __init__(self, near: Sequence[datetime]) -> None:
        super().__init__()
        self.near = list(near)


class NotOfferedError(Exception):
    """The unit does not offer call-backs now."""


@dataclass(frozen=True)
class Caller:
    """Who is to be called, and about what."""

    name: str
    phone: str
    language: str = "fi"
    service: Service | None = None
    email: str = ""
    voicemail_is_safe: bool = False
    sms_is_safe: bool = False
    email_is_safe: bool = False


def count_reservation(address: str, phone: str) -> None:
    """Count one reservation by address, and by phone from there. Raises TooManyTriesError."""
    count_try("call_back", address, limit=CALLS_OF_AN_ADDRESS_AN_HOUR, every=timedelta(hours=1))
    count_try_from(
        "call_back", address, phone, limit=CALLS_OF_A_PHONE_A_DAY, every=timedelta(days=1)
    )


@retrying
def reserve(
    caller: Caller,
    start: datetime,
    *,
    unit: Unit,
    made_from: UUID,
    user: User | None = None,
    professional: int | None = None,
    partner: PartnerOrganisation | None = None,
) -> CallBack:
    """Reserve the call-back time at `start`. Sent twice, it is made once.

    `user`: the secretary who does it for a caller; they may choose the `professional`. `partner`: who
    asks for it with the person's consent. Raises
    CallTimeTakenError, or NotOfferedError where the public asks and the unit offers none.
    """
    made = made_before(CallBack, made_from)
    if made is not None:
        return made
    online = user is None
    if online and not unit.call_backs_offered:
        raise NotOfferedError
    claim, time = _take(
        start,
        unit,
        language=caller.language,
        online=online,
        professional=professional,
        barred=barred_from(caller),
    )
    now = clock.now()
    nonce = tokens.new_nonce()
    call = CallBack(
        professional_id=time.professional,
        starts_at=time.start,
        ends_at=time.end,
        claim=claim,
        service=caller.service,
        referred_by=partner,
        name=caller.name,
        phone=caller.phone,
        email=caller.email,
        voicemail_is_safe=caller.voicemail_is_safe,
        sms_is_safe=caller.sms_is_safe,
        email_is_safe=caller.email_is_safe,
        language=caller.language,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.link_token("call_back", nonce)),
        made_from=made_from,
        created_at=now,
        updated_at=now,
    )
    save_with_reference(call)
    Claim.objects.filter(pk=claim.pk).update(label=call.reference)
    _note(call, K.RESERVED, user=user, is_partner=partner is not None)
    notifications.notify_reserved(call, by_caller=user is None)
    notifications.notify_professional(call, user=user)
    return call


def barred_from(caller: Caller | CallBack) -> frozenset[int]:
    """Return who stays out of the matter of the one who is to be called."""
    person = conflicts.PersonIdentifiers.of(caller.name, str(caller.phone), caller.email)
    return conflicts.barred_with([person])


def _take(
    start: datetime,
    unit: Unit,
    *,
    language: str,
    online: bool,
    barred: frozenset[int],
    professional: int | None = None,
    replacing: Claim | None = None,
) -> tuple[Claim, CallTime]:
    """Make one who can call busy at `start`; the database decides, not the look before."""

    replaced = replacing.pk if replacing else None

    def free() -> FreeCalls:
        return free_calls(
            unit, language=language, online=online, replacing=replaced, without=barred
        )

    for _ in range(2):
        found = free()
        try:
            for time in found.at(start, professional):
                try:
                    claim = take(
                        kind=ClaimKind.CALL_BACK,
                        resources=[time.professional],
                        start=time.start,
                        end=time.end,
                        service_point=ServicePoint.objects.get(pk=time.point),
                        revisions=found.revisions,
                        replacing=replacing,
                    )
                except TimeTakenError:
                    continue
                return claim, time
        except HoursChangedError:
            continue
        break
    raise CallTimeTakenError([s for s in free().near(start, 5) if s != start][:4])


def locked_call(call_id: int, *, version: int | None = None) -> CallBack:
    """Return the call-back, locked until the transaction ends. Raises ChangedMeanwhileError."""
    call = (
        CallBack.objects.select_for_update(of=("self",))
        .select_related("claim", "professional")
        .get(pk=call_id)
    )
    if version is not None and call.version != version:
        raise ChangedMeanwhileError
    return call


def _record(
    call: CallBack, what: CallEventKind, *, to: CallStatus, user: User | None = None
) -> None:
    """Move the call-back to a status and write down what happened. Raises NotPossibleError."""
    PATHS.check(call.status, to)
    call.status = to
    call.version += 1
    call.updated_at = clock.now()
    call.save()
    _note(call, what, user=user)


def _note(
    call: CallBack, what: CallEventKind, *, user: User | None, is_partner: bool = False
) -> None:
    by = CallBackEvent.By
    outside = by.PARTNER if is_partner else by.CALLER
    CallBackEvent.objects.create(
        call_back=call,
        what=what,
        status=call.status,
        at=clock.now(),
        by=by.STAFF if user else outside,
        user=user,
    )


@retrying
def move(
    call_id: int,
    start: datetime,
    *,
    unit: Unit,
    user: User,
    version: int | None = None,
    professional: int | None = None,
) -> CallBack:
    """Give the caller another time, also after a call that did not reach them.

    Raises ChangedMeanwhileError, NotPossibleError or CallTimeTakenError, with the earlier time kept.
    """
    call = locked_call(call_id, version=version)
    PATHS.check(call.status, S.RESERVED)
    old, before, was_at = call.claim, call.professional, call.starts_at
    # A time that has passed stays as it was: somebody was busy calling.
    upcoming = old if old is not None and call.starts_at > clock.now() else None
    claim, time = _take(
        start,
        unit,
        language=call.language,
        online=False,
        professional=professional,
        barred=barred_from(call),
        replacing=upcoming,
    )
    Claim.objects.filter(pk=claim.pk).update(label=call.reference)
    call.claim, call.professional_id = claim, time.professional
    call.starts_at, call.ends_at = time.start, time.end
    _record(call, K.MOVED, to=S.RESERVED, user=user)
    if upcoming is not None:
        upcoming.delete()
    call.professional = Professional.objects.get(pk=time.professional)
    notifications.notify_moved(call)
    notifications.notify_professional(call, user=user)
    if before != call.professional and upcoming is not None:
        notifications.notify_professional(call, off_at=was_at, only=before, user=user)
    return call


def may_cancel(call: CallBack, *, by_caller: bool) -> bool:
    """Say whether the call can be cancelled: by the caller until its time has come, if never tried."""
    if by_caller and (not call.is_reserved or call.starts_at <= clock.now()):
        return False
    return PATHS.lead(call.status, S.CANCELLED)


@retrying
def cancel(call_id: int, *, user: User | None = None, version: int | None = None) -> CallBack:
    """Cancel the call and free the time. By the one who reserved it, or by `user`.

    Raises NotPossibleError, ChangedMeanwhileError.
    """
    call = locked_call(call_id, version=version)
    if not may_cancel(call, by_caller=user is None):
        raise NotPossibleError
    claim, call.claim = call.claim, None
    _record(call, K.CANCELLED, to=S.CANCELLED, user=user)
    if claim is not None:
        discard(claim)
    notifications.notify_cancelled(call, by_caller=user is None)
    notifications.notify_professional(call, off_at=call.starts_at, user=user)
    return call


@retrying
def mark(call_id: int, step: str, *, user: User, version: int | None = None) -> CallBack:
    """Note what came of the call: "calling", "reached", "again" or "closed". Raises NotPossibleError."""
    call = locked_call(call_id, version=version)
    if step not in STEPS:
        raise NotPossibleError
    kind = CallEventKind(step)
    to = STEPS[kind]
    if to == call.status and to != S.AGAIN:
        raise NotPossibleError
    if clock.local(call.starts_at).date() > clock.today():
        raise NotPossibleError
    _record(call, kind, to=to, user=user)
    _seen_to(call)
    return call


def may_keep(call: CallBack) -> bool:
    """Say whether it may stay although the hours were cut.

    Hours may be overstepped knowingly; who stays out of the matter cannot be kept.
    """
    claim = call.claim
    return (
        call.is_open
        and claim is not None
        and claim.orphaned_at is not None
        and claim.orphan_reason != CONFLICT
    )


@retrying
def keep(call_id: int, *, user: User, version: int | None = None) -> CallBack:
    """Keep the call although its hours were cut: the secretary has dealt with it."""
    call = locked_call(call_id, version=version)
    if not may_keep(call):
        raise NotPossibleError
    _seen_to(call)
    call.version += 1
    call.updated_at = clock.now()
    call.save()
    _note(call, K.KEPT, user=user)
    return call


def _seen_to(call: CallBack) -> None:
    if call.claim_id is not None:
        Claim.objects.filter(pk=call.claim_id).update(orphaned_at=None, orphan_reason="")


def link_path(call: CallBack) -> str:
    """Return the address of the personal page."""
    return f"/call-back/{tokens.link_token('call_back', call.link_nonce)}/"
