"""Undo what was just done with cases, by the bar of the desk: letters, wait and end are as before."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.appointments.undo import CannotUndoError, UndoRefusal, offer
from bookings.cases.actions import Kind, locked_case, record_case
from bookings.hooks import UpperUndo
from bookings.lifecycle.transitions import ChangedMeanwhileError
from bookings.models import Case, CaseEventKind, Undoable
from office.calendar.occupancy import retrying
from office.core.snapshots import capture, restore
from office.models import User

R = TypeVar("R")
Row = dict[str, Any]

KIND = "case"
# Which case it is and its version; which person, by what code, and who they are. A postal address is
# captured, since closing a case removes it.
LEFT_OUT_OF_CASE = frozenset(
    {"id", "reference", "made_from", "version", "created_at", "updated_at"}
)
LEFT_OUT_OF_PERSON = frozenset(
    {"id", "case_id", "party_id", "nonce", "code_hash", "link_hash", "name", "phone", "email"}
)


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
        "before": capture(case, LEFT_OUT_OF_CASE),
        "people": [
            [person.pk, capture(person, LEFT_OUT_OF_PERSON)] for person in case.people.all()
        ],
    }


def _undo(undoable: Undoable, user: User) -> None:
    """Restore the cases. Raises CannotUndoError."""
    for row in sorted(undoable.rows, key=lambda one: int(one["case"])):
        try:
            case = locked_case(row["case"], version=row["version"])
        except (Case.DoesNotExist, ChangedMeanwhileError) as error:
            raise CannotUndoError(UndoRefusal.CHANGED, undoable.about) from error
        restore(case, row["before"], LEFT_OUT_OF_CASE)
        people = case.people.in_bulk()
        for pk, former in row["people"]:
            if pk in people:
                columns = restore(people[pk], former, LEFT_OUT_OF_PERSON)
                people[pk].save(update_fields=list(columns))
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
