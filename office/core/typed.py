"""Days and times of day as people type them, in our three languages at once. Pure: no settings, no clock.

What can be read in two ways is not read at all: the caller says so and asks again. A day without its year
is the one in the year around today, see `Years`. `5/1` is the fifth of January: day before month, as
everywhere here.
"""

import datetime as dt
import re
from enum import Enum

from office.core import dates

NOTHING, DAY, WEEK = dt.timedelta(0), dt.timedelta(days=1), dt.timedelta(weeks=1)
YEAR = 53 * WEEK
# Nobody books, or looks back, further.
KNOWN_YEARS = range(2000, 2101)


class Years(Enum):
    """Which year a day without one is in: from so many days before today, until so many after it."""

    # Booked is ahead; but a day of last month is a slip, or an absence that has begun, not a year away.
    AROUND = (90, 275)
    PAST = (364, 0)


class Edge(Enum):
    """Which day a week, or a month, stands for."""

    FIRST = "first"
    LAST = "last"


WEEKDAYS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "ma maanantai maanantaina må mån måndag mon monday",
            "ti tiistai tiistaina tis tisdag tue tues tuesday",
            "ke keskiviikko keskiviikkona on ons onsdag wed wednesday",
            "to torstai torstaina tor tors torsdag thu thur thurs thursday",
            "pe perjantai perjantaina fr fre fredag fri friday",
            "la lauantai lauantaina lö lör lördag sat saturday",
            "su sunnuntai sunnuntaina sö sön söndag sun sunday",
        )
    )
    for word in words.split()
}
_FINNISH_MONTHS = [
    *("tammi", "helmi", "maalis", "huhti", "touko", "kesä"),
    *("heinä", "elo", "syys", "loka", "marras", "joulu"),
]
_MONTHS: dict[str, int] = {
    word: number
    for number in range(1, 13)
    for word in (
        _FINNISH_MONTHS[number - 1],
        f"{_FINNISH_MONTHS[number - 1]}kuu",
        f"{_FINNISH_MONTHS[number - 1]}kuuta",
        *(
            name
            for language in ("sv", "en")
            for full in (dates.MONTHS[language][number - 1].lower(),)
            for name in (full, full[:3])
        ),
    )
} | {"sept": 9}
_NEAR_DAYS: dict[str, int] = {
    word: days
    for days, words in {
        -1: ("eilen", "igår", "i går", "yesterday"),
        0: ("tänään", "idag", "i dag", "today"),
        1: ("huomenna", "huominen", "imorgon", "i morgon", "imorron", "tomorrow"),
        2: ("ylihuomenna", "övermorgon", "i övermorgon", "day after tomorrow"),
    }.items()
    for word in words
}
_NEXT = r"(?:ensi|nästa|next)"
_WEEK = r"(?:vk|vko|viikko|viikolla|v|vecka|veckan|wk|week|w)\.?"
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_UNITS = {
    "d": r"pv|pvä|päivä|päivää|d|dag|dagar|day|days",
    "w": r"vk|vko|viikko|viikkoa|v|vecka|veckor|wk|w|week|weeks",
    "m": r"kk|kuukausi|kuukautta|mån|månad|månader|mo|month|months",
}
_UNIT = "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS.items())

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
# A comma is what the number pad of a Finnish keyboard has for a full stop.
_DOTTED = re.compile(r"(\d{1,2})[.,] ?(\d{1,2})(?:[.,] ?[-–]?(\d{4}|\d{2})?)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")
_NAMED = re.compile(rf"(\d{{1,2}})\.? ?({_MONTH})\.?(?: (\d{{4}}))?")
_MONTH_ALONE = re.compile(rf"({_MONTH})\.?(?: (\d{{4}}))?")
_WEEK_NUMBER = re.compile(rf"{_WEEK} ?(\d{{1,2}})(?:[/ ](\d{{4}}))?")
_NEXT_WEEK = re.compile(rf"{_NEXT} {_WEEK}")
_NEXT_DAY = re.compile(rf"{_NEXT} ({_WEEKDAY})")
_STEP = re.compile(rf"([+-]) ?(\d{{1,3}}) ?(?:{_UNIT})\.?")
_WITH_WEEKDAY = re.compile(rf"({_WEEKDAY})\.? (.+)")
_WEEKDAY_AFTER = re.compile(rf"(.+?) ({_WEEKDAY})\.?")

# vk50ti
_JOINED = re.compile(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)")

_TIME = re.compile(r"(?:klo|kl\.?|at)? ?(\d{1,2})(?:[.:,](\d{2})|(\d{2}))?(?: ?([ap])\.? ?m\.?)?")


def read_day(
    text: str, today: dt.date, *, years: Years = Years.AROUND, edge: Edge | None = None
) -> dt.date | None:
    """Read the day that `text` says; None where it says none, or more than one.

    `edge`: a month is understood as well, as its first or its last day, and a week as Monday or Sunday.
    """
    words = " ".join(_JOINED.sub(" ", text.lower()).split())
    for read in (_near, _of_numbers, _weekday, _of_week, _step, _month):
        try:
            day = read(words, today, years, edge)
        except (ValueError, OverflowError):
            return None
        if day is not None:
            return day if day.year in KNOWN_YEARS else None
    return None


def read_time(text: str) -> dt.time | None:
    """Read 8, 8.30, 0830, 1230 and 5pm; None if invalid, and for 8.3, which may be 8.03 or 8.30."""
    found = _TIME.fullmatch(" ".join(text.lower().split()))
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or found[3] or 0), found[4]
    if half:
        # Of twelve hours: 12 am is midnight, 17 pm is nothing.
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return dt.time(hour, minute)
    except ValueError:
        return None


