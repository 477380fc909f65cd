"""The kinds of messages. A kind's letter is `templates/emails/<kind>.subject`, `.txt` and `.sms`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageKind(TextChoices):
    RECEIVED = "received", _("Request received")
    CONFIRMED = "confirmed", _("Confirmation")
    MOVED = "moved", _("New time")
    CANCELLED = "cancelled", _("Cancellation")
    DECLINED = "declined", _("Request declined")
    OFFERED = "offered", _("Times to choose from")
    OWN_CHANNEL = "own_channel", _("By video, or in person after all")
    MOVE_KEPT = "move_kept", _("Time kept as it was")
    REMINDER = "reminder", _("Reminder")
    EARLIER = "earlier", _("An earlier time")
    EARLIER_ENDED = "earlier_ended", _("The earlier time is off")
    INVITED_AGAIN = "invited_again", _("New invitation after a visit that was not held")
    JOINT_ASKED = "joint_asked", _("When can you come?")
    JOINT_REMINDER = "joint_reminder", _("Reminder to say when one can come")
    JOINT_NOT_FOUND = "joint_not_found", _("No time was found this way")
    LINK = "link", _("Link to the own page")
    STAFF_BOOKED = "staff_booked", _("To a professional: booked")
    STAFF_MOVED = "staff_moved", _("To a professional: moved")
    STAFF_CANCELLED = "staff_cancelled", _("To a professional: cancelled")
    PAIR_ASKED = "pair_asked", _("To a partner professional: invitation")
    PAIR_WITHDRAWN = "pair_withdrawn", _("To a partner professional: cancelled")
    PAIR_REMINDER = "pair_reminder", _("To a partner professional: reminder")
    CALL_RESERVED = "call_reserved", _("Call-back reserved")
    CALL_MOVED = "call_moved", _("Call-back moved")
    CALL_CANCELLED = "call_cancelled", _("Call-back cancelled")
    CALL_REMINDER = "call_reminder", _("Reminder of a call-back")
    STAFF_CALL = "staff_call", _("To a professional: call-back")
    LINKS = "links", _("Links of guidance")


TO_PARTIES = frozenset(
    {
        MessageKind.RECEIVED,
        MessageKind.CONFIRMED,
        MessageKind.MOVED,
        MessageKind.CANCELLED,
        MessageKind.DECLINED,
        MessageKind.OFFERED,
        MessageKind.OWN_CHANNEL,
        MessageKind.MOVE_KEPT,
        MessageKind.REMINDER,
        MessageKind.EARLIER,
        MessageKind.EARLIER_ENDED,
        MessageKind.INVITED_AGAIN,
        MessageKind.JOINT_ASKED,
        MessageKind.JOINT_REMINDER,
        MessageKind.JOINT_NOT_FOUND,
        MessageKind.LINK,
    }
)
TO_JOINT_SEARCHES = frozenset(
    {MessageKind.JOINT_ASKED, MessageKind.JOINT_REMINDER, MessageKind.JOINT_NOT_FOUND}
)
TO_STAFF = frozenset(
    {MessageKind.STAFF_BOOKED, MessageKind.STAFF_MOVED, MessageKind.STAFF_CANCELLED}
)
TO_PARTNERS = frozenset(
    {MessageKind.PAIR_ASKED, MessageKind.PAIR_WITHDRAWN, MessageKind.PAIR_REMINDER}
)
TO_CALLERS = frozenset(
    {
        MessageKind.CALL_RESERVED,
        MessageKind.CALL_MOVED,
        MessageKind.CALL_CANCELLED,
        MessageKind.CALL_REMINDER,
    }
)
# Too late, they are of no use, and nobody has to make them good: the visit or the answer has come first.
LAPSING = frozenset(
    {
        MessageKind.RECEIVED,
        MessageKind.MOVE_KEPT,
        MessageKind.REMINDER,
        MessageKind.EARLIER,
        MessageKind.EARLIER_ENDED,
        MessageKind.JOINT_REMINDER,
        MessageKind.PAIR_REMINDER,
        MessageKind.CALL_REMINDER,
    }
)
