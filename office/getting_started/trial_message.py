"""A message that a manager sends to themselves, with a code that proves that it has arrived."""

import secrets
from hmac import compare_digest

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from office.core import clock
from office.messaging import outbox
from office.models import MessageChannel, OutboxMessage, Unit, User

KIND = "test"
# A code is guessed at so many times at most.
TRIES = 5


def send_trial_message(*, to: User) -> str:
    """Write the user a message; the code that stands in it. Raises ValidationError."""
    if not to.email:
        raise ValidationError(_("Your account has no e-mail address: give it one first."))
    if not Unit.objects.exists():
        raise ValidationError(_("Save the settings of the unit first: messages need its sender."))
    code = f"{secrets.randbelow(1_000_000):06}"
    with override(to.language), transaction.atomic():
        unit = Unit.get()
        body = _(
            "This is a test message. It shows that messages leave, and arrive.\n\nCode: %(code)s\n\n"
            "Type the code on the page on which you sent this."
        )
        outbox.post(
            kind=KIND,
            channel=MessageChannel.EMAIL,
            to=to.email,
            language=to.language,
            subject=_("Test message"),
            body=f"{body % {'code': code}}\n\n-- \n{unit.sender_name}\n{unit.phone}\n",
            at_any_hour=True,
        )
    return code


def note_arrival(*, typed: str, code: str) -> bool:
    """Note that the message arrived, if its code was typed; say whether it did."""
    if not code or not compare_digest("".join(typed.split()).encode(), code.encode()):
        return False
    Unit.objects.update(message_arrived_at=clock.now())
    return True


def last_trial_message(user: User) -> OutboxMessage | None:
    """Return the last trial message sent to the user, to say what became of it."""
    return OutboxMessage.objects.filter(kind=KIND, to=user.email).order_by("-pk").first()
