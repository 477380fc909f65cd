"""Walk-in days and who is on duty."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.core.tokens import token_for
from office.models import Claim, Professional, ServicePoint
from walkin.models.places import Desk

CODE = "walk-in-day"


class DayState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("walk-in", "planned")
    OPEN = "open", pgettext_lazy("walk-in", "open")
    INTAKE_CLOSED = "intake_closed", pgettext_lazy("walk-in", "no more numbers")
    ENDED = "ended", pgettext_lazy("walk-in", "ended")
    CALLED_OFF = "called_off", pgettext_lazy("walk-in", "called off")

    @classmethod
    def running(cls) -> list["DayState"]:
        """Numbers are called."""
        return [cls.OPEN, cls.INTAKE_CLOSED]


class WhyClosed(models.TextChoices):
    """Why no more numbers are given."""

    FULL = "full", _("those who wait fill the time")
    TIME = "time", _("the hours are over")
    STAFF = "staff", _("closed by staff")


class WalkInDayQuerySet(models.QuerySet["WalkInDay"]):
    def running(self) -> "WalkInDayQuerySet":
        return self.filter(state__in=DayState.running())

    def at(self, point: int) -> "WalkInDayQuerySet":
        return self.filter(service_point=point)

    def to_come(self, now: datetime) -> "WalkInDayQuerySet":
        """Planned days whose hours are not over, the next one first."""
        return self.filter(state=DayState.PLANNED, ends_at__gt=now).order_by("starts_at")


class WalkInDay(models.Model):
    """One stretch of walk-in at one point: usually one a day."""

    service_point = models.ForeignKey(
        ServicePoint, on_delete=models.PROTECT, related_name="walk_in_days"
    )
    date = models.DateField(_("date"))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=13, choices=DayState.choices, default=DayState.PLANNED)
    # The day and the part of it that the weekly hours made this from; none where it was added.
    hours_date = models.DateField(null=True, blank=True)
    hours_part = models.PositiveSmallIntegerField(default=0)
    # Moved, staffed or called off by hand: the weekly hours do not change it any more.
    is_by_hand = models.BooleanField(default=False)
    # Staff keep the intake open although those who wait fill the time.
    is_kept_open = models.BooleanField(default=False)
    last_number = models.PositiveIntegerField(default=0)
    # The code at the point with which numbers are taken on one's own phone; a new one each day.
    code_nonce = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    intake_closed_at = models.DateTimeField(null=True, blank=True)
    intake_closed_why = models.CharField(max_length=5, choices=WhyClosed.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # What is left of the day for statistics; see figures.py.
    figures = models.JSONField(default=dict, blank=True)

    objects = WalkInDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("walk-in day")
        verbose_name_plural = _("walk-in days")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="a_walk_in_day_ends_after_it_begins",
                violation_error_message=_("The hours must end after they begin."),
            ),
            ExclusionConstraint(
                name="a_service_point_has_one_walk_in_at_a_time",
                expressions=[
                    (F("service_point"), RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=["planned", "open", "intake_closed"]),
                violation_error_message=_("This service point has a walk-in at that time already."),
            ),
            models.UniqueConstraint(
                fields=["service_point"],
                condition=Q(state__in=["open", "intake_closed"]),
                name="a_service_point_has_one_open_walk_in",
                violation_error_message=_("The walk-in before this one has not been ended."),
            ),
            models.UniqueConstraint(
                fields=["service_point", "hours_date", "hours_part"],
                condition=Q(hours_date__isnull=False),
                name="weekly_hours_make_a_walk_in_day_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_point_id} {self.date}"

    @property
    def code(self) -> str:
        """The code of the day, as the point's QR code has it."""
        return token_for(CODE, self.code_nonce)

    @property
    def is_running(self) -> bool:
        """Whether numbers are called."""
        return self.state in DayState.running()


class DutyQuerySet(models.QuerySet["Duty"]):
    def at(self, moment: datetime) -> "DutyQuerySet":
        """Who is on duty at an instant."""
        return self.filter(during__contains=moment)


class Duty(models.Model):
    """A professional serves the walk-in of a day, from and until. Owns their time."""

    day = models.ForeignKey(WalkInDay, on_delete=models.CASCADE, related_name="duties")
    professional = models.ForeignKey(
        Professional, on_delete=models.PROTECT, related_name="walk_in_duties"
    )
    desk = models.ForeignKey(
        Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="duties"
    )
    during = DateTimeRangeField()
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="walk_in_duty")

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("walk-in duty")
        verbose_name_plural = _("walk-in duties")
        ordering = ["during", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False)
                & Q(during__startswith__isnull=False)
                & Q(during__endswith__isnull=False),
                name="a_duty_has_a_beginning_and_an_end",
            ),
            ExclusionConstraint(
                name="a_professional_is_on_one_duty_at_a_time",
                expressions=[
                    (F("professional"), RangeOperators.EQUAL),
                    (F("during"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This professional is on duty then already."),
            ),
            ExclusionConstraint(
                name="one_professional_sits_at_a_desk",
                expressions=[
                    (F("desk"), RangeOperators.EQUAL),
                    (F("during"), RangeOperators.OVERLAPS),
                ],
                condition=Q(desk__isnull=False),
                violation_error_message=_("Somebody else sits at that desk then."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.professional_id} {self.during}"
