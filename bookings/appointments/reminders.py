"""Reminders: two working days and one day before the visit, at a civil hour."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Q

from bookings.appointments import notices, notified_parties
from bookings.lifecycle.by_video import channel_of
from bookings.lifecycle.deadlines import working_days_before
from bookings.lifecycle.video_links import link_for_parties
from bookings.models import Appointment, EventKind, PairInvitation, Party, Status
from bookings.parties.safe_channels import Contact, safe_contacts
from bookings.partners import mail as pair_mail
from office.core import clock, tokens
from office.core.intervals import contains
from office.messaging import quiet_hours
from office.models import Channel, MessageChannel, OutboxMessage, Unit

# A reminder is written from this hour of its day on, within the hours in which messages leave.
REMINDED_AT = time(9)
# From the longest run of holidays (Christmas, Easter) and the two working days before it.
LOOK_AHEAD = timedelta(days=14)


def moments(starts_at: datetime) -> dict[str, tuple[datetime, datetime]]:
    """Return when each reminder of a visit is sent: from, and until when it still makes sense."""
    day = clock.local(starts_at).date()
    first = clock.at(working_days_before(day, 2), REMINDED_AT)
    second = clock.at(day - timedelta(days=1), REMINDED_AT)
    return {"two_days": (first, second), "one_day": (second, clock.at(day, time.min))}


def send_reminders() -> int:
    """Write the reminders that are due; return how many. Idempotent."""
    now = clock.now()
    if not quiet_hours.may_write(now, Unit.get()):
        return 0
    written = 0
    upcoming: Iterable[tuple[int, datetime | None, datetime | None]] = (
        Appointment.objects.filter(
            status=Status.CONFIRMED,
            starts_at__gt=now,
            starts_at__lt=now + LOOK_AHEAD,
            claim__orphaned_at__isnull=True,
        )
        .annotate(settled_at=_settled_at())
        .values_list("pk", "starts_at", "settled_at")
    )
    for pk, starts_at, settled_at in upcoming:
        if starts_at is not None:
            for which in _due(starts_at, settled_at, now):
                written += _remind(pk, starts_at, which)
    return written


def _settled_at() -> Max:
    """Return since when the present time of an appointment has held."""
    settling = Q(events__what__in=EventKind.settling_time(), events__undone_by=None)
    return Max("events__at", filter=settling)


@dataclass(frozen=True)
class Planned:
    """A reminder that is written on a day; `contact`: where it goes, None where none can be written."""

    appointment: Appointment
    party: Party
    at: datetime
    contact: Contact | None
    message: OutboxMessage | None
    # They have declined, or come along with one who has.
    declined: bool

    @property
    def lacks_hours(self) -> bool:
        """Its hours were cut: nobody is reminded before that is decided."""
        return self.appointment.is_orphaned


def planned(day: date) -> list[Planned]:
    """Return the reminders of a day, those that cannot be written among them; the earliest visit first.

    Four queries, whatever there is.
    """
    begins, ends = clock.day_bounds(day, day)
    upcoming = (
        Appointment.objects.filter(
            status=Status.CONFIRMED, starts_at__gt=begins, starts_at__lt=begins + LOOK_AHEAD
        )
        .annotate(settled_at=_settled_at())
        .select_related("service", "service_point", "claim")
        .prefetch_related("parties")
        .order_by("starts_at", "pk")
    )
    found = []
    for appointment in upcoming:
        starts_at, settled_at = appointment.starts_at, getattr(appointment, "settled_at", None)
        if starts_at is None:
            continue
        for which, (opens, _closes) in moments(starts_at).items():
            if contains((begins, ends), opens) and (settled_at is None or settled_at <= opens):
                found += [
                    (appointment, party, opens, _key(appointment, party, starts_at, which))
                    for party in appointment.parties.all()
                    if notified_parties.is_informed(party)
                ]
    keys = {f"{key}:{channel}" for *_row, key in found for channel in MessageChannel.values}
    written = {
        (message.once_key or "").rpartition(":")[0]: message
        for message in OutboxMessage.objects.filter(once_key__in=keys)
    }
    return [
        Planned(
            appointment,
            party,
            at,
            _contact(party),
            written.get(key),
            declined=notified_parties.stays_away(party, appointment.parties.all()),
        )
        for appointment, party, at, key in found
    ]


def _contact(party: Party) -> Contact | None:
    return next(iter(safe_contacts(party)[-1:]), None)


def remind_partners() -> int:
    """Remind partner professionals on the working day before; return how many messages were written."""
    now = clock.now()
    if not quiet_hours.may_write(now, Unit.get()):
        return 0
    near: Iterable[tuple[int, int, datetime, datetime]] = PairInvitation.objects.filter(
        state__in=[PairInvitation.State.ASKED, PairInvitation.State.ACCEPTED],
        appointment__status=Status.CONFIRMED,
        appointment__starts_at__gt=now,
        appointment__starts_at__lt=now + LOOK_AHEAD,
    ).values_list("pk", "appointment_id", "starts_at", "asked_at")
    written = 0
    for pk, appointment_id, starts_at, asked_at in near:
        day = clock.local(starts_at).date()
        opens = clock.at(working_days_before(day, 1), REMINDED_AT)
        if contains((opens, clock.at(day, time.min)), now) and asked_at <= opens:
            written += _remind_partner(pk, appointment_id, starts_at)
    return written


def _remind_partner(pk: int, appointment_id: int, starts_at: datetime) -> int:
    """Remind a partner, unless something has changed since we looked."""
    with transaction.atomic():
        appointment = (
            Appointment.objects.select_for_update(of=("self",))
            .filter(pk=appointment_id, status=Status.CONFIRMED, starts_at=starts_at)
            .first()
        )
        invitation = (
            PairInvitation.objects.select_related(
                "professional__organisation", "professional__user", "service_point"
            )
            .filter(
                pk=pk,
                state__in=[PairInvitation.State.ASKED, PairInvitation.State.ACCEPTED],
            )
            .first()
        )
        if appointment is None or invitation is None:
            return 0
        key = f"pair:{pk}:{starts_at:%Y%m%dT%H%MZ}"
        return int(pair_mail.remind(invitation, appointment, once_key=key))


def _due(starts_at: datetime, settled_at: datetime | None, now: datetime) -> Iterator[str]:
    """Yield the reminders whose moment has come, and came after the time was agreed."""
    for which, open_for in moments(starts_at).items():
        if contains(open_for, now) and (settled_at is None or settled_at <= open_for[0]):
            yield which


def _remind(appointment_id: int, starts_at: datetime, which: str) -> int:
    """Remind the parties, unless the appointment has changed since we looked."""
    with transaction.atomic():
        appointment = (
            Appointment.objects.select_for_update(of=("self",))
            .select_related("service", "service_point")
            .filter(pk=appointment_id, status=Status.CONFIRMED, starts_at=starts_at)
            .first()
        )
        if appointment is None:
            return 0
        parties = list(appointment.parties.all())
        return sum(
            notices.remind(appointment, party, once_key=_key(appointment, party, starts_at, which))
            for party in parties
            if notified_parties.is_informed(party)
            and not notified_parties.stays_away(party, parties)
        )


def remind_of_link(appointment: Appointment) -> None:
    """Send the link of a video meeting to those whose last reminder had another one, or none."""
    now = clock.now()
    link = link_for_parties(appointment, now)
    if appointment.starts_at is None or not link or appointment.starts_at <= now:
        return
    informed = notified_parties.informed_parties(appointment)
    for party in informed:
        if (
            notified_parties.stays_away(party, informed)
            or channel_of(party, appointment) != Channel.VIDEO
        ):
            continue
        key = _key(appointment, party, appointment.starts_at, "one_day")
        if OutboxMessage.objects.filter(once_key__startswith=f"{key}:", dropped_at=None).exists():
            link_hash = tokens.hash_token(f"{appointment.version} {link}")[:12]
            notices.remind(appointment, party, once_key=f"{key}:{link_hash}")


def _key(appointment: Appointment, party: Party, starts_at: datetime, which: str) -> str:
    """Make a key for one reminder a visit, a time, a party: a moved visit is reminded of anew."""
    return f"{appointment.reference}:{starts_at:%Y%m%dT%H%MZ}:{party.pk}:{which}"
