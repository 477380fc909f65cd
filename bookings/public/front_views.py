"""The public front: what the unit helps with, and what to do now."""

from datetime import date, timedelta

from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bookings.availability.soonest import soonest_call_back, soonest_times
from bookings.hooks import POINT_WORDS, evenings_ahead
from bookings.public.opening import opening, soon, walk_ins
from office.calendar.working_time import open_state
from office.core import clock
from office.core.set_up_cache import kept_until_set_up_changes, rows_kept_until_set_up_changes
from office.models import (
    Channel,
    Closure,
    GuidanceLink,
    GuidancePage,
    GuidancePageVersion,
    HoursKind,
    Service,
    Unit,
    WayQuestion,
)
from office.models.set_up_rows import points_giving, points_in_use, services_in_use
from office.staff.audience import for_anyone

CLOSURES_SHOWN_AHEAD = timedelta(days=14)


@for_anyone
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now, language = clock.now(), get_language()
    today = clock.today()
    unit = Unit.get()
    services = services_in_use()
    points = points_in_use()
    soonest = soonest_times()
    phone = opening(open_state(HoursKind.PHONE), now, language)
    open_doors = walk_ins(points, now, language)
    found = _guidance_found()
    return render(
        request,
        "bookings/public/home.html",
        {
            "services": services,
            "points": points,
            "soonest": soon(min(soonest.values(), default=None), language),
            "asked_online": any(service.asked_online for service in services),
            "soonest_call": soon(soonest_call_back(unit), language),
            "unit": unit,
            "may_be_anonymous": any(service.may_be_anonymous for service in services),
            "phone": phone,
            "walk_ins": open_doors,
            "point_words": [word for words in POINT_WORDS for word in words()],
            "has_guidance": "guidance" in found,
            "has_ways": "ways" in found,
            "evenings": evenings_ahead(),
            "all_closed": not phone.is_open and not any(w.opening.is_open for w in open_doors),
            "closures": _closures(today),
        },
    )


@rows_kept_until_set_up_changes
def _closures(today: date) -> list[Closure]:
    return list(
        Closure.objects.filter(
            effect=Closure.Effect.CLOSED,
            first_day__lte=today + CLOSURES_SHOWN_AHEAD,
            last_day__gte=today,
        ).select_related("service_point")
    )


@kept_until_set_up_changes
def _guidance_found() -> frozenset[str]:
    """Return whether there is guidance, and questions of "Which way?". One query."""
    of_kind = [
        ("guidance", GuidanceLink.objects.in_use()),
        ("guidance", GuidancePage.objects.shown()),
        ("ways", WayQuestion.objects.filter(is_first=True)),
    ]
    first, *others = [
        rows.order_by().annotate(found=Value(kind)).values_list("found", flat=True)[:1]
        for kind, rows in of_kind
    ]
    return frozenset(first.union(*others))


@for_anyone
@require_safe
def afraid(request: HttpRequest) -> HttpResponse:
    """Show to who is afraid of the other parent help at once, and how we meet them."""
    services = services_in_use()
    return render(
        request,
        "bookings/public/afraid.html",
        {
            "asked_online": any(service.asked_online for service in services),
            "may_be_anonymous": any(service.may_be_anonymous for service in services),
            "phone": opening(open_state(HoursKind.PHONE), clock.now(), get_language()),
        },
    )


@for_anyone
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    soonest, language = soonest_times(), get_language()
    found = [(service, soon(soonest.get(service.pk), language)) for service in services_in_use()]
    return render(
        request,
        "bookings/public/services.html",
        {
            "online": [(service, free) for service, free in found if service.asked_online],
            "others": [service for service, _ in found if not service.asked_online],
            "has_ways": WayQuestion.are_set(),
        },
    )


@for_anyone
@require_safe
def service(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Service.objects.in_use(), slug=slug)
    now, language = clock.now(), get_language()
    in_person = Channel.IN_PERSON in shown.channels
    open_doors = []
    if shown.suits_walk_in:
        open_doors = walk_ins(points_in_use(), now, language)
    return render(
        request,
        "bookings/public/service.html",
        {
            "service": shown,
            "channels": [Channel(channel).label for channel in shown.channels],
            "points": points_giving([shown]) if in_person else [],
            "soonest": soon(soonest_times().get(shown.pk), language),
            "walk_ins": open_doors,
            "phone": opening(open_state(HoursKind.PHONE), now, language),
            "pages": GuidancePageVersion.objects.public().filter(page__services=shown),
        },
    )
