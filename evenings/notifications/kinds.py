"""The kinds of messages about evenings; letters in `templates/emails/<kind>.subject`, `.txt`, `.sms`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EveningMessage(TextChoices):
    PLACE = "evening_place", _("A place at an evening")
    IN_LINE = "evening_in_line", _("On the waiting list of an evening")
    OFFERED = "evening_offered", _("A place at an evening is offered")
    NO_PLACE = "evening_no_place", _("No place at an evening")
    CANCELLED = "evening_cancelled", _("Sign-up for an evening cancelled")
    CHANGED = "evening_changed", _("An evening has changed")
    OFF = "evening_off", _("An evening is off")
    REMINDER = "evening_reminder", _("Reminder of an evening")
    AFTER = "evening_after", _("After an evening")
    ASKS = "evening_asks", _("Questions after an evening")


class HolderMessage(TextChoices):
    """To the professionals who hold it."""

    HOLDS = "evening_staff", _("To a professional: the evening has changed")
    OFF = "evening_staff_off", _("To a professional: the evening is off for them")


class PartnerMessage(TextChoices):
    """To the organisations that hold it with us."""

    CHANGED = "evening_partner", _("To a partner: the evening has changed")
    OFF = "evening_partner_off", _("To a partner: the evening is off")


# Too late, they are of no use, and nobody has to make them good.
LAPSING = frozenset(
    {
        EveningMessage.IN_LINE,
        EveningMessage.OFFERED,
        EveningMessage.NO_PLACE,
        EveningMessage.REMINDER,
        EveningMessage.AFTER,
        EveningMessage.ASKS,
        *HolderMessage,
        *PartnerMessage,
    }
)
