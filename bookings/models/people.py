"""What a secretary has noted of people, whatever the appointment. Known again by keyed hashes."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ToldApart(models.Model):
    """Two who look alike and are not the same. See bookings.parties.apart."""

    first = models.CharField(max_length=64)
    second = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("two who are not the same")
        verbose_name_plural = _("two who are not the same")
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="two_people_are_told_apart_once"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="two_told_apart_stand_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"told apart {self.pk}"


class PersonNote(models.Model):
    """The secretary's note on a person, on all their cards. See bookings.parties.notes."""

    keys = ArrayField(models.CharField(max_length=64))
    text = models.TextField(_("note on the person"), max_length=1000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("note on a person")
        verbose_name_plural = _("notes on persons")
        indexes = [GinIndex(fields=["keys"], name="person_note_by_key")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & Q(keys__len__gt=0), name="a_note_on_a_person_says_something"
            )
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"
