"""The waiting list: parties who would like an earlier time, if one comes free."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointments import Appointment
from bookings.models.asks import TimeOffer
from bookings.models.parties import Answer, Party
from bookings.models.statuses import Status
from office.models import ServicePoint


class PartOfDay(models.TextChoices):
    """By when the visit begins."""

    MORNING = "morning", _("morning")
    MIDDAY = "midday", _("midday")
    AFTERNOON = "afternoon", _("afternoon")

    @classmethod
    def of_hour(cls, hour: int) -> "PartOfDay":
        if hour < 11:
            return cls.MORNING
        return cls.MIDDAY if hour < 13 else cls.AFTERNOON


class Skipped(models.TextChoices):
    """Why the last look passed a wish over."""

    LIVE = "live", _("a time is offered right now")
    RESTING = "resting", _("was offered a time less than a day ago")
    SEPARATE = "separate", _("the parents come separately: choose the time by hand")
    ORPHAN = "orphan", _("the hours of the present time were cut: move it by hand")
    MOVE = "move", _("asks to move: decide that first")
    DECLINED = "declined", _("somebody has said that they do not come")
    UNKNOWN = "unknown", _("an invited parent has not given their details yet")
    NEAR = "near", _("the visit is so near that no earlier time is possible")
    NO_TIME = "no_time", _("no earlier time that suits is free")


class EarlierWishQuerySet(models.QuerySet["EarlierWish"]):
    def waiting(self) -> "EarlierWishQuerySet":
        """Return those who wait, in the order in which they are served: the oldest wish first."""
        return self.filter(
            outcome=EarlierWish.Outcome.WAITING, appointment__status=Status.CONFIRMED
        ).order_by("created_at", "pk")


class EarlierWish(models.Model):
    """One party's wish for an earlier time. It is nobody else's business but the secretary's."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waits")
        FULFILLED = "fulfilled", _("got an earlier time")
        WITHDRAWN = "withdrawn", _("taken back")
        ENDED = "ended", _("ended")

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="earlier_wishes"
    )
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="earlier_wishes")
    # Its age decides who is served first; changing the wish does not make it younger.
    created_at = models.DateTimeField()
    useful_until = models.DateField(null=True, blank=True)
    # Weekdays (0–6) and parts of day that suit; empty: any.
    days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    parts = ArrayField(
        models.CharField(max_length=10, choices=PartOfDay.choices), default=list, blank=True
    )
    # Places that suit for a visit in person; empty: the appointment's own.
    points = models.ManyToManyField(ServicePoint, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    closed_at = models.DateTimeField(null=True, blank=True)
    skipped = models.CharField(max_length=10, choices=Skipped.choices, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)

    objects = EarlierWishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish for an earlier time")
        verbose_name_plural = _("wishes for an earlier time")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["party"],
                condition=Q(outcome="waiting"),
                name="a_party_waits_once_for_an_earlier_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.outcome}"


class EarlierAsk(models.Model):
    """Whether one party accepts an earlier time that is offered. All who are asked must."""

    offer = models.ForeignKey(TimeOffer, on_delete=models.CASCADE, related_name="asks")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="earlier_asks")
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question about an earlier time")
        verbose_name_plural = _("questions about an earlier time")
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "party"], name="a_party_is_asked_once_about_an_earlier_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.answer}"

    @property
    def is_asked(self) -> bool:
        return self.answer == Answer.ASKED

    @property
    def has_accepted(self) -> bool:
        return self.answer == Answer.ACCEPTED
