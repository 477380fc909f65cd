"""Every place where the floors above add to this one. They fill them in `AppConfig.ready`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Model
from django.utils.safestring import SafeString

from office.models import OutboxMessage, Unit, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True)
class Asks:
    """What a booking asks of its professionals; empty asks nothing. `services`: by id, all of them."""

    services: frozenset[int] = frozenset()
    language: str = ""
    channel: str = ""


@dataclass(frozen=True)
class RecordOpening:
    """Somebody opened a record."""

    user: int
    record: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Shortcoming:
    """Something that needs attention, and where it is put right."""

    url: str
    text: str
    why: str
    # It leads to a list: somebody else puts it right.
    is_to_read: bool = False


@dataclass(frozen=True)
class StartStep:
    """One thing to set up. `so_far` tells what there is; without what `is_needed` no unit opens."""

    name: str
    why: str
    url: str
    is_done: bool
    so_far: str = ""
    is_needed: bool = True


# What the claims, by id, are for.
ASKS_OF: list[Callable[[Collection[int]], dict[int, Asks]]] = []
# Whose contacts a record holds: reference codes go in, contacts by code come out.
CONTACTS_OF: list[Callable[[Collection[str]], Mapping[str, Collection[str]]]] = []
# Which of a day's openings belong to the user's own work.
EXPLAIN_OPENINGS: list[Callable[[date, Sequence[RecordOpening]], Collection[RecordOpening]]] = []
# Whether somebody stays out of the matter of a record, by its reference code.
STAYS_OUT: list[Callable[[User, str], bool]] = []
# What follows, after it is noted, when the absences of a professional have changed.
ABSENCES_CHANGED: list[Callable[[int], None]] = []
# What the unit has written itself for the pages with partial languages, in Finnish.
UNIT_TEXTS: list[Callable[[], Iterable[str]]] = []
# What else can be missing from a unit.
FIND_SHORTCOMINGS: list[Callable[[], Iterable[Shortcoming]]] = []
# By its field of office.models.WAYS: whether there is anything behind that way on now. Others always are.
WAYS_OPEN: dict[str, Callable[[], bool]] = {}
# What else a new unit sets up after its hours.
START_STEPS: list[Callable[[], StartStep]] = []
# What else goes into the file of a unit's set-up, in the order in which rows need each other.
SETUP_MODELS: list[type[Model]] = []
# By the name of a setting: the piece of page beside it, so that the manager sees what it does.
SETTING_HINTS: dict[str, Callable[[Unit], SafeString]] = {}
# What came of the orders of interpreters, below the agencies.
INTERPRETER_FIGURES: list[Callable[[], SafeString]] = []
# By a message's receiver_kind: whether it may still leave, by what its receiver now says is safe. This is
# the one place that every message passes, at every attempt.
GATES: dict[str, Callable[[OutboxMessage], bool]] = {}
# What the pages call a kind of message.
MESSAGE_KINDS: "dict[str, StrPromise]" = {}
# Kinds that nobody makes good when they are too late, such as reminders.
LAPSING_KINDS: set[str] = set()
