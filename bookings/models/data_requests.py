"""A person asks for their own data, or for its deletion: answered within a month (GDPR, Article 12)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.parties import Party


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def open(self) -> "DataRequestQuerySet":
        """Return those that wait for an answer, the one due first before the others."""
        return self.filter(answered_at=None).order_by("due_at", "pk")


class DataRequest(models.Model):
    class Kind(models.TextChoices):
        COPY = "copy", _("a copy of my data")
        DELETION = "deletion", _("deletion of my data")

    class Outcome(models.TextChoices):
        GIVEN = "given", _("the data was handed over")
        DELETED = "deleted", _("all was deleted")
        PARTLY = "partly", _("deleted as far as the law lets us")
        REFUSED = "refused", _("not possible, and the reason was told")

    # None once the data is deleted.
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.SET_NULL, related_name="data_requests"
    )
    # The appointment's reference code; empty of who has none.
    reference = models.CharField(max_length=10, blank=True)
    # Under which number or address they are to be found who have no appointment; empty once answered.
    contact = models.CharField(max_length=254, blank=True, db_default="")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about own data")
        verbose_name_plural = _("requests about own data")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "kind"],
                condition=Q(answered_at=None),
                name="a_party_has_one_open_request_of_a_kind_about_their_data",
            ),
            models.UniqueConstraint(
                fields=["contact", "kind"],
                condition=Q(answered_at=None) & ~Q(contact=""),
                name="a_contact_has_one_open_request_of_a_kind_about_its_data",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
