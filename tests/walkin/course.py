"""The course of a day worked out from its events, to compare with what is kept beside them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from walkin.days.statistics import Course
from walkin.models import TicketEvent
from walkin.states import ASSIGNED, FINAL, Action, TicketState
from walkin.tickets.events import without_undone


@dataclass
class _Ticket:
    """What the rows read so far say about one ticket."""

    state: str
    taken: datetime
    called: datetime | None = None
    since: datetime | None = None
    seconds: float = 0.0


def course_of(events: Iterable[TicketEvent]) -> Course:
    """Return a day's course from its event rows alone, in order. An ongoing visit counts when it ends."""
    tickets: dict[int, _Ticket] = {}
    for event in without_undone(events):
        one = tickets.get(event.ticket_id)
        if one is None:
            tickets[event.ticket_id] = _Ticket(event.state, event.at)
            continue
        if event.state == one.state:
            # A note, or a call that is heard once more.
            continue
        if one.since is not None:
            one.seconds += (event.at - one.since).total_seconds()
        one.since = event.at if event.state == TicketState.SERVING else None
        if event.what == Action.PUT_BACK and one.state in ASSIGNED and one.seconds < 180:
            # Called or begun by mistake.
            one.called, one.seconds = None, 0.0
        if event.state == TicketState.CALLED and one.called is None:
            one.called = event.at
        one.state = event.state
    waits = [(t.called - t.taken).total_seconds() for t in tickets.values() if t.called]
    served = [t.seconds for t in tickets.values() if t.seconds > 0]
    return Course(
        taken=len(tickets),
        states=dict(sorted(Counter(t.state for t in tickets.values()).items())),
        called=len(waits),
        waited=sum(waits),
        longest_wait=max(waits, default=0.0),
        served=len(served),
        service=sum(served),
    )


def is_balanced(course: Course) -> bool:
    """Say whether every number of an ended day has ended, none lost and none counted twice."""
    ended = sum(n for state, n in course.states.items() if state in FINAL)
    return ended == course.taken == sum(course.states.values())
