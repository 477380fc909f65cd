"""Undoing, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.appointments.undo import CannotUndoError, UndoRefusal
from bookings.desk_kit.labels import short_when
from bookings.hooks import UPPER_UNDOS
from bookings.models import Party, Undoable, UndoKind
from office.core import phones
from office.messaging import outbox
from office.models import OutboxMessage


def bar_of(undoable: Undoable) -> str:
    """Word what was done: "KLM-234: moved"; and the address of what is sent to one."""
    if undoable.kind:
        return UPPER_UNDOS[undoable.kind].words(undoable)
    known = undoable.what in UndoKind.values
    done = str(UndoKind(undoable.what if known else UndoKind.CHANGED).label)
    if undoable.what in (UndoKind.LINKS, UndoKind.SENT_AGAIN):
        done = f"{done}: {addresses_of(undoable)}"
    codes = undoable.about.split(", ") if undoable.about else []
    if len(codes) > undoable.NAMED_AT_MOST:
        count = ngettext("%(count)s visit", "%(count)s visits", len(codes)) % {"count": len(codes)}
        return f"{count}: {done}"
    about = ", ".join(codes)
    if undoable.absence is not None:
        about = ", ".join([undoable.absence.professional.name, *codes])
    return f"{about}: {done}" if about else done[:1].upper() + done[1:]


def addresses_of(undoable: Undoable) -> str:
    """List where its messages go. A protected address is looked up on the card, where that is logged."""
    messages = OutboxMessage.objects.filter(pk__in=undoable.written).order_by("pk")
    if Party.objects.filter(appointment__reference=undoable.about, is_protected=True).exists():
        return _("a protected address")
    return ", ".join(
        phones.shown(message.to) if message.is_text_message else message.to for message in messages
    )


def when_over(undoable: Undoable) -> str:
    """Word what became of its messages once it can no longer be undone: at night they wait."""
    leave_at = outbox.leaving_times(undoable.written)
    if not leave_at:
        return _("It can no longer be undone.")
    last = {"when": short_when(leave_at[-1])}
    if leave_at[-1] <= undoable.until:
        return _("The messages are leaving now.")
    if leave_at[0] > undoable.until:
        return _("The messages leave on %(when)s.") % last
    return _("Some messages are leaving now, the others on %(when)s.") % last


def why_not(error: CannotUndoError, undoable: Undoable | None) -> str:
    """Word why nothing was undone, and what can be done instead."""
    if error.sentence:
        return error.sentence
    sentence = {
        UndoRefusal.OVER: _("It was too late to undo. Nothing was changed."),
        UndoRefusal.LATE: _(
            "It was too late to undo: the ten seconds are over. Nothing was changed. Make another "
            "change instead."
        ),
        UndoRefusal.LEFT: _(
            "A message has already been sent, so nothing was undone. Make another change instead."
        ),
        UndoRefusal.CHANGED: _(
            "It has been changed since, so nothing was undone. Check how it is now."
        ),
        UndoRefusal.TAKEN: _(
            "The earlier time is no longer free, so nothing was undone. The new one still holds."
        ),
        UndoRefusal.USED: _("It was undone already."),
        UndoRefusal.UNKNOWN: _("There is nothing to undo any more."),
    }[error.why]
    if error.why == UndoRefusal.LATE and undoable is not None:
        return f"{sentence} {when_over(undoable)}"
    return sentence
