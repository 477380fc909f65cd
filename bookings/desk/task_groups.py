"""The secretary's work list: tasks in groups, one of them chosen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.absences.proposals import absences_with_work
from bookings.desk import worklist
from bookings.desk.rows import (
    TaskRow,
    ask_rows,
    call_rows,
    contact_rows,
    interpreter_rows,
    invited_rows,
    joint_row,
    message_rows,
    move_rows,
    number_rows,
    offer_rows,
    orphan_rows,
    partner_rows,
    request_rows,
    unmarked_row,
    video_rows,
    word_rows,
)
from bookings.desk_kit.labels import Tag, surnames_label
from bookings.models import JointSearch
from office.core import clock
from office.models import Unit

# Of each kind, the oldest first: more than this is a backlog, and nobody reads it to its end.
ROWS_SHOWN = 50


@dataclass(frozen=True)
class DeskGroup:
    """Rows of one kind."""

    key: str
    name: str
    rows: list[TaskRow]
    is_bad: bool = False
    # Where all of them can be seen to at once.
    whole: str = ""
    # How many more there are than the rows that were read.
    unread: int = 0
    # The row that is chosen, if it is one of these.
    chosen: TaskRow | None = None

    def with_chosen(self, row: TaskRow | None) -> "DeskGroup":
        return replace(self, chosen=row) if any(row is mine for mine in self.rows) else self

    @property
    def shown(self) -> list[TaskRow]:
        """The first rows, and the chosen one wherever it stands."""
        later = (row for row in self.rows[ROWS_SHOWN:] if row is self.chosen)
        return [*self.rows[:ROWS_SHOWN], *later]

    @property
    def count(self) -> int:
        return len(self.rows) + self.unread

    @property
    def more(self) -> int:
        """How many rows come into sight as the shown ones are seen to."""
        return self.count - len(self.shown)


@dataclass(frozen=True)
class WorkList:
    """All that needs doing, and which row is chosen."""

    groups: list[DeskGroup]
    # The row that was asked for, or the chosen one: what the list is read by again.
    at: str
    chosen: TaskRow | None
    previous: TaskRow | None
    next: TaskRow | None
    count: int
    failed: int

    @property
    def references(self) -> set[str]:
        return {row.reference for group in self.groups for row in group.shown if row.reference}


def work_list(
    unit: Unit, at: str = "", *, stays: bool = False, barred: Collection[str] = ()
) -> WorkList:
    """Return the work list with the row `at` chosen; where there is none such, the first one.

    `stays`: the card beside it stays as it is, so that where the row is gone none is chosen. `barred`:
    the appointments, by code, whose names are not shown. A fixed number of queries, however much there is
    to do.
    """
    now = clock.now()
    # Its group changes as the work goes on: the same appointment is still what was looked at.
    wanted = at.partition(".")[2]
    groups = [group for group in _groups(now, unit, wanted) if group.rows]
    rows = [row for group in groups for row in group.rows]
    index = next((i for i, row in enumerate(rows) if row.at == at), None)
    if index is None:
        same = (i for i, row in enumerate(rows) if wanted and row.reference == wanted)
        index = next(same, None if stays and at else 0)
    is_lost = index is None
    index = index or 0
    chosen = rows[index] if rows and not is_lost else None
    after = rows[index if is_lost else index + 1 :]
    groups = [group.with_chosen(chosen) for group in groups]
    _describe(groups, barred)
    return WorkList(
        groups=groups,
        at=chosen.at if chosen else at,
        chosen=chosen,
        previous=rows[index - 1] if rows and index else None,
        next=after[0] if after else None,
        count=sum(group.count for group in groups),
        failed=sum(group.is_bad and group.count for group in groups),
    )


def _groups(now: datetime, unit: Unit, wanted: str) -> list[DeskGroup]:
    searches, failed = list(worklist.joint_searches(now)), JointSearch.State.FAILED
    return [
        DeskGroup("messages", _("Messages that were not sent"), message_rows(), is_bad=True),
        DeskGroup(
            "orphans",
            _("Appointments whose hours were cut"),
            orphan_rows(),
            whole=reverse("staff:away") if absences_with_work() else "",
        ),
        DeskGroup("requests", _("New requests"), request_rows(now, unit)),
        DeskGroup(
            "joint",
            _("No joint time found"),
            [joint_row("joint", s, now) for s in searches if s.state == failed],
        ),
        DeskGroup("ask_first", _("Talk first: the other parent is not contacted"), ask_rows(now)),
        DeskGroup("moves", _("Wishes to move"), move_rows(now)),
        DeskGroup("calls", _("Must be called: no safe way to write"), call_rows(now)),
        DeskGroup("words", _("A word before the visit: answer by phone"), word_rows(now)),
        DeskGroup("no_number", _("Visits by phone without a number to call"), number_rows(now)),
        DeskGroup("video", _("Visits by video without a link"), video_rows(now, unit)),
        DeskGroup("interpreters", _("Interpreters"), interpreter_rows(now)),
        DeskGroup("invited", _("Invited people"), invited_rows(now)),
        DeskGroup("partners", _("Partner professionals"), partner_rows(now, unit)),
        DeskGroup("contact", _("Other parents to contact"), contact_rows(now)),
        DeskGroup("offers", _("Offers that wait for an answer"), offer_rows()),
        DeskGroup(
            "joint_asked",
            _("Joint times that wait for the parents"),
            [joint_row("joint_asked", s, now) for s in searches if s.state != failed],
        ),
        *_over(now, wanted),
    ]


def _over(now: datetime, wanted: str) -> list[DeskGroup]:
    """Group what is over and not noted: the oldest, and the one with the code `wanted`."""
    names = {
        "unmarked": _("Past visits that nobody marked"),
        "no_outcome": _("Past visits without an outcome"),
    }
    rows: dict[str, list[TaskRow]] = {key: [] for key in names}
    counts = dict.fromkeys(names, 0)
    for visit, of_its_kind in worklist.first_unmarked(now, ROWS_SHOWN, wanted):
        key = "no_outcome" if visit.is_done else "unmarked"
        rows[key].append(unmarked_row(key, visit, now))
        counts[key] = of_its_kind
    return [
        DeskGroup(key, name, rows[key], unread=counts[key] - len(rows[key]))
        for key, name in names.items()
    ]


def _describe(groups: Sequence[DeskGroup], barred: Collection[str]) -> None:
    """Set of what kind each row in sight is, what and whom it is about, and mark protected ones.

    Services and points are read once for all rows. Three queries.
    """
    rows = [row for group in groups for row in group.shown]
    prefetch_related_objects([row.visit for row in rows if row.visit], "service", "service_point")
    people = worklist.people({row.reference for row in rows})
    for group in groups:
        for row in group.shown:
            row.kind = group.name
            row.name_visit()
            known = people.get(row.reference)
            if row.reference in barred:
                row.tags.append(Tag(_("A colleague's: you stay out"), "tag--wait", "warning"))
            elif known is not None:
                row.people = surnames_label(known.names)
                row.title = " + ".join([row.title, *known.further])
                if known.is_protected:
                    row.tags.append(Tag(_("Protected"), "tag--wait", "key"))
