"""How visits ended: in choices, never in words about anybody."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.models.appointments import Appointment
from bookings.models.parties import Party
from office.core import clock
from office.models import Service, Unit, User


class Outcome(models.TextChoices):
    """How a visit ended, booked or in the walk-in."""

    AGREEMENT = "agreement", _("agreement confirmed")
    PARTLY = "partly", _("agreed in part")
    NOT_AGREED = "not_agreed", _("not agreed")
    ADVICE = "advice", _("advice given")
    INTERRUPTED = "interrupted", _("interrupted")
    NOT_HELD = "not_held", _("not held")
    BOOKED = "booked", _("appointment booked")
    OTHER = "other", _("something else")

    @classmethod
    def with_agreements(cls) -> list["Outcome"]:
        """List outcomes with which agreements may have been confirmed."""
        return [cls.AGREEMENT, cls.PARTLY, cls.BOOKED]

    @classmethod
    def of_visit(cls) -> list["Outcome"]:
        """Return what a booked visit may end with; booking the next one is a step after it."""
        return [one for one in cls if one != cls.BOOKED]

    @classmethod
    def of_walk_in(cls) -> list["Outcome"]:
        """Return what a number may end with, in the order of their keys."""
        return [
            cls.ADVICE,
            cls.AGREEMENT,
            cls.BOOKED,
            cls.OTHER,
            cls.PARTLY,
            cls.NOT_AGREED,
            cls.INTERRUPTED,
            cls.NOT_HELD,
        ]


class Came(models.TextChoices):
    """Who of those expected came to a visit."""

    ALL = "all", _("everybody came")
    SOME = "some", _("one did not come")
    NONE = "none", _("nobody came")


class NextStep(models.TextChoices):
    VISIT = "visit", _("another visit")
    MEDIATION = "mediation", _("mediation")
    COURT = "court", pgettext_lazy("next step", "court")
    SERVICE = "service", _("another service")


def _open_since(unit: Unit) -> datetime:
    """Return the moment from which a first note can still be corrected."""
    first_day = clock.today() - timedelta(days=unit.outcome_days)
    return clock.day_bounds(first_day, first_day)[0]


class VisitOutcomeQuerySet(models.QuerySet["VisitOutcome"]):
    def current(self) -> "VisitOutcomeQuerySet":
        """Keep all but those that were corrected or withdrawn."""
        return self.filter(replaced_at=None)

    def closed(self, unit: Unit) -> "VisitOutcomeQuerySet":
        """Return those whose days for correcting them have passed."""
        return self.filter(first_noted_at__lt=_open_since(unit))

    def withdraw(self, appointment: Appointment) -> None:
        """Withdraw the outcome of a visit that has not ended after all."""
        self.current().filter(appointment=appointment).update(replaced_at=clock.now())

    def key_of(self, appointment: int) -> int | None:
        """Return the key of the outcome that holds; None where nothing was noted."""
        return self.current().filter(appointment=appointment).values_list("pk", flat=True).first()

    def put_back(self, appointment: int, key: int | None) -> None:
        """Restore the outcome that held then; one that was noted since has never been."""
        if self.key_of(appointment) == key:
            return
        rows = self.filter(appointment=appointment)
        rows.current().delete()
        if key is not None:
            rows.filter(pk=key).update(replaced_at=None)

    def note_no_show(self, appointment: Appointment, user: User | None) -> None:
        """Note that nobody came, along with the mark of it."""
        now = clock.now()
        self.withdraw(appointment)
        made = self.create(
            appointment=appointment,
            day=clock.local(appointment.starts_at or now).date(),
            service_id=appointment.service_id,
            came=Came.NONE,
            outcome=Outcome.NOT_HELD,
            first_noted_at=now,
            noted_at=now,
            noted_by=user,
        )
        made.also.set(appointment.further_services)
        made.absent.set(Party.objects.filter(appointment=appointment).who_come())

    def keep_as_figures(self, appointments: Iterable[int]) -> None:
        """Make nameless figures of the outcomes of appointments that are about to be removed."""
        rows = self.filter(appointment__in=appointments)
        rows.exclude(replaced_at=None).delete()
        VisitOutcome.absent.through.objects.filter(visitoutcome__in=rows).delete()
        rows.update(appointment=None, noted_by=None, day=TruncMonth("day"))


class VisitOutcome(models.Model):
    """How a booked visit ended. A correction is a new row beside the replaced one.

    Once the appointment is removed, the current row stays as a figure of its month, with nobody in it.
    """

    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.SET_NULL, related_name="outcomes"
    )
    day = models.DateField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    # The further matters of the visit.
    also: "models.ManyToManyField[Service, Any]" = models.ManyToManyField(
        Service, blank=True, related_name="+"
    )
    came = models.CharField(max_length=4, choices=Came.choices, default=Came.ALL)
    # Who did not come, where that is known of each.
    absent: "models.ManyToManyField[Party, Any]" = models.ManyToManyField(
        Party, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=11, choices=Outcome.choices)
    # Agreements: the number of children by kind.
    agreements = models.JSONField(default=dict, blank=True)
    next_step = models.CharField(max_length=9, choices=NextStep.choices, blank=True)
    # Of a corrected outcome: when the first one was noted.
    first_noted_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = VisitOutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome of a visit")
        verbose_name_plural = _("outcomes of visits")
        ordering = ["-noted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(replaced_at__isnull=True),
                name="a_visit_has_one_outcome_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(came="none") | Q(outcome="not_held"),
                name="a_visit_to_which_nobody_came_was_not_held",
            ),
            models.CheckConstraint(
                condition=~Q(came="all") | ~Q(outcome="not_held"),
                name="a_visit_that_was_not_held_lacked_somebody",
            ),
            models.CheckConstraint(
                condition=Q(agreements={}) | Q(outcome__in=["agreement", "partly", "booked"]),
                name="agreements_need_an_outcome_that_allows_them",
            ),
        ]
        indexes = [models.Index(fields=["day"], name="outcome_by_day")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.day}"

    @property
    def was_not_held(self) -> bool:
        return self.outcome == Outcome.NOT_HELD

    @property
    def is_correctable(self) -> bool:
        """Whether the days for correcting it have not passed: what was reported is not to change."""
        return self.first_noted_at >= _open_since(Unit.get())
