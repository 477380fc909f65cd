"""A parent's own days as a calendar file. Neutral: no names, no children, no place."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from office import clock
from office.calendar_file import times_file, uid_for
from plans.schedule import Parent, resolve, stays
from plans.scheme import Scheme, arrangements

DAY = timedelta(days=1)
REACHES = timedelta(days=400)
HANDOVER = timedelta(minutes=15)


def schedule_file(scheme: Scheme, parent: Parent, today: date, *, whose: str) -> str:
    """The parent's stays from now on for a good year, and the handovers at both ends of each.

    `whose`: what the ids of the events hang on, with the date: a file fetched anew replaces them.
    """
    return times_file(_("Own days"), _times(scheme, parent, today, whose))


def _times(
    scheme: Scheme, parent: Parent, today: date, whose: str
) -> Iterator[tuple[datetime, datetime, str, str]]:
    # One night earlier, so that a stay that goes on is told with its beginning where it is near.
    nights = resolve(
        arrangements(scheme), 0, today - 14 * DAY, today + REACHES, handover=scheme.handover
    )
    found = stays(nights)
    for before, stay, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if stay.parent is not parent or stay.last < today:
            continue
        starts = clock.at(stay.first, stay.begins)
        ends = (
            clock.at(after.first, after.begins)
            if after
            else clock.at(stay.last + DAY, scheme.handover)
        )
        if ends > starts:
            yield starts, ends, _uid(whose, "days", stay.first), _("Own days")
        if before is not None and before.parent is not None:
            yield starts, starts + HANDOVER, _uid(whose, "handover", stay.first), _("Handover")
        if after is not None and after.parent is not None:
            yield ends, ends + HANDOVER, _uid(whose, "handover", after.first), _("Handover")


def _uid(whose: str, what: str, first: date) -> str:
    return uid_for("plan schedule", whose, what, first.isoformat())
