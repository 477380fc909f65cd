"""The calendar of the whole unit."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bookings.calendar import diary
from bookings.calendar.drawing import page_of
from bookings.calendar.forms import choice_of
from bookings.calendar.page import ICONS, KINDS, Links
from office.core import clock
from office.core.languages import LANGUAGES
from office.models import Channel, Unit
from office.staff.permissions import StaffRequest, secretary

# What the legend tells, in this order.
LEGEND = [kind for kind in KINDS if kind in ICONS]


@require_safe
@secretary
def calendar(request: StaffRequest) -> HttpResponse:
    """The whole page; for htmx the grid alone. Codes and no names: opening a card is what is logged."""
    choice = choice_of(request.GET)
    unit = Unit.get()
    found = diary.read(
        choice.days,
        unit,
        get_language(),
        service=choice.service,
        channel=choice.channel,
        spoken=choice.language,
    )
    is_part = (
        "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    )
    context = {
        "unit": unit,
        "choice": choice,
        "page": page_of(found, choice, unit),
        "search": found.search,
        "read_at": clock.now(),
        "here": choice.url(),
    }
    if not is_part:
        context |= {
            "previous": choice.url(day=choice.day - choice.step),
            "next": choice.url(day=choice.day + choice.step),
            "today": choice.url(day=clock.today()),
            "views": [(name, choice.url(view=name)) for name in ("day", "week")],
            "whos": [(name, choice.url(who=name)) for name in ("people", "rooms")],
            "points": found.points.items(),
            "services": found.services,
            "channels": [
                (value, label)
                for value, label in Channel.choices
                if found.search and value in found.search.service.channels
            ],
            "languages": LANGUAGES,
            "people": found.people,
            "rooms": [(room, found.points.get(room.point or 0, "")) for room in found.rooms],
            "legend": [(kind, ICONS[kind], KINDS[kind]) for kind in LEGEND],
            "change": Links().change,
            "step": unit.slot_step,
        }
    template = "bookings/calendar/_calendar.html" if is_part else "bookings/calendar/calendar.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
