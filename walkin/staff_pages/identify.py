"""Link a ticket to the party who gives their details at the desk; forgotten when the day ends."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.models import Party
from office.models import AccessAction
from office.staff.permissions import StaffRequest
from office.staff.rate_limits import TooManyTriesError
from walkin.actions.identify import find_candidates
from walkin.days.absences import is_with_colleague
from walkin.days.duties import professional_of
from walkin.models import Ticket
from walkin.staff_pages.acting import try_undoable
from walkin.staff_pages.forms import IdentifyForm
from walkin.staff_pages.queue import number_page, queue_staff
from walkin.tickets import keep_apart


@require_POST
@queue_staff
def find(request: StaffRequest, pk: int) -> HttpResponse:
    """Search for the typed code, number or name. Changes nothing."""
    ticket = _own(request, pk)
    if ticket is None:
        return redirect("queue:number", pk)
    form = IdentifyForm(request.POST)
    if not form.is_valid():
        return number_page(request, ticket, who=form, status=422)
    try:
        found = find_candidates(
            ticket, form.cleaned_data["sought"], user=request.user, action=AccessAction.SEARCH
        )
    except TooManyTriesError:
        return _too_many(request, pk)
    return number_page(request, ticket, who=form, found=found)


@require_POST
@queue_staff
def tell(request: StaffRequest, pk: int) -> HttpResponse:
    """Link the ticket to one of those found, or unlink it."""
    ticket = _own(request, pk)
    if ticket is None:
        return redirect("queue:number", pk)
    if "forget" in request.POST:
        _identify(request, ticket, None)
        return redirect("queue:number", pk)
    wanted = request.POST.get("party", "")
    form = IdentifyForm(request.POST)
    # Only those whom the text means, not anybody whose key is sent. It counts as a search too.
    sought = form.cleaned_data["sought"] if form.is_valid() else ""
    try:
        found = find_candidates(ticket, sought, user=request.user, action=AccessAction.LINK)
    except TooManyTriesError:
        return _too_many(request, pk)
    party = next((c.party for c in found if constant_time_compare(c.value, wanted)), None)
    if party is None:
        messages.error(request, _("Choose the person from the search results."))
        return redirect("queue:number", pk)
    _identify(request, ticket, party)
    return redirect("queue:number", pk)


def _too_many(request: StaffRequest, pk: int) -> HttpResponse:
    messages.error(request, _("Too many searches in a minute. Wait a moment."))
    return redirect("queue:number", pk)


def _identify(request: StaffRequest, ticket: Ticket, party: Party | None) -> None:
    try_undoable(request, lambda: keep_apart.identify_party(ticket.pk, party, user=request.user))


def _own(request: StaffRequest, pk: int) -> Ticket | None:
    """Fetch the ticket; None, with a message, where a colleague has it at their desk."""
    ticket = get_object_or_404(
        Ticket.objects.with_known_party().select_related(
            "day__service_point", "desk", "service", "professional", "sent_to"
        ),
        pk=pk,
    )
    who = professional_of(request.user)
    if is_with_colleague(ticket, who.pk if who else None):
        messages.error(request, _("That number is at a colleague's desk."))
        return None
    return ticket
