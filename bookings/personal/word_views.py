"""A word before the visit, on the personal page: written and never shown again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from bookings.models import Party
from bookings.personal.access import personal, to_page
from bookings.public.opening import opening
from bookings.self_service import channels as own_contacts
from bookings.self_service.personal_links import token_of
from bookings.words_before.actions import (
    WORDS_A_DAY,
    WhyNot,
    WordRefusedError,
    send_word,
    sent_today,
    why_not,
)
from bookings.words_before.forms import WordForm
from office.calendar.working_time import open_state
from office.core import clock
from office.core.http import get_or_post
from office.core.own_codes import own_code
from office.models import HoursKind


@get_or_post
@personal
def word(request: HttpRequest, party: Party) -> HttpResponse:
    """Write to the desk. Where nobody could answer by phone in time, say how else to reach us."""
    phone = open_state(HoursKind.PHONE)
    refusal = why_not(party, phone)
    if refusal is WhyNot.OVER:
        return to_page(party)
    form = WordForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                send_word(party.pk, text=form.cleaned_data["text"])
            except WordRefusedError as error:
                refusal, status = error.why, 409
            else:
                return redirect("public:word_before", token_of(party))
    return render(
        request,
        "bookings/words_before/write.html",
        {
            "token": token_of(party),
            "appointment": party.appointment,
            "form": form,
            "why_not": refusal.name if refusal else "",
            "sent": sent_today(party),
            "words_a_day": WORDS_A_DAY,
            "opening": opening(phone, clock.now(), get_language()).words,
            "own_code": own_code(party.link_nonce),
            "may_change_contacts": own_contacts.may_change_contacts(party, party.appointment),
        },
        status=status,
    )
