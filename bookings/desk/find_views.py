"""Finding an appointment from anywhere: by reference code, phone number, name or e-mail address."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.cases.search import CaseMatch, case_meant, cases_meant
from bookings.desk.found import found_cases, found_visits
from bookings.desk.party_views import identify
from bookings.lifecycle.references import normal_code
from bookings.models import Appointment, CallBack
from bookings.parties import conflicts
from bookings.parties.search import LOOKED_AT, Match, matches
from office.core.http import get_or_post
from office.core.own_codes import hash_typed
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary

FOUND_AT_MOST = 20
# In the session: what was searched for, by the key in the address, the newest last.
SEARCHES = "searches"
SEARCHES_AT_MOST = 20
TYPED_AT_MOST = 80


@get_or_post
@secretary
def find(request: StaffRequest) -> HttpResponse:
    """Open what the text means; where it may mean several, lead to the list of them.

    Posted, and kept in the session under a key: names stay out of addresses and logs of servers, and
    the list has an address of its own to come back to.
    """
    if request.method != "POST":
        return redirect("staff:desk")
    # PostgreSQL knows no NUL in a text.
    text = request.POST.get("q", "").replace("\0", "").strip()[:TYPED_AT_MOST]
    code = normal_code(text)
    if hash_typed(text):
        # An own code: the one who reads it out is on the line.
        return identify(request, text)
    reference = f"{code[:3]}-{code[3:]}" if len(code) == 6 else ""
    if reference and Appointment.objects.filter(reference=reference).exists():
        return redirect("staff:request", reference=reference)
    if reference and CallBack.objects.filter(reference=reference).exists():
        return redirect(f"{reverse('staff:call_backs')}#{reference}")
    case = case_meant(text)
    if case is not None:
        return redirect("staff:case", reference=case.reference)
    visits = {match.party.appointment.reference for match in _search(request, text)[0]}
    cases = {match.person.case.reference for match in _search_cases(request, text)[0]}
    if len(visits | cases) == 1:
        (only,) = visits | cases
        return redirect("staff:request" if visits else "staff:case", reference=only)
    return redirect("staff:found", key=_remember(request, text))


@require_safe
@secretary
def found(request: StaffRequest, key: str) -> HttpResponse:
    """List whom the text may mean that was searched for under this key."""
    text = request.session.get(SEARCHES, {}).get(key)
    if text is None:
        messages.info(request, _("That search is not kept any more. Search again."))
        return redirect("staff:desk")
    found, some_are_left = _search(request, text)
    unbooked, others_are_left = _search_cases(request, text)
    people = found_visits(found)
    count = sum(len(person.visits) for person in people)
    context = {
        "sought": text,
        "people": people,
        "cases": found_cases(unbooked, after=count),
        "count": count,
        "is_cut": some_are_left or others_are_left,
    }
    return render(request, "bookings/desk/found.html", context)


def _search(request: StaffRequest, text: str) -> tuple[list[Match], bool]:
    """Return the visits found, and whether there are more than are shown."""
    barred = conflicts.barred_to_user(request.user)
    every = matches(text, LOOKED_AT)
    open_ones = [match for match in every if match.party.appointment_id not in barred]
    found = open_ones[:FOUND_AT_MOST]
    note_access(
        request.user,
        {match.party.appointment.reference for match in found},
        action=AccessAction.SEARCH,
        reason=AccessReason.BOOKING,
    )
    return found, len(open_ones) > FOUND_AT_MOST or len(every) >= LOOKED_AT


def _search_cases(request: StaffRequest, text: str) -> tuple[list[CaseMatch], bool]:
    """Search the cases of those who have no visit yet."""
    every = cases_meant(text, FOUND_AT_MOST + 1, user=request.user)
    found = every[:FOUND_AT_MOST]
    references = {match.person.case.reference for match in found}
    note_access(request.user, references, action=AccessAction.SEARCH, reason=AccessReason.CASE)
    return found, len(every) > FOUND_AT_MOST


def _remember(request: StaffRequest, text: str) -> str:
    """Keep the text in the session; return its key, the same for the same text."""
    kept = dict(request.session.get(SEARCHES, {}))
    key = next((key for key, known in kept.items() if known == text), "") or get_random_string(16)
    kept.pop(key, None)
    kept[key] = text
    request.session[SEARCHES] = dict(list(kept.items())[-SEARCHES_AT_MOST:])
    return key
