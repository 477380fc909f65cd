"""Call those who have come to one's own visit, from the own day."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from bookings.my_day.queries import own_visit
from office.models import AccessAction, AccessReason, Role
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, role_required
from walkin.actions.call_visit import call_visit
from walkin.days.duties import professional_of
from walkin.staff_pages.acting import try_undoable


@require_POST
@role_required(Role.SUPERVISOR, Role.GUIDE, Role.PARTNER)
def call(request: StaffRequest, reference: str) -> HttpResponse:
    """Call the number of one's own visit to its room, which can be undone for some seconds."""
    professional = professional_of(request.user)
    visit = own_visit(professional, reference) if professional else None
    if visit is None or professional is None:
        raise Http404
    back = f"{reverse('staff:my_day')}#{visit.reference}"
    if try_undoable(request, lambda: call_visit(visit, professional, user=request.user), back=back):
        note_access(
            request.user,
            visit.reference,
            action=AccessAction.CHANGE,
            reason=AccessReason.OWN_VISITS,
        )
    return redirect(back)
