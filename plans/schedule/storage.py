"""How a schedule is stored: the same choices make the same string. Pure.

The string depends neither on the language nor on the order in which the choices were made.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any, TypeVar

from plans.parents import Parent
from plans.schedule.choices import (
    FAMILY,
    LABEL_LONGEST,
    MOST_ROWS,
    MOST_WEEKS,
    PLACE_LONGEST,
    YEARS,
    Birthday,
    Handover,
    HandoverKind,
    OneOff,
    Ordinary,
    ScheduleRhythm,
    Scheme,
    SchoolHoliday,
    SeasonChoice,
    Travels,
    YearlyTurn,
)
from plans.schedule.engine import WEEK, Period, Share
from plans.schedule.family_days import day_in

Row = TypeVar("Row")
Key = TypeVar("Key")
Value = TypeVar("Value")
_CLOCK = "%H:%M"
_BIRTHDAY = re.compile(r"\d\d-\d\d")


class BadSchemeError(ValueError):
    """The text is not a valid schedule."""


def to_json(scheme: Scheme) -> str:
    """Return the string of these choices; empty where nothing was chosen."""
    data: dict[str, Any] = {}
    if scheme.ordinary is not None:
        data["weeks"] = _dump_weeks(scheme.ordinary)
    if scheme.later is not None:
        data["later"] = _dump_weeks(scheme.later)
    if scheme.at is not None:
        data["time"] = scheme.at.strftime(_CLOCK)
    if scheme.after_care:
        data["after_care"] = True
    if scheme.place:
        data["place"] = scheme.place
    if scheme.travels is not None:
        data["travels"] = scheme.travels.value
    handovers = {
        kind.value: _dump_handover(handover)
        for kind, handover in scheme.handovers.items()
        if not handover.is_empty
    }
    if handovers:
        data["handovers"] = handovers
    if scheme.seasons:
        data["seasons"] = {
            kind.value: {
                **_dump_turn(choice),
                "share": choice.share.value,
                "periods": sorted({_dump_period(period) for period in choice.periods}),
            }
            for kind, choice in scheme.seasons.items()
        }
    if scheme.family:
        data["family"] = {name: _dump_turn(shared) for name, shared in scheme.family.items()}
    if scheme.birthdays:
        data["birthdays"] = sorted(
            {(b.day, b.label, b.even.value, b.odd.value) for b in scheme.birthdays}
        )
    if scheme.one_offs:
        data["once"] = sorted(
            {(*_dump_period(o.period), o.label, o.parent.value) for o in scheme.one_offs}
        )
    if not data:
        return ""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Scheme:
    """Read the choices. Raises BadSchemeError for what to_json() does not write."""
    if not text.strip():
        return Scheme()
    try:
        data = json.loads(text)
        scheme = Scheme(
            ordinary=_load_weeks(data["weeks"]) if "weeks" in data else None,
            later=_load_weeks(data["later"]) if "later" in data else None,
            at=time.fromisoformat(data["time"]) if "time" in data else None,
            after_care=data.get("after_care", False) is True,
            place=_text(data.get("place", ""), PLACE_LONGEST),
            travels=Travels(data["travels"]) if "travels" in data else None,
            handovers=_ordered(
                {HandoverKind(k): _load_handover(v) for k, v in data.get("handovers", {}).items()},
                list(HandoverKind),
            ),
            seasons=_ordered(
                {SchoolHoliday(k): _load_season(v) for k, v in data.get("seasons", {}).items()},
                list(SchoolHoliday),
            ),
            family=_ordered(
                {k: _load_turn(v) for k, v in data.get("family", {}).items()}, list(FAMILY)
            ),
            birthdays=_rows(data.get("birthdays", []), _load_birthday),
            one_offs=_rows(data.get("once", []), _load_one_off),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadSchemeError from error
    return scheme


def normal(scheme: Scheme) -> Scheme:
    """Return the same choices in their canonical order."""
    return from_json(to_json(scheme))


def read(text: str) -> Scheme | None:
    """Return the choices, or None where the text is not a schedule."""
    try:
        return from_json(text)
    except BadSchemeError:
        return None


# The fields of each rhythm: others would make different strings of the same weeks.
RHYTHM_FIELDS = {
    ScheduleRhythm.WEEKENDS: {"parent", "until_monday", "night", "evenings", "evening_hours"},
    ScheduleRhythm.WEEK_ABOUT: {"parent", "changes_on"},
    ScheduleRhythm.TWO_TWO_THREE: {"parent"},
    ScheduleRhythm.MOSTLY: {"parent", "evenings", "evening_hours"},
    ScheduleRhythm.OWN: {"cycle"},
}


def _dump_weeks(weeks: Ordinary) -> dict[str, Any]:
    data: dict[str, Any] = {
        "parent": weeks.parent.value if weeks.parent else None,
        "until_monday": weeks.until_monday or None,
        "night": weeks.night,
        "evenings": sorted(set(weeks.evenings)) or None,
        "evening_hours": [at.strftime(_CLOCK) for at in weeks.evening_hours or ()] or None
        if weeks.evenings
        else None,
        "changes_on": weeks.changes_on or None,
        "cycle": [parent.value if parent else "" for parent in weeks.cycle] or None,
    }
    fields = RHYTHM_FIELDS[weeks.rhythm]
    data = {name: value for name, value in data.items() if name in fields and value is not None}
    if weeks.begins is not None:
        data["begins"] = weeks.begins.isoformat()
    if weeks.until is not None:
        data["until"] = weeks.until.isoformat()
    return {"rhythm": weeks.rhythm.value, **data}


def _load_weeks(data: Mapping[str, Any]) -> Ordinary:
    cycle = tuple(Parent(value) if value else None for value in data.get("cycle", ()))
    if len(cycle) % WEEK or len(cycle) > MOST_WEEKS * WEEK:
        raise ValueError(cycle)
    night = data.get("night")
    return Ordinary(
        rhythm=ScheduleRhythm(data["rhythm"]),
        parent=Parent(data["parent"]) if "parent" in data else None,
        begins=_date(data["begins"]) if "begins" in data else None,
        until=_date(data["until"]) if "until" in data else None,
        until_monday=data.get("until_monday", False) is True,
        night=None if night is None else _weekday(night),
        evenings=tuple(sorted({_weekday(day) for day in data.get("evenings", ())})),
        evening_hours=_hours(data["evening_hours"]) if "evening_hours" in data else None,
        changes_on=_weekday(data.get("changes_on", 0)),
        cycle=cycle,
    )


def _hours(kept: Sequence[str]) -> tuple[time, time]:
    begins, ends = (time.fromisoformat(at) for at in kept)
    if not begins < ends:
        raise ValueError(kept)
    return begins, ends


def _dump_handover(handover: Handover) -> dict[str, Any]:
    data = {
        "time": handover.at and handover.at.strftime(_CLOCK),
        "after_care": handover.after_care,
        "place": handover.place,
    }
    return {name: value for name, value in data.items() if value}


def _load_handover(data: Mapping[str, Any]) -> Handover:
    return Handover(
        at=time.fromisoformat(data["time"]) if "time" in data else None,
        after_care=data.get("after_care", False) is True,
        place=_text(data.get("place", ""), PLACE_LONGEST),
    )


def _dump_turn(shared: YearlyTurn) -> dict[str, Any]:
    return {"even": shared.even.value, "odd": shared.odd.value}


def _load_turn(data: Mapping[str, Any]) -> YearlyTurn:
    return YearlyTurn(even=Parent(data["even"]), odd=Parent(data["odd"]))


def _load_season(data: Mapping[str, Any]) -> SeasonChoice:
    periods = data.get("periods", [])
    if len(periods) > MOST_ROWS:
        raise ValueError(len(periods))
    return SeasonChoice(
        even=Parent(data["even"]),
        odd=Parent(data["odd"]),
        share=Share(data["share"]),
        periods=tuple(_period(*period) for period in sorted(periods)),
    )


def _load_birthday(row: Sequence[str]) -> Birthday:
    day, label, even, odd = row
    if not _BIRTHDAY.fullmatch(day):
        raise ValueError(day)
    # A leap year, for 29 February.
    day_in(2028, day)
    label = _text(label, LABEL_LONGEST)
    return Birthday(day=day, label=label, even=Parent(even), odd=Parent(odd))


def _load_one_off(row: Sequence[str]) -> OneOff:
    first, last, label, parent = row
    label = _text(label, LABEL_LONGEST)
    return OneOff(period=_period(first, last), parent=Parent(parent), label=label)


def _rows(data: Any, load: Callable[[Sequence[str]], Row]) -> tuple[Row, ...]:
    if not isinstance(data, list) or len(data) > MOST_ROWS:
        raise ValueError(data)
    return tuple(load(row) for row in sorted(data))


def _dump_period(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.last.isoformat()


def _period(first: str, last: str) -> Period:
    period = Period(_date(first), _date(last))
    # Longer than any holiday, so that drawing and counting are bounded.
    if (period.last - period.first).days > 400:
        raise ValueError(period)
    return period


def _date(text: str) -> date:
    found = date.fromisoformat(text)
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise ValueError(text)
    return found


def _weekday(number: Any) -> int:
    if type(number) is not int or not 0 <= number < WEEK:
        raise ValueError(number)
    return number


def _text(text: Any, longest: int) -> str:
    if not isinstance(text, str) or len(text) > longest:
        raise ValueError(text)
    return text


def _ordered(found: Mapping[Key, Value], order: Sequence[Key]) -> dict[Key, Value]:
    """Sort in the order of the year. Raises ValueError for an unknown key."""
    return {key: found[key] for key in sorted(found, key=order.index)}
