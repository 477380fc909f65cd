"""By whom and why a visit was cancelled: for the figures alone, never shown or written to parents."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CancelledBy(TextChoices):
    CLIENT = "client", _("the client")
    UNIT = "unit", _("the unit")
    OTHER = "other", _("somebody else, or not known")


class CancelReason(TextChoices):
    ILLNESS = "illness", _("illness")
    TIME = "time", _("the time does not suit")
    SETTLED = "settled", _("the matter is settled")
    NOT_NEEDED = "not_needed", _("not needed any more")
    STAFF = "staff", _("nobody of the staff is there")
    OTHER = "other", _("another reason")

    @classmethod
    def of_party(cls) -> list["CancelReason"]:
        """Return what a party may say; the unit's own reasons are not theirs."""
        return [reason for reason in cls if reason != cls.STAFF]


def reason_label(why: str) -> str:
    """Return the words of a reason; empty where none was given."""
    return str(CancelReason(why).label) if why in CancelReason else ""
