"""The public display at the point: numbers and desks only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from office.core import clock
from office.staff.audience import for_anyone
from walkin.days.current import current_day, next_day
from walkin.days.notices import notice_at
from walkin.public_pages.kiosk import point_of
from walkin.public_pages.live_parts import DISPLAY, live_part
from walkin.public_pages.status import display_state
from walkin.public_pages.take import private_page
from walkin.tickets.live import topic


@for_anyone
@require_safe
def display(request: HttpRequest, point: str) -> HttpResponse:
    """Show who is called, who is served, and who waits; to htmx only what changes."""
    here = point_of(point)
    day = current_day(here.pk)
    context: dict[str, Any] = {
        "point": here,
        "day": day,
        "following": next_day(here.pk, day) if day is not None and day.is_running else day,
        "shown": display_state(day) if day is not None and day.is_running else None,
        "topic": topic(here.pk),
        "notice": notice_at(here.pk),
        "now": clock.now(),
    }
    is_part = request.headers.get("HX-Request") == "true"
    with override("fi"):
        context["live"] = live_part(DISPLAY, here)
        response = private_page(
            request, f"walkin/public_pages/{'_display_now' if is_part else 'display'}.html", context
        )
        response.headers["Content-Language"] = "fi"
    return response
