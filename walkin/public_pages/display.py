"""The display at the point: numbers and desks only. Anybody may see it."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from office.core import clock
from office.staff.audience import for_anyone
from walkin.estimates.snapshot import day_at, next_day
from walkin.public_pages.kiosk import point_of
from walkin.public_pages.status import shown
from walkin.public_pages.take import unkept
from walkin.tickets.live import topic


@for_anyone
@require_safe
def display(request: HttpRequest, point: str) -> HttpResponse:
    """Who is called where, who is at which desk, who waits. Asked for by htmx, only what changes."""
    here = point_of(point)
    day = day_at(here.pk)
    context = {
        "point": here,
        "day": day,
        "following": next_day(here.pk, day) if day is not None and day.is_running else day,
        "shown": shown(day) if day is not None and day.is_running else None,
        "topic": topic(here.pk),
        "now": clock.now(),
    }
    is_part = request.headers.get("HX-Request") == "true"
    with override("fi"):
        response = unkept(
            request, f"walkin/public_pages/{'display_now' if is_part else 'display'}.html", context
        )
        response.headers["Content-Language"] = "fi"
    return response
