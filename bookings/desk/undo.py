"""Undoing, in words."""

from django.utils.translation import gettext as _

from bookings.appointments.undo import CannotUndoError, Why
from bookings.models import Undoable, UndoKind


def bar_of(undoable: Undoable) -> str:
    """Word what was done: "KLM-234: moved"."""
    known = undoable.what in UndoKind.values
    done = UndoKind(undoable.what if known else UndoKind.CHANGED).label
    return f"{undoable.about}: {done}"


def why_not(error: CannotUndoError) -> str:
    """Word why nothing was undone, and what can be done instead."""
    return {
        Why.LATE: _(
            "It was too late to undo: the ten seconds are over and the messages are being "
            "sent. Nothing was changed. Make another change instead."
        ),
        Why.LEFT: _(
            "A message has already been sent, so nothing was undone. Make another change instead."
        ),
        Why.CHANGED: _("It has been changed since, so nothing was undone. Check how it is now."),
        Why.TAKEN: _(
            "The earlier time is no longer free, so nothing was undone. The new one still holds."
        ),
        Why.USED: _("It was undone already."),
        Why.UNKNOWN: _("There is nothing to undo any more."),
    }[error.why]
