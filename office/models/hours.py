"""When who is at work: the weekly hours, the changes to them, absences and closures."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from office.models.occupancy import Claim
from office.models.people import Professional
from office.models.places import ServicePoint


class HoursKind(models.TextChoices):
    APPOINTMENTS = "appointments", _("appointments")
    WALK_IN = "walk_in", _("walk-in")
    PHONE = "phone", _("phone hours")
    CALL_BACK = "call_back", _("call-back times")

    @property
    def icon(self) -> str:
        return {
            HoursKind.APPOINTMENTS: "calendar",
            HoursKind.WALK_IN: "queue",
            HoursKind.PHONE: "phone",
            HoursKind.CALL_BACK: "clock",
        }[self]


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class _Minute(Func):
    """A wall-clock time as minutes since midnight, for a range over times of day."""

    template = "(EXTRACT(EPOCH FROM %(expressions)s)::int / 60)"
    output_field = models.IntegerField()


def _times() -> Func:
    return Func(_Minute(F("starts")), _Minute(F("ends")), function="int4range")


class _Phase(Func):
    """Which of every `interval` weeks the anchor's is; 0 where hours come every week."""

    template = "COALESCE(MOD((%(expressions)s), 0)"
    # Days since the calendar's first Monday; see office/calendar/rhythms.py.
    arg_joiner = " - DATE '0001-01-01') / 7, "
    output_field = models.IntegerField()


class NthWeekday(models.IntegerChoices):
    FIRST = 1, _("the first")
    SECOND = 2, _("the second")
    THIRD = 3, _("the third")
    FOURTH = 4, _("the fourth")
    LAST = -1, _("the last")


