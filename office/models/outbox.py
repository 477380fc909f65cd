"""Messages on their way out, written in the same transaction as the change they tell about."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.core import clock, request_id

# So long after its time a message should have left, whatever the reason: no worker, for example.
OVERDUE = timedelta(minutes=5)


class MessageChannel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def troubled(self) -> "OutboxQuerySet":
        """Keep messages that could not be sent, at least not yet, and those never tried."""
        overdue = Q(failed_at__isnull=True, send_after__lt=clock.now() - OVERDUE)
        return self.filter(
            ~Q(last_error="") | overdue, sent_at__isnull=True, dropped_at__isnull=True
        )

    def waiting(self) -> "OutboxQuerySet":
        return self.filter(sent_at__isnull=True, dropped_at__isnull=True, failed_at__isnull=True)


class OutboxMessage(models.Model):
    """One message to one person by one channel.

    `body` holds the mark {link} where the personal link goes: it is put in when the message leaves,
    so that no token is stored.
    """

    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=5, choices=MessageChannel.choices)
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=160, blank=True)
    body = models.TextField()
    link_path = models.CharField(max_length=80, blank=True)
    link_purpose = models.CharField(max_length=20, blank=True)
    link_nonce = models.CharField(max_length=32, blank=True)
    calendar = models.TextField(blank=True)
    # What it is about: an appointment's reference code, for the desk.
    about = models.CharField(max_length=40, blank=True, db_index=True)
    # The other visits of a series of which it tells as well, with the nonce of each one's own link: see
    # outbox.Also. Such a message is not withdrawn by what is written later about one of them.
    also = models.JSONField(default=list, db_default=[], blank=True)
    # A message that must go once only (a reminder) has a key of its own.
    once_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    # Its last moment: after it the message would be untrue or of no use, and never leaves.
    expires_at = models.DateTimeField(null=True, blank=True)
    # An answer to what its receiver has just done: it may leave in the night.
    at_any_hour = models.BooleanField(default=False, db_default=False)
    # Whose safe ways are asked when it leaves ("party", "call_back"); empty: an address that was typed.
    receiver_kind = models.CharField(max_length=20, blank=True, default="", db_default="")
    receiver_id = models.BigIntegerField(null=True, blank=True)
    # Of the request that it was written in, for the logs.
    request_id = models.CharField(
        max_length=request_id.LONGEST, blank=True, default="", db_default=""
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=160, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    # Withdrawn before it left, or seen to by hand at the desk.
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["send_after"],
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True, failed_at__isnull=True),
                name="outbox_waiting",
            ),
            models.Index(fields=["about"], condition=~Q(also=[]), name="outbox_about_series"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.pk}"

    @property
    def is_text_message(self) -> bool:
        return self.channel == MessageChannel.SMS

    @property
    def may_be_sent_again(self) -> bool:
        """Whether it failed, and its last moment has not passed."""
        in_time = self.expires_at is None or self.expires_at > clock.now()
        return self.failed_at is not None and in_time

    @property
    def leaves_at(self) -> datetime | None:
        """When a message that waits for its time leaves; None for all others."""
        waits = not (self.sent_at or self.dropped_at or self.failed_at)
        return self.send_after if waits and self.send_after > clock.now() + OVERDUE else None
