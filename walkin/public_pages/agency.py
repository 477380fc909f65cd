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

from office.core.http import unlisted
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
from walkin.public_pages.take import MISSING, WITH_WHOM, private_page
from walkin.tickets.hand_over_code import hand_over_code
from walkin.tickets.live import topic
from walkin.tickets.matters import Matter, conditions_of, matters


class SendHereForm(forms.Form):
    """What somebody is sent with: a matter, a language, and company. No name."""

    matter = forms.ChoiceField(label=gettext_lazy("Matter"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    meeting = forms.ChoiceField(
        label=gettext_lazy("How they come"), choices=[("", gettext_lazy("Choose")), *WITH_WHOM]
    )
    also = forms.MultipleChoiceField(
        label=gettext_lazy("Further matters of the same visit"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    has_papers = forms.BooleanField(
        label=gettext_lazy("The papers are filled in and with them"), required=False
    )

    def __init__(self, point: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: dict[str, Matter] = {m.key: m for m in matters(point)}
        field_of(self, "matter", forms.ChoiceField).choices = [
            ("", _("Choose")),
            *((key, m.label) for key, m in self.found.items()),
        ]
        services = [(key, m.label) for key, m in self.found.items() if m.service]
        field_of(self, "also", forms.MultipleChoiceField).choices = services
        if len(services) < 2:
            del self.fields["also"]
        if not conditions_of(self.found.values()).papers_ready:
            del self.fields["has_papers"]
        for name in ("matter", "language", "meeting"):
            self.fields[name].widget.attrs["class"] = "select"

    @property
    def asking(self) -> list[Matter]:
        """The matters that ask something of those who come."""
        return [m for m in self.found.values() if m.conditions.are_any]

    @property
    def matter_chosen(self) -> Matter:
        return self.found[self.cleaned_data["matter"]]

    @property
    def further(self) -> list[Matter]:
        """The further matters: of a service, and beside a service."""
        chosen = self.matter_chosen
        keys = self.cleaned_data.get("also", []) if chosen.service else []
        return [self.found[key] for key in keys if key != chosen.key]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "matter" not in cleaned or "meeting" not in cleaned:
            return cleaned
        missing = conditions_of([self.matter_chosen, *self.further]).missing(
            is_alone=cleaned["meeting"] == Company.ALONE,
            has_papers=bool(cleaned.get("has_papers")),
        )
        for key, name in (("both", "meeting"), ("papers", "has_papers")):
            if key in missing:
                self.add_error(name, MISSING[key])
        return cleaned


View = Callable[..., HttpResponse]


def with_link(view: View) -> Callable[..., HttpResponse]:
    """Give the view the link of the day that the address holds; otherwise say that it opens nothing."""

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str, **parts: Any) -> HttpResponse:
        link = link_by_token(token)
        if link is None:
            return _no_longer_open(request)
        return unlisted(view(request, token, link, **parts))

    return run


def _no_longer_open(request: HttpRequest) -> HttpResponse:
    """Say that the link opens nothing any more: one that never did is answered alike.

    An open page that asks anew gets it in place of all that it had, and asks no more.
    """
    is_part = request.headers.get("HX-Request") == "true"
    name = "_agency_gone" if is_part else "agency_gone"
    status = 410 if is_part else 404
    response = private_page(request, f"walkin/public_pages/{name}.html", {}, status=status)
    if is_part:
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#agency", "outerHTML"
    return response


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
            matter=form.matter_chosen,
            also=[m.service for m in form.further if m.service],
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
    """Note that they came, did not come, or were sent back."""
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
