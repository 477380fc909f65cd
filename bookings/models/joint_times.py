"""A joint time found without contact: each marks when they can, and only common times are offered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointments import Appointment
from bookings.models.parties import Party
from office.models import ServicePoint


class JointSearchQuerySet(models.QuerySet["JointSearch"]):
    def going_on(self) -> "JointSearchQuerySet":
        """Keep searches that have not ended: both mark, times are offered, or the secretary has work."""
        return self.exclude(state=JointSearch.State.ENDED)


class JointSearch(models.Model):
    """The search for a time that suits both parents, from asking them to the agreed time."""

    class State(models.TextChoices):
        ASKED = "asked", _("both are asked when they can come")
        OFFERED = "offered", _("common times are offered")
        # Work for the secretary.
        FAILED = "failed", _("no common time")
        ENDED = "ended", _("ended")

    class Why(models.TextChoices):
        """Why it failed. For the secretary alone: the parents read the same for all of them."""

        NO_TIME = "no_time", _("no common time")
        UNANSWERED = "unanswered", _("not both have answered")
        LAPSED = "lapsed", _("nobody chose any of the common times")
        BLOCKED = "blocked", _("not possible any more as the appointment is now")

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="joint_searches"
    )
    # Where they come to; None for a visit by phone or video.
    service_point = models.ForeignKey(
        ServicePoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    asked_at = models.DateTimeField()
    # The one moment at which common times are looked for, whoever has answered by then: an earlier one
    # would tell each when the other answered.
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = JointSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("search for a joint time")
        verbose_name_plural = _("searches for a joint time")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=~Q(state="ended"),
                name="one_search_for_a_joint_time_goes_on",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", closed_at__isnull=False)
                | (~Q(state="ended") & Q(closed_at__isnull=True)),
                name="an_ended_search_says_since_when",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="joint_search_by_state")]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.state}"

    @property
    def is_asked(self) -> bool:
        return self.state == self.State.ASKED

    @property
    def is_offered(self) -> bool:
        return self.state == self.State.OFFERED

    @property
    def has_failed(self) -> bool:
        return self.state == self.State.FAILED


class JointMarks(models.Model):
    """When one parent can come. Nobody is shown it but the one who marked it."""

    search = models.ForeignKey(JointSearch, on_delete=models.CASCADE, related_name="marks")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="joint_marks")
    # Weekday and part of day, as in "0-morning" for Monday morning.
    cells = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    days_off = ArrayField(models.DateField(), default=list, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("marks for a joint time")
        verbose_name_plural = _("marks for a joint time")
        constraints = [
            models.UniqueConstraint(
                fields=["search", "party"], name="a_party_marks_once_for_a_joint_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.search_id} {self.party_id}"
