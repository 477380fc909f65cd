"""Who stays out of whose matter, because they know the people or are related to them."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from bookings.models.appointments import Appointment
from office.models import Professional


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def in_force(self) -> "RecusalQuerySet":
        """Keep, of each professional and appointment, the last row if it bars."""
        later = Recusal.objects.filter(
            appointment=OuterRef("appointment"),
            professional=OuterRef("professional"),
            pk__gt=OuterRef("pk"),
        )
        return self.filter(~Exists(later), what=Recusal.What.BARRED)


class Recusal(models.Model):
    """A professional is barred from a matter, or may take part again. Append-only: the last row counts.

    No reason is stored: why is between the professional and the manager. The matter is known by one of
    its appointments; see bookings.parties.conflicts for what else belongs to it.
    """

    class What(models.TextChoices):
        BARRED = "barred", _("stays out")
        LIFTED = "lifted", _("may take part again")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="recusals")
    professional = models.ForeignKey(
        Professional, on_delete=models.CASCADE, related_name="recusals"
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

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.professional_id} {self.what}"
