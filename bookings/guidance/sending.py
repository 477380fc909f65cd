"""Sending links of guidance, to whom a caller says or to a party by what is safe.

The log keeps that links were sent and not to whom: the message alone has the address, and it is
forgotten soon (see forgetting.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import override

from bookings.models import CallOutcome
from bookings.notifications import letters
from bookings.notifications.kinds import MessageKind
from bookings.notifications.notify import Recipient, notify
from bookings.parties.safe_channels import Contact
from bookings.phone import calls
from office.calendar.occupancy import retrying
from office.core.tokens import keyed
from office.messaging.outbox import Link, Receiver
from office.models import GuidanceLink, MessageChannel, Unit, User
from office.staff import rate_limits

MOST_LINKS = 12
# More than a phone hour needs; fewer than would be a nuisance to anybody.
AN_HOUR_BY_ONE = 60
AN_HOUR_TO_ONE = 5
HOUR = timedelta(hours=1)


@retrying
def send_links(
    links: Sequence[GuidanceLink],
    *,
    user: User,
    channel: MessageChannel,
    to: str,
    language: str,
    key: str,
    receiver: Receiver | None = None,
) -> bool:
    """Send the links in one neutral message; False where `key` was used: it is on its way already.

    `receiver`: the party whose safe way it is; None where the caller has said an address. Raises
    TooManyTriesError.
    """
    written = notify(
        MessageKind.LINKS,
        Recipient(
            contacts=[Contact(channel, to)],
            languages=[language],
            link=Link(page_of(links, language), "", ""),
            receiver=receiver,
        ),
        {},
        # Asked for on the phone, and awaited.
        at_any_hour=True,
        once_key=f"{MessageKind.LINKS}:{keyed(MessageKind.LINKS, str(user.pk), key)}",
    )
    if not written:
        return False
    rate_limits.count_try("links-by", str(user.pk), limit=AN_HOUR_BY_ONE, every=HOUR)
    rate_limits.count_try("links-to", to, limit=AN_HOUR_TO_ONE, every=HOUR)
    calls.note_outcome(user, CallOutcome.LINKS)
    return True


@dataclass(frozen=True)
class Preview:
    """The message as its receiver will read it."""

    sender: str
    subject: str
    body: str


def preview(links: Sequence[GuidanceLink], *, channel: str, language: str) -> Preview:
    """Write the message without sending it."""
    address = f"{settings.SITE_URL}{page_of(links, language)}"
    unit = Unit.get()
    context = {"unit": unit, "link": address, "code": ""}
    kind = MessageKind.LINKS.value
    with override(language):
        sender = unit.sender_name
    if channel == MessageChannel.SMS:
        text = letters.text_message(kind, [language], context)
        return Preview(unit.sms_sender or sender, "", text)
    return Preview(
        sender,
        letters.subject(kind, [language], context),
        letters.body(kind, [language], context),
    )


def page_of(links: Sequence[GuidanceLink], language: str) -> str:
    """Return the address of the public page with just these links; it tells of nobody.

    Their titles would tell the matter, so they are there and not in the message.
    """
    return f"/guidance/?n={'.'.join(str(link.pk) for link in links)}&l={language}"
