"""What of the calendar is looked at: it stands in the address, except for what a user has kept."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.core import clock, dates

DAY = timedelta(days=1)


@dataclass(frozen=True)
class CalendarChoice:
    """What is looked at."""

    day: date
    view: str = "week"
    who: str = "people"
    point: int | None = None
    service: str = ""
    # The further matters of the same visit, by their slugs.
    also: tuple[str, ...] = ()
    channel: str = ""
    language: str = ""
    # Whose rows: of one person, of those who give a service, of those who work as this.
    person: int | None = None
    gives: str = ""
    role: str = ""
    # "all" or "own", "1" or "0"; empty: as the user has kept it.
    rows: str = ""
    dense: str = ""
    own_people: frozenset[int] = frozenset()
    own_is_compact: bool = False

    @property
    def days(self) -> list[date]:
        if self.view == "day":
            return [self.day]
        monday = clock.monday_of(self.day)
        return [monday + DAY * n for n in range(7)]

    @property
    def is_own(self) -> bool:
        """Whether only the rows are shown that the user has chosen for themselves."""
        return bool(self.own_people) and self.rows != "all" and self.who == "people"

    @property
    def is_compact(self) -> bool:
        """Whether a row of the week is one line, on which a day is a strip of its hours."""
        wanted = self.dense == "1" if self.dense else self.own_is_compact
        return wanted and self.view == "week"

    @property
    def filters(self) -> int:
        """How many filters leave rows out."""
        return sum(map(bool, (self.person, self.gives, self.role)))

    def url(self, **changes: Any) -> str:
        """Return the address of the same calendar with changes."""
        new = replace(self, **changes)
        people = new.who == "people"
        query = {
            "view": new.view,
            "day": new.day.isoformat(),
            "who": "" if people else new.who,
            "point": new.point or "",
            "service": new.service,
            "also": ",".join(new.also) if new.service else "",
            "channel": new.channel if new.service else "",
            "language": new.language if new.service else "",
            "person": new.person or "",
            "gives": new.gives,
            "role": new.role,
            "rows": new.rows,
            "dense": new.dense,
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
