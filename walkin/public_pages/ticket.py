"""A ticket's own page behind its secret link, and taking a number on one's own phone."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bookings.public.secret_links import in_language
from office.core.http import address_of, get_or_post, unlisted
from office.models import Unit
from office.staff.audience import by_link, for_anyone
from office.staff.rate_limits import TooManyTriesError, count_try
from office.ui.contact_fields import ContactPhoneField
from office.ui.public_forms import CleanForm
from walkin.actions import near_text, own_ticket
from walkin.actions.take_number import (
    day_by_code,
    planned_day_by_code,
    ticket_by_token,
    ticket_path,
)
from walkin.actions.take_once import take_once
from walkin.errors import WalkInError, WrongCodeError
from walkin.models import NearText, Source, Ticket, WalkInDay
from walkin.public_pages.alternatives import Alternatives
from walkin.public_pages.live_parts import NUMBERS, live_part
from walkin.public_pages.status import PointStatus, point_statuses, status_of, ticket_place
from walkin.public_pages.take import (
    PointChoice,
    missing_context,
    private_page,
    status_at,
    take_context,
)
from walkin.tickets.live import topic
from walkin.tickets.matters import Matter

# Visitors of a service point may share one IP address.
NUMBERS_OF_AN_ADDRESS_AN_HOUR = 60


@for_anyone
@get_or_post
def take(request: HttpRequest, code: str) -> HttpResponse:
    """Give a number on one's own phone, by the code of the day at the point."""
    try:
        day = day_by_code(code)
    except WrongCodeError:
        early = planned_day_by_code(code)
        if early is not None:
            return private_page(
                request, "walkin/public_pages/take_early.html", {"day": early, "unit": Unit.get()}
            )
        return private_page(
            request, "walkin/public_pages/wrong_code.html", {"unit": Unit.get()}, status=404
        )
    choice = PointChoice.of(request, day.service_point_id)
    matter, form = choice.matter, choice.form
    if request.method == "POST" and matter is not None and form.is_valid():
        return _take(request, day, matter, choice)
    here = status_at(day)
    # A form that is sent asks the intake itself: it may have opened again a moment ago.
    is_shut = here is not None and (here.is_closed_for_new or here.is_stopped)
    if here is None or (is_shut and request.method != "POST"):
        return no_number(request, here, matter)
    context = take_context(
        day.service_point_id, choice, here=here, code=code, **missing_context(request, choice)
    )
    if matter is None:
        return private_page(request, "walkin/public_pages/take_matter.html", context)
    if context["missing"]:
        return private_page(request, "walkin/public_pages/take_missing.html", context)
    context["errors"] = list(form.errors)
    return private_page(request, "walkin/public_pages/take_whom.html", context)


def _take(
    request: HttpRequest, day: WalkInDay, matter: Matter, choice: PointChoice
) -> HttpResponse:
    form = choice.form
    if form.missing:
        also = [m.code for m in choice.also]
        here = {"matter": matter.code, "also": also, "missing": form.missing}
        return unlisted(redirect(f"{request.path}?{urlencode(here, doseq=True)}"))
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
            also=form.also_services,
            language=form.reading.language,
            reads=form.reading.reads,
            meeting=form.company,
            source=Source.PHONE,
        )
    except TooManyTriesError as error:
        return private_page(
            request, "bookings/personal/too_many.html", {"until": error.until}, status=429
        )
    except WalkInError:
        # The intake closed or the day ended while the form was open.
        found = point_statuses()
        return no_number(request, status_of(day.service_point_id, found), matter, points=found)
    return unlisted(redirect(ticket_path(ticket)))


def no_number(
    request: HttpRequest,
    here: PointStatus | None,
    matter: Matter | None,
    *,
    points: list[PointStatus] | None = None,
) -> HttpResponse:
    """Offer alternatives where no number is given, for the chosen matter.

    `points`: all of them, where they have been read.
    """
    unit = Unit.get()
    service = matter.service if matter else None
    alternatives = Alternatives(here, service=service, unit=unit, points=points)
    context = {"here": here, "alternatives": alternatives, "unit": unit}
    return private_page(request, "walkin/public_pages/take_closed.html", context)


