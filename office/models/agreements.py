"""The kinds of agreements that a unit confirms, as they are counted for the national statistics."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgreementKind(models.TextChoices):
    CUSTODY = "custody", _("custody")
    RESIDENCE = "residence", _("residence")
    CONTACT = "contact", _("right of access")
    MAINTENANCE = "maintenance", _("maintenance, with an amount")
    # The agreement says that nothing is paid; it is confirmed and counted as well.
    NO_MAINTENANCE = "no_maintenance", _("maintenance, no amount")
    PARENTHOOD = "parenthood", _("parenthood")


# Of how many children an agreement of each kind was confirmed: one agreement a child.
Agreements = dict[str, int]
