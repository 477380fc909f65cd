"""All busy time, in one table that the database itself keeps free of overlaps."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class ResourceKind(models.TextChoices):
    PROFESSIONAL = "professional", _("professional")
    ROOM = "room", _("room")


class Resource(models.Model):
    """A professional or a room: anything that can be in one place at a time.

    `revision` grows with every change of the hours that bind the resource. Who takes time locks the
    row and compares, so that nobody books by hours that were just cut.
    """

    kind = models.CharField(max_length=12, choices=ResourceKind.choices)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ClaimKind(models.TextChoices):
    HOLD = "hold", _("held")
    REQUEST = "request", _("requested")
    OFFER = "offer", _("offered")
    APPOINTMENT = "appointment", _("booked")
    CALL_BACK = "call_back", _("call-back")
    WALK_IN = "walk_in", _("walk-in")
    ABSENCE = "absence", _("away")
    EVENING = "evening", _("evening")
    OTHER = "other", _("other")

    @classmethod
    def booked(cls) -> list["ClaimKind"]:
        """List the kinds for which a client waits for an answer, a visit or a call."""
        return [cls.REQUEST, cls.OFFER, cls.APPOINTMENT, cls.CALL_BACK]

    @classmethod
    def hit_by_cuts(cls) -> list["ClaimKind"]:
        """List the kinds that somebody must deal with when a person or a place becomes unavailable."""
        return [*cls.booked(), cls.EVENING]


class ClaimQuerySet(models.QuerySet["Claim"]):
    def orphaned(self) -> "ClaimQuerySet":
        """Keep claims whose hours were cut and that nobody has dealt with."""
        return self.filter(orphaned_at__isnull=False)


class Claim(models.Model):
    """What takes time: it owns its occupancy rows, which come and go together."""

    kind = models.CharField(max_length=12, choices=ClaimKind.choices)
    # What staff may see of it in a list: a reference code, never a name.
    label = models.CharField(max_length=40, blank=True)
    service_point = models.ForeignKey(
        "office.ServicePoint", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    orphaned_at = models.DateTimeField(null=True, blank=True, db_index=True)
    orphan_reason = models.CharField(max_length=20, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return f"{self.kind} {self.label}".strip()


class OccupancyQuerySet(models.QuerySet["Occupancy"]):
    pass


class Occupancy(models.Model):
    """One resource is busy during one stretch of time (half-open, UTC)."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="occupancies")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="occupancies")
    during = DateTimeRangeField()
    # Set for holds only. Whoever needs the time after this instant deletes the row.
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = OccupancyQuerySet.as_manager()

    class Meta:
        verbose_name = _("occupancy")
        verbose_name_plural = _("occupancies")
        constraints = [
            ExclusionConstraint(
                name="nobody_and_no_room_is_in_two_places_at_once",
                expressions=[
                    (F("resource"), RangeOperators.EQUAL),
                    (F("during"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("That time was just taken."),
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False)
                & Q(during__startswith__isnull=False)
                & Q(during__endswith__isnull=False),
                name="busy_time_has_a_beginning_and_an_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(expires_at__isnull=False),
                name="occupancy_of_holds",
            ),
            models.Index(Func(F("during"), function="upper"), name="occupancy_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.during}"
