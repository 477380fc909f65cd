"""An earlier time, on the personal page: wishing for one, leaving the list, answering an offer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Party
from bookings.personal.access import changed_meanwhile, personal, to_page
from bookings.personal.views import own_earlier_wish
from bookings.self_service.personal_links import token_of
from bookings.waiting_list import wishes as earlier
from bookings.waiting_list.forms import EarlierForm
from office.calendar.occupancy import TimeTakenError
from office.core.http import get_or_post


@get_or_post
@personal
def wish(request: HttpRequest, party: Party) -> HttpResponse:
    appointment = party.appointment
    if not earlier.may_wish(party, appointment):
        if request.method == "POST":
            changed_meanwhile(request)
        return to_page(party)
    waiting = own_earlier_wish(party)
    form = EarlierForm(
        request.POST if request.method == "POST" else None,
        appointment=appointment,
        initial=EarlierForm.initial_of(waiting, appointment),
    )
    if request.method == "POST" and form.is_valid():
        try:
            earlier.wish(party.pk, form.wanted())
        except NotPossibleError:
            changed_meanwhile(request)
        else:
            messages.success(
                request, _("We tell you if an earlier time comes free. Your present time holds.")
            )
        return to_page(party)
    return render(
        request,
        "bookings/personal/earlier.html",
        {"appointment": appointment, "form": form, "token": token_of(party), "waiting": waiting},
        status=422 if form.errors else 200,
    )


@require_POST
@personal
def leave(request: HttpRequest, party: Party) -> HttpResponse:
    """Leave the waiting list. Pressing twice changes nothing."""
    try:
        earlier.withdraw(party.pk)
    except NotPossibleError:
        pass
    else:
        messages.success(request, _("You are no longer asked about earlier times."))
    return to_page(party)


@require_POST
@personal
def answer(request: HttpRequest, party: Party) -> HttpResponse:
    """Accept or decline the earlier time that is offered."""
    reply, offer = request.POST.get("answer"), request.POST.get("offer", "")
    if reply in ("yes", "no") and offer.isdecimal() and len(offer) < 18:
        try:
            earlier.answer(party.pk, int(offer), accepts=reply == "yes")
        except (NotPossibleError, TimeTakenError):
            messages.warning(
                request,
                _("That earlier time is no longer offered. Below you see how it is now."),
            )
        else:
            if reply == "no":
                messages.success(request, _("Your answer is kept. Your time stays as it was."))
    return to_page(party)
