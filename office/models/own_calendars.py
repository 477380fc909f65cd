"""The calendar that a professional keeps elsewhere, of which busy and free is read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from office.models.people import Professional, User


class OwnCalendar(models.Model):
    """Where busy times are read from, and how that went. Of the times themselves see `Absence`."""

    class Failure(models.TextChoices):
        ADDRESS = "address", _("The address is not one that may be read.")
        UNREACHABLE = "unreachable", _("The calendar's server cannot be reached.")
        SLOW = "slow", _("The calendar's server did not answer in time.")
        DENIED = "denied", _("The calendar's server does not give the calendar to us.")
        TOO_LARGE = "too_large", _("The calendar is too large.")
        NO_CALENDAR = "no_calendar", _("What the address gives is not a calendar.")
        UNREADABLE = "unreadable", _("The address must be given again.")

    professional = models.OneToOneField(
        Professional, primary_key=True, on_delete=models.CASCADE, related_name="own_calendar"
    )
    # Encrypted: whoever has it can read the calendar. Never shown whole.
    address = models.TextField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    # What the server sent with the calendar that was read last.
    etag = models.CharField(max_length=200, blank=True)
    modified = models.CharField(max_length=60, blank=True)
    read_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=12, choices=Failure.choices, blank=True)
    failed_since = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("own calendar")
        verbose_name_plural = _("own calendars")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(failure="", failed_since__isnull=True, failures=0)
                | models.Q(failed_since__isnull=False, failures__gt=0) & ~models.Q(failure=""),
                name="a_failing_calendar_says_since_when_and_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.professional_id}"
