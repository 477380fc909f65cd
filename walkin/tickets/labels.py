"""What an event of a ticket is called."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from walkin.models import Outcome
from walkin.states import Action

# In the words of somebody who has just done it, and may undo it.
LABELS: dict[str, Promise] = {
    "take": pgettext_lazy("walk-in event", "taken"),
    Action.CALL: pgettext_lazy("walk-in event", "called"),
    Action.CALL_AGAIN: pgettext_lazy("walk-in event", "called again"),
    Action.CAME: pgettext_lazy("walk-in event", "visit started"),
    Action.STEP_BACK: pgettext_lazy("walk-in event", "did not come, others go first"),
    Action.NOT_THERE: pgettext_lazy("walk-in event", "did not come, closed"),
    Action.PUT_BACK: pgettext_lazy("walk-in event", "put back in the queue"),
    Action.HOLD: pgettext_lazy("walk-in event", "on hold"),
    Action.RESUME: pgettext_lazy("walk-in event", "visit continued"),
    Action.DONE: pgettext_lazy("walk-in event", "done"),
    Action.REOPEN: pgettext_lazy("walk-in event", "visit reopened"),
    Action.HAND_OVER: pgettext_lazy("walk-in event", "handed over to a colleague"),
    Action.COME_BACK: pgettext_lazy("walk-in event", "sent back here"),
    "ag_came": pgettext_lazy("walk-in event", "came to the other agency"),
    "ag_not_there": pgettext_lazy("walk-in event", "did not come to the other agency"),
    Action.REFER: pgettext_lazy("walk-in event", "referred"),
    Action.MORE_TIME: pgettext_lazy("walk-in event", "more time given"),
    Action.READY: pgettext_lazy("walk-in event", "back again"),
    Action.LEAVE: pgettext_lazy("walk-in event", "has left"),
    "noted": pgettext_lazy("walk-in event", "notes saved for a booking"),
    "known": pgettext_lazy("walk-in event", "person known"),
    "unknown": pgettext_lazy("walk-in event", "person forgotten"),
    "apart": pgettext_lazy("walk-in event", "kept apart"),
    "settled": pgettext_lazy("walk-in event", "alert dealt with"),
    "corrected": pgettext_lazy("walk-in event", "corrected"),
}


# Events are never rewritten: what an outcome was called in earlier ones.
FORMER = {"parenthood": Outcome.AGREEMENT.value}


def event_label(what: str, reason: str = "") -> str:
    """Return what was done; of a finished visit, how it ended as well."""
    label = str(LABELS.get(what, _("changed")))
    outcome = FORMER.get(reason, reason)
    if what == Action.DONE and outcome in Outcome.values:
        return f"{label}, {Outcome(outcome).label}"
    return label
