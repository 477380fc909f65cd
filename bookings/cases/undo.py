"""Undo what was just done with cases, by the bar of the desk: letters, wait and end are as before."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.appointments.undo import CannotUndoError, UndoRefusal, offer
from bookings.cases.actions import Kind, locked_case, record_case
from bookings.hooks import UpperUndo
from bookings.lifecycle.transitions import ChangedMeanwhileError
from bookings.models import Case, CaseEventKind, Undoable
from office.calendar.occupancy import retrying
from office.models import User

R = TypeVar("R")
Row = dict[str, Any]

KIND = "case"
_encoded = DjangoJSONEncoder().default


@retrying
def undoably(
    action: Callable[[], R], *, what: CaseEventKind, cases: Iterable[int], user: User
) -> tuple[R, Undoable | None]:
    """Run `action` so that `user` can undo what it does to these cases.

    Where it did nothing there is nothing to take back: None. What `action` raises goes through, with
    nothing changed.
    """
    before = [_row(locked_case(pk), what) for pk in sorted(cases)]
    result = action()
    now = Case.objects.in_bulk([row["case"] for row in before])
    rows = [
        row | {"version": now[row["case"]].version}
        for row in before
        if now[row["case"]].version != row["version"]
    ]
    if not rows:
        return result, None
    about = ", ".join(row["reference"] for row in rows)
    return result, offer(KIND, rows, user=user, about=about)


def _row(case: Case, what: CaseEventKind) -> Row:
    """Return how the case and its letters stand now."""
    return {
        "case": case.pk,
        "reference": case.reference,
        "what": what.value,
        "version": case.version,
        "before": {
            name: _plain(getattr(case, name)) for name in ("answer_by", "result", "closed_at")
        },
        "people": [
            [pk, {"post_to": post_to, "posted_at": _plain(posted_at)}]
            for pk, post_to, posted_at in case.people.values_list("pk", "post_to", "posted_at")
        ],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else _encoded(value)


def _undo(undoable: Undoable, user: User) -> None:
    """Restore the cases. Raises CannotUndoError."""
    for row in sorted(undoable.rows, key=lambda one: int(one["case"])):
        try:
            case = locked_case(row["case"], version=row["version"])
        except (Case.DoesNotExist, ChangedMeanwhileError) as error:
            raise CannotUndoError(UndoRefusal.CHANGED, undoable.about) from error
        for name, value in row["before"].items():
            setattr(case, name, value)
        for pk, letter in row["people"]:
            case.people.filter(pk=pk).update(**letter)
        record_case(case, Kind.UNDONE, user=user)


def _words(undoable: Undoable) -> str:
    rows = undoable.rows
    done = str(CaseEventKind(rows[0]["what"]).label)
    if len(rows) > undoable.NAMED_AT_MOST:
        count = ngettext("%(count)s case", "%(count)s cases", len(rows)) % {"count": len(rows)}
        return f"{count}: {done}"
    return f"{undoable.about}: {done}"


def _undone(undoable: Undoable) -> str:
    return _("Undone. %(codes)s: as before.") % {"codes": undoable.about}


def _back(undoable: Undoable) -> str:
    if len(undoable.rows) == 1:
        return reverse("staff:case", args=[undoable.rows[0]["reference"]])
    return reverse("staff:cases")


UNDO = UpperUndo(settings.UNDO_SECONDS, _undo, _words, _undone, _back)
