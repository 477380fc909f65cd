"""An agency's own small screen behind the link of the day: numbers only, nobody's name or matter."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from office.core.qr import code
from office.staff.audience import by_link
from office.staff.rate_limits import TooManyTriesError
from office.ui.fields import field_of
from walkin.actions.agencies import (
    answer_referral,
    link_by_token,
    referred_to,
    send_back,
    send_here,
)
from walkin.actions.take_number import ticket_path
from walkin.errors import WalkInError
from walkin.models import AgencyAnswer, AgencyLink, Company, Source, Ticket
from walkin.public_pages.kiosk import absolute_url
from walkin.public_pages.kiosk_session import slip_key, ticket_id_of
from walkin.public_pages.status import ticket_place
from walkin.public_pages.take import WITH_WHOM, never_stored, private_page
from walkin.tickets.hand_over_code import hand_over_code
from walkin.tickets.live import topic
from walkin.tickets.matters import Matter, matters


class SendHereForm(forms.Form):
    """What somebody is sent with: a matter, a language, and company. No name."""

    matter = forms.ChoiceField(label=gettext_lazy("Matter"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    meeting = forms.ChoiceField(
        label=gettext_lazy("How they come"), choices=[("", gettext_lazy("Choose")), *WITH_WHOM]
    )

    def __init__(self, point: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: dict[str, Matter] = {m.key: m for m in matters(point)}
        field_of(self, "matter", forms.ChoiceField).choices = [
            ("", _("Choose")),
            *((key, m.label) for key, m in self.found.items()),
        ]
        for field in self.fields.values():
            field.widget.attrs["class"] = "select"


View = Callable[..., HttpResponse]


def with_link(view: View) -> Callable[..., HttpResponse]:
    """Give the view the link of the day that the address holds; otherwise 404."""

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str, **parts: Any) -> HttpResponse:
        link = link_by_token(token)
        if link is None:
            raise Http404
        return never_stored(view(request, token, link, **parts))

    return run


@require_safe
@with_link
def screen(request: HttpRequest, token: str, link: AgencyLink) -> HttpResponse:
    """Show who was referred here; to htmx only the list."""
    return _screen(request, token, link)


def _screen(
    request: HttpRequest,
    token: str,
    link: AgencyLink,
    *,
    form: SendHereForm | None = None,
    status: int = 200,
) -> HttpResponse:
    point = link.day.service_point
    context = {
        "link": link,
        "token": token,
        "point": point,
        "sent": [(ticket, hand_over_code(ticket)) for ticket in referred_to(link)],
        "form": form or SendHereForm(point.pk, initial={"language": get_language()}),
        "is_running": link.day.is_running,
        "answers": AgencyAnswer.choices,
        "topic": topic(point.pk),
    }
    is_part = request.headers.get("HX-Request") == "true"
    name = "_agency_sent" if is_part else "agency"
    return private_page(request, f"walkin/public_pages/{name}.html", context, status=status)


@require_POST
@with_link
def number(request: HttpRequest, token: str, link: AgencyLink) -> HttpResponse:
    """Give somebody a number for this walk-in, and show the word to take along."""
    form = SendHereForm(link.day.service_point_id, request.POST)
    if not form.is_valid():
        return _screen(request, token, link, form=form, status=422)
    cleaned = form.cleaned_data
    try:
        ticket = send_here(
            link,
            matter=form.found[cleaned["matter"]],
            language=cleaned["language"],
            meeting=Company(cleaned["meeting"]),
        )
    except TooManyTriesError:
        messages.error(request, _("Too many numbers in an hour. Ask the staff of the walk-in."))
    except WalkInError as error:
        messages.error(request, error.sentence)
    else:
        return redirect("walk_in:agency_word", token, slip_key(ticket.pk))
    return redirect("walk_in:agency", token)


@require_safe
@with_link
def word(request: HttpRequest, token: str, link: AgencyLink, key: str) -> HttpResponse:
    """Show the number just given, to print or photograph, for a moment."""
    ticket = (
        Ticket.objects.filter(
            pk=ticket_id_of(key) or 0,
            day=link.day,
            source=Source.AGENCY,
            sent_by=link.destination,
        )
        .select_related("day__service_point", "sent_by")
        .first()
    )
    if ticket is None:
        return redirect("walk_in:agency", token)
    with override(ticket.language):
        context = {
            "ticket": ticket,
            "point": ticket.day.service_point,
            "place": ticket_place(ticket),
            "qr": code(absolute_url(request, ticket_path(ticket))),
            "token": token,
        }
        response = private_page(request, "walkin/public_pages/agency_word.html", context)
        response.headers["Content-Language"] = ticket.language
    return response


@require_POST
@with_link
def answer(request: HttpRequest, token: str, link: AgencyLink, pk: int, given: str) -> HttpResponse:
    """Came, did not come, or sent back."""
    try:
        if given == "back":
            send_back(link, pk)
        elif given in AgencyAnswer.values:
            answer_referral(link, pk, AgencyAnswer(given))
        else:
            raise Http404
    except WalkInError as error:
        messages.warning(request, error.sentence)
    return redirect("walk_in:agency", token)
