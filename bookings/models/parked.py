"""A booking that was begun on the phone when the line was cut: kept until it is taken up again."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# How the access log's name of one begins.
RECORD = "parked-"


class ParkedBooking(models.Model):
    """What was typed in the booking panel, encrypted. The secretaries' own."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="parked_bookings"
    )
    parked_at = models.DateTimeField(db_index=True)
    # The panel's fields: see bookings/staff_booking/parking.py.
    sealed = models.TextField()

    class Meta:
        verbose_name = _("parked booking")
        verbose_name_plural = _("parked bookings")
        ordering = ["parked_at", "pk"]

    def __str__(self) -> str:
        return f"parked booking {self.pk}"

    @property
    def record(self) -> str:
        """What the access log calls it."""
        return f"{RECORD}{self.pk}"

    @classmethod
    def pks_of(cls, records: Collection[str]) -> list[int]:
        """Return the keys of the records that the access log calls by these names."""
        numbers = (record.removeprefix(RECORD) for record in records if record.startswith(RECORD))
        return [int(number) for number in numbers if number.isdecimal()]
