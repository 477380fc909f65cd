"""Asking for a time, up to the time itself: matter, place, time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.availability.allocation import JustTakenError
from bookings.availability.codec import parse_slot, slot_value
from bookings.availability.holds import (
    TooManyHoldsError,
    count_hold,
    hold_slot,
    is_about,
    is_live,
    is_untaken,
    let_go,
)
from bookings.availability.search import find
from bookings.availability.slots import Slot
from bookings.models import Hold
from bookings.models.matters import Matters, in_order
from bookings.public.drafts import Draft, address_hash, hold_of, visitor_of, wish_of
from bookings.public.forms import LANGUAGES, PreferredForm
from bookings.public.matters_form import FurtherMattersForm, given_together
from bookings.public.times import times_page, week_key
from office.core import clock
from office.core.http import get_or_post
from office.core.languages import active_partial
from office.models import Channel, HasChannel, Service, ServicePoint, Unit, WayQuestion
from office.models.set_up_rows import points_giving, points_in_use, services_online
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError

STEPS = 5


def online_service(slug: str) -> Service:
    """Return the service, if it may be asked for online; otherwise 404."""
    for service in services_online():
        if service.slug == slug:
            return service
    raise Http404


@for_anyone
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "bookings/public/request/start.html",
        {
            "services": services_online(),
            "step": 1,
            "steps": STEPS,
            # The questions are in full languages only.
            "has_ways": not active_partial() and WayQuestion.are_set(),
        },
    )


@dataclass(frozen=True)
class PlaceChoice(HasChannel):
    """One answer to where the visit is to be."""

    value: str
    channel: str
    point: ServicePoint | None = None


@for_anyone
@get_or_post
def place(request: HttpRequest, slug: str) -> HttpResponse:
    service = online_service(slug)
    draft = Draft(request, service)
    form = FurtherMattersForm(
        request.POST if request.method == "POST" else None,
        service=service,
        others=given_together(service),
        unit=Unit.get(),
        initial=draft.get("matters"),
    )
    error = ""
    is_valid = form.is_valid()
    matters = _chosen_matters(form, draft)
    choices = _place_choices(matters.channels, points_giving(matters.services))
    if request.method == "POST" and is_valid:
        chosen = next((c for c in choices if c.value == request.POST.get("where")), None)
        if not choices and matters.also:
            form.add_error(
                "also",
                _("These cannot be handled at one visit. Leave out one, or ask for two times."),
            )
        elif chosen is not None:
            where = {
                "channel": chosen.channel,
                "point": chosen.point.slug if chosen.point else "",
                "value": chosen.value,
                "language": draft.get("where").get("language", ""),
            }
            if draft.sent_party:
                draft.begin_again()
            draft.set("where", where)
            draft.set("matters", form.cleaned_data)
            return redirect("book:times", slug=slug)
        elif "where" in request.POST:
            error = _("What you chose is not given there together. Choose another place.")
        else:
            error = _("Choose where you want to meet.")
    return render(
        request,
        "bookings/public/request/place.html",
        {
            "service": service,
            "form": form,
            "choices": choices,
            "chosen": draft.get("where").get("value"),
            "error": error,
            "step": 2,
            "steps": STEPS,
        },
    )


def _chosen_matters(form: FurtherMattersForm, draft: Draft) -> Matters:
    """Return what is ticked now, else what was before: the places follow from it."""
    if not form.is_bound:
        return draft.matters
    ticked = form.cleaned_data.get("also") or ()
    return Matters(draft.service, in_order(form.others[slug] for slug in ticked))


def _place_choices(channels: list[str], points: list[ServicePoint]) -> list[PlaceChoice]:
    choices = []
    for channel in channels:
        if channel == Channel.IN_PERSON:
            choices += [PlaceChoice(point.slug, channel, point) for point in points]
            if len(points) > 1:
                choices.append(PlaceChoice("any", channel))
        else:
            choices.append(PlaceChoice(channel, channel))
    return choices


@for_anyone
@get_or_post
def times(request: HttpRequest, slug: str) -> HttpResponse:
    service = online_service(slug)
    unit = Unit.get()
    points = {point.slug: point for point in points_in_use()}
    draft = Draft(request, service)
    where = _where(request, draft, points)
    if request.method == "POST" and draft.sent_party:
        draft.begin_again()
    draft_where = draft.get("where")
    if request.method == "POST" and where != draft_where:
        draft.set("where", where)
    wish = wish_of(draft.matters, where, {s: p.pk for s, p in points.items()})
    near: list[Slot] = []
    status = 200
    if request.method == "POST":
        slot = parse_slot(request.POST.get("slot", ""))
        if slot is None:
            messages.error(request, _("Choose a time first."))
            status = 400
        else:
            try:
                address = address_hash(request)
                count_hold(address)
                hold_slot(wish, slot, unit, visitor=visitor_of(request), address=address)
            except JustTakenError as error:
                near, status = error.near, 409
            except (TooManyHoldsError, TooManyTriesError):
                messages.error(
                    request,
                    _(
                        "Many times are being chosen from your connection right now. "
                        "Wait a moment and try again, or call us."
                    ),
                )
                status = 429
            else:
                draft.drop("preferred")
                return redirect(after_time(draft), slug=slug)
    own = current_hold(request, service)
    hold = own if own and is_about(own, draft.matters) else None
    # The visitor's own held time is busy for everybody else only: it stands on the page as chosen.
    found = find(wish, unit, replacing=own.claim if own else None)
    # A call or a video meeting is at no place.
    in_person = wish.channel == Channel.IN_PERSON
    names = {point.pk: point.name for point in points.values()} if in_person else {}
    page = times_page(
        found.slots,
        point_names=names,
        today=clock.today(),
        last_day=clock.today() + timedelta(weeks=unit.horizon_weeks),
        week=request.GET.get("week", "") or _week_of(hold),
        month=request.GET.get("month", ""),
        query={"where": where.get("value", ""), "language": where.get("language", "")},
        chosen=slot_value(_slot_of(hold)) if hold else request.POST.get("slot", ""),
    )
    near_page = times_page(
        near, point_names=names, today=clock.today(), last_day=clock.today() + timedelta(weeks=30)
    )
    return render(
        request,
        "bookings/public/request/times.html",
        {
            "service": service,
            "times": page,
            "near": near_page.first_free,
            "taken": status == 409,
            "hold": hold,
            "now": clock.now(),
            "where": where,
            "wish": wish,
            "matters": draft.matters,
            "points": points_giving(draft.matters.services)
            if Channel.IN_PERSON in draft.matters.channels
            else [],
            "point": points.get(where.get("point", "")),
            "languages": LANGUAGES,
            "unit_settings": unit,
            "step": 3,
            "steps": STEPS,
        },
        status=status,
    )


def after_time(draft: Draft) -> str:
    """Return the page after the time: the details, or the check if they are all given already."""
    return "book:check" if draft.is_filled_in else "book:details"


def _where(request: HttpRequest, draft: Draft, points: dict[str, ServicePoint]) -> dict[str, Any]:
    """Place or channel and language: from the filter where it was used, else as chosen before."""
    where = draft.get("where") or {"value": "", "channel": "", "point": "", "language": ""}
    given = request.POST if request.method == "POST" else request.GET
    if "where" in given:
        value = given["where"]
        channels = draft.matters.channels or draft.service.channels
        if value in channels and value != Channel.IN_PERSON:
            where |= {"value": value, "channel": value, "point": ""}
        elif value in points:
            where |= {"value": value, "channel": Channel.IN_PERSON, "point": value}
        else:
            where |= {"value": "any", "channel": channels[0], "point": ""}
    if "language" in given:
        language = given["language"]
        where["language"] = language if language in dict(LANGUAGES) else ""
    return where


def current_hold(request: HttpRequest, service: Service) -> Hold | None:
    """Return the visitor's live hold on a time for this service."""
    hold = hold_of(request)
    return hold if hold and hold.service_id == service.pk and is_live(hold) else None


