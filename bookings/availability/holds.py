"""A visitor's hold on a time: one at most, for some minutes, and not the whole calendar."""

from datetime import datetime, timedelta

from bookings.availability.allocation import take_slot
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.models import Hold
from bookings.models.matters import Matters
from office.calendar.occupancy import discard, retrying
from office.core import clock
from office.core.once import one_at_a_time
from office.models import ClaimKind, ServicePoint, Unit
from office.retention.table import period_of
from office.staff.rate_limits import count_try

# One address may be a library, a reception centre or a mobile operator: several, yet not the calendar.
LIVE_HOLDS_OF_AN_ADDRESS = 6
HOLDS_OF_AN_ADDRESS_AN_HOUR = 40
# A visitor who took too long still gets the time if nobody has needed it: the page says so.
LAPSED_ARE_KEPT_FOR = period_of("held-times")


class TooManyHoldsError(Exception):
    """This address holds as many times as one may."""


@retrying
def hold_slot(wish: Wish, slot: Slot, unit: Unit, *, visitor: str, address: str) -> Hold:
    """Hold `slot` for a visitor (keyed hashes), in place of their former hold.

    Raises JustTakenError, with the earlier hold still there, or TooManyHoldsError.
    """
    # The same visitor in another tab: this one waits, and then takes the place of what that one held.
    one_at_a_time(f"hold {visitor}")
    now = clock.now()
    earlier = (
        Hold.objects.select_for_update(of=("self",))
        .select_related("claim")
        .filter(visitor=visitor)
        .first()
    )
    if earlier is not None and _is_for(earlier, wish, slot):
        return earlier
    others = Hold.objects.filter(address=address, expires_at__gt=now).exclude(visitor=visitor)
    if others.count() >= LIVE_HOLDS_OF_AN_ADDRESS:
        raise TooManyHoldsError
    expires_at = now + timedelta(minutes=unit.hold_minutes)
    taken = take_slot(
        wish,
        slot,
        unit,
        kind=ClaimKind.HOLD,
        expires_at=expires_at,
        replacing=earlier.claim if earlier else None,
    )
    if earlier is not None:
        claim = earlier.claim
        earlier.delete()
        if claim is not None:
            claim.delete()
    hold = Hold.objects.create(
        visitor=visitor,
        address=address,
        service=wish.service,
        language=wish.language,
        channel=wish.channel,
        service_point=ServicePoint.objects.get(pk=slot.point),
        room=taken.room,
        starts_at=taken.start,
        ends_at=taken.end,
        claim=taken.claim,
        created_at=now,
        expires_at=expires_at,
    )
    if wish.also:
        hold.also.set(wish.also)
    return hold


def _is_for(hold: Hold, wish: Wish, slot: Slot) -> bool:
    """Say whether the hold keeps exactly this time: a second press neither changes nor prolongs it."""
    return (
        is_live(hold)
        and (hold.service_id, hold.channel, hold.starts_at, hold.service_point_id)
        == (wish.service.pk, wish.channel, slot.start, slot.point)
        and hold.ends_at - hold.starts_at == timedelta(minutes=wish.matters.duration)
        and is_about(hold, wish.matters)
        and hold.claim is not None
        and hold.claim.occupancies.exists()
    )


def is_about(hold: Hold, matters: Matters) -> bool:
    """Say whether the hold was made for these matters, and is long enough for them."""
    length = timedelta(minutes=matters.duration)
    return (
        hold.service_id == matters.main.pk
        and hold.ends_at - hold.starts_at >= length
        and {service.pk for service in hold.also.all()} == {s.pk for s in matters.also}
    )


def count_hold(address: str) -> None:
    """Count one hold made from an address. Raises TooManyTriesError."""
    count_try("hold", address, limit=HOLDS_OF_AN_ADDRESS_AN_HOUR, every=timedelta(hours=1))


def held_by(visitor: str) -> Hold | None:
    """Return the visitor's hold, lapsed or not."""
    return (
        Hold.objects.select_related("service", "service_point", "claim")
        .filter(visitor=visitor)
        .first()
    )


def is_live(hold: Hold, now: datetime | None = None) -> bool:
    """Say whether the hold still keeps its time."""
    return hold.expires_at > (now or clock.now())


def is_untaken(hold: Hold) -> bool:
    """Say whether the visitor can still have the time: it is held, or lapsed and nobody needed it."""
    return is_live(hold) or (hold.claim is not None and hold.claim.occupancies.exists())


@retrying
def let_go(hold: Hold) -> None:
    """Release the held time. A hold that was sent or replaced meanwhile is left alone."""
    kept = (
        Hold.objects.select_for_update(of=("self",))
        .select_related("claim")
        .filter(pk=hold.pk)
        .first()
    )
    if kept is None:
        return
    claim = kept.claim
    kept.delete()
    if claim is not None:
        discard(claim)


def forget_lapsed_holds() -> int:
    """Delete holds that lapsed a while ago; return how many. The calendar does not depend on it."""
    before = clock.now() - LAPSED_ARE_KEPT_FOR
    lapsed = Hold.objects.filter(expires_at__lte=before).select_related("claim")
    for hold in lapsed:
        let_go(hold)
    return len(lapsed)
