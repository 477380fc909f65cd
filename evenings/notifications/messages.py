"""Neutral messages to those who have signed up: a date and a link, no name, nothing of separation."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.appointments.reminders import REMINDED_AT
from bookings.notifications.notify import Recipient, notify
from bookings.parties.safe_channels import Contact
from evenings.models import LINK, Evening, EveningStatus, SignUp, SignUpStatus
from evenings.notifications.kinds import EveningMessage
from office.core import clock
from office.core.phones import is_landline
from office.messaging import ics, outbox, quiet_hours
from office.messaging.outbox import Link, Receiver
from office.models import MessageChannel, OutboxMessage, Unit

RECEIVER = "evening"
# What is told later than this finds nobody: contacts go two weeks after the evening.
NOTIFIED_WITHIN = timedelta(days=13)


def about(sign_up: SignUp) -> str:
    """Return the key under which the outbox finds the messages of a sign-up."""
    return f"evening {sign_up.number}"


def notify_place(sign_up: SignUp, *, by_person: bool = False) -> int:
    """Confirm the places; how many messages were written. `by_person`: their own doing, just now."""
    return _tell(EveningMessage.PLACE, sign_up, by_person=by_person)


def notify_in_line(sign_up: SignUp, *, by_person: bool = False) -> int:
    return _tell(EveningMessage.IN_LINE, sign_up, by_person=by_person)


def notify_offered(sign_up: SignUp) -> int:
    return _tell(EveningMessage.OFFERED, sign_up)


def notify_no_place(sign_up: SignUp) -> int:
    return _tell(EveningMessage.NO_PLACE, sign_up)


def notify_cancelled(sign_up: SignUp, *, by_person: bool = False) -> int:
    return _tell(EveningMessage.CANCELLED, sign_up, by_person=by_person)


def notify_changed(sign_up: SignUp) -> int:
    """Tell that the evening is at another time or place."""
    return _tell(EveningMessage.CHANGED, sign_up)


def notify_off(sign_up: SignUp) -> int:
    """Tell that the evening is cancelled."""
    return _tell(EveningMessage.OFF, sign_up)


def remind() -> int:
    """Write the reminders that are due, the day before; how many. May run as often as one likes."""
    now = clock.now()
    tomorrow = clock.today() + timedelta(days=1)
    opens = clock.at(clock.today(), REMINDED_AT)
    if now < opens or not quiet_hours.may_write(now, Unit.get()):
        return 0
    start, end = clock.day_bounds(tomorrow, tomorrow)
    coming = SignUp.objects.filter(
        status=SignUpStatus.SIGNED,
        evening__status=EveningStatus.PUBLISHED,
        evening__starts_at__gte=start,
        evening__starts_at__lt=end,
        # Who got the place today, or heard of a change today, needs no reminder.
        updated_at__lt=opens,
    )
    return sum(_remind(pk) for pk in list(coming.values_list("pk", flat=True)))


@transaction.atomic
def _remind(sign_up_id: int) -> int:
    sign_up = SignUp.objects.select_for_update(of=("self",)).get(pk=sign_up_id)
    if not sign_up.has_place:
        return 0
    once = f"{about(sign_up)}:{sign_up.evening.starts_at:%Y%m%dT%H%MZ}"
    return _tell(EveningMessage.REMINDER, sign_up, once_key=once)


def notify_after(sign_up: SignUp, *, asks: bool) -> int:
    """Tell once that there is something to read now, and with `asks` the questions."""
    return _tell(
        EveningMessage.AFTER, sign_up, once_key=f"{about(sign_up)}:after", more={"asks": asks}
    )


def notify_asks(sign_up: SignUp) -> int:
    """Tell once that the questions wait."""
    return _tell(EveningMessage.ASKS, sign_up, once_key=f"{about(sign_up)}:asks")


def may_leave(message: OutboxMessage) -> bool:
    """Say whether the message's receiver still has this contact, and the link in it still opens."""
    sign_up = SignUp.objects.filter(pk=message.receiver_id or 0).first()
    if sign_up is None or message.link_nonce not in ("", sign_up.link_nonce):
        return False
    return Contact(MessageChannel(message.channel), message.to) in ways_of(sign_up)


def ways_of(sign_up: SignUp) -> list[Contact]:
    """Return how the one who signed up can be written to here; empty for a number alone."""
    number = getattr(sign_up.phone, "as_e164", None) or str(sign_up.phone or "")
    ways = []
    if sign_up.email:
        ways.append(Contact(MessageChannel.EMAIL, sign_up.email))
    elif number and not is_landline(number):
        ways.append(Contact(MessageChannel.SMS, number))
    return [way for way in ways if outbox.channel_works(way.channel)]


def calendar_of(sign_up: SignUp, *, attendee: str = "") -> str:
    """Return a calendar file with the evening, in the active language; it names no matter or place.

    `attendee`: the address that it is sent to; empty for one to download.
    """
    evening = sign_up.evening
    return ics.visit_file(
        ics.CalendarEvent(
            uid=ics.uid_for("evening", sign_up.number),
            start=evening.starts_at,
            end=evening.ends_at,
            summary=_("Evening"),
            sequence=evening.version + sign_up.version,
            is_cancelled=evening.is_cancelled or not sign_up.has_place,
            attendee=attendee,
        )
    )


# With these goes a file that puts the evening into a calendar, moves it or takes it away.
_WITH_FILE = {EveningMessage.PLACE, EveningMessage.CHANGED}


def _tell(
    kind: EveningMessage,
    sign_up: SignUp,
    *,
    once_key: str = "",
    by_person: bool = False,
    more: Mapping[str, object] | None = None,
) -> int:
    """Write to the one who has signed up, in their language; what is not true any more is withdrawn."""
    evening: Evening = sign_up.evening
    if not once_key:
        outbox.withdraw(about=about(sign_up), kinds=EveningMessage.values, nonce=sign_up.link_nonce)
    with_file = kind in _WITH_FILE and sign_up.has_place
    return notify(
        kind,
        Recipient(
            contacts=ways_of(sign_up),
            languages=[sign_up.language],
            link=Link("/e/{short}/", LINK, sign_up.link_nonce),
            receiver=Receiver(RECEIVER, sign_up.pk),
        ),
        {"sign_up": sign_up, "evening": evening, **(more or {})},
        about=about(sign_up),
        calendar=(lambda to: calendar_of(sign_up, attendee=to)) if with_file else None,
        once_key=once_key,
        expires_at=_last_moment(kind, sign_up),
        at_any_hour=by_person,
    )


def _last_moment(kind: EveningMessage, sign_up: SignUp) -> datetime | None:
    if kind == EveningMessage.OFFERED:
        return sign_up.offered_until
    if kind in (EveningMessage.AFTER, EveningMessage.ASKS):
        return sign_up.evening.ends_at + NOTIFIED_WITHIN
    return sign_up.evening.starts_at
