"""Two visits of one matter whose parties are not to meet."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointments import Appointment


class SeparateVisit(models.Model):
    """One row for each of the two visits, so that either finds the other."""

    appointment = models.OneToOneField(
        Appointment, on_delete=models.CASCADE, related_name="separate"
    )
    other = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("separate visit")
        verbose_name_plural = _("separate visits")
        constraints = [
            models.CheckConstraint(
                condition=~Q(appointment=F("other")), name="separate_visits_are_two"
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.other_id}"
