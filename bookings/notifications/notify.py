"""Writing a letter to the outbox: one function for everybody whom we write to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings.notifications import letters
from bookings.parties.safe_channels import Contact
from office.core import dates
from office.messaging import outbox
from office.messaging.outbox import CODE_MARK, LINK_MARK, Also, Link, Receiver
from office.models import MessageChannel, Professional, Unit


@dataclass(frozen=True)
class Introduction:
    """Who writes to somebody who did not ask us, why, and whence their contact details are.

    Article 14 of the General Data Protection Regulation asks that the source is stated with the first
    message. `by_other`: the details are from the one who asked, and not from themselves. `asks`: the
    message asks them whether a time suits. `comes_along`: with somebody who has confirmed it.
    """

    unit: Unit
    by_other: bool
    asks: bool = False
    comes_along: bool = False

    @property
    def sentences(self) -> list[str]:
        if self.comes_along:
            return [
                _(
                    "This is %(sender)s. We write to you because somebody has told us that you come "
                    "along to their appointment with us. We have your contact details from them."
                )
                % {"sender": self.unit.sender_name}
            ]
        why = _(
            "This is %(sender)s. We write to you because somebody has asked us for an appointment to "
            "which you are invited as well."
        )
        source = _("We have your contact details from the person who asked for the appointment.")
        return [why % {"sender": self.unit.sender_name}, *([source] if self.by_other else [])]


def named_in_notice() -> str:
    """Say why we write to somebody whom an authority's notice names, and how we know of them."""
    return _(
        "An authority has sent us a notice that concerns you, and therefore we invite you. We have your "
        "name and address from the notice."
    )


@dataclass(frozen=True)
class Recipient:
    """Whom we write to: by which safe contacts, in which languages, with which link.

    More than one language where nobody has asked for theirs. `receiver`: whose contacts are checked once
    more when the message leaves.
    """

    contacts: Sequence[Contact]
    languages: Sequence[str]
    link: Link | None = None
    receiver: Receiver | None = None
    introduction: Introduction | None = None


def notify(
    kind: TextChoices,
    recipient: Recipient,
    context: Mapping[str, object],
    *,
    about: str = "",
    template: str = "",
    calendar: Callable[[str], str] | None = None,
    once_key: str = "",
    expires_at: datetime | None = None,
    at_any_hour: bool = False,
    also: Sequence[Also] = (),
) -> int:
    """Write the letter of `kind` once by each of the recipient's ways; how many messages were written.

    `template`: another letter than the kind's own. `calendar` makes the file that goes with an e-mail to
    an address. The rest is as in outbox.post.
    """
    if not recipient.contacts:
        return 0
    name, languages = template or kind.value, recipient.languages
    unit = Unit.get()
    context = {
        "unit": unit,
        "link": LINK_MARK,
        "code": CODE_MARK,
        "introduction": recipient.introduction,
        **context,
    }
    written = 0
    for contact in recipient.contacts:
        file = subject = ""
        if contact.channel == MessageChannel.EMAIL:
            subject = letters.subject(name, languages, context)
            body = letters.body(name, languages, context)
            if calendar:
                with override(languages[0]):
                    file = calendar(contact.to)
        else:
            body = letters.text_message(name, languages, context)
        message = outbox.post(
            kind=kind.value,
            channel=contact.channel,
            to=contact.to,
            language=languages[0],
            subject=subject,
            body=body,
            link=recipient.link,
            calendar=file,
            about=about,
            once_key=once_key or None,
            expires_at=expires_at,
            at_any_hour=at_any_hour,
            receiver=recipient.receiver,
            also=also,
            unit=unit,
        )
        written += message is not None
    return written


def language_of(professional: Professional) -> str:
    """Return the language in which the professional reads the tool."""
    if professional.user is not None:
        return dates.known(professional.user.language)
    return dates.known(professional.languages[0] if professional.languages else "fi")
