"""People who have been here before, looked for and taken into the panel."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from bookings.parties import conflicts
from bookings.parties.search import FoundPerson, callers, found_one
from bookings.staff_booking.booking_form import BookingForm
from bookings.staff_booking.panel_page import panel_context, panel_page
from bookings.staff_booking.person_forms import CALLER, OTHER
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary
from office.staff.rate_limits import TooManyTriesError, count_try

FOUND_AT_MOST = 5
SEARCHES_A_MINUTE = 120
LETTERS_AT_LEAST = 3


@require_POST
@secretary
def find_caller(request: StaffRequest) -> HttpResponse:
    """Show whom the typed name or number may mean, while it is typed."""
    who = request.POST.get("who", CALLER)
    if who not in (CALLER, OTHER):
        raise Http404
    context = {"found": found_people(request, who), "who": who}
    return render(request, "bookings/staff_booking/_found.html", context)


def found_people(request: StaffRequest, who: str) -> list[FoundPerson] | None:
    """Find by number first, as the surer one, then by name; None where too little is typed."""
    typed = [request.POST.get(f"{who}-{name}", "").strip() for name in ("phone", "name")]
    if not any(len(text) >= LETTERS_AT_LEAST for text in typed):
        return None
    every = timedelta(minutes=1)
    try:
        count_try("callers", str(request.user.pk), limit=SEARCHES_A_MINUTE, every=every)
    except TooManyTriesError:
        return []
    found: dict[int, FoundPerson] = {}
    barred = conflicts.barred_to_user(request.user)
    for text in typed:
        for caller in callers(text, FOUND_AT_MOST):
            if caller.party.appointment_id not in barred:
                found.setdefault(caller.party.pk, caller)
    shown = list(found.values())[:FOUND_AT_MOST]
    references = {caller.party.appointment.reference for caller in shown}
    note_access(request.user, references, action=AccessAction.SEARCH, reason=AccessReason.BOOKING)
    return shown


def take_found(request: StaffRequest, form: BookingForm, who: str, pk: int) -> HttpResponse:
    """Fill a found person's own details in; the other parent's are never among them."""
    found = found_one(pk)
    if found is None:
        raise Http404
    reference = found.party.appointment.reference
    note_access(request.user, reference, action=AccessAction.READ, reason=AccessReason.BOOKING)
    person = form.typed.fill_in(who, found.party, is_own=found.is_own)
    if request.headers.get("HX-Request"):
        context = panel_context(request, form) | {
            "party_form": person,
            "who": who,
            "is_own": found.is_own,
            "found": None,
        }
        return render(request, "bookings/staff_booking/_person.html", context)
    return panel_page(request, form)
