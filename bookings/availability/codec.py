"""Times as form fields and addresses carry them."""

import datetime as dt
from dataclasses import dataclass

from bookings.availability.slots import Slot
from bookings.models.matters import Matters
from office.core.languages import LANGUAGES


def slot_value(slot: Slot) -> str:
    """Return a slot as a form field carries it: the instant in UTC and the point."""
    return f"{slot.start:%Y%m%dT%H%MZ}-{slot.point}"


def parse_slot(value: str) -> Slot | None:
    """Read the slot of a form field's value; None where it is none."""
    instant, _, point = value.partition("-")
    try:
        start = dt.datetime.strptime(instant, "%Y%m%dT%H%MZ").replace(tzinfo=dt.UTC)
        return Slot(start, int(point)) if 0 < int(point) < 2**31 else None
    except ValueError:
        return None


def pick_value(channel: str, language: str, slot_value: str) -> str:
    """Return a picked time as a field carries it: with the channel and language it was found for."""
    return f"{channel}:{language}:{slot_value}"


def parse_pick(value: str, channels: list[str]) -> tuple[str, str, Slot] | None:
    """Read channel, language and slot of a picked time; None where it is none."""
    parts = value.split(":")
    if len(parts) != 3 or parts[0] not in channels or parts[1] not in ("", *dict(LANGUAGES)):
        return None
    slot = parse_slot(parts[2])
    return (parts[0], parts[1], slot) if slot is not None else None


@dataclass(frozen=True)
class FoundTime:
    """A slot, and what it was found for. `who`: see `parse_who`."""

    channel: str
    language: str
    slot: Slot
    who: str = ""


def found_time_value(
    matters: Matters, channel: str, language: str, slot: str, who: str = ""
) -> str:
    """Return a time as a field carries it: with all that it was found for."""
    return f"{_matters_value(matters)}:{channel}:{language}:{slot}" + (f":{who}" if who else "")


def _matters_value(matters: Matters) -> str:
    """Write which matters, by id, the main one first, and the minutes where they are not its own."""
    ids = "+".join(str(service.pk) for service in matters.services)
    return ids if matters.minutes is None else f"{ids}x{matters.minutes}"


def parse_found_time(value: str, matters: Matters) -> FoundTime | None:
    """Read a time; None where it is none, or was found for something else."""
    parts = value.split(":")
    if len(parts) not in (4, 5):
        return None
    what, channel, language, text, who = [*parts, ""][:5]
    slot = parse_slot(text)
    if slot is None or what != _matters_value(matters) or parse_who(who) is None:
        return None
    if channel not in matters.staff_channels or language not in ("", *dict(LANGUAGES)):
        return None
    return FoundTime(channel, language, slot, who)


def parse_who(value: str) -> tuple[int | None, frozenset[int]] | None:
    """Parse who is to meet the parties, and who not: "12", "-12", or nothing; None for anything else."""
    if not value:
        return None, frozenset()
    number = value.removeprefix("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    pk = int(number)
    return (None, frozenset({pk})) if value.startswith("-") else (pk, frozenset())


def time_value(start: dt.datetime, professional: int | None = None) -> str:
    """Return a call-back time as a field or an address carries it; staff may choose who calls."""
    value = f"{start:%Y%m%dT%H%MZ}"
    return f"{value}-{professional}" if professional else value


def parse_time(value: str) -> tuple[dt.datetime, int | None] | None:
    """Read the time of such a value, and who calls; None where it is none."""
    instant, _dash, who = value.partition("-")
    try:
        start = dt.datetime.strptime(instant, "%Y%m%dT%H%MZ").replace(tzinfo=dt.UTC)
        professional = int(who) if who else None
    except ValueError:
        return None
    if professional is not None and not 0 < professional < 2**31:
        return None
    return start, professional
