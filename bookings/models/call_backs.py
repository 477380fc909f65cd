"""Call-back times (soittoajat): a professional calls at a time that somebody has reserved."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from bookings.models.referenced import Referenced
from office.models import Claim, PartnerOrganisation, Professional, Service


class CallStatus(models.TextChoices):
    RESERVED = "reserved", _("reserved")
    CALLING = "calling", _("being called")
    AGAIN = "again", _("not reached, to be tried again")
    REACHED = "reached", _("reached")
    NOT_REACHED = "missed", _("not reached")
    CANCELLED = "cancelled", _("cancelled")

    @classmethod
    def open(cls) -> list["CallStatus"]:
        """List the statuses in which somebody still waits for a call."""
        return [cls.RESERVED, cls.CALLING, cls.AGAIN]


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def open(self) -> "CallBackQuerySet":
        return self.filter(status__in=CallStatus.open())

    def of_professional(self, professional: Professional) -> "CallBackQuerySet":
        return self.filter(professional=professional)

    def starting_between(self, start: datetime, end: datetime) -> "CallBackQuerySet":
        return self.filter(starts_at__gte=start, starts_at__lt=end)


class CallBack(Referenced):
    """One call that somebody has reserved. No free text: a professional reads no side's words."""

    REFERENCE_BEGINS = "S"

    status = models.CharField(
        max_length=10, choices=CallStatus.choices, default=CallStatus.RESERVED
    )
    professional = models.ForeignKey(
        Professional, on_delete=models.PROTECT, related_name="call_backs"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # Owns the busy time; None where there is no longer one.
    claim = models.OneToOneField(
        Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="call_back"
    )
    # What it is about, chosen from the services; None for something else.
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A nickname will do.
    name = models.CharField(_("name"), max_length=120)
    phone = PhoneNumberField(_("phone"))
    email = models.EmailField(_("e-mail"), blank=True)
    voicemail_is_safe = models.BooleanField(_("a voicemail may be left"), default=False)
    sms_is_safe = models.BooleanField(_("may be sent a text message"), default=False)
    email_is_safe = models.BooleanField(_("may be sent e-mail"), default=False)
    language = models.CharField(_("language"), max_length=2, default="fi")
    # The partner who has asked for the call, with the person's consent.
    referred_by = models.ForeignKey(
        PartnerOrganisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    link_nonce = models.CharField(max_length=32)
    link_hash = models.CharField(max_length=64, unique=True)
    # The key of the form that it was made from: a form sent twice makes one reservation.
    made_from = models.UUIDField(unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CallBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("call-back")
        verbose_name_plural = _("call-backs")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="a_call_back_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(status="reserved") | Q(claim__isnull=False),
                name="a_reserved_call_back_owns_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | Q(claim__isnull=True),
                name="a_cancelled_call_back_frees_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="call_back_by_start"),
            models.Index(fields=["status", "starts_at"], name="call_back_by_status"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.status in CallStatus.open()

    @property
    def is_reserved(self) -> bool:
        return self.status == CallStatus.RESERVED

    @property
    def is_calling(self) -> bool:
        """Whether the unit is calling right now."""
        return self.status == CallStatus.CALLING

    @property
    def is_to_call_again(self) -> bool:
        """Whether they were not reached, and the unit calls once more."""
        return self.status == CallStatus.AGAIN

    @property
    def was_reached(self) -> bool:
        return self.status == CallStatus.REACHED

    @property
    def was_not_reached(self) -> bool:
        return self.status == CallStatus.NOT_REACHED

    @property
    def is_cancelled(self) -> bool:
        return self.status == CallStatus.CANCELLED


class CallBackEvent(models.Model):
    """What happened to a call-back, when, by whom. Append-only."""

    class By(models.TextChoices):
        CALLER = "caller", _("the one who reserved")
        STAFF = "staff", _("staff")
        # With the person's consent.
        PARTNER = "partner", _("partner")

    call_back = models.ForeignKey(CallBack, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=CallStatus.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=7, choices=By.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
