"""The waiting list: some parties wait, and one has an offer of an earlier time right now."""

from datetime import datetime, timedelta

from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    EarlierWish,
    EventKind,
    Meeting,
    OtherParent,
    Skipped,
    Status,
)
from bookings.waiting_list import wishes as earlier
from bookings.waiting_list.offers import offer_to
from bookings.waiting_list.wishes import EarlierLimits
from demo.writing import current_minute
from demo.writing import earlier as before
from office.models import OutboxMessage, Unit, User

# How long ago each asked, and what suits them.
WISHES = (
    (24 * 12, EarlierLimits(parts=["morning"])),
    (24 * 9, EarlierLimits()),
    (24 * 6, EarlierLimits(days=[4], parts=["afternoon"])),
    (30, EarlierLimits(days=[3], parts=["afternoon"])),
)


def fill_waiting_list(secretary: User) -> None:
    """Put parties of visits some weeks ahead on the list, as told to the secretary by phone."""
    now = current_minute()
    visits = _visits(now)
    wishes = [_wished(*pair, secretary, now) for pair in zip(visits, WISHES, strict=False)]
    if wishes:
        _offered(wishes[0])
    for wish in wishes[1:]:
        EarlierWish.objects.filter(pk=wish.pk).update(
            skipped=Skipped.SEPARATE
            if wish.appointment.meeting == Meeting.SEPARATE
            else Skipped.NO_TIME,
            looked_at=before(now, minutes=4),
        )


def _visits(now: datetime) -> list[Appointment]:
    """Return visits of two parents, one of them separate; the first for the live offer."""
    far = (
        Appointment.objects.filter(
            status=Status.CONFIRMED,
            starts_at__gt=now + timedelta(days=18),
            claim__orphaned_at=None,
            other_parent=OtherParent.GIVEN,
            service__asked_online=True,
        )
        .exclude(parties__answer__in=[Answer.DECLINED, Answer.ASKED])
        .exclude(move_requests__outcome="open")
        .exclude(staff__professional__organisation__isnull=False)
        .order_by("starts_at")
    )
    together = list(far.filter(meeting=Meeting.TOGETHER)[:3])
    return [*together, *far.filter(meeting=Meeting.SEPARATE)[:1]]


def _wished(
    visit: Appointment, wish: tuple[int, EarlierLimits], secretary: User, now: datetime
) -> EarlierWish:
    hours, wanted = wish
    party = visit.parties.get(is_requester=True)
    made = earlier.wish(party.pk, wanted, user=secretary)
    at = max(before(now, hours=hours), visit.created_at + timedelta(hours=1))
    EarlierWish.objects.filter(pk=made.pk).update(created_at=min(at, now))
    return made


def _offered(wish: EarlierWish) -> None:
    """Offer an earlier time, at whatever hour the demo is loaded."""
    if not offer_to(wish.pk, wish.appointment_id, Unit.get()):
        return
    OutboxMessage.objects.filter(about=wish.appointment.reference, kind="earlier").update(
        sent_at=current_minute(), attempts=1
    )
    offer = wish.offers.get()
    party = wish.party
    offer.asks.filter(party=party).update(answer=Answer.ACCEPTED, answered_at=offer.created_at)
    AppointmentEvent.objects.create(
        appointment=wish.appointment,
        what=EventKind.EARLIER_ACCEPTED,
        status=Status.CONFIRMED,
        at=offer.created_at,
        by=AppointmentEvent.By.PARTY,
        party=party,
    )
