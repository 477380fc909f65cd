"""The personal page: one party's own view of the appointment, behind a link that only they have.

Reading changes nothing, since mail scanners open links: every change is a POST from a person.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import answering, earlier, telling
from bookings.forms.details import party_details
from bookings.forms.personal import CodeForm, TakeUpForm
from bookings.models import Appointment, EarlierWish, MoveRequest, Party, Status
from bookings.presenters.personal import other_parent_said, standing
from bookings.recording import NotPossibleError
from bookings.requesting import PartyDetails, link_path
from office import clock, tokens
from office.limits import TooManyTriesError, address_of, count_try
from office.taking import retrying

CODES_OF_AN_ADDRESS_AN_HOUR = 10
TAKEN_UP_FOR = 600  # seconds in which the same form, sent again, leads to the same page

# The referrer policy stays "same-origin": with "no-referrer" browsers send "Origin: null" with forms,
# which the check against forged requests rightly refuses; and to other sites neither sends anything.
View = Callable[[HttpRequest, Party], HttpResponse]


def find_party(token: str) -> Party:
    """The party whose link this is, with the appointment; otherwise 404, whatever the reason."""
    try:
        return Party.objects.select_related("appointment__service_point").get(
            link_hash=tokens.hash_token(token)
        )
    except Party.DoesNotExist:
        raise Http404 from None


def personal(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give the view the party, in the party's language; nothing of it is kept or indexed."""

    @wraps(view)
    def run(request: HttpRequest, token: str) -> HttpResponse:
        party = find_party(token)
        return private(request, party, lambda: view(request, party))

    return run


