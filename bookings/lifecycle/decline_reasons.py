"""Why a request is declined, as the parent reads it. Stored by code, shown in the parent's language."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class DeclineReason(models.TextChoices):
    NO_TIMES = "no_times", _("We have no free times for this at the moment.")
    OTHER_SERVICE = "other_service", _("This is something that another service takes care of.")
    OTHER_AREA = "other_area", _("This is taken care of in another area.")
    ALREADY_BOOKED = "already_booked", _("You already have an appointment with us.")
    NOT_REACHED = "not_reached", _("We needed to ask you something and could not reach you.")
    CALL_US = "call_us", _("Please call us, so that we find the right help together.")


def reason_label(reason: str) -> str:
    """Return the sentence for a code, or the sentence itself, in the active language."""
    if reason in DeclineReason.values:
        return str(DeclineReason(reason).label)
    return gettext(reason) if reason else ""
