"""One row of the table of what is kept for how long, and a period in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext

from office.core import clock
from office.models import Unit


class Whose(Enum):
    CLIENT = "client"
    STAFF = "staff"
    NOBODY = "nobody"


@dataclass(frozen=True)
class RetentionRow:
    """One kind of data.

    `how_long`: a time, or the name of the unit's setting in days. `due`: the function that gives the rows
    that began before an instant; the purge removes them in batches by `removed_by`, which is given their
    keys. Without `due`, `removed_by` is the job that does it by itself, more often than each night.
    """

    key: str
    what: str | Promise
    whose: Whose
    how_long: timedelta | str
    since: str | Promise
    removed_by: str
    due: str = ""
    # Told on the public page.
    is_public: bool = False

    def period(self, unit: Unit) -> timedelta:
        if isinstance(self.how_long, timedelta):
            return self.how_long
        return timedelta(days=getattr(unit, self.how_long))

    def rows(self, unit: Unit) -> QuerySet[Any]:
        """Return what is due now."""
        due = cast(Callable[[datetime], QuerySet[Any]], import_string(self.due))
        return due(clock.now() - self.period(unit))

    @cached_property
    def remove(self) -> Callable[[Sequence[Any]], object]:
        """Removes the rows with these keys, in the caller's transaction."""
        return cast(Callable[[Sequence[Any]], object], import_string(self.removed_by))


RETENTION = "retention_days"


DAY = timedelta(days=1)


HOUR = timedelta(hours=1)


MINUTE = timedelta(minutes=1)


def period_label(period: timedelta) -> str:
    """Word 365 days, 12 years, 8 hours, 15 minutes; in the active language."""
    if not period:
        return gettext("at once")
    if period.days >= 3 * 365:
        years = round(period.days / 365.25)
        return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
    if period % DAY == timedelta(0):
        days = period // DAY
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if period % HOUR == timedelta(0):
        hours = period // HOUR
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    minutes = period // MINUTE
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
