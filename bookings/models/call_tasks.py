"""Whom a secretary has promised to call back, as noted at the end of a call."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from bookings.models.calls import Call, CallLanguage
from office.models import Service

# How the access log's name of one begins.
RECORD = "call-task-"


class CallTaskQuerySet(models.QuerySet["CallTask"]):
    def open(self) -> "CallTaskQuerySet":
        """Return those still to be called, the earliest promise first."""
        return self.filter(done_at=None).order_by("due_day", "part", "pk")


class CallTask(models.Model):
    """A call that was promised. It ends when it is done, and is then forgotten."""

    class Part(models.TextChoices):
        # In the order of the day, which is that of the list.
        ANY = "", _("any time")
        MORNING = "a_morning", _("morning")
        AFTERNOON = "b_afternoon", _("afternoon")

    # Until something is written about it: the call log goes on telling nobody's name.
    call = models.OneToOneField(
        Call, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="call_tasks"
    )
    created_at = models.DateTimeField()
    due_day = models.DateField(_("day"))
    part = models.CharField(_("part of the day"), max_length=12, choices=Part.choices, blank=True)
    words = models.CharField(_("whom, and about what"), max_length=200, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(
        _("language"), max_length=5, choices=CallLanguage.choices, default=CallLanguage.FINNISH
    )
    # How often they were called in vain.
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CallTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("call to make")
        verbose_name_plural = _("calls to make")
        ordering = ["due_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="a_call_task_is_done_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"call task {self.pk}"

    @property
    def record(self) -> str:
        """What the access log calls it."""
        return f"{RECORD}{self.pk}"

    @classmethod
    def pks_of(cls, records: Collection[str]) -> list[int]:
        """Return the keys of the records that the access log calls by these names."""
        numbers = (record.removeprefix(RECORD) for record in records if record.startswith(RECORD))
        return [int(number) for number in numbers if number.isdecimal()]
