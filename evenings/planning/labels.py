"""An evening in the few words that staff need of it."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from evenings.models import Evening
from evenings.planning.errors import InTheWayError, PlanningError
from office.calendar.obstacles import Obstacle
from office.core import dates
from office.models import ClaimKind


def where_of(evening: Evening) -> str:
    """Name the room and the point, or the other place; and whether one can take part remotely."""
    here = [str(evening.room.name)] if evening.room else []
    here += [str(evening.service_point.name)] if evening.service_point else []
    here += [evening.place] if evening.place else []
    here += [_("remotely")] if evening.remote_link else []
    return " · ".join(here)


def places_of(evening: Evening) -> str:
    return _("%(people)s of %(capacity)s places") % {
        "people": evening.people,
        "capacity": evening.capacity,
    }


def note_of(evening: Evening) -> str:
    """Say what its holders should know: whether it is public, and how many come."""
    if evening.is_planned:
        return _("not published")
    return places_of(evening)


def waiting_label(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)s waits", "%(count)s wait", count) % {"count": count}


def sentences_of(error: PlanningError) -> list[str]:
    """Say why it was refused; name whoever is in the way."""
    if isinstance(error, InTheWayError) and error.obstacles:
        language = get_language()
        return [obstacle_label(obstacle, language) for obstacle in error.obstacles]
    return [str(error.sentence)]


def obstacle_label(obstacle: Obstacle, language: str) -> str:
    """Say who is busy when, and with what: nothing of clients."""
    what = {kind.value: kind.label for kind in ClaimKind}.get(obstacle.kind, "")
    if obstacle.label:
        what = f"{what} {obstacle.label}"
    when = dates.when_range(obstacle.start, obstacle.end, language)
    return _("%(name)s is busy %(when)s: %(what)s.") % {
        "name": obstacle.name,
        "when": when,
        "what": what,
    }
