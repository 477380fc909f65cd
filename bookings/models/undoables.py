"""What can still be undone."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from office.models import Absence


class UndoKind(models.TextChoices):
    """What was done, as the bar with the undo button words it."""

    MOVED = "moved", _("moved")
    CHANGED = "changed", _("changed")
    BOOKED = "booked", _("booked")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", _("cancelled")
    DECLINED = "declined", _("declined")
    OFFERED = "offered", _("times offered")
    KEPT = "kept", _("kept as it was")
    LINK_CLOSED = "link_closed", _("link closed, a new one on its way")
    AWAY = "away", _("absence handled")
    LINKS = "links", _("links on their way")
    SENT_AGAIN = "sent_again", _("message on its way again")
    PARENT_ADDED = "parent_added", _("other parent added")
    PERSON_ADDED = "person_added", _("somebody added")
    PERSON_LEFT = "person_left", _("somebody left out")
    CORRECTED = "corrected", _("details corrected")
    ANSWERED = "answered", _("answer noted")
    PARTNER = "partner", _("partner professional changed")
    EARLIER_ENDED = "earlier_ended", _("offer of an earlier time ended")
    JOINT_ASKED = "joint_asked", _("both asked when they can come")
    JOINT_ENDED = "joint_ended", _("search for a joint time ended")
    CALL_RESERVED = "call_reserved", _("call-back reserved")
    CALL_MOVED = "call_moved", _("call-back moved")
    CALL_CANCELLED = "call_cancelled", _("call-back cancelled")
    MARKED = "marked", _("attendance marked")
    VIDEO_LINK = "video_link", _("video link changed")
    OWN_CHANNEL = "own_channel", _("one party’s channel changed")
    INTERPRETER = "interpreter", _("order of the interpreter changed")
    OUTCOME = "outcome", _("outcome noted")
    INVITED_AGAIN = "invited_again", _("new invitation on its way")


class Undoable(models.Model):
    """An action of a user, with snapshots from before it. Emptied once it is undone."""

    # How many reference codes the bar names; of more it says how many there are.
    NAMED_AT_MOST = 3

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="undoables"
    )
    what = models.CharField(max_length=20)
    # The reference codes that the bar shows.
    about = models.TextField(blank=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    # When its page was first seen: from then on the seconds count.
    seen_at = models.DateTimeField(null=True, blank=True)
    # The absence that was written down with it, and is removed again.
    absence = models.ForeignKey(
        Absence, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    used_at = models.DateTimeField(null=True, blank=True)
    # By appointment: its version and last event after it was done, and how it stood before.
    states = models.JSONField(default=list)
    # The same of call-backs.
    calls = models.JSONField(default=list)
    # An act of an upper floor: its kind in bookings.hooks.UPPER_UNDOS, and what that restores it from.
    kind = models.CharField(max_length=10, blank=True, default="", db_default="")
    rows = models.JSONField(default=list, db_default=[])
    written = ArrayField(models.BigIntegerField(), default=list)
    withdrawn = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("what can be undone")
        verbose_name_plural = _("what can be undone")

    def __str__(self) -> str:
        return f"{self.what} {self.about}"
