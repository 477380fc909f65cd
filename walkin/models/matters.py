"""Which matters a point's walk-in takes, and what each asks of the people who come."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.models import Service, ServicePoint
from walkin.models.tickets import OtherMatter


class Presence(models.TextChoices):
    """Who must be present."""

    ANY = "any", _("one person or both parents")
    BOTH = "both", _("both parents at the same visit")


class PointMatter(models.Model):
    """What one point says of one matter. Without a row the unit's own choice applies.

    The unit's choice: the services that suit the walk-in, and all other matters, without conditions.
    """

    service_point = models.ForeignKey(
        ServicePoint, on_delete=models.CASCADE, related_name="walk_in_matters"
    )
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    other = models.CharField(max_length=6, choices=OtherMatter.choices, blank=True)
    is_taken = models.BooleanField(_("taken at this walk-in"), default=True)
    presence = models.CharField(
        _("who must be present"), max_length=4, choices=Presence.choices, default=Presence.ANY
    )
    needs_papers = models.BooleanField(_("the papers must be ready"), default=False)
    needs_identity = models.BooleanField(_("a valid proof of identity is needed"), default=False)
    bring = models.TextField(
        _("what to bring and show"),
        blank=True,
        help_text=_("One thing on a line. Empty: what the service says."),
    )

    class Meta:
        verbose_name = _("matter of a walk-in")
        verbose_name_plural = _("matters of walk-ins")
        ordering = ["service_point", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(service__isnull=True) ^ Q(other=""),
                name="a_row_of_a_point_has_one_matter",
            ),
            models.UniqueConstraint(
                fields=["service_point", "service"],
                condition=Q(service__isnull=False),
                name="a_point_says_once_what_it_does_about_a_service",
            ),
            models.UniqueConstraint(
                fields=["service_point", "other"],
                condition=~Q(other=""),
                name="a_point_says_once_what_it_does_about_another_matter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_point_id} {self.service_id or self.other}"
