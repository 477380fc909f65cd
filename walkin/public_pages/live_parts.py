"""What changes on public pages of a point, given to anybody, so that it is read once for all of them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from office.core import live_updates
from office.models import ServicePoint, Unit
from office.staff.audience import for_anyone
from walkin.models import WalkInDay
from walkin.public_pages.kiosk import point_of
from walkin.public_pages.status import numbers_in_words
from walkin.tickets.live import topic

DISPLAY, NUMBERS, ABOUT = "display", "numbers", "about"


@dataclass(frozen=True)
class LivePart:
    """Where a page gets what changes on it, and new tickets for its stream."""

    path: str
    renew: str


def live_part(kind: str, point: ServicePoint | None = None) -> LivePart:
    """Return the part of a kind of page, in the current language."""
    renew = (
        reverse("walk_in:live", args=[point.slug])
        if point is not None
        else reverse("walk_in:live_all")
    )
    query = urlencode({"kind": kind, "language": get_language() or "fi"})
    return LivePart(_path(kind, point), f"{renew}?{query}")


def _path(kind: str, point: ServicePoint | None) -> str:
    if point is None:
        return reverse("walk_in:about")
    return reverse(f"walk_in:{'display' if kind == DISPLAY else 'numbers'}", args=[point.slug])


@for_anyone
@require_safe
def numbers(request: HttpRequest, point: str) -> HttpResponse:
    """Give the open numbers of a point with their places and waits in words."""
    here = point_of(point)
    day = WalkInDay.objects.at(here.pk).running().first()
    response = JsonResponse(numbers_in_words(day) if day is not None else {})
    add_never_cache_headers(response)
    return response


@for_anyone
@require_safe
def live_ticket(request: HttpRequest) -> HttpResponse:
    """Issue a live ticket for every point's queue."""
    points = ServicePoint.objects.in_use().values_list("pk", flat=True)
    part = _part_of(request, None) if request.GET.get("kind") == ABOUT else None
    return _ticket(*(topic(pk) for pk in points), part=part)


@for_anyone
@require_safe
def live_ticket_of(request: HttpRequest, point: str) -> HttpResponse:
    here = point_of(point)
    part = _part_of(request, here) if request.GET.get("kind") in (DISPLAY, NUMBERS) else None
    return _ticket(topic(here.pk), part=part)


def _part_of(request: HttpRequest, point: ServicePoint | None) -> live_updates.StreamPart:
    language = request.GET.get("language", "")
    with override(language if Unit.get().reading(language) else "fi"):
        path = _path(request.GET["kind"], point)
        return live_updates.StreamPart(path, get_language() or "fi")


def _ticket(*topics: str, part: live_updates.StreamPart | None) -> HttpResponse:
    response = JsonResponse({"ticket": live_updates.new_ticket(*topics, part=part)})
    add_never_cache_headers(response)
    return response
