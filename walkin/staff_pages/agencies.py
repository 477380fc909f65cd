"""Links of the day for the other agencies in the building, and the word that a person takes there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from office.core.http import unlisted
from office.core.qr import code
from office.models import ServicePoint
from office.staff.permissions import StaffRequest
from walkin.actions.agencies import links_of, make_link, withdraw_link
from walkin.actions.take_number import ticket_path
from walkin.days.current import current_day
from walkin.errors import WalkInError
from walkin.models import AgencyLink, Destination, Ticket
from walkin.public_pages.kiosk import absolute_url
from walkin.public_pages.take import private_page
from walkin.staff_pages.queue import queue_staff
from walkin.states import TicketState
from walkin.tickets.hand_over_code import hand_over_code


@require_safe
@queue_staff
def of_point(request: StaffRequest, pk: int) -> HttpResponse:
    """List the agencies of a point with their links of the day."""
    point = get_object_or_404(ServicePoint.objects.in_use(), pk=pk)
    day = current_day(point.pk)
    links = links_of(day) if day else {}
    rows = []
    for place in point.destinations.filter(is_active=True).order_by("order", "pk"):
        link = links.get(place.pk)
        address = absolute_url(request, link.path) if link else ""
        rows.append((place, link, address, code(address) if link else None))
    context = {"point": point, "day": day, "rows": rows}
    return unlisted(render(request, "walkin/staff_pages/agencies.html", context))


@require_POST
@queue_staff
def link_make(request: StaffRequest, pk: int) -> HttpResponse:
    """Make the agency's link for the running or next day."""
    place: Destination = get_object_or_404(Destination, pk=pk, is_active=True)
    day = current_day(place.service_point_id)
    if day is None:
        messages.error(request, _("No walk-in is planned now."))
        return redirect("queue:agencies", place.service_point_id)
    try:
        make_link(place, day.pk, user=request.user)
    except WalkInError as error:
        messages.error(request, error.sentence)
    return redirect("queue:agencies", place.service_point_id)


@require_POST
@queue_staff
def link_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a link: it opens nothing any more."""
    link = get_object_or_404(AgencyLink.objects.select_related("destination"), pk=pk)
    withdraw_link(link.pk)
    messages.success(request, _("The link is withdrawn: it opens nothing any more."))
    return redirect("queue:agencies", link.destination.service_point_id)


@require_safe
@queue_staff
def word(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the word that somebody who was referred takes along, in their language."""
    ticket = get_object_or_404(
        Ticket.objects.select_related("day__service_point", "sent_to"),
        pk=pk,
        state=TicketState.REFERRED,
        sent_to__isnull=False,
    )
    link = ticket_path(ticket)
    with override(ticket.language):
        context = {
            "ticket": ticket,
            "place": ticket.sent_to,
            "hand_over_code": hand_over_code(ticket),
            "qr": code(absolute_url(request, link)) if link else None,
        }
        return private_page(request, "walkin/staff_pages/word.html", context)
