"""Rhythms in words: "every other Thursday", "the last Thursday of the month"."""

from collections.abc import Callable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.calendar.rhythms import LAST, Rhythm
from office.core import dates

# Each in its own words: "joka toinen", "varannan" and "every other" are not made of numbers.
_EVERY: dict[int, Callable[[], str]] = {
    1: lambda: _("every %(weekday)s"),
    2: lambda: _("every other %(weekday)s"),
    3: lambda: _("every third %(weekday)s"),
    4: lambda: _("every fourth %(weekday)s"),
    5: lambda: _("every fifth %(weekday)s"),
    6: lambda: _("every sixth %(weekday)s"),
    7: lambda: _("every seventh %(weekday)s"),
    8: lambda: _("every eighth %(weekday)s"),
}
_NTH: dict[int, Callable[[], str]] = {
    1: lambda: _("the first %(weekday)s of the month"),
    2: lambda: _("the second %(weekday)s of the month"),
    3: lambda: _("the third %(weekday)s of the month"),
    4: lambda: _("the fourth %(weekday)s of the month"),
    LAST: lambda: _("the last %(weekday)s of the month"),
}


def rhythm_label(rhythm: Rhythm, weekday: int) -> str:
    words = _EVERY[rhythm.interval] if rhythm.nth is None else _NTH[rhythm.nth]
    name = dates.WEEKDAYS[dates.known(get_language())][weekday]
    return words() % {"weekday": name}
