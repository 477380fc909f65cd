"""What all messages have in common: neutral paper. Who writes is the unit's neutral sender, below stands
whether one may answer, and neither tells the matter. {link} is left for the outbox to fill in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from office.messaging.outbox import LINK_MARK
from office.models import Unit

_SIGNED = "\n\n-- \n"


@dataclass(frozen=True)
class Letter:
    """The same message for e-mail and for a text message."""

    subject: str
    body: str
    sms: str


def write_letter(subject: str, parts: Iterable[str], unit: Unit, *, sms: str = "") -> Letter:
    """Paragraphs with air between them and the neutral sender below; `sms` gets the link at its end."""
    answering = (
        _("You can answer this e-mail. Please write nothing confidential in it.")
        if unit.reply_address
        else _("This e-mail cannot be answered.")
    )
    body = "\n\n".join([*(part for part in parts if part), answering])
    signature = "\n".join(filter(None, [unit.sender_name, unit.phone]))
    return Letter(
        subject=subject,
        body=f"{body}{_SIGNED}{signature}\n",
        sms=f"{sms} {LINK_MARK}" if sms else "",
    )


def in_both(first: Letter, second: Letter) -> Letter:
    """One letter in two languages, for somebody whose language we do not know."""
    above, first_name = first.body.split(_SIGNED)
    below, second_name = second.body.split(_SIGNED)
    names = "\n".join(dict.fromkeys([*first_name.splitlines(), *second_name.splitlines()]))
    return Letter(
        subject=f"{first.subject} / {second.subject}",
        body=f"{above}\n\n* * *\n\n{below}{_SIGNED}{names}\n",
        sms=f"{first.sms.removesuffix(LINK_MARK)}/ {second.sms}" if first.sms else "",
    )
