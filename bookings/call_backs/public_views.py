"""The public's call-back times: choose one, say who is to be called; see and cancel it by a link."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.availability.call_slots import free_calls
from bookings.availability.codec import parse_time, time_value
from bookings.call_backs.actions import (
    CallTimeTakenError,
    NotOfferedError,
    count_reservation,
    link_path,
    may_cancel,
    reserve,
)
from bookings.call_backs.actions import cancel as cancel_call
from bookings.call_backs.forms import CallBackForm
from bookings.call_backs.presenters import CallChoice, days_of, masked, status_notice
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import CallBack, DataRequest
from bookings.parties.safe_channels import safe_contacts
from bookings.public.drafts import address_hash
from bookings.public.forms import LANGUAGES
from bookings.public.opening import opening
from bookings.public.secret_links import is_long_over, opened_by
from bookings.retention.contact_requests import ask_under
from office.calendar.working_time import open_state
from office.core import clock, tokens
from office.core.http import get_or_post
from office.core.once import made_already
from office.models import HoursKind, Unit
from office.models.set_up_rows import services_online
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError

SENT = "call_back"
View = Callable[[HttpRequest, CallBack], HttpResponse]


def _language_asked(text: str | None) -> str:
    """Return the language of the call: as chosen, otherwise the page's."""
    known = dict(LANGUAGES)
    return text if text in known else get_language() or "fi"


@for_anyone
@require_safe
def times(request: HttpRequest) -> HttpResponse:
    """Show what call-backs are for, and the free times by day. Nobody who calls is named."""
    unit = Unit.get()
    language = _language_asked(request.GET.get("language"))
    free = free_calls(unit, language=language)
    return render(
        request,
        "bookings/call_backs/times.html",
        {
            "offered": unit.call_backs_offered,
            "minutes": unit.call_back_minutes,
            "days": days_of(free.starts),
            "language": language,
            "languages": LANGUAGES,
            **_alternatives(),
        },
    )


def _alternatives() -> dict[str, object]:
    """Return how else one gets help: where there is no time to call back."""
    return {
        "phone": opening(open_state(HoursKind.PHONE), clock.now(), get_language()),
        "asked_online": bool(services_online()),
    }


def _back_to_times(language: str) -> HttpResponse:
    return redirect(f"{reverse('public:call_back')}?{urlencode({'language': language})}")


@for_anyone
@get_or_post
def details(request: HttpRequest) -> HttpResponse:
    """Ask who is to be called, and reserve. What was typed stays when the time has just gone."""
    unit = Unit.get()
    given = request.POST if request.method == "POST" else request.GET
    language = _language_asked(given.get("language"))
    chosen = parse_time(given.get("time", ""))
    if not unit.call_backs_offered or chosen is None:
        return _back_to_times(language)
    start = chosen[0]
    form = CallBackForm(request.POST if request.method == "POST" else None)
    near: list[datetime] = []
    status = 200
    if request.method == "POST":
        if form.is_trapped:
            # A robot gets no error, and nothing is sent.
            return redirect("public:call_back")
        if form.is_valid():
            try:
                return _send(request, form, start, language, unit)
            except CallTimeTakenError as error:
                near, status = error.near, 409
            except NotOfferedError:
                return _back_to_times(language)
            except TooManyTriesError:
                messages.error(
                    request,
                    _("Too many times have been reserved from here. Try again later, or call us."),
                )
                status = 429
        else:
            status = 422
    elif start not in free_calls(unit, language=language).starts:
        messages.warning(request, _("That time is not free any more. Choose another one."))
        return _back_to_times(language)
    response = render(
        request,
        "bookings/call_backs/details.html",
        {
            "form": form,
            "start": start,
            "time": time_value(start),
            "language": language,
            "language_name": dict(LANGUAGES)[language],
            "minutes": unit.call_back_minutes,
            "taken": status == 409,
            "near": [CallChoice(time_value(s), s) for s in near],
        },
        status=status,
    )
    add_never_cache_headers(response)
    return response


def _send(
    request: HttpRequest, form: CallBackForm, start: datetime, language: str, unit: Unit
) -> HttpResponse:
    caller, key = form.caller(language), form.key_given
    if made_already(CallBack, key) is not None:
        # Sent before: back in the browser, or a second press.
        messages.info(request, _("This was sent already. It was reserved once only."))
    else:
        count_reservation(address_hash(request), caller.phone)
    call = reserve(caller, start, unit=unit, made_from=key)
    request.session[SENT] = call.pk
    return redirect("public:call_back_sent")


@for_anyone
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Show the code and the personal link. Reloading shows them again."""
    call = CallBack.objects.filter(pk=request.session.get(SENT, 0)).first()
    if call is None:
        return redirect("public:call_back")
    if not call.is_open:
        # The call is off or over: its own page tells how it stands.
        return redirect(link_path(call))
    response = render(
        request,
        "bookings/call_backs/sent.html",
        {
            "call": call,
            "phone": masked(call.phone),
            "link": request.build_absolute_uri(link_path(call)),
            "is_notified": bool(safe_contacts(call)),
        },
    )
    add_never_cache_headers(response)
    return response


def _by_token(token: str) -> CallBack | None:
    """Find the call-back of the link, until it is long over."""
    call = CallBack.objects.filter(link_hash__in=tokens.hashes_of(token)).first()
    return None if call is None or is_long_over(call.ends_at) else call


personal = opened_by(_by_token, lambda call: str(call.language))


@require_safe
@personal
def short(request: HttpRequest, call: CallBack) -> HttpResponse:
    """Redirect from the address in messages, which is short enough for one text message."""
    return redirect("public:call_back_page", token=request.path.split("/")[2])


@require_safe
@personal
def page(request: HttpRequest, call: CallBack) -> HttpResponse:
    """Show time, masked number and status. Reading changes nothing: mail scanners open links."""
    tone, headline, words = status_notice(call, clock.now())
    return render(
        request,
        "bookings/call_backs/page.html",
        {
            "call": call,
            "phone": masked(call.phone),
            "tone": tone,
            "headline": headline,
            "words": words,
            "token": tokens.link_token("call_back", call.link_nonce),
            "may_cancel": may_cancel(call, by_caller=True),
            "offered": Unit.get().call_backs_offered,
        },
    )


@get_or_post
@personal
def cancel(request: HttpRequest, call: CallBack) -> HttpResponse:
    if request.method == "POST":
        try:
            cancel_call(call.pk)
        except NotPossibleError:
            messages.warning(
                request,
                _(
                    "This could not be done, because something has changed. "
                    "Below you see how it is now."
                ),
            )
        return redirect(link_path(call))
    if not may_cancel(call, by_caller=True):
        return redirect(link_path(call))
    return render(
        request,
        "bookings/call_backs/cancel.html",
        {"call": call, "token": tokens.link_token("call_back", call.link_nonce)},
    )


@get_or_post
@personal
def my_data(request: HttpRequest, call: CallBack) -> HttpResponse:
    """Let the caller ask for their data. It is not shown here: the holder of a link is not identified."""
    token, contact = tokens.link_token("call_back", call.link_nonce), str(call.phone)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind in DataRequest.Kind.values:
            ask_under(contact, DataRequest.Kind(kind))
        return redirect("public:call_back_data", token)
    asked = list(DataRequest.objects.open().filter(contact=contact))
    return render(
        request, "bookings/call_backs/my_data.html", {"token": token, "asked": asked, "call": call}
    )
