"""A number on paper, or shown on staff's screen: to follow it, or to go where one was referred."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import override
from django.views.decorators.http import require_safe

from office.core.qr import code
from office.staff.permissions import StaffRequest
from walkin.actions.take_number import ticket_path
from walkin.models import Ticket
from walkin.public_pages.kiosk import absolute_url
from walkin.public_pages.status import ticket_place
from walkin.public_pages.take import private_page
from walkin.staff_pages.queue import queue_staff


@require_safe
@queue_staff
def slip(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the slip in the person's language, without what the person themselves may press."""
    ticket = get_object_or_404(
        Ticket.objects.select_related("day__service_point", "sent_to", "desk", "visit"), pk=pk
    )
    path = ticket_path(ticket)
    if not path:
        raise Http404
    with override(ticket.language):
        place = ticket_place(ticket)
    context = {
        "ticket": ticket,
        "point": ticket.day.service_point,
        "place": place,
        "qr": code(absolute_url(request, path)),
    }
    return private_page(request, "walkin/staff_pages/slip.html", context)
