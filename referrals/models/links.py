"""The standing link with which a partner refers somebody to us."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.core.tokens import token_for
from office.models import PartnerOrganisation

PARTNER_LINK = "partner-refers"


class PartnerLink(models.Model):
    """Opens an organisation's form for referring somebody. No account; the manager withdraws it."""

    organisation = models.ForeignKey(
        PartnerOrganisation, on_delete=models.CASCADE, related_name="referral_links"
    )
    link_nonce = models.CharField(max_length=32)
    link_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link of a partner")
        verbose_name_plural = _("links of partners")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_partner_has_one_standing_link",
            )
        ]

    def __str__(self) -> str:
        return f"link of partner {self.organisation_id}"

    @property
    def path(self) -> str:
        """The secret path of the partner's form."""
        return f"/partner/{token_for(PARTNER_LINK, self.link_nonce)}/"
