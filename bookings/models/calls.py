"""The call log: what phone calls were about and how they ended. Nobody's name or number is in it."""

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.models.appointments import Appointment
from office.core import clock
from office.models import Service

# Nobody talks so long: somebody forgot to say that the call had ended.
LONGEST_CALL = timedelta(minutes=60)


class CallOutcome(models.TextChoices):
    """How a call ended, in the order of the keys."""

    BOOKED = "booked", pgettext_lazy("call", "booked")
    MOVED = "moved", pgettext_lazy("call", "moved")
    CANCELLED = "cancelled", pgettext_lazy("call", "cancelled")
    GUIDED = "guided", _("guidance given")
    LINKS = "links", _("links sent")
    REFERRED = "referred", _("referred to")
    CALL_BACK = "call_back", _("call back")
    NO_HELP = "no_help", _("no help needed")


class CallLanguage(models.TextChoices):
    FINNISH = "fi", _("Finnish")
    SWEDISH = "sv", _("Swedish")
    ENGLISH = "en", _("English")
    OTHER = "other", _("another language")


class CallQuerySet(models.QuerySet["Call"]):
    def going_on(self) -> "CallQuerySet":
        """Keep calls that have not ended and do not count as forgotten."""
        return self.filter(ended_at=None, started_at__gt=clock.now() - LONGEST_CALL)

    def left_open(self) -> "CallQuerySet":
        """Keep calls that nobody ended in time."""
        return self.filter(ended_at=None, started_at__lte=clock.now() - LONGEST_CALL)


class Call(models.Model):
    """One phone call, by who answered it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calls"
    )
    started_at = models.DateTimeField(_("began"), db_index=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # Ended by the next call or by the clock, so that its length says nothing.
    was_forgotten = models.BooleanField(default=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=CallOutcome.choices, blank=True)
    # None: another matter.
    service = models.ForeignKey(
        Service,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("matter"),
    )
    language = models.CharField(
        _("language"), max_length=5, choices=CallLanguage.choices, default=CallLanguage.FINNISH
    )
    referred_to = models.CharField(_("referred to"), max_length=80, blank=True)
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.SET_NULL, related_name="calls"
    )
    corrected_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at=None),
                name="one_call_goes_on_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="a_call_ends_no_earlier_than_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"


class QueueHour(models.Model):
    """What the phone system counted in one hour of a day: those whom nobody answered."""

    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour"), validators=[MaxValueValidator(23)])
    waited = models.PositiveSmallIntegerField(_("waited"), default=0)
    hung_up = models.PositiveSmallIntegerField(_("hung up"), default=0)
    longest_wait = models.PositiveSmallIntegerField(_("longest wait (minutes)"), default=0)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("queue of an hour")
        verbose_name_plural = _("queues by the hour")
        ordering = ["day", "hour"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "hour"], name="an_hour_of_a_day_has_one_row_of_queue_figures"
            ),
            models.CheckConstraint(
                condition=Q(hour__lte=23), name="queue_figures_are_of_an_hour_of_the_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hour}"
