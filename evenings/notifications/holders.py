"""E-mail to the professionals whose time an evening takes, when a colleague has moved or cancelled it."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from bookings.notifications.notify import Recipient, language_of, notify
from bookings.parties.safe_channels import Contact
from evenings.models import Evening
from evenings.notifications.kinds import HolderMessage
from office.messaging import outbox
from office.models import MessageChannel, Professional, User
from office.staff.permissions import may_open


def about(evening: Evening) -> str:
    """What the outbox finds the messages to an evening's holders by."""
    return f"evening-{evening.pk}"


def evening_of(about: str) -> int:
    """The id of the evening that a message is about; 0 for none."""
    number = about.removeprefix("evening-")
    return int(number) if number.isdecimal() else 0


def notify_holders(evening: Evening, professionals: Iterable[Professional], *, user: User) -> int:
    """Tell them when and where they hold it now, but not `user`; how many messages were written."""
    return _write(HolderMessage.HOLDS, evening, professionals, user, evening.starts_at)


def notify_let_go(
    evening: Evening, professionals: Iterable[Professional], *, user: User, starts_at: datetime
) -> int:
    """Tell them that they do not hold what was to begin then: it was cancelled, or others do."""
    return _write(HolderMessage.OFF, evening, professionals, user, starts_at)


def _write(
    kind: HolderMessage,
    evening: Evening,
    professionals: Iterable[Professional],
    user: User,
    starts_at: datetime,
) -> int:
    written = 0
    for person in professionals:
        if not person.email or person.user_id == user.pk:
            continue
        outbox.withdraw(about=about(evening), kinds=HolderMessage.values, to=person.email)
        written += notify(
            kind,
            Recipient([Contact(MessageChannel.EMAIL, person.email)], [language_of(person)]),
            {
                "evening": evening,
                "starts_at": starts_at,
                "has_day": person.user and may_open(person.user, reverse("staff:my_day")),
            },
            about=about(evening),
            expires_at=starts_at,
        )
    return written
