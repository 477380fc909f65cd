"""A number's own page behind its secret link, and taking a number on one's own phone."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, override
from django.views.decorators.http import require_POST, require_safe

from bookings.models import Meeting
from office.core.http import address_of, get_or_post
from office.models import Unit
from office.staff.audience import by_link, for_anyone
from office.staff.rate_limits import TooManyTriesError, count_try
from walkin.actions import own_ticket
from walkin.actions.take_number import day_of_code, link_of, planned_of_code, ticket_of
from walkin.actions.take_once import take_once
from walkin.errors import WalkInError, WrongCodeError
from walkin.models import Source, Ticket
from walkin.public_pages.alternatives import Instead
from walkin.public_pages.status import PointNow, own_place
from walkin.public_pages.take import choices, chosen_matter, closed, form_of, now_at, unkept
from walkin.tickets.live import topic
from walkin.tickets.matters import Matter

# A service point's visitors may share one address.
NUMBERS_OF_AN_ADDRESS_AN_HOUR = 60


@for_anyone
@get_or_post
def take(request: HttpRequest, code: str) -> HttpResponse:
    """A number on one's own phone, by the code of the day at the point."""
    try:
        day = day_of_code(code)
    except WrongCodeError:
        early = planned_of_code(code)
        if early is not None:
            return unkept(request, "walkin/public_pages/take_early.html", choices(day=early))
        return unkept(request, "walkin/public_pages/wrong_code.html", choices(), status=404)
    here = now_at(day)
    matter = chosen_matter(request.POST.get("matter") or request.GET.get("matter", ""))
    if here is None or here.is_closed_for_new:
        return no_number(request, here, matter)
    form = form_of(request)
    context = choices(here=here, code=code, form=form, matter=matter)
    if matter is None:
        return unkept(request, "walkin/public_pages/take_matter.html", context)
    if request.method != "POST" or not form.is_valid():
        return unkept(request, "walkin/public_pages/take_whom.html", context)
    try:
        count_try(
            "walk-in number",
            address_of(request),
            limit=NUMBERS_OF_AN_ADDRESS_AN_HOUR,
            every=timedelta(hours=1),
        )
        ticket = take_once(
            day.pk,
            key=f"{day.pk}:{form.cleaned_data['key']}",
            matter=matter,
            language=form.cleaned_data["language"],
            meeting=Meeting(form.cleaned_data["meeting"]),
            source=Source.PHONE,
        )
    except TooManyTriesError as error:
        return unkept(
            request, "bookings/personal/too_many.html", {"until": error.until}, status=429
        )
    except WalkInError:
        # The intake closed, or the day ended, while the form was open.
        return no_number(request, now_at(day), matter)
    return closed(redirect(link_of(ticket)))


def no_number(request: HttpRequest, here: PointNow | None, matter: Matter | None) -> HttpResponse:
    """No more numbers: what there is instead, the chosen matter kept in mind."""
    unit = Unit.get()
    instead = Instead(here, service=matter.service if matter else None, unit=unit)
    context = {"here": here, "instead": instead, "unit": unit}
    return unkept(request, "walkin/public_pages/take_closed.html", context)


View = Callable[[HttpRequest, str, Ticket], HttpResponse]


def own(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give the view the number that the link opens, in the number's language; otherwise 404."""

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str) -> HttpResponse:
        ticket = ticket_of(token)
        if ticket is None:
            raise Http404
        chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        with override(get_language() if chosen else ticket.language):
            response = view(request, token, ticket)
            response.headers["Content-Language"] = get_language() or "fi"
        return closed(response)

    return run


@require_safe
@own
def page(request: HttpRequest, token: str, ticket: Ticket) -> HttpResponse:
    """The number, its place and its wait. Asked for by htmx, only what changes."""
    context: dict[str, Any] = {
        "ticket": ticket,
        "token": token,
        "point": ticket.day.service_point,
        "topic": topic(ticket.day.service_point_id),
        "place": own_place(ticket),
    }
    is_part = request.headers.get("HX-Request") == "true"
    name = "ticket_now" if is_part else "ticket"
    return unkept(request, f"walkin/public_pages/{name}.html", context)


def _doing(action: Callable[[int], Ticket]) -> Callable[[HttpRequest, str], HttpResponse]:
    """A press of the person's: done, or refused with a sentence; then back to the number."""

    @require_POST
    @own
    def run(request: HttpRequest, token: str, ticket: Ticket) -> HttpResponse:
        try:
            action(ticket.pk)
        except WalkInError as error:
            messages.warning(request, error.sentence)
        return redirect("walk_in:ticket", token=token)

    return run


more_time = _doing(own_ticket.more_time)
ready = _doing(own_ticket.ready)
leave = _doing(own_ticket.leave)
