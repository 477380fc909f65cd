"""Days and times in our languages. Pure: no settings, no clock, no request.

All instants are shown in the time of Helsinki. `language` is a language code ("fi", "sv", "en", also
"sv-fi", or a partial language); an unknown one means Finnish. Names are CLDR's, forms are ours: CLDR
writes Swedish dates as 2026-11-25 and leaves "klo" out.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names

HELSINKI = ZoneInfo("Europe/Helsinki")
EN_DASH = "–"

LANGUAGES = ("fi", "sv", "en")
# Partial languages (see core/languages.py): their days and times only stand on the public's pages.
PARTIAL = ("et", "ru", "uk", "ar", "so")
# CLDR's names by themselves: "keskiviikko" and "marraskuu", not "keskiviikkona" and "marraskuuta".
WEEKDAYS: dict[str, tuple[str, ...]] = {
    language: tuple(get_day_names("wide", "stand-alone", language)[day] for day in range(7))
    for language in LANGUAGES + PARTIAL
}
SHORT_WEEKDAYS: dict[str, tuple[str, ...]] = {
    language: tuple(get_day_names("abbreviated", "stand-alone", language)[day] for day in range(7))
    for language in LANGUAGES + PARTIAL
}
MONTHS: dict[str, list[str]] = {
    language: [get_month_names("wide", "stand-alone", language)[month] for month in range(1, 13)]
    for language in LANGUAGES + PARTIAL
}
SHORT_MONTHS_EN = [get_month_names("abbreviated", "format", "en")[month] for month in range(1, 13)]
WEEK = {
    "fi": "Viikko",
    "sv": "Vecka",
    "en": "Week",
    "et": "Nädal",
    "ru": "Неделя",
    "uk": "Тиждень",
    "ar": "الأسبوع",
    "so": "Toddobaadka",
}
AT = {
    "fi": "klo",
    "sv": "kl.",
    "en": "at",
    "et": "kell",
    "ru": "в",
    "uk": "о",
    "ar": "الساعة",
    "so": "saacadda",
}
# With a full stop after the last number: 25.11.
_DOTS = frozenset({"fi", "et", "ru", "uk"})
# With a colon: 9:30.
_COLON = frozenset({"en", "ru", "uk", "ar", "so"})
HOURS_AND_MINUTES = {
    "et": ("t", "min"),
    "ru": ("ч", "мин"),
    "uk": ("год", "хв"),
    "ar": ("ساعة", "دقيقة"),
    "so": ("saac", "daqiiqo"),
}

Moment = dt.datetime | dt.date
Clocklike = dt.datetime | dt.time


def known(language: str | None) -> str:
    """Return which of our three languages `language` means."""
    code = _base(language)
    return code if code in LANGUAGES else "fi"


def _base(language: str | None) -> str:
    return (language or "fi").lower().split("-")[0]


def named(language: str | None) -> str:
    """Return which of all our languages `language` means, partial ones included."""
    code = _base(language)
    return code if code in WEEKDAYS else "fi"


def _ltr(text: str, language: str | None) -> str:
    """Keep the text from left to right in a language that is written from right to left."""
    if _base(language) != "ar":
        return text
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def local(moment: dt.datetime) -> dt.datetime:
    """Return the instant as Helsinki's clocks show it. Raises ValueError where it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError("An instant must have a time zone.")
    return moment.astimezone(HELSINKI)


def as_date(moment: Moment) -> dt.date:
    """Return the day in Helsinki on which the instant falls; a date stays as it is."""
    return local(moment).date() if isinstance(moment, dt.datetime) else moment


def clock(moment: Clocklike, language: str | None) -> str:
    """Word a time of day: 9.30 · 9.30 · 9:30"""
    time = local(moment).time() if isinstance(moment, dt.datetime) else moment
    separator = ":" if named(language) in _COLON else "."
    return f"{time.hour}{separator}{time.minute:02d}"


def clock_range(start: Clocklike, end: Clocklike, language: str | None) -> str:
    """Word two times: 9.30–11.00 · 9.30–11.00 · 9:30–11:00"""
    return _ltr(f"{clock(start, language)}{EN_DASH}{clock(end, language)}", language)


