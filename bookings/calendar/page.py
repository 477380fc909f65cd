"""What the calendar shows: the choice in its address, and what its template draws."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from bookings.calendar.diary import DAY
from office.core import clock, dates

CELL = 5
HOUR_CELLS = 60 // CELL
EARLIEST, LATEST = 6, 22
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
    "other": gettext_lazy("otherwise busy"),
    "elsewhere": gettext_lazy("at another service point"),
    "buffer": gettext_lazy("kept free after a visit"),
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
    "other": "lock",
    "elsewhere": "pin",
}


@dataclass(frozen=True)
class CalendarChoice:
    """What is looked at. It stands in the address and nowhere else."""

    day: date
    view: str = "week"
    who: str = "people"
    point: int | None = None
    service: str = ""
    channel: str = ""
    language: str = ""

    @property
    def days(self) -> list[date]:
        if self.view == "day":
            return [self.day]
        monday = clock.monday_of(self.day)
        return [monday + DAY * n for n in range(7)]

    def url(self, **changes: Any) -> str:
        """The address of another look at the same."""
        new = replace(self, **changes)
        query = {
            "view": new.view,
            "day": new.day.isoformat(),
            "who": new.who if new.who != "people" else "",
            "point": new.point or "",
            "service": new.service,
            "channel": new.channel if new.service else "",
            "language": new.language if new.service else "",
        }
        return "?" + urlencode({name: value for name, value in query.items() if value})

    @property
    def step(self) -> timedelta:
        return DAY if self.view == "day" else 7 * DAY

    @property
    def who_label(self) -> str:
        """What a row is."""
        return _("Room") if self.who == "rooms" else _("Professional")

    @property
    def title(self) -> str:
        """What the table shows, and when."""
        shown = _("Rooms") if self.who == "rooms" else _("Professionals")
        of = dates.day if self.view == "day" else dates.week_label
        return f"{shown}, {of(self.day, get_language())}"

    @property
    def previous_label(self) -> str:
        return _("Previous day") if self.view == "day" else _("Previous week")

    @property
    def next_label(self) -> str:
        return _("Next day") if self.view == "day" else _("Next week")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the calendar."""

    kind: str
    css: str
    # For a screen reader: who, when until when, what kind, who else.
    label: str
    time: str
    what: str = ""
    code: str = ""
    language: str = ""
    more: str = ""
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
    blocks: list[Block]
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


@dataclass(frozen=True)
class CalendarDay:
    """A day above the week's cells."""

    day: date
    is_today: bool
    notes: list[str]
    url: str


@dataclass
class Page:
    """The calendar as the template draws it."""

    choice: CalendarChoice
    rows: list[CalendarRow]
    columns: list[CalendarDay]
    # The day's hours, and in how many cells of five minutes the table is cut.
    hours: list[int] = field(default_factory=list)
    cells: int = 0
    # Quarters of an hour from the first hour to now; None where now is not in sight.
    now: int | None = None
    lit: int = 0
    first_lit: str = ""


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
    """Where a page is; nothing where it does not exist."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
