"""The calendar of the whole unit."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.calendar import diary
from bookings.calendar.choice import CalendarChoice
from bookings.calendar.diary import Diary
from bookings.calendar.drawing import page_of
from bookings.calendar.forms import choice_of, keys_of
from bookings.calendar.jump import jump_to
from bookings.calendar.page import ICONS, KINDS, Links
from bookings.parties import conflicts
from bookings.phone.frame import frame_for
from office.core import clock
from office.core.languages import LANGUAGES
from office.models import AccessReason, Channel, Unit
from office.staff.access_log import note_listed
from office.staff.permissions import StaffRequest, secretary

# What the legend tells, in this order.
LEGEND = [kind for kind in KINDS if kind in ICONS]


@require_safe
@secretary
def calendar(request: StaffRequest) -> HttpResponse:
    """Show the whole page; for htmx the grid alone. Log once a day whose names it shows."""
    is_part = (
        "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    )
    choice = choice_of(request.GET, request.user)
    unit = Unit.get()
    found = diary.read(
        choice.days,
        unit,
        get_language(),
        service=choice.service,
        also=choice.also,
        channel=choice.channel,
        spoken=choice.language,
    )
    # The whole page has asked already whether there is anything.
    is_barred = is_part or frame_for(request, request.user).is_barred
    barred = conflicts.codes_barred_to(request.user) if is_barred else set()
    page = page_of(found, choice, unit, barred=barred)
    typed = request.GET.get("go", "").replace("\0", "").strip()[:80]
    if typed and (target := jump_to(typed, choice, page, found.people)):
        return redirect(f"{request.path}{target}")
    note_listed(request.user, sorted(page.named), reason=AccessReason.CALENDAR)
    context = {
        "unit": unit,
        "choice": choice,
        "page": page,
        "search": found.search,
        "read_at": clock.now(),
        "here": choice.url(),
    }
    if not is_part:
        context |= {
            **_looks(choice),
            **_questions(found, page.kinds),
            "typed": typed,
            "step": unit.slot_step,
        }
    template = "bookings/calendar/_calendar.html" if is_part else "bookings/calendar/calendar.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _looks(choice: CalendarChoice) -> dict[str, object]:
    """Return where the other looks at the same are."""
    return {
        "previous": choice.url(day=choice.day - choice.step),
        "next": choice.url(day=choice.day + choice.step),
        "today": choice.url(day=clock.today()),
        "views": [(name, choice.url(view=name)) for name in ("day", "week")],
        "whos": [(name, choice.url(who=name)) for name in ("people", "rooms")],
        "own": choice.url(rows="all" if choice.is_own else "own"),
        "dense": choice.url(dense="0" if choice.is_compact else "1"),
        "unfiltered": choice.url(person=None, gives="", role=""),
    }


def _questions(found: Diary, kinds: set[str]) -> dict[str, object]:
    """Return what can be asked for, and what the kinds of blocks mean that are there."""
    services = [service for service in found.services if service.is_active]
    roles = {person.role: person.title for person in found.people if person.role}
    return {
        "points": found.points.items(),
        "services": services,
        "channels": [
            (value, label)
            for value, label in Channel.choices
            if found.search and value in found.search.matters.staff_channels
        ],
        "further": [
            (service, found.search is not None and service in found.search.matters.also)
            for service in services
            if found.search is None or service != found.search.service
        ],
        "languages": LANGUAGES,
        "people": found.people,
        "roles": sorted(roles.items(), key=lambda role: role[1]),
        "rooms": [(room, found.points.get(room.point or 0, "")) for room in found.rooms],
        "legend": [(kind, ICONS[kind], KINDS[kind]) for kind in LEGEND if kind in kinds],
        "change": Links().change,
    }


@require_POST
@secretary
def keep_own(request: StaffRequest) -> HttpResponse:
    """Keep whose rows the user wants to find in the calendar, and how dense it is to be."""
    user = request.user
    user.calendar_people = keys_of(request.POST.getlist("people"))
    user.calendar_is_compact = request.POST.get("compact") == "1"
    user.save(update_fields=["calendar_people", "calendar_is_compact"])
    messages.success(request, _("The calendar opens like this from now on."))
    choice = choice_of(QueryDict(request.POST.get("here", "").removeprefix("?")), user)
    return redirect(f"{reverse('staff:desk_calendar')}{choice.url(rows='', dense='')}")