def date(moment: Moment, language: str | None, *, year: bool = True) -> str:
    """Word a date: 25.11.2026 · 25.11.2026 · 25 Nov 2026; without the year 25.11. · 25.11 · 25 Nov"""
    day, language = as_date(moment), named(language)
    if language == "en":
        text = f"{day.day} {SHORT_MONTHS_EN[day.month - 1]}"
        return f"{text} {day.year}" if year else text
    if year:
        return f"{day.day}.{day.month}.{day.year}"
    return f"{day.day}.{day.month}{'.' if language in _DOTS else ''}"


def short_day(moment: Moment, language: str | None, *, year: bool = False) -> str:
    """Word a day: ke 25.11. · ons 25.11 · Wed 25 Nov"""
    weekday = SHORT_WEEKDAYS[named(language)][as_date(moment).weekday()]
    return f"{weekday} {date(moment, language, year=year)}"


def day(moment: Moment, language: str | None, *, year: bool = False) -> str:
    """Word a day: keskiviikko 25.11. · onsdag 25.11 · Wednesday 25 Nov"""
    weekday = WEEKDAYS[named(language)][as_date(moment).weekday()]
    return f"{weekday} {date(moment, language, year=year)}"


def when(moment: dt.datetime, language: str | None) -> str:
    """Word a moment: ke 25.11.2026 klo 9.30 · ons 25.11.2026 kl. 9.30 · Wed 25 Nov 2026 at 9:30"""
    day = short_day(moment, language, year=True)
    return f"{day} {AT[named(language)]} {clock(moment, language)}"


def when_range(start: dt.datetime, end: dt.datetime, language: str | None) -> str:
    """Word ke 25.11.2026 klo 9.30–11.00; where the day changes, both ends in full."""
    if as_date(start) == as_date(end):
        day = short_day(start, language, year=True)
        return f"{day} {AT[named(language)]} {clock_range(start, end, language)}"
    return f"{when(start, language)} {EN_DASH} {when(end, language)}"


def time_away(start: dt.datetime, end: dt.datetime, language: str | None) -> str:
    """Word whole days without times: to 3.12.2026, to 3.12.2026 – pe 4.12.2026; else as when_range."""
    if local(start).time() != dt.time.min or local(end).time() != dt.time.min or end <= start:
        return when_range(start, end, language)
    return days(as_date(start), as_date(end) - dt.timedelta(days=1), language)


def days(first: dt.date, last: dt.date, language: str | None) -> str:
    """Word one or two days: to 3.12.2026, or to 3.12.2026 – pe 4.12.2026"""
    start = short_day(first, language, year=True)
    return start if first == last else f"{start} {EN_DASH} {short_day(last, language, year=True)}"


def date_range(first: dt.date, last: dt.date, language: str | None) -> str:
    """Word 23.–29.11. · 23–29.11 · 23–29 Nov, with months and years only where they differ."""
    language = named(language)
    if first == last:
        return date(first, language, year=False)
    if first.year != last.year:
        return f"{date(first, language)}{EN_DASH}{date(last, language)}"
    end = date(last, language, year=False)
    if first.month != last.month:
        return f"{date(first, language, year=False)}{EN_DASH}{end}"
    return f"{first.day}{'.' if language in _DOTS else ''}{EN_DASH}{end}"


def monday(moment: Moment) -> dt.date:
    """Return the Monday that begins the week of the day."""
    day = as_date(moment)
    return day - dt.timedelta(days=day.weekday())


def week_label(moment: Moment, language: str | None) -> str:
    """Name a week: Viikko 48 · 23.–29.11. (ISO week, Monday to Sunday)"""
    start = monday(moment)
    number = start.isocalendar().week
    span = _ltr(date_range(start, start + dt.timedelta(days=6), language), language)
    return f"{WEEK[named(language)]} {number} · {span}"


def week_name(moment: Moment, language: str | None) -> str:
    """Name a week: viikko 48 · vecka 48 · week 48"""
    return f"{WEEK[named(language)].lower()} {monday(moment).isocalendar().week}"


def month_label(moment: Moment, language: str | None) -> str:
    """Marraskuu 2026 · November 2026 · November 2026"""
    day = as_date(moment)
    return f"{MONTHS[named(language)][day.month - 1].capitalize()} {day.year}"


def duration(minutes: int, language: str | None = None) -> str:
    """Word 45 min, 1 h, 1 h 30 min: the same in all three full languages."""
    hours, rest = divmod(minutes, 60)
    hour, minute = HOURS_AND_MINUTES.get(_base(language), ("h", "min"))
    parts = [f"{hours} {hour}"] if hours else []
    parts += [f"{rest} {minute}"] if rest or not hours else []
    return " ".join(parts)
