"""Where a word that is typed at the calendar leads: a day, or somebody's row."""

from bookings.calendar.choice import CalendarChoice
from bookings.calendar.diary import CalendarResource
from bookings.calendar.page import CalendarPage
from office.core import clock
from office.core.names import folded
from office.core.typed import read_day


def jump_to(
    text: str, choice: CalendarChoice, page: CalendarPage, people: list[CalendarResource]
) -> str:
    """Return the address of the day or of the row that `text` means; empty where it means neither."""
    day = read_day(text, clock.today())
    if day is not None:
        return choice.url(day=day)
    shown = next((row for row in page.rows if _is_called(row.name, text)), None)
    if shown is not None:
        return f"{choice.url()}#{shown.anchor}"
    other = next((person for person in people if _is_called(person.name, text)), None)
    return choice.url(who="people", person=other.pk) if other is not None else ""


def _is_called(name: str, text: str) -> bool:
    """Say whether each typed word begins a word of the name."""
    words = folded(name).split()
    typed = folded(text).split()
    return bool(typed) and all(any(word.startswith(part) for word in words) for part in typed)
