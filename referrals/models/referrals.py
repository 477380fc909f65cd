"""Referrals: somebody is handed on to a partner, who is told only what they have agreed to."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.models import Party, Referenced
from referrals.models.directory import DirectoryEntry


class Disclosed(models.TextChoices):
    """What a person may agree to tell, in the order in which the partner reads it."""

    FIRST_NAME = "first_name", _("First name")
    CONTACT = "contact", _("How to reach me")
    LANGUAGE = "language", _("Language")
    MATTER = "matter", _("What it is about")
    MESSAGE = "message", _("A short message")


class ReferralState(models.TextChoices):
    SENT = "sent", pgettext_lazy("referral", "waits for an answer")
    TAKEN = "taken", pgettext_lazy("referral", "taken")
    NOT_OURS = "not_ours", pgettext_lazy("referral", "not theirs")
    DONE = "done", pgettext_lazy("referral", "done")
    WITHDRAWN = "withdrawn", pgettext_lazy("referral", "consent taken back")
    CLOSED = "closed", pgettext_lazy("referral", "closed by us")

    @classmethod
    def ended(cls) -> list["ReferralState"]:
        """List the states in which the link no longer opens anything."""
        return [cls.WITHDRAWN, cls.CLOSED]


class ReferralQuerySet(models.QuerySet["Referral"]):
    def come_back(self, now: datetime) -> "ReferralQuerySet":
        """Keep work for the unit: unanswered in time, or not the partner's, as they say."""
        state = ReferralState
        return self.filter(Q(state=state.SENT, ends_at__lte=now) | Q(state=state.NOT_OURS))

    def listed(self) -> "ReferralQuerySet":
        return self.select_related("entry__organisation", "made_by")


class Referral(Referenced):
    """One hand-over. What the partner is told is sealed: it opens with the code on the slip alone."""

    REFERENCE_BEGINS = "Z"

    state = models.CharField(
        max_length=10, choices=ReferralState.choices, default=ReferralState.SENT
    )
    entry = models.ForeignKey(DirectoryEntry, on_delete=models.PROTECT, related_name="referrals")
    # Whose it is, where they are a party of a visit; it goes with their data.
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.CASCADE, related_name="referrals"
    )
    language = models.CharField(max_length=2, default="fi")
    # What the person has agreed to tell; the words themselves are in `sealed`.
    disclosed = ArrayField(models.CharField(max_length=10, choices=Disclosed.choices), default=list)
    sealed = models.BinaryField(null=True, blank=True)
    wrapped = models.BinaryField(null=True, blank=True)
    # By what the partner's link is found; it does not lead to the key.
    link_hash = models.CharField(max_length=64, unique=True)
    # The person's own link, with which they take their consent back.
    own_nonce = models.CharField(max_length=32)
    own_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    # The key of the form that it was made from: sent twice, it is made once.
    made_from = models.UUIDField(unique=True)
    # Until when it can be opened, and an answer is awaited.
    ends_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed__isnull=True, wrapped__isnull=True)
                | Q(sealed__isnull=False, wrapped__isnull=False),
                name="what_is_sealed_has_its_key_beside_it",
            ),
            models.CheckConstraint(
                condition=Q(sealed__isnull=True)
                | ~Q(state__in=["withdrawn", "closed", "not_ours"]),
                name="an_ended_referral_tells_nothing",
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="referral_by_state")]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_unanswered(self) -> bool:
        return self.state == ReferralState.SENT


class ReferralStep(models.TextChoices):
    """What happened to a referral."""

    MADE = "made", _("Slip made, with consent")
    OPENED = "opened", _("Opened by the partner")
    TAKEN = "taken", _("The partner takes it on")
    NOT_OURS = "not_ours", _("The partner says: not ours")
    DONE = "done", _("The partner says: done")
    WITHDRAWN = "withdrawn", _("Consent taken back")
    CLOSED = "closed", _("Closed by us")


class ReferralBy(models.TextChoices):
    STAFF = "staff", _("staff")
    PARTNER = "partner", _("partner")
    PERSON = "person", _("the person")


class ReferralEvent(models.Model):
    """What happened to a referral, when, by whom. Append-only."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=10, choices=ReferralStep.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=7, choices=ReferralBy.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("event of a referral")
        verbose_name_plural = _("events of referrals")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
