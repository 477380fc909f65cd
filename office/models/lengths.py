"""How long a visit takes that is about several matters together."""

from django.core.validators import MaxValueValidator, MinValueValidator, StepValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from office.models.services import Service


class LengthRule(models.Model):
    """These services at one visit take so many minutes. See office.calendar.visit_lengths."""

    services = models.ManyToManyField(
        Service, verbose_name=_("matters together"), related_name="length_rules"
    )
    minutes = models.PositiveSmallIntegerField(
        _("they take (minutes)"),
        validators=[
            MinValueValidator(5),
            MaxValueValidator(480),
            StepValueValidator(5, _("Give a multiple of five minutes.")),
        ],
    )

    class Meta:
        verbose_name = _("rule of length")
        verbose_name_plural = _("rules of length")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"rule {self.pk}: {self.minutes} min"
