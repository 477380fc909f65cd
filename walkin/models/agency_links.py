"""The link of a day with which another agency in the building hands people over and answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.core.tokens import token_for
from walkin.models.days import WalkInDay
from walkin.models.places import Destination

AGENCY_LINK = "walk-in-agency"


class AgencyLink(models.Model):
    """Opens an agency's own screen while the walk-in day lasts. No account; staff withdraw it."""

    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, related_name="agency_links"
    )
    day = models.ForeignKey(WalkInDay, on_delete=models.CASCADE, related_name="agency_links")
    link_nonce = models.CharField(max_length=32)
    link_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link of an agency")
        verbose_name_plural = _("links of agencies")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["destination", "day"],
                condition=Q(withdrawn_at__isnull=True),
                name="an_agency_has_one_link_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.destination_id} {self.day_id}"

    @property
    def path(self) -> str:
        """The secret path of the agency's screen."""
        return f"/walk-in/agency/{token_for(AGENCY_LINK, self.link_nonce)}/"
