"""Asking for a time, from the details to the sent request."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.appointments.requests import (
    HoldLapsedError,
    TooSoonError,
    count_request,
    send_request,
)
from bookings.availability.holds import is_about, is_live
from bookings.lifecycle import references
from bookings.lifecycle.phone_visits import may_be_called
from bookings.models import Access, Appointment, Hold, Meeting, OtherParent, Party
from bookings.parties.records import link_path, link_path_of
from bookings.public.drafts import Draft, address_hash, hold_of
from bookings.public.forms import (
    ContactForm,
    NicknameForm,
    OtherForm,
    VisitForm,
    party_details,
    shared_contacts,
)
from bookings.public.request_views import STEPS, hold_to_go_on_with, online_service
from bookings.public.wishes import wish_label
from bookings.self_service.personal_links import has_ended, nonce_to_pass_on
from office.core import clock, dates
from office.core.http import get_or_post
from office.core.interpreters import language_name
from office.core.once import made_already
from office.core.own_codes import own_code
from office.models import Channel, Service, Unit
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError
from office.ui.public_forms import TrappedForm

Page = Callable[[HttpRequest, Service, Draft, Hold | None], HttpResponse]


def with_draft(page: Page) -> Callable[[HttpRequest, str], HttpResponse]:
    """Fetch service, draft and hold. Without a time the visitor goes back to choose one.

    What was typed is kept first, so that a hold that has lapsed costs nothing but the time.
    """

    @wraps(page)
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        service = online_service(slug)
        draft = Draft(request, service)
        if draft.sent_party and not draft.get("where") and not draft.get("preferred"):
            return redirect("book:sent", slug=slug)
        hold = hold_to_go_on_with(request, draft)
        if draft.wants_time and hold is None and request.method != "POST":
            return _choose_again(request, draft)
        response = page(request, service, draft, hold)
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return get_or_post(view)


def _choose_again(request: HttpRequest, draft: Draft) -> HttpResponse:
    if draft.get("contact") or draft.get("visit") or hold_of(request):
        messages.warning(
            request,
            _("Your time is no longer held. Choose a time again; what you wrote is kept."),
        )
    if not draft.get("where"):
        return redirect("book:service", slug=draft.service.slug)
    return redirect("book:times", slug=draft.service.slug)


def _page(
    request: HttpRequest,
    template: str,
    draft: Draft,
    hold: Hold | None,
    form: forms.Form,
    *,
    step: int = 4,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    return render(
        request,
        template,
        {
            "service": draft.service,
            "draft": draft,
            "hold": hold,
            "hold_is_over": hold is not None and not is_live(hold),
            "now": clock.now(),
            "form": form,
            "step": step,
            "steps": STEPS,
            **more,
        },
        status=status,
    )


def _next(request: HttpRequest, draft: Draft, hold: Hold | None, name: str) -> HttpResponse:
    """Go on to the next page, or to the check if the visitor came from there."""
    if draft.wants_time and hold is not None and not is_about(hold, draft.matters):
        messages.warning(
            request,
            _(
                "With what you told us the visit takes %(length)s. Choose a time again; what you wrote "
                "is kept."
            )
            % {"length": dates.duration(draft.matters.duration, get_language())},
        )
        return redirect("book:times", slug=draft.service.slug)
    if draft.wants_time and hold is None:
        return _choose_again(request, draft)
    return redirect("book:check" if "change" in request.GET else name, slug=draft.service.slug)


@for_anyone
@with_draft
def contact(
    request: HttpRequest, service: Service, draft: Draft, hold: Hold | None
) -> HttpResponse:
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        by_phone=channel_of(draft, hold) == Channel.PHONE,
        initial=draft.get("contact"),
    )
    if request.method == "POST" and form.is_valid():
        draft.drop("nickname")
        draft.set("contact", form.cleaned_data)
        return _next(request, draft, hold, "book:visit")
    return _page(request, "bookings/public/request/contact.html", draft, hold, form)


@for_anyone
@with_draft
def anonymous(
    request: HttpRequest, service: Service, draft: Draft, hold: Hold | None
) -> HttpResponse:
    if not draft.may_be_anonymous:
        return redirect("book:details", slug=service.slug)
    form = NicknameForm(
        request.POST if request.method == "POST" else None, initial=draft.get("nickname")
    )
    if request.method == "POST" and form.is_valid():
        draft.set("nickname", form.cleaned_data)
        return _next(request, draft, hold, "book:visit")
    return _page(request, "bookings/public/request/anonymous.html", draft, hold, form)


def language_of_service() -> str:
    """Return what the visitor most likely wants: the language of the page, or the full one beside it."""
    reading = Unit.get().reading(get_language() or "fi")
    return reading.language if reading else "fi"


@for_anyone
@with_draft
def visit(request: HttpRequest, service: Service, draft: Draft, hold: Hold | None) -> HttpResponse:
    initial = {
        "language": (hold.language if hold else draft.get("where").get("language"))
        or language_of_service(),
        "meeting": Meeting.SEPARATE if draft.get("matters").get("separate") else Meeting.TOGETHER,
        **draft.get("visit"),
    }
    form = VisitForm(
        request.POST if request.method == "POST" else None,
        attendance=draft.matters.attendance,
        alone=draft.is_anonymous,
        initial=initial,
    )
    form.ask_for_channel(channel_of(draft, hold))
    if request.method == "POST" and form.is_valid():
        draft.set("visit", form.cleaned_data)
        return _next(request, draft, hold, "book:other" if draft.asks_of_other else "book:check")
    return _page(request, "bookings/public/request/visit.html", draft, hold, form)


@for_anyone
@with_draft
def other(request: HttpRequest, service: Service, draft: Draft, hold: Hold | None) -> HttpResponse:
    if not draft.asks_of_other:
        return redirect("book:check", slug=service.slug)
    meeting = draft.get("visit").get("meeting", Meeting.TOGETHER)
    form = OtherForm(
        request.POST if request.method == "POST" else None,
        attendance=draft.matters.attendance,
        meeting=meeting,
        own=draft.get("contact"),
        initial=draft.get("other"),
    )
    if request.method == "POST" and form.is_valid():
        draft.set("other", form.cleaned_data)
        return _next(request, draft, hold, "book:check")
    separate = meeting == Meeting.SEPARATE
    return _page(
        request, "bookings/public/request/other.html", draft, hold, form, separate=separate
    )


class OtherTimeChosenError(Exception):
    """The visitor has chosen a time for another matter since, in another tab: it let this one go."""


def channel_of(draft: Draft, hold: Hold | None) -> str:
    """Return how the visit is to be held: as the held time is, or as was chosen where there is none."""
    return hold.channel if hold else draft.get("where").get("channel") or Channel.IN_PERSON


def _missing(draft: Draft, hold: Hold | None) -> str:
    """Return the page that has still to be filled in; empty if none."""
    if not draft.is_anonymous and not draft.get("contact"):
        return "book:details"
    if lacks_number(draft, hold):
        return "book:details"
    if not draft.get("visit"):
        return "book:visit"
    if draft.asks_of_other and (not draft.other_is_chosen or _other_is_oneself(draft)):
        return "book:other"
    return ""


def _other_is_oneself(draft: Draft) -> bool:
    """Say whether the other parent's details are one's own, which may have changed since."""
    other = draft.get("other")
    is_given = other.get("other_parent") == OtherParent.GIVEN
    return is_given and bool(shared_contacts(draft.get("contact"), other))


def lacks_number(draft: Draft, hold: Hold | None) -> bool:
    """Say whether the visit is by phone and the details hold no number that may be called."""
    if channel_of(draft, hold) != Channel.PHONE or not draft.get("contact"):
        return False
    return not may_be_called(party_details(draft.get("contact")))


@for_anyone
@with_draft
def check(request: HttpRequest, service: Service, draft: Draft, hold: Hold | None) -> HttpResponse:
    missing = _missing(draft, hold)
    if missing:
        if lacks_number(draft, hold):
            # The visit became one by phone after the details were given.
            messages.warning(
                request,
                _(
                    "A visit by phone needs a number that we may call. Give the number, or choose "
                    "another way to meet."
                ),
            )
        return redirect(missing, slug=service.slug)
    # Made before the button can be pressed, so that pressing it twice sends one request.
    request_key = draft.key
    form = TrappedForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_trapped:
            # A robot gets no error, and nothing is sent.
            return redirect("book:start")
        try:
            return _send(request, draft)
        except OtherTimeChosenError:
            messages.warning(
                request,
                _(
                    "You have chosen a time for another matter since, and this one was let go. Choose "
                    "again; what you wrote is kept."
                ),
            )
            return redirect("book:times", slug=service.slug)
        except TooSoonError:
            messages.warning(
                request,
                _(
                    "This time is so near now that we could not answer before it. Choose another; what "
                    "you wrote is kept."
                ),
            )
            return redirect("book:times", slug=service.slug)
        except HoldLapsedError:
            messages.warning(
                request,
                _("The time went to somebody else. Choose another; what you wrote is kept."),
            )
            return redirect("book:times", slug=service.slug)
        except TooManyTriesError:
            messages.error(
                request,
                _("Too many requests have been sent from here. Try again later, or call us."),
            )
            status = 429
    details = draft.details(hold)
    return _page(
        request,
        "bookings/public/request/check.html",
        draft,
        hold,
        form,
        step=5,
        status=status,
        details=details,
        wish=wish_label(details.preferred),
        access=[label for value, label in Access.choices if value in details.requester.access],
        interpreter=language_name(details.requester.interpreter),
        request_key=request_key,
        other_parent=OtherParent,
    )


def _send(request: HttpRequest, draft: Draft) -> HttpResponse:
    appointment = made_already(Appointment, draft.key)
    if appointment is None:
        hold = hold_of(request) if draft.wants_time else None
        if hold is not None and not is_about(hold, draft.matters):
            raise OtherTimeChosenError
        if draft.wants_time and hold is None:
            raise HoldLapsedError
        details = draft.details(hold)
        count_request(address_hash(request), details)
        appointment = send_request(details, hold=hold, unit=Unit.get(), made_from=draft.key)
    requester = appointment.parties.get(is_requester=True)
    draft.sent(requester.pk, requester.link_nonce)
    return redirect("book:sent", slug=draft.service.slug)


@for_anyone
@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what happens next, with the code and the links. Reloading shows it again."""
    service = online_service(slug)
    draft = Draft(request, service)
    party = (
        Party.objects.select_related("appointment__service_point")
        .filter(pk=draft.sent_party or 0, link_nonce=draft.own_link)
        .first()
    )
    if party is None or has_ended(party.appointment):
        return redirect("book:start")
    appointment = party.appointment
    if appointment.is_cancelled or appointment.is_declined:
        # What was promised here holds no longer; the personal page tells how it stands.
        return redirect(link_path(party))
    invitation = nonce_to_pass_on(appointment)
    response = render(
        request,
        "bookings/public/request/sent.html",
        {
            "matters": appointment.matters,
            "appointment": appointment,
            "party": party,
            "own_code": own_code(party.link_nonce),
            "link": request.build_absolute_uri(link_path(party)),
            "invitation_link": request.build_absolute_uri(link_path_of(invitation))
            if invitation
            else "",
            "invitation_code": references.invitation_code(invitation) if invitation else "",
            "other_parent": OtherParent,
        },
    )
    response.headers["Cache-Control"] = "no-store, private"
    return response
