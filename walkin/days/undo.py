"""Undo what somebody of the staff has just done with desks or with the intake.

As with numbers (tickets/undo.py), by the same bar, key and seconds. The duties of the day and its intake
are put back as they were, and with them the numbers that went from one desk to another. Refused where
either has changed since.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.appointments.undo import CannotUndoError, UndoRefusal, offer
from bookings.hooks import UpperUndo
from bookings.models import Undoable
from office.calendar.occupancy import free, lock, retrying
from office.core.snapshots import capture, restore
from office.models import Claim, ClaimKind, User
from walkin.days.duties import remove_duty, save_duty, take_time
from walkin.errors import WalkInError
from walkin.models import Duty, Ticket, WalkInDay
from walkin.tickets.events import lock_day
from walkin.tickets.live import announce
from walkin.tickets.undo import ROOM, SECONDS, restore_row, row_of


class RoomAct(StrEnum):
    """What was done, as the bar with the button words it."""

    SIT = "sit"
    TAKE_OVER = "take_over"
    LEAVE = "leave"
    BREAK = "break"
    BREAK_END = "break_end"
    CLOSE = "close"
    REOPEN = "reopen"
    FOLLOW = "follow"


WORDS: Mapping[str, str | Promise] = {
    RoomAct.SIT: gettext_lazy("You sat down at a desk"),
    RoomAct.TAKE_OVER: gettext_lazy("You took over a colleague's desk or numbers"),
    RoomAct.LEAVE: gettext_lazy("You left the desk"),
    RoomAct.BREAK: gettext_lazy("You began a break"),
    RoomAct.BREAK_END: gettext_lazy("You ended the break"),
    RoomAct.CLOSE: gettext_lazy("The intake was closed"),
    RoomAct.REOPEN: gettext_lazy("The intake is kept open"),
    RoomAct.FOLLOW: gettext_lazy("The intake follows the estimate"),
}
OF_INTAKE = frozenset({RoomAct.CLOSE, RoomAct.REOPEN, RoomAct.FOLLOW})
# Of a day: which it is, its hours and duties; and what goes on growing while numbers are taken.
LEFT_OUT_OF_DAY = frozenset(
    {"id", "service_point_id", "date", "starts_at", "ends_at", "hours_date", "hours_part"}
    | {"is_by_hand", "last_number", "code_nonce", "code_hash", "figures"}
)
# Of a duty: whose day it is, and its claim, which is made anew.
LEFT_OUT_OF_DUTY = frozenset({"id", "day_id", "claim_id"})
Row = dict[str, Any]


@retrying
def undoably_in_room(
    day_id: int, act: RoomAct, action: Callable[[], Duty | object], *, user: User
) -> Undoable | None:
    """Run `action` on a day's desks or intake, so that `user` can undo it.

    What `action` raises goes through, with nothing changed.
    """
    read = _intake if act in OF_INTAKE else _duties
    before = read(lock_day(day_id))
    result = action()
    after = read(WalkInDay.objects.get(pk=day_id))
    if after == before:
        return None
    moved = result.moved if isinstance(result, Duty) else []
    rows = [{"day": day_id, "what": act, "before": before, "after": after}]
    return offer(ROOM, rows + [row_of(t) for t in moved if t.new_events], user=user, about="")


def _intake(day: WalkInDay) -> list[Row]:
    return [capture(day, LEFT_OUT_OF_DAY)]


def _duties(day: WalkInDay) -> list[Row]:
    rows = day.duties.order_by("pk")
    return [{"pk": duty.pk, **capture(duty, LEFT_OUT_OF_DUTY)} for duty in rows]


def _undo(undoable: Undoable, user: User) -> None:
    """Put desks, numbers and intake back. Raises CannotUndoError."""
    room, *numbers = undoable.rows
    day = lock_day(room["day"])
    is_intake = room["what"] in OF_INTAKE
    if (_intake if is_intake else _duties)(day) != room["after"] or not day.is_running:
        raise CannotUndoError(UndoRefusal.CHANGED)
    try:
        if is_intake:
            _restore_intake(day, room["before"][0])
        else:
            _restore_duties(day, room)
        for row in sorted(numbers, key=lambda one: int(one["ticket"])):
            restore_row(row, user)
    except WalkInError as error:
        raise CannotUndoError(UndoRefusal.CHANGED, sentence=error.sentence) from error
    if not is_intake:
        _require_nobody_left(day, room)
    announce(day.service_point_id)


def _restore_intake(day: WalkInDay, former: Row) -> None:
    day.save(update_fields=list(restore(day, former, LEFT_OUT_OF_DAY)))


def _restore_duties(day: WalkInDay, room: Row) -> None:
    before = {row["pk"]: row for row in room["before"]}
    changed = [row for row in room["after"] if row != before.get(row["pk"])]
    gone = [row for row in room["before"] if row["pk"] not in {r["pk"] for r in room["after"]}]
    lock({row["professional_id"] for row in [*changed, *gone]})
    duties = {d.pk: d for d in day.duties.select_related("claim").order_by("pk")}
    # First what is in the way: the database lets no two sit at one desk.
    for row in changed:
        if row["pk"] not in before:
            remove_duty(duties[row["pk"]])
    for row in changed:
        if row["pk"] in before:
            free(duties[row["pk"]].claim)
            _put(duties[row["pk"]], before[row["pk"]])
    for row in gone:
        claim = Claim.objects.create(kind=ClaimKind.WALK_IN, service_point_id=day.service_point_id)
        _put(Duty(day=day, claim=claim), row)


def _put(duty: Duty, row: Row) -> None:
    restore(duty, row, LEFT_OUT_OF_DUTY)
    save_duty(duty)
    take_time(duty)


def _require_nobody_left(day: WalkInDay, room: Row) -> None:
    """Raise CannotUndoError where somebody called since would be left at a desk without anybody."""
    former = {(row["professional_id"], row["desk_id"]) for row in room["before"]}
    theirs = {row["professional_id"] for row in room["after"]}
    at_desks = Ticket.objects.filter(day=day, professional__in=theirs).assigned()
    if not set(at_desks.values_list("professional", "desk")) <= former:
        raise CannotUndoError(
            UndoRefusal.CHANGED,
            sentence=_("Somebody has been called since, so nothing was undone. Finish first."),
        )


def _words(undoable: Undoable) -> str:
    return str(WORDS[undoable.rows[0]["what"]])


def _undone(undoable: Undoable) -> str:
    return _("Undone. Desks and intake are as they were before.")


UNDO = UpperUndo(SECONDS, _undo, _words, _undone, back=lambda undoable: reverse("queue:queue"))
