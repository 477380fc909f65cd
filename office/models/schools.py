"""School holidays of the region, as the manager writes them: municipalities decide them."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

# A school year begins in August.
AUGUST = 8


class SchoolBreakQuerySet(models.QuerySet["SchoolBreak"]):
    def not_over(self, today: date) -> "SchoolBreakQuerySet":
        return self.filter(last_day__gte=today)

    def checked(self) -> "SchoolBreakQuerySet":
        return self.filter(awaits_check=False)


class SchoolBreak(models.Model):
    """One holiday of one school year in one region; both named days are free."""

    class Kind(models.TextChoices):
        AUTUMN = "autumn", _("Autumn holiday")
        CHRISTMAS = "christmas", _("Christmas holiday of the school")
        WINTER = "winter", _("Winter holiday")
        SUMMER = "summer", _("Summer")

    region = models.CharField(_("municipality or region"), max_length=60)
    kind = models.CharField(_("holiday"), max_length=9, choices=Kind.choices)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    # A likely date that was proposed: parents see it when somebody has checked it.
    awaits_check = models.BooleanField(default=False, db_default=False, editable=False)

    objects = SchoolBreakQuerySet.as_manager()

    class Meta:
        verbose_name = _("school holiday")
        verbose_name_plural = _("school holidays")
        ordering = ["region", "first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="a_school_holiday_ends_no_earlier_than_it_begins",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.UniqueConstraint(
                fields=["region", "kind", "first_day"],
                name="a_school_holiday_is_told_once",
                violation_error_message=_("This holiday of this region is there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}: {self.get_kind_display()} {self.first_day}–{self.last_day}"

    @property
    def school_year(self) -> str:
        """2026–2027. The summer belongs to the year that it ends."""
        begins = self.first_day.year - (self.first_day.month < AUGUST)
        return f"{begins}–{begins + 1}"