def _near(words: str, today: dt.date, _years: Years, _edge: Edge | None) -> dt.date | None:
    return today + DAY * _NEAR_DAYS[words] if words in _NEAR_DAYS else None


def _of_numbers(words: str, today: dt.date, years: Years, _edge: Edge | None) -> dt.date | None:
    """Read 8.12., ti 8.12.2026, 8/12, 8 Dec, 2026-12-08."""
    weekday = None
    before = _WITH_WEEKDAY.fullmatch(words)
    if before and not _WEEK_NUMBER.fullmatch(before[2]):
        weekday, words = WEEKDAYS[before[1]], before[2]
    day = _plain(words, today, years)
    if day is not None and weekday not in (None, day.weekday()):
        raise ValueError("The weekday and the date do not belong together.")
    return day


def _plain(words: str, today: dt.date, years: Years) -> dt.date | None:
    iso = _ISO.fullmatch(words)
    if iso:
        return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
    numbers = _DOTTED.fullmatch(words) or _SLASHED.fullmatch(words)
    if numbers:
        return _dated(int(numbers[1]), int(numbers[2]), numbers[3], today, years)
    named = _NAMED.fullmatch(words)
    if named:
        return _dated(int(named[1]), _MONTHS[named[2]], named[3], today, years)
    return None


def _dated(day: int, month: int, year: str | None, today: dt.date, years: Years) -> dt.date:
    """Return the day in its year; without a year, in the one around today."""
    if year:
        return dt.date(int(year) % 100 + 2000 if len(year) == 2 else int(year), month, day)
    before, after = years.value
    first, last = today - DAY * before, today + DAY * after
    for candidate in range(first.year, last.year + 1):
        try:
            found = dt.date(candidate, month, day)
        except ValueError:
            # The 29th of February, in a year that has none.
            continue
        if first <= found <= last:
            return found
    raise ValueError("There is no such day in the year around today.")


def _weekday(words: str, today: dt.date, years: Years, _edge: Edge | None) -> dt.date | None:
    """Return the nearest such weekday, today included; with "next", the one of next week."""
    following = _NEXT_DAY.fullmatch(words)
    if following:
        return dates.monday(today) + WEEK + DAY * WEEKDAYS[following[1]]
    weekday = WEEKDAYS.get(words.rstrip("."))
    if weekday is None:
        return None
    if years is Years.PAST:
        return today - DAY * ((today.weekday() - weekday) % 7)
    return today + DAY * ((weekday - today.weekday()) % 7)


def _of_week(words: str, today: dt.date, years: Years, edge: Edge | None) -> dt.date | None:
    """Read vk 50, vk 50 ti, ti vk 50, vk 50/2026, next week."""
    weekday = None
    split = _WEEKDAY_AFTER.fullmatch(words)
    if split:
        words, weekday = split[1], WEEKDAYS[split[2]]
    else:
        ahead = _WITH_WEEKDAY.fullmatch(words)
        if ahead:
            words, weekday = ahead[2], WEEKDAYS[ahead[1]]
    monday = _monday(words, today, years)
    if monday is None:
        return None
    if weekday is not None:
        return monday + DAY * weekday
    return monday + DAY * 6 if edge is Edge.LAST else monday


def _monday(words: str, today: dt.date, years: Years) -> dt.date | None:
    this = dates.monday(today)
    if _NEXT_WEEK.fullmatch(words):
        return this + WEEK
    numbered = _WEEK_NUMBER.fullmatch(words)
    if numbered is None:
        return None
    week = int(numbered[1])
    if numbered[2]:
        return dt.date.fromisocalendar(int(numbered[2]), week, 1)
    year = today.isocalendar().year
    past = years is Years.PAST
    for candidate in (year, year - 1 if past else year + 1):
        try:
            monday = dt.date.fromisocalendar(candidate, week, 1)
        except ValueError:
            # Week 53, in a year that has none.
            continue
        if -YEAR <= monday - this <= NOTHING if past else NOTHING <= monday - this <= YEAR:
            return monday
    raise ValueError("There is no such week in the year around today.")


def _step(words: str, today: dt.date, _years: Years, _edge: Edge | None) -> dt.date | None:
    """Read +2 vk, +3 pv, +1 kk: a month later is the same day, or the month's last one."""
    found = _STEP.fullmatch(words)
    if found is None:
        return None
    count = int(found[2]) * (1 if found[1] == "+" else -1)
    if found["d"]:
        return today + DAY * count
    if found["w"]:
        return today + WEEK * count
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    last = _last_of(year, month + 1)
    return last.replace(day=min(today.day, last.day))


def _month(words: str, today: dt.date, years: Years, edge: Edge | None) -> dt.date | None:
    """Read a month by name, this one or the next of that name."""
    found = _MONTH_ALONE.fullmatch(words)
    if found is None or edge is None:
        return None
    month = _MONTHS[found[1]]
    if found[2]:
        year = int(found[2])
    elif years is Years.PAST:
        year = today.year - (month > today.month)
    else:
        year = today.year + (month < today.month)
    return _last_of(year, month) if edge is Edge.LAST else dt.date(year, month, 1)


def _last_of(year: int, month: int) -> dt.date:
    return dt.date(year + month // 12, month % 12 + 1, 1) - DAY