View = Callable[[HttpRequest, str, Ticket], HttpResponse]


def with_ticket(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give the view the ticket that the link opens, in the ticket's language; otherwise say so."""

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str) -> HttpResponse:
        ticket = ticket_by_token(token)
        if ticket is None:
            return _no_longer_open(request)
        own = Unit.get().shown_language(ticket.language, ticket.reads)
        return unlisted(in_language(request, own, lambda: view(request, token, ticket)))

    return run


def _no_longer_open(request: HttpRequest) -> HttpResponse:
    """Say that the link opens nothing any more, and when the next walk-in is.

    The link of a day that has ended and one that never was are answered alike. An open page that
    asks anew says at which point it was opened.
    """
    is_part = request.headers.get("HX-Request") == "true"
    at = request.GET.get("at", "")
    found, unit = point_statuses(), Unit.get()
    here = next((p for p in found if p.point.slug == at), None)
    alternatives = Alternatives(here, unit=unit, points=found)
    context = {"here": here, "alternatives": alternatives, "unit": unit}
    name = "_ticket_gone" if is_part else "ticket_gone"
    response = private_page(
        request, f"walkin/public_pages/{name}.html", context, status=410 if is_part else 404
    )
    if is_part:
        # The whole element goes, and asks no more.
        response.headers["HX-Reswap"] = "outerHTML"
    return response


class PhoneForm(CleanForm):
    """Where a text message goes when the turn is near."""

    phone = ContactPhoneField(
        label=gettext_lazy("Mobile number"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


@require_safe
@with_ticket
def page(request: HttpRequest, token: str, ticket: Ticket) -> HttpResponse:
    """Show the ticket, its place and its wait; to htmx only what changes."""
    return _page(request, token, ticket, PhoneForm())


def _page(
    request: HttpRequest, token: str, ticket: Ticket, form: PhoneForm, *, status: int = 200
) -> HttpResponse:
    place = ticket_place(ticket)
    is_offered = ticket.is_waiting and near_text.is_offered() and not place.is_near
    context: dict[str, Any] = {
        "ticket": ticket,
        "token": token,
        "point": ticket.day.service_point,
        "topic": topic(ticket.day.service_point_id),
        "place": place,
        "live": live_part(NUMBERS, ticket.day.service_point),
        "phone_form": form if is_offered or form.is_bound else None,
        "texted": NearText.objects.filter(ticket=ticket).first(),
    }
    is_part = request.headers.get("HX-Request") == "true"
    context["is_part"] = is_part
    name = "_ticket_now" if is_part else "ticket"
    return private_page(request, f"walkin/public_pages/{name}.html", context, status=status)


@require_POST
@with_ticket
def text(request: HttpRequest, token: str, ticket: Ticket) -> HttpResponse:
    """Have one text message sent when the turn is near."""
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _page(request, token, ticket, form, status=422)
    try:
        near_text.ask_for_text(ticket.pk, str(form.cleaned_data["phone"]))
    except TooManyTriesError:
        messages.warning(request, _("Too many numbers in an hour. Keep this page open instead."))
    except WalkInError as error:
        form.add_error("phone", error.sentence)
        return _page(request, token, ticket, form, status=422)
    return redirect("walk_in:ticket", token=token)


def _ticket_action(action: Callable[[int], Ticket]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Make a POST view that runs the action and returns to the ticket, with a message if refused."""

    @require_POST
    @with_ticket
    def run(request: HttpRequest, token: str, ticket: Ticket) -> HttpResponse:
        try:
            action(ticket.pk)
        except WalkInError as error:
            messages.warning(request, error.sentence)
        return redirect("walk_in:ticket", token=token)

    return run


more_time = _ticket_action(own_ticket.more_time)
ready = _ticket_action(own_ticket.ready)
say_back = _ticket_action(own_ticket.say_back)
come_back = _ticket_action(own_ticket.come_back)
leave = _ticket_action(own_ticket.leave)
stop_text = _ticket_action(near_text.stop_text)
