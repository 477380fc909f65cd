"""What the secretary does for one party: their link."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings import personal_links
from bookings.views.desk import secretary
from bookings.views.desk_act import act, version_seen
from bookings.views.desk_card import one
from office.access_log import note_access
from office.permissions import StaffRequest


@require_POST
@secretary
def close_link(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Close a party's link, which somebody else may have read, and send them a new one."""
    appointment = one(reference)
    party = get_object_or_404(appointment.parties, pk=pk)
    note_access(request.user, appointment.reference, action="close link", reason="booking")
    return act(
        request,
        appointment,
        lambda: personal_links.close_link(
            party.pk, user=request.user, version=version_seen(request)
        ),
        wish=_("Close the link, send a new one"),
        done=_("the earlier link opens nothing any more."),
        undo_as="link_closed",
    )
