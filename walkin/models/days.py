"""Walk-in days and who is on duty."""

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from office.core.tokens import token_for
from office.models import Claim, Professional, ServicePoint
from walkin.models.places import Desk
from walkin.states import DAY_RULES, NOT_OVER, RUNNING, DayAction, DayState

if TYPE_CHECKING:
    from walkin.models.tickets import Ticket

CODE = "walk-in-day"


class CloseReason(models.TextChoices):
    """Why the intake was closed."""

    FULL = "full", _("the people waiting fill the time")
    TIME = "time", _("the hours are over")
    STAFF = "staff", _("closed by staff")


class WalkInDayQuerySet(models.QuerySet["WalkInDay"]):
    def running(self) -> "WalkInDayQuerySet":
        return self.filter(state__in=RUNNING)

    def not_over(self) -> "WalkInDayQuerySet":
        """Keep planned and running days."""
        return self.filter(state__in=NOT_OVER)

    def at(self, point: int) -> "WalkInDayQuerySet":
        return self.filter(service_point=point)

    def without_replaced(self) -> "WalkInDayQuerySet":
        """Leave out what was called off and whose time another walk-in at the point has got since."""
        another = WalkInDay.objects.filter(
            service_point=models.OuterRef("service_point"),
            starts_at__lt=models.OuterRef("ends_at"),
            ends_at__gt=models.OuterRef("starts_at"),
        ).exclude(state=DayState.CALLED_OFF)
        return self.exclude(models.Exists(another), state=DayState.CALLED_OFF)

    def to_come(self, now: datetime) -> "WalkInDayQuerySet":
        """Keep planned days whose hours are not over, the next one first."""
        return self.filter(state=DayState.PLANNED, ends_at__gt=now).order_by("starts_at")


class WalkInDay(models.Model):
    """One continuous walk-in at a service point, usually one a day."""

    service_point = models.ForeignKey(
        ServicePoint, on_delete=models.PROTECT, related_name="walk_in_days"
    )
    date = models.DateField(_("date"))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=13, choices=DayState.choices, default=DayState.PLANNED)
    # The date and part of the weekly hours that this was made from; none where it was added by hand.
    hours_date = models.DateField(null=True, blank=True)
    hours_part = models.PositiveSmallIntegerField(default=0)
    # Moved, staffed or called off by hand: changes of the weekly hours no longer apply.
    is_by_hand = models.BooleanField(default=False)
    # Staff keep the intake open although the waiting tickets fill the remaining time: until this
    # number is given, or, without one, until they say otherwise.
    is_kept_open = models.BooleanField(default=False)
    kept_open_until = models.PositiveIntegerField(null=True, blank=True)
    last_number = models.PositiveIntegerField(default=0)
    # The code shown at the point for taking a number on one's own phone; new each day.
    code_nonce = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    intake_closed_at = models.DateTimeField(null=True, blank=True)
    intake_closed_why = models.CharField(max_length=5, choices=CloseReason.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # What is kept of the day; see days/statistics.py.
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
        """The code of the day, as in the point's QR code."""
        return token_for(CODE, self.code_nonce)

    def allows(self, action: DayAction) -> bool:
        return self.state in DAY_RULES[action].states

    def require(self, action: DayAction) -> None:
        """Raise the action's own refusal unless the day's state allows it."""
        if not self.allows(action):
            raise DAY_RULES[action].refusal()

    @property
    def is_planned(self) -> bool:
        return self.state == DayState.PLANNED

    @property
    def is_open(self) -> bool:
        return self.state == DayState.OPEN

    @property
    def is_intake_closed(self) -> bool:
        return self.state == DayState.INTAKE_CLOSED

    @property
    def is_called_off(self) -> bool:
        return self.state == DayState.CALLED_OFF

    @property
    def has_ended(self) -> bool:
        return self.state == DayState.ENDED

    @property
    def is_running(self) -> bool:
        """Whether tickets are called."""
        return self.state in RUNNING

    @property
    def is_over(self) -> bool:
        return self.state not in NOT_OVER

    @property
    def follows_estimate(self) -> bool:
        """Whether the intake closes, and opens again, by the estimate."""
        if self.is_kept_open:
            return self.kept_open_until is not None and self.last_number >= self.kept_open_until
        return self.is_open or self.intake_closed_why == CloseReason.FULL

    @property
    def kept_open_for(self) -> int:
        """How many more numbers are given whatever the estimate says; 0 for no end."""
        return max((self.kept_open_until or self.last_number) - self.last_number, 0)

    def gives_numbers(self, at: datetime) -> bool:
        """Say whether somebody who comes in at that moment gets a number."""
        return self.is_open and at < self.ends_at

    @property
    def tag(self) -> str:
        """The class of its state's tag."""
        return {
            DayState.OPEN: "tag--good",
            DayState.INTAKE_CLOSED: "tag--wait",
            DayState.CALLED_OFF: "tag--quiet",
        }.get(DayState(self.state), "")


class DutyQuerySet(models.QuerySet["Duty"]):
    def at(self, moment: datetime) -> "DutyQuerySet":
        """Keep duties at an instant."""
        return self.filter(during__contains=moment)


class Duty(models.Model):
    """A professional's duty at a day's walk-in. Its claim owns their time."""

    day = models.ForeignKey(WalkInDay, on_delete=models.CASCADE, related_name="duties")
    professional = models.ForeignKey(
        Professional, on_delete=models.PROTECT, related_name="walk_in_duties"
    )
    desk = models.ForeignKey(
        Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="duties"
    )
    during = DateTimeRangeField()
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="walk_in_duty")
    # Away from the desk for a few minutes: nobody is called to it meanwhile.
    break_until = models.DateTimeField(null=True, blank=True)

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

    @cached_property
    def moved(self) -> "list[Ticket]":
        """The tickets that came along when this instance was given, moved or taken over."""
        return []

    def is_on_break(self, now: datetime) -> bool:
        return self.break_until is not None and now < self.break_until

    def serves_from(self, now: datetime) -> datetime:
        """Return from when somebody sits at the desk: now, after the break, or as the duty begins."""
        begins: datetime = self.during.lower
        away = self.break_until if self.break_until is not None else now
        return max(now, away, begins)
