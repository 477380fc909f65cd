"""Undo what was just done with an evening or its sign-ups, while those who are told have not been.

As with appointments (bookings/appointments/undo.py), by the same bar, key and seconds: the evening, its
busy time and every sign-up that changed are put back. Refused where any of them has changed since, or
where somebody else has taken the former time.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.appointments.undo import CannotUndoError, UndoRefusal, undoably_above
from bookings.hooks import UpperUndo
from bookings.models import Undoable
from evenings.models import (
    Evening,
    EveningEventKind,
    SignUp,
    SignUpEventKind,
    SignUpStatus,
)
from evenings.notifications import holders
from evenings.notifications.messages import about
from evenings.places.history import record as record_sign_up
from evenings.planning.actions import locked, record
from evenings.planning.busy_time import free_time, take_time
from evenings.planning.errors import InTheWayError
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.snapshots import capture, restore
from office.models import Professional, User

KIND = "evening"
# Which evening it is and its version; what a trigger counts, what is restored with its busy time; and the
# texts in the reader's language, since the columns of each language are captured.
LEFT_OUT_OF_EVENING = frozenset(
    {"id", "version", "created_at", "updated_at", "people", "claim_id", "note", "place"}
)
# Which sign-up it is and its version, its key and link; and who they are, not to lie in one more place.
LEFT_OUT_OF_SIGN_UP = frozenset(
    {"id", "evening_id", "number", "version", "created_at", "updated_at"}
    | {"made_from", "link_nonce", "link_hash", "first_name", "email", "phone", "word_hash"}
)
Row = dict[str, Any]


class EveningAct(StrEnum):
    """What was done, as the bar with the button words it."""

    MOVE = "move"
    CANCEL = "cancel"
    ADD = "add"
    TAKE_OFF = "take_off"


WORDS: Mapping[str, str | Promise] = {
    EveningAct.MOVE: gettext_lazy("The evening was moved"),
    EveningAct.CANCEL: gettext_lazy("The evening was cancelled"),
    EveningAct.ADD: gettext_lazy("Somebody was signed up"),
    EveningAct.TAKE_OFF: gettext_lazy("Somebody was taken off the evening"),
}


@retrying
def undoably(
    evening_id: int, act: EveningAct, action: Callable[[], object], *, user: User
) -> Undoable | None:
    """Run `action` on an evening or its sign-ups, so that `user` can undo it.

    What `action` raises goes through, with nothing changed.
    """
    evening = locked(evening_id)
    before, people_before = _evening_row(evening), _sign_up_rows(evening)

    def run() -> list[Row]:
        action()
        now = Evening.objects.get(pk=evening_id)
        after = _sign_up_rows(now)
        changed = [
            {"pk": pk, "version": row["version"], "before": people_before.get(pk)}
            for pk, row in after.items()
            if row != people_before.get(pk)
        ]
        return [
            {
                "evening": evening_id,
                "what": act,
                "version": now.version,
                "before": before if _evening_row(now) != before else None,
                "sign_ups": changed,
                "everybody": _versions(now),
            }
        ]

    return undoably_above(
        KIND,
        run,
        user=user,
        withdraws_of=[
            holders.about(evening),
            *(about(sign_up) for sign_up in evening.sign_ups.all()),
        ],
    )


def _evening_row(evening: Evening) -> Row:
    return {
        **capture(evening, LEFT_OUT_OF_EVENING),
        "professionals": sorted(evening.professionals.values_list("pk", flat=True)),
    }


def _sign_up_rows(evening: Evening) -> dict[int, Row]:
    return {
        row.pk: {**capture(row, LEFT_OUT_OF_SIGN_UP), "version": row.version}
        for row in evening.sign_ups.order_by("pk")
    }


def _versions(evening: Evening) -> list[list[int]]:
    """Return who has ever signed up, and as which version."""
    return [list(row) for row in evening.sign_ups.order_by("pk").values_list("pk", "version")]


def _undo(undoable: Undoable, user: User) -> None:
    """Put the evening and its sign-ups back. Raises CannotUndoError."""
    (row,) = undoable.rows
    evening = locked(row["evening"])
    sign_ups = {
        one.pk: one
        for one in SignUp.objects.select_for_update()
        .filter(pk__in=[former["pk"] for former in row["sign_ups"]])
        .order_by("pk")
    }
    if (
        evening.version != row["version"]
        or len(sign_ups) != len(row["sign_ups"])
        or any(sign_ups[former["pk"]].version != former["version"] for former in row["sign_ups"])
    ):
        raise CannotUndoError(UndoRefusal.CHANGED)
    if row["before"] is not None:
        # Whoever has signed up since was told of the new time and place at once.
        if row.get("everybody", _versions(evening)) != _versions(evening):
            raise CannotUndoError(UndoRefusal.CHANGED)
        _restore_evening(evening, row["before"], user)
    try:
        # First those who give their places back: the evening never holds more than it has room for.
        for former in sorted(row["sign_ups"], key=_takes_room):
            _restore_sign_up(sign_ups[former["pk"]], evening, former["before"], user)
    except IntegrityError as error:
        # Somebody has the last free place by now, or one with the same word has come.
        raise CannotUndoError(UndoRefusal.CHANGED) from error


def _takes_room(former: Row) -> bool:
    before = former["before"]
    return before is not None and before["status"] in SignUpStatus.taking_room()


def _restore_evening(evening: Evening, former: Row, user: User) -> None:
    if "service_point_id" not in former:
        # Done before an update, by a version that captured less.
        raise CannotUndoError(UndoRefusal.CHANGED)
    restore(evening, former, LEFT_OUT_OF_EVENING)
    if evening.starts_at <= clock.now():
        raise CannotUndoError(UndoRefusal.CHANGED)
    people = list(Professional.objects.filter(pk__in=former["professionals"]).order_by("pk"))
    try:
        if evening.is_cancelled:
            free_time(evening)
        else:
            take_time(evening, people)
    except InTheWayError as error:
        raise CannotUndoError(UndoRefusal.TAKEN) from error
    record(evening, EveningEventKind.TAKEN_BACK, user=user)


def _restore_sign_up(sign_up: SignUp, evening: Evening, former: Row | None, user: User) -> None:
    sign_up.evening = evening
    if former is None:
        # It was made by what is undone.
        record_sign_up(sign_up, SignUpEventKind.TAKEN_BACK, to=SignUpStatus.CANCELLED, user=user)
        return
    restore(sign_up, former, LEFT_OUT_OF_SIGN_UP)
    record_sign_up(sign_up, SignUpEventKind.TAKEN_BACK, user=user)


def _words(undoable: Undoable) -> str:
    return str(WORDS[undoable.rows[0]["what"]])


def _undone(undoable: Undoable) -> str:
    return _("Undone. The evening is as before. Nobody was notified.")


def _back(undoable: Undoable) -> str:
    return reverse("evening_desk:one", args=[undoable.rows[0]["evening"]])


UNDO = UpperUndo(settings.UNDO_SECONDS, _undo, _words, _undone, _back)
