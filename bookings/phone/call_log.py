"""The call log of a day in words, and its picture by the hour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from bookings.models import Call, CallOutcome
from bookings.phone.calls import may_correct
from bookings.phone.figures import CallFigures, HourFigures
from office.core import clock
from office.models import User

NOT_NOTED = ""


@dataclass(frozen=True)
class CallSquare:
    """One call in the picture: a square with the digit of its outcome."""

    css: str
    text: str


@dataclass(frozen=True)
class HourRow:
    """One hour of the picture."""

    hour: int
    calls: int
    cells: list[CallSquare]
    label: str
    median: str
    waited: int | None
    hung_up: int | None
    longest_wait: int | None

    @property
    def name(self) -> str:
        """9–10"""
        return f"{self.hour}–{self.hour + 1}"


@dataclass(frozen=True)
class LogRow:
    """One call of the log."""

    call: Call
    length: str
    outcome: str
    may_correct: bool


def length_label(length: timedelta | None) -> str:
    """Word a length: 4 min 10 s; from ten minutes on whole minutes only."""
    if length is None:
        return ""
    seconds = int(length.total_seconds())
    minutes, rest = divmod(seconds, 60)
    if minutes >= 10 or (minutes and not rest):
        return f"{minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def outcome_label(outcome: str, referred_to: str = "") -> str:
    """Return how a call ended, and to whom it was referred."""
    if not outcome:
        return _("not noted")
    name = str(CallOutcome(outcome).label)
    return f"{name}: {referred_to}" if referred_to else name


def ended_text(call: Call) -> str:
    """Call ended: booked, 3 min."""
    return _("Call ended: %(outcome)s.") % {
        "outcome": outcome_label(call.outcome, call.referred_to)
    }


def log_rows(calls: Iterable[Call], user: User) -> list[LogRow]:
    """Lay out the log, newest first."""
    return [
        LogRow(
            call,
            length_label(call.ended_at - call.started_at)
            if call.ended_at and not call.was_forgotten
            else "",
            outcome_label(call.outcome, call.referred_to),
            call.ended_at is not None and may_correct(call, user),
        )
        for call in calls
    ]


def hour_rows(
    figures: CallFigures, spans: Sequence[tuple[datetime, datetime]], day: date
) -> list[HourRow]:
    """Lay out the hours of the day that had phone hours, calls or a queue, in order."""
    known = {hour.hour: hour for hour in figures.by_hour}
    hours = sorted({*known, *hours_of(spans)})
    return [_hour_row(known.get(hour) or HourFigures(hour)) for hour in hours]


def hours_of(spans: Sequence[tuple[datetime, datetime]]) -> set[int]:
    """Return the hours of the clock that the spans of one day touch."""
    touched: set[int] = set()
    for start, end in spans:
        first, last = clock.local(start), clock.local(end - timedelta(minutes=1))
        touched.update(range(first.hour, last.hour + 1))
    return touched


def _hour_row(hour: HourFigures) -> HourRow:
    cells, words = [], []
    for number, value in enumerate([*CallOutcome.values, NOT_NOTED], start=1):
        count = hour.outcomes[value]
        if count:
            digit = str(number) if value else "–"
            cells += [CallSquare(value or "none", digit)] * count
            words.append(f"{outcome_label(value)} {count}")
    has = hour.has_queue
    return HourRow(
        hour=hour.hour,
        calls=hour.calls,
        cells=cells,
        label=", ".join(words),
        median=length_label(hour.median),
        waited=hour.waited if has else None,
        hung_up=hour.hung_up if has else None,
        longest_wait=hour.longest_wait if has else None,
    )


def legend() -> list[tuple[CallSquare, str]]:
    """Return what the squares mean."""
    squares = [
        (CallSquare(value, str(number)), str(name))
        for number, (value, name) in enumerate(CallOutcome.choices, start=1)
    ]
    return [*squares, (CallSquare("none", "–"), _("not noted"))]
