"""The one place that asks for the time. Instants are UTC, rules are in Europe/Helsinki."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone

HELSINKI = ZoneInfo("Europe/Helsinki")


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return timezone.now()


def local(instant: datetime) -> datetime:
    """Return the same instant as a clock in Helsinki shows it."""
    return instant.astimezone(HELSINKI)


def today() -> date:
    """Return today's date in Helsinki."""
    return local(now()).date()


@lru_cache(maxsize=8192)
def at(day: date, clock: time) -> datetime:
    """Return the instant when a clock in Helsinki shows `clock` on `day`, in UTC.

    In the hour that is skipped in March the clock shows an hour more (3.30 → 4.30);
    in the hour that comes twice in October the first one is meant. Remembered: many people begin
    their days at the same time.
    """
    return datetime.combine(day, clock, tzinfo=HELSINKI).astimezone(UTC)


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the instants at which `first` begins and `last` has ended, in UTC."""
    return at(first, time.min), at(last + timedelta(days=1), time.min)


def monday_of(day: date) -> date:
    """Return the Monday that begins the ISO week of `day`."""
    return day - timedelta(days=day.weekday())
