"""Proposed times: a party asks to move, or other times are offered. Each keeps its time meanwhile."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointments import Appointment
from bookings.models.parties import Party
from office.models import Channel, Claim, HasChannel, Room, ServicePoint


class ProposedTime(HasChannel, models.Model):
    """A time that is kept for an appointment until somebody decides."""

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    service_point = models.ForeignKey(
        ServicePoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    room = models.ForeignKey(
        Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    claim = models.OneToOneField(
        Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)s"
    )
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class MoveRequest(ProposedTime):
    """A party asked for another time."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("waits for the secretary")
        MOVED = "moved", _("moved")
        KEPT = "kept", _("kept as it was")
        WITHDRAWN = "withdrawn", _("withdrawn")

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="move_requests"
    )
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="move_requests")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)

    class Meta:
        verbose_name = _("request to move")
        verbose_name_plural = _("requests to move")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "party"],
                condition=Q(outcome="open"),
                name="a_party_has_one_open_request_to_move",
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.outcome}"

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN

    @property
    def is_withdrawn(self) -> bool:
        return self.outcome == self.Outcome.WITHDRAWN


class TimeOfferQuerySet(models.QuerySet["TimeOffer"]):
    def unexpired(self, now: datetime) -> "TimeOfferQuerySet":
        """Open offers that have not lapsed: of other times, and an earlier one (with a wish)."""
        return self.filter(closed_at=None, expires_at__gt=now)

    def to_choose_from(self) -> "TimeOfferQuerySet":
        """Open offers of other times; an earlier one is accepted or declined instead."""
        return self.filter(closed_at=None, wish=None)


class TimeOffer(ProposedTime):
    """One of the times that the secretary offers instead; or an earlier one, for who waits for it."""

    class Outcome(models.TextChoices):
        """How the offer of an earlier time ended. Empty: it stands, or something else was decided."""

        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        LAPSED = "lapsed", _("lapsed")
        TAKEN_BACK = "taken_back", _("taken back")

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="time_offers"
    )
    expires_at = models.DateTimeField()
    # Whose wish for an earlier time it meets; the present time holds meanwhile.
    wish = models.ForeignKey(
        "bookings.EarlierWish",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="offers",
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    objects = TimeOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offered time")
        verbose_name_plural = _("offered times")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(wish__isnull=False, closed_at__isnull=True),
                name="an_appointment_is_offered_one_earlier_time_at_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.starts_at}"
