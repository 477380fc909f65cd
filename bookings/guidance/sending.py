"""Sending links of guidance, to whom a caller says or to a party by what is safe.

The log keeps that links were sent and not to whom: the message alone has the address, and it is
forgotten soon (see forgetting.py).
"""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from bookings.models import CallOutcome
from bookings.notifications.letterhead import Letter, write_letter
from bookings.phone import calls
from office.calendar.occupancy import retrying
from office.core.tokens import keyed
from office.messaging import outbox
from office.messaging.outbox import LINK_MARK, Link, Receiver
from office.models import GuidanceLink, MessageChannel, Unit, User
from office.staff import rate_limits

KIND = "links"
MOST_LINKS = 12
# More than a phone hour needs; fewer than would be a nuisance to anybody.
AN_HOUR_BY_ONE = 60
AN_HOUR_TO_ONE = 5
HOUR = timedelta(hours=1)

outbox.KIND_NAMES[KIND] = gettext_lazy("Links of guidance")


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
    with override(language):
        letter = letter_of(Unit.get())
    by_email = channel == MessageChannel.EMAIL
    message = outbox.post(
        kind=KIND,
        channel=channel,
        to=to,
        language=language,
        subject=letter.subject if by_email else "",
        body=letter.body if by_email else letter.sms,
        link=Link(page_of(links, language), "", ""),
        # Asked for on the phone, and awaited.
        at_any_hour=True,
        receiver=receiver,
        once_key=f"{KIND}:{keyed(KIND, str(user.pk), key)}",
    )
    if message is None:
        return False
    rate_limits.count_try("links-by", str(user.pk), limit=AN_HOUR_BY_ONE, every=HOUR)
    rate_limits.count_try("links-to", to, limit=AN_HOUR_TO_ONE, every=HOUR)
    calls.note_outcome(user, CallOutcome.LINKS)
    return True


def page_of(links: Sequence[GuidanceLink], language: str) -> str:
    """The public page with just these links; it tells of nobody."""
    return f"/guidance/?n={'.'.join(str(link.pk) for link in links)}&l={language}"


def letter_of(unit: Unit) -> Letter:
    """The words, in the language that is active: the titles of the links would tell the matter, so that
    they stand on the page behind the one link alone."""
    first = _("Here are the links that you asked for.")
    return write_letter(
        _("The links that you asked for"),
        [f"{first}\n{LINK_MARK}"],
        unit,
        sms=_("The links that you asked for:"),
    )
