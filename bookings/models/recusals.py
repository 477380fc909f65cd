"""Who stays out of whose matter, because they know the people or are related to them."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointments import Appointment
from office.models import Professional, User


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def in_force(self) -> "RecusalQuerySet":
        """Keep, of each person and appointment, the last row if it bars."""
        later = Recusal.objects.filter(
            Q(professional=OuterRef("professional")) | Q(user=OuterRef("user")),
            appointment=OuterRef("appointment"),
            pk__gt=OuterRef("pk"),
        )
        return self.filter(~Exists(later), what=Recusal.What.BARRED)

    def of_user(self, user: User | OuterRef) -> "RecusalQuerySet":
        """Keep those of a member of staff: as themselves, or as the professional that they are."""
        return self.filter(Q(user=user) | Q(professional__user=user))


class Recusal(models.Model):
    """Somebody is barred from a matter, or may take part again. Append-only: the last row counts.

    `professional`, or `user`: who meets no parties, such as a secretary.

    No reason is stored: why is between the professional and the manager. The matter is known by one of
    its appointments; see bookings.parties.conflicts for what else belongs to it.
    """

    class What(models.TextChoices):
        BARRED = "barred", _("stays out")
        LIFTED = "lifted", _("may take part again")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="recusals")
    professional = models.ForeignKey(
        Professional, null=True, blank=True, on_delete=models.CASCADE, related_name="recusals"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recusals",
    )
    what = models.CharField(max_length=6, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                fields=["appointment", "professional", "-id"], name="recusal_by_appointment"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(professional__isnull=False, user__isnull=True)
                | Q(professional__isnull=True, user__isnull=False),
                name="a_conflict_of_interest_is_of_one_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.professional_id or self.user_id} {self.what}"

    @property
    def name(self) -> str:
        """Return who it is."""
        if self.professional is not None:
            return self.professional.name
        return (self.user.get_full_name() or self.user.username) if self.user else ""