def private(request: HttpRequest, party: Party, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer in the party's language, unless another one was chosen here; never stored."""
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    with override(get_language() if chosen else party.language):
        response = answer()
        response.headers["Content-Language"] = get_language() or "fi"
    add_never_cache_headers(response)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def token_of(party: Party) -> str:
    """The token of the party's link."""
    return tokens.token_for("party", party.link_nonce)


def to_page(party: Party) -> HttpResponse:
    return redirect(link_path(party))


def changed_meanwhile(request: HttpRequest) -> None:
    """Say on the next page that what was asked for cannot be done any more."""
    messages.warning(
        request,
        _("This could not be done, because something has changed. Below you see how it is now."),
    )


def too_many(request: HttpRequest, error: TooManyTriesError) -> HttpResponse:
    """Too many tries, in human words: until when to wait, and that one may call."""
    response = render(
        request, "bookings/personal/too_many.html", {"until": error.until}, status=429
    )
    wait = int((error.until - clock.now()).total_seconds())
    response.headers["Retry-After"] = str(max(wait, 1))
    return response


@require_safe
@personal
def page(request: HttpRequest, party: Party) -> HttpResponse:
    appointment = party.appointment
    offers = answering.open_offers(appointment) if appointment.status == Status.OFFERED else []
    is_asked = answering.may_answer(party, appointment)
    must_take_up = answering.may_take_up(party, appointment)
    own_move = (
        appointment.move_requests.filter(party=party)
        .select_related("service_point")
        .order_by("-created_at", "-pk")
        .first()
        if answering.may_ask_to_move(appointment)
        else None
    )
    context: dict[str, Any] = {
        "party": party,
        "appointment": appointment,
        "token": token_of(party),
        "point": appointment.service_point,
        "standing": standing(
            party,
            appointment,
            now=clock.now(),
            is_asked=is_asked,
            is_shared=must_take_up,
            offered_until=min((offer.expires_at for offer in offers), default=None),
            decline_reason=_decline_reason(appointment),
        ),
        "other_parent_said": other_parent_said(party, appointment),
        "is_asked": is_asked,
        "must_take_up": must_take_up,
        "offers": offers if answering.may_choose(party, appointment) else [],
        "move": own_move if _has_outcome(own_move, MoveRequest.Outcome.OPEN) else None,
        "was_kept": _has_outcome(own_move, MoveRequest.Outcome.KEPT),
        "may_wish_earlier": earlier.may_wish(party, appointment),
        "earlier_wish": own_earlier_wish(party),
        **_earlier_offer(party),
        "may_move": answering.may_ask_to_move(appointment),
        "may_cancel": answering.may_cancel(party, appointment),
        "has_file": _has_file(appointment),
    }
    return render(request, "bookings/personal/page.html", context)


def own_earlier_wish(party: Party) -> EarlierWish | None:
    """The party's own wish for an earlier time, while it waits."""
    return EarlierWish.objects.waiting().filter(party=party).first()


def _earlier_offer(party: Party) -> dict[str, Any]:
    """The earlier time about which the party is asked, and what they have said."""
    offer = earlier.live_offer(party.appointment)
    ask = offer.asks.filter(party=party).first() if offer else None
    return {"earlier_offer": offer, "earlier_ask": ask} if ask else {}


def _has_outcome(move: MoveRequest | None, outcome: MoveRequest.Outcome) -> bool:
    return move is not None and move.outcome == outcome


def _decline_reason(appointment: Appointment) -> str:
    if appointment.status != Status.DECLINED:
        return ""
    event = appointment.events.filter(what="declined").order_by("-at", "-pk").first()
    return event.reason if event else ""


def _has_file(appointment: Appointment) -> bool:
    return appointment.status == Status.CONFIRMED and answering.is_ahead(appointment)


@require_safe
@personal
def calendar(request: HttpRequest, party: Party) -> HttpResponse:
    if not _has_file(party.appointment):
        raise Http404
    response = HttpResponse(
        telling.calendar_of(party, party.appointment), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response


@require_POST
@personal
def answer(request: HttpRequest, party: Party) -> HttpResponse:
    said = request.POST.get("answer")
    if said in ("yes", "no"):
        try:
            answering.answer_invitation(party.pk, accepts=said == "yes")
        except NotPossibleError:
            changed_meanwhile(request)
        else:
            if answering.may_take_up(party, party.appointment):
                # Said once, to this browser: the other parent may open the same link.
                messages.success(request, _("You have told us that you cannot come"))
    return to_page(party)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def cancel(request: HttpRequest, party: Party) -> HttpResponse:
    if request.method == "POST":
        try:
            answering.cancel_visit(party.pk)
        except NotPossibleError:
            changed_meanwhile(request)
        return to_page(party)
    if not answering.may_cancel(party, party.appointment):
        return to_page(party)
    return render(
        request,
        "bookings/personal/cancel.html",
        {"appointment": party.appointment, "token": token_of(party)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, token: str) -> HttpResponse:
    """An invited parent's own details. The link changes with them; a form sent twice still arrives."""
    try:
        party = find_party(token)
    except Http404:
        again = _taken_up_with(request)
        if again is None:
            raise
        return to_page(again)
    return private(request, party, lambda: _details(request, party))


def _details(request: HttpRequest, party: Party) -> HttpResponse:
    if not answering.may_take_up(party, party.appointment):
        return to_page(party)
    posted = request.POST if request.method == "POST" else None
    initial = {"language": get_language(), "key": secrets.token_urlsafe(18)}
    form = TakeUpForm(posted, initial=initial)
    if posted is not None and form.is_valid():
        try:
            party = _take_up(party.pk, party_details(form.cleaned_data), form.cleaned_data["key"])
        except NotPossibleError:
            again = _taken_up_with(request)
            if again is None:
                raise Http404 from None
            party = again
        else:
            messages.success(
                request,
                _(
                    "Thank you. This page is now yours alone, and its address is new: save it. "
                    "The invitation does not open it any more."
                ),
            )
        return to_page(party)
    return render(
        request,
        "bookings/personal/details.html",
        {"appointment": party.appointment, "form": form, "token": token_of(party)},
    )


@retrying
def _take_up(party_id: int, given: PartyDetails, key: str) -> Party:
    party = answering.take_up_invitation(party_id, given)
    cache.set(_key(key), party.pk, TAKEN_UP_FOR)
    return party


def _taken_up_with(request: HttpRequest) -> Party | None:
    """The party that this very form has made, when it was sent before (a double press)."""
    key = request.POST.get("key", "")
    return Party.objects.filter(pk=cache.get(_key(key))).first() if key else None


def _key(key: str) -> str:
    return f"bookings.taken_up.{tokens.hash_token(key)}"


@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """From the code of an invitation to the invited party's page."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count_try(
                "invitation",
                address_of(request),
                limit=CODES_OF_AN_ADDRESS_AN_HOUR,
                every=timedelta(hours=1),
            )
        except TooManyTriesError as error:
            return too_many(request, error)
        party = answering.invited_by(form.cleaned_data["code"])
        if party is not None:
            return to_page(party)
        # The same for a wrong code, a used one and one that never was.
        form.add_error("code", _("No invitation opens with this code. Check the code, or call us."))
    response = render(request, "bookings/personal/enter_code.html", {"form": form})
    add_never_cache_headers(response)
    return response