class WeeklyHours(models.Model):
    """Wall-clock hours of one professional on one weekday, valid between two dates.

    They come every week, every `interval` weeks counted from that of `anchor`, or on the n-th such
    weekday of a month; see office/calendar/rhythms.py.
    """

    professional = models.ForeignKey(
        Professional,
        on_delete=models.CASCADE,
        related_name="weekly_hours",
        verbose_name=_("professional"),
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=HoursKind.choices, default=HoursKind.APPOINTMENTS
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.PROTECT,
        related_name="weekly_hours",
        verbose_name=_("service point"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    interval = models.PositiveSmallIntegerField(_("every so many weeks"), default=1, db_default=1)
    anchor = models.DateField(_("a day of the first week"), null=True, blank=True)
    nth = models.SmallIntegerField(
        _("which of the month"), choices=NthWeekday.choices, null=True, blank=True
    )

    class Meta:
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__lt=F("ends")),
                name="weekly_hours_end_after_they_begin",
                violation_error_message=_("The hours must end after they begin."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="weekly_hours_are_valid_forwards_in_time",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(interval=1) | Q(interval__range=(2, 8), anchor__isnull=False),
                name="hours_of_every_nth_week_have_an_anchor",
                violation_error_message=_("Give a day of the first week that counts."),
            ),
            models.CheckConstraint(
                condition=Q(nth__isnull=True) | Q(interval=1, nth__in=NthWeekday.values),
                name="hours_are_by_weeks_or_by_months",
                violation_error_message=_("Choose either weeks or weekdays of the month."),
            ),
            # Of two different rhythms only the days can tell: see office/calendar/hours_overlap.py.
            ExclusionConstraint(
                name="weekly_hours_of_one_professional_do_not_overlap",
                expressions=[
                    (F("professional"), RangeOperators.EQUAL),
                    (F("weekday"), RangeOperators.EQUAL),
                    (F("interval"), RangeOperators.EQUAL),
                    (_Phase(F("anchor"), F("interval")), RangeOperators.EQUAL),
                    (Coalesce(F("nth"), 0), RangeOperators.EQUAL),
                    (_times(), RangeOperators.OVERLAPS),
                    (
                        Func(F("valid_from"), F("valid_until"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_(
                    "This professional already has hours that overlap with these."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def icon(self) -> str:
        return HoursKind(self.kind).icon


class HoursChange(models.Model):
    """One day's change: hours that are added, or cut, against the weekly ones."""

    class Effect(models.TextChoices):
        ADDS = "adds", _("adds hours")
        CUTS = "cuts", _("cuts hours")

    professional = models.ForeignKey(
        Professional,
        on_delete=models.CASCADE,
        related_name="hours_changes",
        verbose_name=_("professional"),
    )
    effect = models.CharField(
        _("effect"), max_length=4, choices=Effect.choices, default=Effect.ADDS
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=HoursKind.choices, default=HoursKind.APPOINTMENTS
    )
    date = models.DateField(_("date"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    # Where hours are added; a cut is wherever the weekly hours are.
    service_point = models.ForeignKey(
        ServicePoint,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("service point"),
    )

    class Meta:
        verbose_name = _("change of one day")
        verbose_name_plural = _("changes of one day")
        ordering = ["date", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__lt=F("ends")),
                name="a_change_of_hours_ends_after_it_begins",
                violation_error_message=_("The hours must end after they begin."),
            ),
            models.CheckConstraint(
                condition=Q(effect="cuts") | Q(service_point__isnull=False),
                name="added_hours_have_a_service_point",
                violation_error_message=_("Choose the service point."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.starts:%H:%M}–{self.ends:%H:%M}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def entered(self) -> "AbsenceQuerySet":
        """Return those that a person has entered; not the busy times of somebody's own calendar."""
        return self.exclude(reason=Absence.Reason.CALENDAR)


class Absence(models.Model):
    """A professional is away. It owns busy time around what is already booked."""

    class Reason(models.TextChoices):
        # Why is nobody's business until somebody says it: nothing else is ever preset.
        NOT_GIVEN = "", _("away")
        LEAVE = "leave", _("on leave")
        SICK = "sick", _("sick")
        TRAINING = "training", _("in training")
        OTHER = "other", _("otherwise engaged")
        # Read from the professional's own calendar; see office/own_calendars.
        CALENDAR = "calendar", _("busy in own calendar")

        @classmethod
        def to_choose(cls) -> list[tuple[str, Any]]:
            """Return the choices of a form, first that no reason is given."""
            reasons = [choice for choice in cls.choices[1:] if choice[0] != cls.CALENDAR]
            return [(cls.NOT_GIVEN.value, _("not told")), *reasons]

    professional = models.ForeignKey(
        Professional,
        on_delete=models.CASCADE,
        related_name="absences",
        verbose_name=_("professional"),
    )
    reason = models.CharField(
        _("reason"),
        max_length=10,
        choices=Reason.choices,
        blank=True,
        default=Reason.NOT_GIVEN,
        db_default=Reason.NOT_GIVEN,
    )
    during = DateTimeRangeField(_("during"))
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="absence")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["during"]
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False)
                & Q(during__startswith__isnull=False)
                & Q(during__endswith__isnull=False),
                name="an_absence_has_a_beginning_and_an_end",
                violation_error_message=_("The absence must end after it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.professional_id} {self.during}"


class BlockedTime(models.Model):
    """Time of one day that a professional keeps free of bookings. It never lies over anything booked."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("meeting")
        COURT = "court", _("court")
        LUNCH = "lunch", _("lunch break")
        OTHER = "other", _("own work")

    professional = models.ForeignKey(
        Professional, on_delete=models.CASCADE, related_name="blocked_times"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MEETING)
    during = DateTimeRangeField()
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="blocked_time")

    class Meta:
        verbose_name = _("blocked time")
        verbose_name_plural = _("blocked times")
        ordering = ["during"]
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False)
                & Q(during__startswith__isnull=False)
                & Q(during__endswith__isnull=False),
                name="blocked_time_has_a_beginning_and_an_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.professional_id} {self.during}"


class Closure(models.Model):
    """Days on which a service point, or the whole unit, is closed; or open on a public holiday."""

    class Effect(models.TextChoices):
        CLOSED = "closed", _("closed")
        OPEN = "open", _("open although a public holiday")

    service_point = models.ForeignKey(
        ServicePoint,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="closures",
        verbose_name=_("service point"),
        help_text=_("Leave empty for the whole unit."),
    )
    effect = models.CharField(
        _("effect"), max_length=6, choices=Effect.choices, default=Effect.CLOSED
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("what the public is told"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="a_closure_ends_no_earlier_than_it_begins",
                violation_error_message=_("The last day cannot be before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"
