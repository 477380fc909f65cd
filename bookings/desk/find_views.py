"""Finding an appointment from anywhere: by reference code, phone number, name or e-mail address."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from bookings.desk.party_views import identify
from bookings.desk_kit.labels import place_label, status_label
from bookings.lifecycle.references import normal_code
from bookings.models import Appointment, CallBack
from bookings.parties.search import matching
from office.core.http import get_or_post
from office.core.own_codes import hash_typed
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary

FOUND_AT_MOST = 20


@get_or_post
@secretary
def find(request: StaffRequest) -> HttpResponse:
    """Jump to a reference code, or list whom the text may mean. Posted: names stay out of addresses
    and logs of servers. Come back to by its address alone, there is nothing to look for."""
    if request.method != "POST":
        return redirect("staff:desk")
    # PostgreSQL knows no NUL in a text.
    text = request.POST.get("q", "").replace("\0", "").strip()
    code = normal_code(text)
    if hash_typed(text):
        # An own code: the one who reads it out is on the line.
        return identify(request, text)
    reference = f"{code[:3]}-{code[3:]}" if len(code) == 6 else ""
    if reference and Appointment.objects.filter(reference=reference).exists():
        return redirect("staff:request", reference=reference)
    if reference and CallBack.objects.filter(reference=reference).exists():
        return redirect(f"{reverse('staff:call_backs')}#{reference}")
    parties = matching(text, FOUND_AT_MOST)
    note_access(
        request.user, {p.appointment.reference for p in parties}, action="search", reason="booking"
    )
    rows = [
        {
            "name": party.name,
            "reference": party.appointment.reference,
            "service": party.appointment.service.name,
            "starts_at": party.appointment.starts_at,
            "place": place_label(party.appointment.channel, party.appointment.service_point),
            "status": status_label(party.appointment),
        }
        for party in parties
    ]
    return render(
        request,
        "bookings/desk/found.html",
        {"sought": text, "rows": rows, "is_cut": len(rows) == FOUND_AT_MOST},
    )
