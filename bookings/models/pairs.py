"""Partner professionals of other organisations, asked to join as the second of a pair."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointments import Appointment
from office.models import Channel, Professional, ServicePoint


class PairInvitationQuerySet(models.QuerySet["PairInvitation"]):
    def open(self) -> "PairInvitationQuerySet":
        """Return those that stand, answered or not."""
        return self.exclude(state=PairInvitation.State.WITHDRAWN)


class PairInvitation(models.Model):
    """One partner professional is asked to join one appointment, at the time written here.

    Beside the appointment's own time, so that we know when another one holds and it is asked anew.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked, no answer yet")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        LEFT = "left", _("left out when the time changed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="pair_invitations"
    )
    professional = models.ForeignKey(
        Professional, on_delete=models.CASCADE, related_name="pair_invitations"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    service_point = models.ForeignKey(
        ServicePoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    # How often, since each new time is asked anew; an answer says which of them it is to.
    asked_times = models.PositiveSmallIntegerField(default=1)
    answered_at = models.DateTimeField(null=True, blank=True)
    # When they could instead, in their own words: the secretary's to read.
    could_come = models.CharField(
        _("when you could come instead"), max_length=200, blank=True, default="", db_default=""
    )
    link_nonce = models.CharField(max_length=32)
    link_hash = models.CharField(max_length=64, unique=True)

    objects = PairInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation of a partner professional")
        verbose_name_plural = _("invitations of partner professionals")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "professional"],
                condition=~Q(state="withdrawn"),
                name="a_partner_has_one_open_invitation_to_an_appointment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.professional_id} {self.state}"

    @property
    def is_asked(self) -> bool:
        return self.state == self.State.ASKED

    @property
    def has_accepted(self) -> bool:
        return self.state == self.State.ACCEPTED

    @property
    def has_declined(self) -> bool:
        return self.state == self.State.DECLINED

    @property
    def is_left_out(self) -> bool:
        """Whether the visit was moved to a time at which they are busy."""
        return self.state == self.State.LEFT

    @property
    def holds(self) -> bool:
        """Whether they are asked to come at this time, whatever they have answered."""
        return self.is_asked or self.has_accepted or self.has_declined
