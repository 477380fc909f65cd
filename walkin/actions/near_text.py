"""One text message when the turn of a number is near, for who asks for it. No name, no matter."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from office.calendar.occupancy import retrying
from office.core import clock
from office.core.phones import is_landline
from office.messaging import outbox
from office.models import MessageChannel, OutboxMessage, Unit
from office.staff.rate_limits import count_try
from walkin.errors import NoTextError
from walkin.estimates.snapshot_cache import cached_snapshot
from walkin.models import NearText, Ticket, WalkInDay
from walkin.tickets.events import lock_ticket

KIND = "walk_in_near"
# Later it would call somebody whose turn is over.
OF_USE = timedelta(minutes=15)
# Different telephones for one number in an hour: nobody writes to strangers with it.
TRIES, EVERY = 3, timedelta(hours=1)


def is_offered() -> bool:
    """Say whether there is a gateway for text messages; a demo shows what would be sent."""
    return bool(settings.SMS_GATEWAY_URL or settings.DEMO)


@retrying
def ask_for_text(ticket_id: int, phone: str) -> Ticket:
    """Have one text sent when the turn is near. Raises NoTextError and TooManyTriesError."""
    ticket = lock_ticket(ticket_id)
    if not is_offered() or not ticket.is_waiting or is_landline(phone):
        raise NoTextError
    count_try("walk-in text", str(ticket.pk), limit=TRIES, every=EVERY)
    NearText.objects.update_or_create(
        ticket=ticket, defaults={"phone": phone, "asked_at": clock.now()}
    )
    return ticket


@retrying
def stop_text(ticket_id: int) -> Ticket:
    """Forget the telephone number: no text is sent."""
    ticket = lock_ticket(ticket_id)
    NearText.objects.filter(ticket=ticket).delete()
    return ticket


def send_near_texts() -> int:
    """Write to those whose turn is near, forget those who do not wait any more; how many were written."""
    sent = 0
    for day in WalkInDay.objects.running().filter(tickets__near_text__isnull=False).distinct():
        snapshot = cached_snapshot(day)
        for asked in NearText.objects.filter(ticket__day=day).select_related("ticket"):
            if not asked.ticket.is_waiting:
                asked.delete()
            elif snapshot.is_near(asked.ticket):
                sent += _send(asked.pk)
    NearText.objects.exclude(ticket__day__in=WalkInDay.objects.running()).delete()
    _forget_written()
    return sent


def _forget_written() -> None:
    """Remove the messages that have left, or are too late: the page promised it."""
    over = Q(sent_at__isnull=False) | Q(dropped_at__isnull=False) | Q(expires_at__lte=clock.now())
    OutboxMessage.objects.filter(over, kind=KIND).delete()


@transaction.atomic
def _send(asked_id: int) -> bool:
    """Write the text and forget the number in one; False where somebody else has done it."""
    asked = NearText.objects.select_for_update(of=("self",)).filter(pk=asked_id).first()
    if asked is None:
        return False
    ticket = asked.ticket
    language = Unit.get().shown_language(ticket.language, ticket.reads)
    with override(language):
        body = _("Number %(number)s: your turn is near. Please come close by.") % {
            "number": ticket.number
        }
    outbox.post(
        kind=KIND,
        channel=MessageChannel.SMS,
        to=str(asked.phone),
        language=language,
        body=body,
        expires_at=clock.now() + OF_USE,
        at_any_hour=True,
    )
    asked.delete()
    return True
