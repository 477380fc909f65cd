"""The walk-in for everybody: what it is, where, when, and the wait now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from office.calendar.usual_hours import usual_hours
from office.models import HoursKind, Unit
from office.staff.audience import for_anyone
from walkin.days.changed_days import ChangedDay, changed_days
from walkin.days.notices import notices_shown
from walkin.models import Destination, PointRules
from walkin.public_pages.alternatives import Alternatives
from walkin.public_pages.live_parts import ABOUT, live_part
from walkin.public_pages.status import PointStatus, point_statuses
from walkin.tickets.live import topic
from walkin.tickets.matters import Matter, matters, needs_appointment


@for_anyone
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Show what the walk-in is and its status now; to htmx only the status."""
    points = point_statuses()
    usual, changes = usual_hours(HoursKind.WALK_IN), changed_days()
    unit = Unit.get()
    shown_at = [here.point.pk for here in points]
    rules = {pk: PointRules(service_point_id=pk) for pk in shown_at}
    rules |= {
        row.service_point_id: row for row in PointRules.objects.filter(service_point__in=rules)
    }
    agencies = _agencies(shown_at)
    context: dict[str, Any] = {
        "points": points,
        "places": [
            PointWalkIn(
                here,
                usual.get(here.point.pk, []),
                changes.get(here.point.pk, []),
                rules[here.point.pk].about or "",
                rules[here.point.pk].visit_minutes,
                agencies.get(here.point.pk, []),
            )
            for here in points
        ],
        "alternatives": Alternatives(unit=unit),
        # Of points without a walk-in in the coming weeks.
        "notices": [n for n in notices_shown() if n.service_point_id not in shown_at],
        "is_given": any(here.gives_numbers for here in points),
        "unit": unit,
        "topics": " ".join(topic(p.point.pk) for p in points),
        "live": live_part(ABOUT),
    }
    if request.headers.get("HX-Request"):
        response = render(request, "walkin/public_pages/_about_now.html", context)
    else:
        context |= {
            "taken": _taken(points),
            "elsewhere": needs_appointment([p.point.pk for p in points] or [None]),
            "visit_minutes": _visit_minutes(rules.values()),
        }
        response = render(request, "walkin/public_pages/about.html", context)
    add_never_cache_headers(response)
    return response


@dataclass(frozen=True)
class PointWalkIn:
    """A point's walk-in: how it is now, and what it is."""

    here: PointStatus
    usual: list[str]
    # Days of the next weeks that are not as usual.
    changes: list[ChangedDay]
    # In the unit's own words.
    about: str
    visit_minutes: int
    # The other agencies under the same roof.
    agencies: list[Destination]


def _agencies(points: list[int]) -> dict[int, list[Destination]]:
    found: dict[int, list[Destination]] = {}
    shown = Destination.objects.filter(is_active=True, service_point__in=points)
    for agency in shown.order_by("order", "pk"):
        found.setdefault(agency.service_point_id, []).append(agency)
    return found


def _taken(points: list[PointStatus]) -> list[tuple[str, list[Matter]]]:
    """Return what is taken where: once without a name where all points take the same."""
    at_points = [(str(here.point.name), matters(here.point.pk)) for here in points]
    if not at_points:
        return [("", matters())]
    first = at_points[0][1]
    if all(taken == first for _name, taken in at_points):
        return [("", first)]
    return at_points


def _visit_minutes(rules: Iterable[PointRules]) -> str:
    """Return how long a visit takes: one figure, or from the shortest to the longest."""
    minutes = sorted({row.visit_minutes for row in rules} or {30})
    return str(minutes[0]) if len(minutes) == 1 else f"{minutes[0]}–{minutes[-1]}"
