"""Sending links of guidance, to whom a caller says or to a party by what is safe.

The log keeps that links were sent and not to whom: the message alone has the address, and it is
forgotten soon (see forgetting.py).
"""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from bookings import calls
from bookings.letters import Letter
from bookings.models import CallOutcome
from office import limits, messages
from office.messages import LINK_MARK, Link
from office.models import GuidanceLink, MessageChannel, Unit, User
from office.taking import retrying

KIND = "links"
MOST_LINKS = 12
# More than a phone hour needs; fewer than would be a nuisance to anybody.
AN_HOUR_BY_ONE = 60
AN_HOUR_TO_ONE = 5
HOUR = timedelta(hours=1)

messages.KIND_NAMES[KIND] = gettext_lazy("Links of guidance")


@retrying
def send_links(
    links: Sequence[GuidanceLink],
    *,
    user: User,
    channel: MessageChannel,
    to: str,
    language: str,
    key: str,
) -> bool:
    """Send the links in one neutral message; False where `key` was used: it is on its way already.

    Raises TooManyTriesError.
    """
    with override(language):
        letter = letter_of(links, Unit.get())
    by_email = channel == MessageChannel.EMAIL
    message = messages.post(
        kind=KIND,
        channel=channel,
        to=to,
        language=language,
        subject=letter.subject if by_email else "",
        body=letter.body if by_email else letter.sms,
        link=None if by_email else Link(page_of(links, language), "", ""),
        once_key=f"{KIND}:{limits.keyed(KIND, str(user.pk), key)}",
    )
    if message is None:
        return False
    limits.count_try("links-by", str(user.pk), limit=AN_HOUR_BY_ONE, every=HOUR)
    limits.count_try("links-to", to, limit=AN_HOUR_TO_ONE, every=HOUR)
    calls.note_outcome(user, CallOutcome.LINKS)
    return True


def page_of(links: Sequence[GuidanceLink], language: str) -> str:
    """The public page with just these links; it tells of nobody."""
    return f"/guidance/?n={'.'.join(str(link.pk) for link in links)}&l={language}"


def letter_of(links: Sequence[GuidanceLink], unit: Unit) -> Letter:
    """The words, in the language that is active. No matter in the subject; the text message, which a
    lock screen may show, says nothing of what the links are about."""
    listed = "\n\n".join(f"{link.title}\n{link.url}" for link in links)
    signature = "\n".join(filter(None, [unit.name, unit.phone]))
    text = _("The links that you asked for:")
    first = _("Here are the links that you asked for.")
    return Letter(
        subject=_("The links that you asked for"),
        body=f"{first}\n\n{listed}\n\n-- \n{signature}\n",
        sms=f"{text} {LINK_MARK}",
    )
