"""The cells of one row read as what they mean. Each that cannot be read becomes a fault of its own."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office.core import clock, typed
from office.core.identity_code import refuse_identity_code
from office.core.typed import Edge, Years
from office.transfer.reading import Row
from office.transfer.tables import NO, YES, Table, folded

T = TypeVar("T")
_SPAN = re.compile(r"(\w+)\.?\s*-\s*(\w+)\.?")
EMPTY = {"", "-"}


class Cells:
    """Read cells, then `check`: it raises all that was wrong with them, by the keys of their columns."""

    def __init__(self, table: Table, row: Row) -> None:
        self.table, self.row = table, row
        self.errors: dict[str, list[str]] = {}
        for key, text in row.texts.items():
            try:
                refuse_identity_code(text)
            except ValidationError as error:
                self.refuse(key, " ".join(error.messages))
        for key in table.required:
            if self.text(key) in EMPTY:
                self.refuse(key, _("This is missing."))

    def refuse(self, key: str, why: str) -> None:
        self.errors.setdefault(key, []).append(why)

    def error(self) -> ValidationError:
        return ValidationError({key: list(whys) for key, whys in self.errors.items()})

    def check(self) -> None:
        if self.errors:
            raise self.error()

    def text(self, key: str) -> str:
        return self.row.texts.get(key, "").strip()

    def texts(self, *keys: str) -> dict[str, str]:
        """Return the cells of the keys as they are written."""
        return {key: self.text(key) for key in keys}

    def _read(self, key: str, read: Callable[[str], T | None], otherwise: T, why: str) -> T:
        text = self.text(key)
        if text in EMPTY:
            return otherwise
        found = read(text)
        if found is None:
            self.refuse(key, why)
            return otherwise
        return found

    def one(self, key: str, known: Mapping[str, T], otherwise: T, why: str) -> T:
        """Return which of the known the cell names."""
        return self._read(key, lambda text: known.get(folded(text)), otherwise, why)

    def many(self, key: str, known: Mapping[str, T], *, all_of: list[T] | None = None) -> list[T]:
        """Return which of the known the cell names, split at semicolons; an asterisk means `all_of`."""
        if all_of is not None and self.text(key) == "*":
            return all_of
        found = []
        for word in re.split(r"[;\n]", self.text(key)):
            if folded(word) in EMPTY:
                continue
            row = known.get(folded(word))
            if row is None:
                self.refuse(key, _("“%(word)s” is not known.") % {"word": word.strip()})
            elif row not in found:
                found.append(row)
        return found

    def whole(self, key: str, otherwise: int, least: int, most: int) -> int:
        def read(text: str) -> int | None:
            fits = text.isdecimal() and len(text) < 6 and least <= int(text) <= most
            return int(text) if fits else None

        why = _("Give a number from %(least)d to %(most)d.") % {"least": least, "most": most}
        return self._read(key, read, otherwise, why)

    def yes(self, key: str, *, otherwise: bool) -> bool:
        words = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
        return self._read(key, lambda text: words.get(folded(text)), otherwise, _("Yes or no."))

    def time(self, key: str) -> dt.time | None:
        return self._read(key, typed.read_time, None, _("Write the time like this: 8.30."))

    def day(self, key: str, otherwise: dt.date | None, edge: Edge) -> dt.date | None:
        def read(text: str) -> dt.date | None:
            return typed.read_day(text, clock.today(), years=Years.AROUND, edge=edge)

        return self._read(key, read, otherwise, _("Write the day like this: 8.12.2026."))

    def weekdays(self, key: str) -> list[int]:
        return self._read(
            key, read_weekdays, [], _("Write the weekdays like this: mon-thu, or mon, wed.")
        )


def read_weekdays(text: str) -> list[int] | None:
    """Read ma-to, mon, wed, "ti ja to"; None where they are not weekdays."""
    found: set[int] = set()
    for part in re.split(r"[,;+]|\s(?:ja|och|and|&)\s", folded(text)):
        span = _SPAN.fullmatch(part.strip())
        words = [span[1], span[2]] if span else part.replace(".", " ").split()
        numbers = [typed.WEEKDAYS.get(word) for word in words]
        if not numbers or None in numbers:
            return None
        days = [number for number in numbers if number is not None]
        if span and days[0] > days[1]:
            return None
        found |= set(range(days[0], days[1] + 1)) if span else set(days)
    return sorted(found)
