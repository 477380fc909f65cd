"""Which day list is asked for. Whatever is wrong in an address counts as not given."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from office.core import clock
from office.core.typed import read_day
from office.models import Professional, ServicePoint

POINT, PERSON = "point", "person"


@dataclass(frozen=True)
class ListChoice:
    """Whose list, and of which day."""

    day: date
    point: ServicePoint | None = None
    person: Professional | None = None
    # What was typed for the day and is none.
    wrong_day: str = ""

    @property
    def of(self) -> str:
        """Read a choice of the form's list: point-3, person-7."""
        if self.person is not None:
            return f"{PERSON}-{self.person.pk}"
        return f"{POINT}-{self.point.pk}" if self.point else ""

    @property
    def name(self) -> str:
        return str(self.person or self.point or "")

    def url(self, day: date) -> str:
        """Return the address of the same list on another day."""
        return "?" + urlencode({"day": day.isoformat(), "of": self.of})


def choice_of(
    query: QueryDict, points: list[ServicePoint], people: list[Professional]
) -> ListChoice:
    """Return the list that the address asks for; by default the first service point's of today."""
    text = query.get("day", "").replace("\0", "").strip()[:40]
    day = read_day(text, clock.today())
    wrong = text if text and day is None else ""
    kind, _dash, key = query.get("of", "").partition("-")
    person = next((p for p in people if kind == PERSON and str(p.pk) == key), None)
    point = next((p for p in points if kind == POINT and str(p.pk) == key), None)
    if person is None and point is None:
        point = points[0] if points else None
    return ListChoice(day or clock.today(), point, person, wrong)
