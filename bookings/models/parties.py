"""The parties to an appointment. Each one's details are a record of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from bookings.models.appointments import Appointment


class Answer(models.TextChoices):
    NOT_ASKED = "not_asked", _("not asked yet")
    ASKED = "asked", _("asked, no answer yet")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


class PartyQuerySet(models.QuerySet["Party"]):
    def impartial(self) -> "PartyQuerySet":
        """In an order that does not tell who asked first."""
        return self.order_by("name", "pk")


class Party(models.Model):
    """One person: how to reach them safely, and their personal link."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="parties")
    # For the secretary only: who sent the request.
    is_requester = models.BooleanField(default=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    call_is_safe = models.BooleanField(_("may be called"), default=False)
    voicemail_is_safe = models.BooleanField(_("a voicemail may be left"), default=False)
    sms_is_safe = models.BooleanField(_("may be sent a text message"), default=False)
    email_is_safe = models.BooleanField(_("may be sent e-mail"), default=False)
    language = models.CharField(_("language"), max_length=2, default="fi")
    interpreter = models.CharField(_("interpreter"), max_length=60, blank=True)
    needs = models.CharField(_("other needs"), max_length=300, blank=True)
    # One-sided words: the secretary's alone, never on the professionals' pages.
    message = models.TextField(_("message to the secretary"), max_length=1000, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.NOT_ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    link_nonce = models.CharField(max_length=32)
    link_hash = models.CharField(max_length=64, unique=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=models.Q(is_requester=True),
                name="one_party_sent_the_request",
            )
        ]

    def __str__(self) -> str:
        return f"party {self.pk}"

    @property
    def is_reachable(self) -> bool:
        """Whether a message may be sent by some channel."""
        return bool((self.email and self.email_is_safe) or (self.phone and self.sms_is_safe))
