"""What the calendar's template draws."""

from dataclasses import dataclass, field
from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from bookings.calendar.choice import CalendarChoice

CELL = 5
HOUR_CELLS = 60 // CELL
EARLIEST, LATEST = 6, 22
# What is shown of a day without anything.
OFFICE_HOURS = 8, 16
# As much of a day as a strip has classes for: see static/css/week.css.
STRIP_HOURS = 12
# Kinds behind which a client waits: their block leads to the request's page.
CLIENTS = ("booked", "request", "offer", "held", "wrong")
KINDS: dict[str, str | Promise] = {
    "booked": gettext_lazy("booked"),
    "request": gettext_lazy("requested"),
    "offer": gettext_lazy("offered"),
    "held": gettext_lazy("held"),
    "wrong": gettext_lazy("booked, without hours"),
    "free": pgettext_lazy("calendar", "free"),
    "walkin": gettext_lazy("walk-in duty"),
    "phone": gettext_lazy("phone hours"),
    "callback": gettext_lazy("call-back times"),
    "call": gettext_lazy("call-back reserved"),
    "evening": gettext_lazy("evening"),
    "away": gettext_lazy("away"),
    "closed": gettext_lazy("closed"),
    "other": gettext_lazy("otherwise busy"),
    "elsewhere": gettext_lazy("at another service point"),
    "buffer": gettext_lazy("kept free before or after a visit"),
    "off": gettext_lazy("no hours"),
}
ICONS = {
    "booked": "check",
    "request": "message",
    "offer": "mail",
    "held": "clock",
    "wrong": "warning",
    "free": "plus",
    "walkin": "queue",
    "phone": "phone",
    "callback": "clock",
    "call": "person",
    "evening": "people",
    "away": "exit",
    "closed": "cross",
    "other": "lock",
    "elsewhere": "pin",
}


@dataclass(frozen=True, slots=True)
class CalendarMark:
    """A sign on a booking: a word of a few letters, or an icon; and what it means in full."""

    label: str
    text: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class CalendarBlock:
    """One block of the calendar. What stands on it is for the eye; `label` says all of it."""

    kind: str
    css: str
    label: str
    time: str
    what: str = ""
    marks: tuple[CalendarMark, ...] = ()
    names: str = ""
    # The room, or the channel where nobody comes; and another place than the row's.
    place: str = ""
    # For the mouse: what there is no room for.
    title: str = ""
    href: str = ""
    # What a booking that can be moved carries along.
    moves: str = ""
    # Minutes since midnight, of free time: where a booking can be dropped.
    begins: int = 0
    ends: int = 0
    point: int | None = None

    @property
    def icon(self) -> str:
        return ICONS.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """A cell of the grid: in the week a day of somebody, in the day one block."""

    day: date
    blocks: list[CalendarBlock]
    nothing: str = ""
    place: str = ""
    css: str = ""
    span: int = 1
    begins: int = 0
    ends: int = 0


@dataclass(frozen=True)
class CalendarRow:
    pk: int
    name: str
    place: str
    cells: list[CalendarCell]
    is_partner: bool = False

    @property
    def anchor(self) -> str:
        return f"row-{self.pk}"


@dataclass(frozen=True)
class CalendarDay:
    """A day above the week's cells."""

    day: date
    is_today: bool
    notes: list[str]
    url: str


@dataclass
class CalendarPage:
    """The calendar as the template draws it."""

    choice: CalendarChoice
    rows: list[CalendarRow]
    columns: list[CalendarDay]
    # The day's hours, and in how many cells of five minutes the table is cut.
    hours: list[int] = field(default_factory=list)
    cells: int = 0
    # Quarters of an hour from the first hour to now; None where now is not in sight.
    now: int | None = None
    # The kinds of its blocks.
    kinds: set[str] = field(default_factory=set)
    # The codes of the bookings whose parties are named.
    named: set[str] = field(default_factory=set)
    lit: int = 0
    first_lit: str = ""

    @property
    def css(self) -> str:
        """Of a compact week, how many hours its strips have."""
        return f"is-compact hours-{len(self.hours)}" if self.choice.is_compact else ""


class Links:
    """Where things lead, looked up once for hundreds of blocks."""

    def __init__(self) -> None:
        self._request = _pattern("staff:request")
        self.change = _pattern("staff:change")
        self.book = _address("staff:book")

    def request(self, reference: str) -> str:
        return self._request.replace("REF", reference)


def _pattern(name: str) -> str:
    return _address(name, "REF")


def _address(name: str, *args: str) -> str:
    """Return where a page is; nothing where it does not exist."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