def hold_to_go_on_with(request: HttpRequest, draft: Draft) -> Hold | None:
    """Return the hold for all that is given, live or lapsed while nobody else needed its time."""
    hold = hold_of(request)
    return hold if hold and is_about(hold, draft.matters) and is_untaken(hold) else None


def _week_of(hold: Hold | None) -> str:
    """Return the week of the chosen time, so that the page opens there."""
    return week_key(clock.local(hold.starts_at).date()) if hold else ""


def _slot_of(hold: Hold) -> Slot:
    return Slot(hold.starts_at, hold.service_point_id or 0)


@for_anyone
@get_or_post
def no_time(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the preferred days and parts of day where no time suits."""
    service = online_service(slug)
    draft = Draft(request, service)
    form = PreferredForm(
        request.POST if request.method == "POST" else None, initial=draft.get("preferred")
    )
    if request.method == "POST" and form.is_valid():
        if draft.sent_party:
            draft.begin_again()
        draft.set("preferred", form.cleaned_data)
        hold = current_hold(request, service)
        if hold is not None:
            let_go(hold)
        return redirect(after_time(draft), slug=slug)
    return render(
        request,
        "bookings/public/request/no_time.html",
        {"service": service, "form": form, "step": 3, "steps": STEPS, "lang": get_language()},
    )
