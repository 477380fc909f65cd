"""What a message about evenings is about, for the desk that sees to one that could not be sent."""

from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.hooks import MessageSubject
from evenings.models import Evening, SignUp
from evenings.notifications import holders
from office.models import OutboxMessage


def _sign_up_label(message: OutboxMessage) -> str:
    number = message.about.rpartition(" ")[2]
    return _("Sign-up %(number)s for an evening") % {"number": f"{number[:3]} {number[3:]}"}


def _sign_up_address(message: OutboxMessage) -> str:
    """Return the address of the list of those who have signed up for that evening."""
    found = SignUp.objects.filter(pk=message.receiver_id or 0).values_list("evening", flat=True)
    return "".join(reverse("evening_desk:people", args=[pk]) for pk in found)


def _evening_label(_message: OutboxMessage) -> str:
    return _("An evening that a professional holds")


def _partner_label(_message: OutboxMessage) -> str:
    return _("An evening that a partner holds with us")


def _evening_address(message: OutboxMessage) -> str:
    found = Evening.objects.filter(pk=holders.evening_of(message.about))
    return "".join(reverse("evening_desk:one", args=[evening.pk]) for evening in found)


SIGN_UP = MessageSubject(_sign_up_label, _sign_up_address)
HELD = MessageSubject(_evening_label, _evening_address)
HELD_BY_PARTNER = MessageSubject(_partner_label, _evening_address)
