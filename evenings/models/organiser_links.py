"""The link by which a partner without an account holds evenings of their own."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from office.core.tokens import token_for
from office.models import PartnerOrganisation

ORGANISER_LINK = "evening-organiser"
ORGANISER_PATH = "/evenings/partner/{token}/"


class OrganiserLinkQuerySet(models.QuerySet["OrganiserLink"]):
    def in_force(self, now: datetime) -> "OrganiserLinkQuerySet":
        return self.filter(withdrawn_at=None, ends_at__gt=now, organisation__is_active=True)


class OrganiserLink(models.Model):
    """Opens the partner's own page until it ends. Staff withdraw it; of the token only a hash is kept."""

    organisation = models.ForeignKey(
        PartnerOrganisation, on_delete=models.CASCADE, related_name="evening_links"
    )
    link_nonce = models.CharField(max_length=32)
    link_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OrganiserLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of a partner for evenings")
        verbose_name_plural = _("links of partners for evenings")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_partner_has_one_link_for_evenings",
            ),
            models.CheckConstraint(
                condition=Q(made_at__lt=F("ends_at")), name="a_link_for_evenings_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.made_at:%Y-%m-%d}"

    @property
    def token(self) -> str:
        """What opens the partner's page."""
        return token_for(ORGANISER_LINK, self.link_nonce)

    @property
    def path(self) -> str:
        """The secret path of the partner's page."""
        return ORGANISER_PATH.replace("{token}", self.token)
