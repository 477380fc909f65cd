"""Every place where the floors above add to this one. They fill them in `AppConfig.ready`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists
from django.http import HttpRequest, HttpResponse

from bookings.models import Appointment, Party, Undoable, VisitOutcome
from office.calendar.opening_hours import Stretch
from office.calendar.working_time import OpenState
from office.models import Agreements, OutboxMessage, Professional, User


@dataclass(frozen=True)
class WalkInState:
    """The walk-in of a point as it really is. `is_full`: it goes on, but gives no more numbers."""

    state: OpenState
    is_full: bool = False
    # No numbers are given just now, as the notice of the point says.
    is_stopped: bool = False


@dataclass(frozen=True)
class WalkInNow:
    """What the walk-in of a point takes, by the keys of services, and how long the wait is now."""

    services: frozenset[int] = frozenset()
    # From and to, in minutes; None where no number is given now.
    wait: tuple[int, int] | None = None


@dataclass(frozen=True)
class PointWord:
    """What everybody at a point reads now, in the language of the request."""

    point: str
    text: str
    is_alarm: bool


@dataclass(frozen=True)
class KnownPerson:
    """A person who comes along from the occasion: their details follow, and are typed by nobody."""

    key: str
    # As whoever books may see it; empty where no name is known or shown.
    name: str
    # What bookings.parties.records.PartyDetails takes.
    details: Mapping[str, Any]
    # As what they take part, and whether the others learn of it: see bookings.models.PartyRole.
    role: str
    is_told_openly: bool
    # Whether the time is usually agreed with them while it is booked, as at the door; of who comes along
    # with somebody, whether they are written to.
    agrees: bool
    # By their key, with whom a support person or a lawyer comes along.
    accompanies: str = ""


@dataclass(frozen=True)
class Occasion:
    """What a booking is made on, as the booking panel needs it."""

    # The field of the form and of the address, and its value there.
    name: str
    key: str
    # What it is, and what booking does to it.
    sentence: str
    # What it knows already, as the panel's address says it: service, language, point, meeting.
    wish: Mapping[str, str] = field(default_factory=dict)
    # Who comes, where that is known; else they are typed in.
    people: Sequence[KnownPerson] = ()
    # How many visits the matter takes, where the booking may say so.
    visits: int | None = None
    # By when the matter is to be done, where it has a deadline.
    due_on: date | None = None
    # The visit before, by id: what its parent wished about contacting the other one holds on.
    follows: int | None = None


@dataclass(frozen=True)
class OccasionKind:
    """What the upper floor does for its occasions. All but `back` may raise occasions.RefusedError."""

    # The occasion that a user may book on; None where there is none.
    find: Callable[[User, str], Occasion | None]
    # Ends it with the appointment, in the booking's transaction.
    end: Callable[[User, str, Appointment], None]
    # The booking was taken back, in that transaction.
    reopen: Callable[[User, Appointment], None]
    # Where to go on after the booking; empty where it was made on no such occasion.
    back: Callable[[Appointment], str]


@dataclass(frozen=True)
class UpperUndo:
    """What undoes acts on other things than appointments and call-backs; they lie in `Undoable.rows`."""

    # How long after the page was seen.
    seconds: int
    # Restores them in the undo's transaction. Raises undo.CannotUndoError, with nothing changed.
    undo: Callable[[Undoable, User], None]
    # What was done, as the bar with the button says it.
    words: Callable[[Undoable], str]
    # How it is afterwards, and the page that shows it.
    undone: Callable[[Undoable], str]
    back: Callable[[Undoable], str]


@dataclass(frozen=True)
class VisitPart:
    """What an upper floor keeps beside a visit, restored where an act on the visit is undone."""

    # As JSON has it. Both run in the transaction of the act, or of its undoing, with the visit locked.
    capture: Callable[[Appointment], Any]
    # Raises undo.CannotUndoError.
    put_back: Callable[[Any, User], None]


@dataclass(frozen=True)
class ArrivalPage:
    """Where a party says that they have come, once they may."""

    address: str
    label: str


@dataclass(frozen=True)
class VisitNumber:
    """The number of those who have come to a visit, and where it is called; empty where it cannot be."""

    number: int
    call_address: str
    is_called: bool


@dataclass(frozen=True)
class Engagement:
    """What somebody is at besides visits and hours, such as an evening; nothing of clients."""

    start: datetime
    end: datetime
    what: str
    # The room or place; empty where there is none.
    where: str
    # What they should know of it in a few words; and its page.
    note: str
    address: str


@dataclass(frozen=True)
class EveningsAhead:
    """Evenings for parents that are to come: their page, and when the next one is, in words."""

    address: str
    words: str


@dataclass(frozen=True)
class CountedOutcome:
    """How one visit ended, with nobody in it."""

    outcome: str
    # The number of children by kind of agreement.
    agreements: Agreements
    # An agreement was confirmed, whether it was noted of which kind or not.
    is_agreement: bool
    came: str = ""
    next_step: str = ""
    # What the visit was about, by id; empty for something that is no service of the unit.
    services: Sequence[int] = ()


@dataclass(frozen=True)
class OwnWork:
    """Work of an upper floor that waits for a professional themselves."""

    # Whether there is any: asked in the query for the professional, so that it costs none.
    exists: Callable[[User], Exists]
    # The piece of their day's page.
    section: Callable[[User], str]


@dataclass(frozen=True)
class KeptElsewhere:
    """What an upper floor keeps of a party. `records`: under which names it stands in the access log."""

    title: str
    rows: list[tuple[str, str]]
    records: list[str]


@dataclass(frozen=True)
class MessageSubject:
    """What a message is about that is about no appointment."""

    # In words, by what the message says of it alone; no query.
    label: Callable[[OutboxMessage], str]
    # Its page, for who sees to a message that could not be sent; empty where it is gone.
    address: Callable[[OutboxMessage], str]


# Told in the transaction of every step of attendance, and of what takes one back.
ATTENDANCE_CHANGED: list[Callable[[Appointment, User | None], None]] = []
# Told in the transaction in which the outcome of a visit is noted or corrected.
OUTCOME_NOTED: list[Callable[[VisitOutcome, User], None]] = []
# By name: what else changes with a visit, and is restored with it.
VISIT_PARTS: dict[str, VisitPart] = {}
# Where the holder of a personal link (its token) says "I am here"; None while that is not possible.
ARRIVAL_PAGES: list[Callable[[Party, str], ArrivalPage | None]] = []
# The numbers of those who have come to these visits of a professional, by visit.
VISIT_NUMBERS: list[Callable[[Sequence[Appointment], Professional], dict[int, VisitNumber]]] = []
# How visits ended that were not booked, from the first day to the last.
OUTCOMES_ELSEWHERE: list[Callable[[date, date], Iterable[CountedOutcome]]] = []
# By the name of the field: what a booking can be made on, as a number of the walk-in.
OCCASIONS: dict[str, OccasionKind] = {}
# By `Undoable.kind`: acts on other things that the bar of the staff's pages can undo, as on numbers.
UPPER_UNDOS: dict[str, UpperUndo] = {}
# By name: whether something is going on of which the secretary's pages tell; asked in their one query.
PAGE_FLAGS: dict[str, Callable[[], Exists]] = {}
# The walk-ins as they are held, by point. Weekly hours only say what is meant.
WALK_INS: list[Callable[[], dict[int, WalkInState]]] = []
# What is taken at the walk-ins of these points, and the wait there now.
WALK_INS_NOW: list[Callable[[Collection[int]], dict[int, WalkInNow]]] = []
# What is shown at points now, walk-in or not.
POINT_WORDS: list[Callable[[], list[PointWord]]] = []
# What else a professional is at from the first day to the last, the earliest first.
ENGAGEMENTS: list[Callable[[Professional, date, date], Sequence[Engagement]]] = []
# By kind of claim: the page that shows what there is of it on a day, for the staff's calendar.
CALENDAR_PAGES: dict[str, Callable[[date], str]] = {}
# By kind of hours: somebody's time as it is held.
ACTUAL_TIME: dict[str, Callable[[Professional, date, date], list[Stretch]]] = {}
# What else is to do, as a piece of the secretary's work list; empty where there is nothing.
WORK_SECTIONS: list[Callable[[User], str]] = []
# By name: what else waits for a professional, on My day.
OWN_WORK: dict[str, OwnWork] = {}
# Whether an upper floor needs one of these parties, so that nobody can undo that they were added.
PARTY_IS_NEEDED: list[Callable[[Collection[int]], bool]] = []
# What else is kept of a party, for their own extract.
OWN_DATA: list[Callable[[Party], KeptElsewhere]] = []
# What else is kept under phone numbers and e-mail addresses, in a language: of a party, or of who asks at
# the desk and has no appointment.
CONTACT_DATA: list[Callable[[Sequence[str], str], KeptElsewhere]] = []
# Called, in its transaction, when the data of whoever has these contacts are deleted on their request.
CONTACT_FORGOTTEN: list[Callable[[Sequence[str]], None]] = []
# Called, in its transaction, when a party's data is deleted on their request.
PARTY_FORGOTTEN: list[Callable[[Party], None]] = []
# By a message's kind: what it is about, where that is no appointment.
MESSAGE_SUBJECTS: dict[str, MessageSubject] = {}
# Told when somebody leaves quickly: ends what else of theirs this browser keeps, in its answer's cookies.
LEFT_QUICKLY: list[Callable[[HttpRequest, HttpResponse], None]] = []
# Evenings for parents; None while there are none to come.
EVENINGS_AHEAD: list[Callable[[], EveningsAhead | None]] = []


def evenings_ahead() -> EveningsAhead | None:
    """Return where evenings are found; None while none is ahead."""
    return next(filter(None, (ahead() for ahead in EVENINGS_AHEAD)), None)
