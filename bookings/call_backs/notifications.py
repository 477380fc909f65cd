"""Neutral messages about a call-back, by safe channels: no matter, no names."""

from datetime import datetime, timedelta

from django.db import transaction

from bookings.appointments.reminders import REMINDED_AT
from bookings.models import CallBack, CallStatus
from bookings.notifications.kinds import TO_CALLERS, MessageKind
from bookings.notifications.notify import Recipient, language_of, notify
from bookings.parties.safe_channels import Contact, receiver_of, safe_contacts
from office.core import clock
from office.messaging import outbox, quiet_hours
from office.messaging.outbox import Link
from office.models import MessageChannel, Professional, Unit, User


def notify_reserved(call: CallBack, *, by_caller: bool = False) -> int:
    """Confirm the time; how many messages were written. `by_caller`: their own doing, just now."""
    return _notify(MessageKind.CALL_RESERVED, call, by_caller=by_caller)


def notify_moved(call: CallBack) -> int:
    """Tell the caller that another time holds."""
    return _notify(MessageKind.CALL_MOVED, call)


def notify_link(call: CallBack) -> int:
    """Send the caller their new link; how many messages were written."""
    return _notify(MessageKind.CALL_RESERVED, call, template="call_link")


def notify_cancelled(call: CallBack, *, by_caller: bool = False) -> int:
    """Tell the caller that nobody calls."""
    return _notify(MessageKind.CALL_CANCELLED, call, by_caller=by_caller)


def notify_professional(
    call: CallBack,
    *,
    off_at: datetime | None = None,
    only: Professional | None = None,
    user: User | None = None,
) -> int:
    """Tell the professional when to call, and nothing of whom; how many messages were written.

    `off_at`: the call at that time is off. `only`: this one and no other, whose turn a colleague took.
    Not `user`, who did it.
    """
    who = only or call.professional
    if not who.email or (user is not None and who.user_id == user.pk):
        return 0
    outbox.withdraw(about=call.reference, kinds=[MessageKind.STAFF_CALL], to=who.email)
    return notify(
        MessageKind.STAFF_CALL,
        Recipient([Contact(MessageChannel.EMAIL, who.email)], [language_of(who)]),
        {"call": call, "starts_at": off_at or call.starts_at},
        template="staff_call_cancelled" if off_at else "",
        about=call.reference,
        expires_at=off_at or call.starts_at,
    )


def remind_calls() -> int:
    """Write the reminders that are due, the day before; how many. May run as often as one likes."""
    now = clock.now()
    tomorrow = clock.today() + timedelta(days=1)
    opens = clock.at(clock.today(), REMINDED_AT)
    if now < opens or not quiet_hours.may_write(now, Unit.get()):
        return 0
    written = 0
    for pk, starts_at in (
        CallBack.objects.filter(status=CallStatus.RESERVED, claim__orphaned_at__isnull=True)
        .starting_between(*clock.day_bounds(tomorrow, tomorrow))
        # Who has reserved it just now, or got another time, needs no reminder.
        .filter(updated_at__lt=opens)
        .values_list("pk", "starts_at")
    ):
        written += _remind(pk, starts_at)
    return written


def _remind(call_id: int, starts_at: datetime) -> int:
    """Remind of the call, unless it has changed since we looked."""
    with transaction.atomic():
        call = (
            CallBack.objects.select_for_update()
            .filter(pk=call_id, status=CallStatus.RESERVED, starts_at=starts_at)
            .first()
        )
        if call is None:
            return 0
        once = f"{call.reference}:{starts_at:%Y%m%dT%H%MZ}:call"
        return _notify(MessageKind.CALL_REMINDER, call, once_key=once)


def _notify(
    kind: MessageKind,
    call: CallBack,
    *,
    template: str = "",
    once_key: str = "",
    by_caller: bool = False,
) -> int:
    """Write to the caller in their language; a reminder by one way only. `by_caller`: their own doing."""
    contacts = safe_contacts(call)
    if once_key:
        contacts = contacts[-1:]
    else:
        outbox.withdraw(about=call.reference, kinds=TO_CALLERS, nonce=call.link_nonce)
    return notify(
        kind,
        Recipient(
            contacts=contacts,
            languages=[call.language],
            link=Link("/c/{short}/", "call_back", call.link_nonce),
            receiver=receiver_of(call),
        ),
        {"call": call},
        template=template,
        about=call.reference,
        once_key=f"{once_key}:{contacts[0].channel}" if once_key and contacts else "",
        expires_at=call.starts_at,
        at_any_hour=by_caller,
    )
