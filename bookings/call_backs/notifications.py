"""The neutral messages about a call-back: no matter, no names. By the ways that were said to be safe."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from bookings.appointments.reminders import REMINDED_AT
from bookings.models import CallBack, CallStatus
from bookings.notifications.letterhead import Letter, write_letter
from bookings.notifications.letters import language_of
from bookings.parties.safe_channels import receiver_of, ways_of
from office.core import clock, dates
from office.messaging import outbox, quiet_hours
from office.messaging.outbox import LINK_MARK, Link
from office.models import MessageChannel, Professional, Unit, User

RESERVED, MOVED, CANCELLED = "call_reserved", "call_moved", "call_cancelled"
REMINDER = "call_reminder"
KINDS = [RESERVED, MOVED, CANCELLED, REMINDER]
STAFF = "staff_call"

outbox.KIND_NAMES.update(
    {
        RESERVED: gettext_lazy("Call-back reserved"),
        MOVED: gettext_lazy("Call-back moved"),
        CANCELLED: gettext_lazy("Call-back cancelled"),
        REMINDER: gettext_lazy("Reminder of a call-back"),
        STAFF: gettext_lazy("To a professional: call-back"),
    }
)

outbox.LAPSE_QUIETLY.add(REMINDER)

Write = Callable[[CallBack, Unit], Letter]


def tell_reserved(call: CallBack, *, by_caller: bool = False) -> int:
    """The time is reserved; how many messages were written. `by_caller`: their own doing, just now."""
    return _tell(RESERVED, call, _reserved, by_caller=by_caller)


def tell_moved(call: CallBack) -> int:
    """Another time holds."""
    return _tell(MOVED, call, _moved)


def tell_cancelled(call: CallBack, *, by_caller: bool = False) -> int:
    """Nobody calls."""
    return _tell(CANCELLED, call, _cancelled, by_caller=by_caller)


def tell_professional(
    call: CallBack,
    *,
    off_at: datetime | None = None,
    only: Professional | None = None,
    user: User | None = None,
) -> int:
    """To the one who calls: when, and nothing of whom; how many messages were written.

    `off_at`: the call at that time is off. `only`: to this one instead, whose turn another took. Not to
    `user`, who did it.
    """
    who = only or call.professional
    if not who.email or (user is not None and who.user_id == user.pk):
        return 0
    outbox.withdraw(about=call.reference, kinds=[STAFF], to=who.email)
    unit, language = Unit.get(), language_of(who)
    with override(language):
        told = {"when": dates.when(off_at or call.starts_at, get_language())}
        subject = _("Call-back cancelled: %(when)s") if off_at else _("Call-back: %(when)s")
        first = (
            _("You need not make this call. The time is free again.")
            if off_at
            else _("A call-back is yours to make. You see it on your page My day.")
        )
        facts = [
            _("When: %(when)s") % told,
            _("Reference code: %(code)s") % {"code": call.reference},
        ]
        letter = write_letter(subject % told, [first, "\n".join(facts)], unit)
    message = outbox.post(
        kind=STAFF,
        channel=MessageChannel.EMAIL,
        to=who.email,
        language=language,
        subject=letter.subject,
        body=letter.body,
        about=call.reference,
        expires_at=off_at or call.starts_at,
    )
    return int(message is not None)


def remind_calls() -> int:
    """Write the reminders that are due, the day before; how many. May run as often as one likes."""
    now = clock.now()
    tomorrow = clock.today() + timedelta(days=1)
    opens = clock.at(clock.today(), REMINDED_AT)
    if now < opens or not quiet_hours.is_civil(now, Unit.get()):
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
        return _tell(REMINDER, call, _reminder, once_key=once)


def _tell(
    kind: str, call: CallBack, write: Write, *, once_key: str = "", by_caller: bool = False
) -> int:
    """Write to the caller in their language; a reminder by one way only. `by_caller`: their own doing."""
    if not once_key:
        outbox.withdraw(about=call.reference, kinds=KINDS, nonce=call.link_nonce)
    unit = Unit.get()
    with override(call.language):
        letter = write(call, unit)
    written = 0
    ways = ways_of(call)
    for way in ways[-1:] if once_key else ways:
        by_email = way.channel == MessageChannel.EMAIL
        message = outbox.post(
            kind=kind,
            channel=way.channel,
            to=way.to,
            language=call.language,
            subject=letter.subject if by_email else "",
            body=letter.body if by_email else letter.sms,
            link=Link("/c/{short}/", "call_back", call.link_nonce),
            about=call.reference,
            once_key=f"{once_key}:{way.channel}" if once_key else None,
            expires_at=call.starts_at,
            at_any_hour=by_caller,
            receiver=receiver_of(call),
        )
        written += message is not None
    return written


def _reserved(call: CallBack, unit: Unit) -> Letter:
    return _letter(
        call,
        unit,
        _("We call you: %(when)s"),
        _("You have reserved a time at which we call you."),
        _("We call you: %(when)s. See or cancel it:"),
    )


def _moved(call: CallBack, unit: Unit) -> Letter:
    return _letter(
        call,
        unit,
        _("New time: we call you %(when)s"),
        _("The time at which we call you has changed. The earlier time no longer holds."),
        _("New time: we call you %(when)s. See or cancel it:"),
    )


def _reminder(call: CallBack, unit: Unit) -> Letter:
    return _letter(
        call,
        unit,
        _("Reminder: we call you %(when)s"),
        _("You have reserved a time at which we call you."),
        _("Reminder: we call you %(when)s. See or cancel it:"),
    )


def _cancelled(call: CallBack, unit: Unit) -> Letter:
    return _letter(
        call,
        unit,
        _("The call has been cancelled"),
        _("The call at %(when)s has been cancelled. We do not call you."),
        _("The call at %(when)s has been cancelled. We do not call you. See your page:"),
        is_coming=False,
    )


def _letter(
    call: CallBack, unit: Unit, subject: str, first: str, sms: str, *, is_coming: bool = True
) -> Letter:
    said = {"when": dates.when(call.starts_at, get_language())}
    parts = [first % said]
    if is_coming:
        parts += [
            _("When: %(when)s") % said,
            _("Please keep your phone at hand. The call may come from an unknown number."),
        ]
    page = _("On your own page you see the time, and can cancel it:")
    parts += [
        f"{page}\n{LINK_MARK}",
        _("Your reference code is %(code)s.") % {"code": call.reference},
    ]
    return write_letter(subject % said, parts, unit, sms=sms % said)
