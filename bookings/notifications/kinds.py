"""The kinds of messages. A kind's letter is `templates/emails/<kind>.subject`, `.txt` and `.sms`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from office.messaging import outbox


class Kind(TextChoices):
    RECEIVED = "received", _("Request received")
    CONFIRMED = "confirmed", _("Confirmation")
    MOVED = "moved", _("New time")
    CANCELLED = "cancelled", _("Cancellation")
    DECLINED = "declined", _("Request declined")
    OFFERED = "offered", _("Times to choose from")
    MOVE_KEPT = "move_kept", _("Time kept as it was")
    REMINDER = "reminder", _("Reminder")
    EARLIER = "earlier", _("An earlier time")
    EARLIER_ENDED = "earlier_ended", _("The earlier time is off")
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
        Kind.RECEIVED,
        Kind.CONFIRMED,
        Kind.MOVED,
        Kind.CANCELLED,
        Kind.DECLINED,
        Kind.OFFERED,
        Kind.MOVE_KEPT,
        Kind.REMINDER,
        Kind.EARLIER,
        Kind.EARLIER_ENDED,
        Kind.LINK,
    }
)
TO_STAFF = frozenset({Kind.STAFF_BOOKED, Kind.STAFF_MOVED, Kind.STAFF_CANCELLED})
TO_PARTNERS = frozenset({Kind.PAIR_ASKED, Kind.PAIR_WITHDRAWN, Kind.PAIR_REMINDER})
TO_CALLERS = frozenset(
    {Kind.CALL_RESERVED, Kind.CALL_MOVED, Kind.CALL_CANCELLED, Kind.CALL_REMINDER}
)
# Too late, they are of no use, and nobody has to make them good: the visit or the answer has come first.
LAPSING = frozenset(
    {
        Kind.RECEIVED,
        Kind.MOVE_KEPT,
        Kind.REMINDER,
        Kind.EARLIER,
        Kind.EARLIER_ENDED,
        Kind.PAIR_REMINDER,
        Kind.CALL_REMINDER,
    }
)

outbox.KIND_NAMES.update({kind.value: kind.label for kind in Kind})
outbox.LAPSE_QUIETLY.update(LAPSING)
