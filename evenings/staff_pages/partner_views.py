"""Links by which partners hold evenings of their own: made, shown to print or copy, withdrawn."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evenings.partners.links import links_in_force, make_link, withdraw_link
from evenings.staff_pages.acting import evening_lead
from office.core import qr
from office.core.http import unlisted
from office.core.names import Alphabetical
from office.models import PartnerOrganisation
from office.staff.permissions import StaffRequest


@require_safe
@evening_lead
def partners(request: StaffRequest) -> HttpResponse:
    """List the partners, and who has a link."""
    links = links_in_force()
    rows = [
        (partner, links.get(partner.pk))
        for partner in PartnerOrganisation.objects.filter(is_active=True).order_by(
            Alphabetical("name")
        )
    ]
    return render(request, "evenings/staff_pages/partners.html", {"rows": rows})


@require_safe
@evening_lead
def link(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a partner's link, to copy or print."""
    found = links_in_force().get(pk)
    if found is None:
        raise Http404
    address = request.build_absolute_uri(found.path)
    context = {"link": found, "address": address, "qr": qr.code(address)}
    return unlisted(render(request, "evenings/staff_pages/partner_link.html", context))


@require_POST
@evening_lead
def make(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the partner a new link; the one before opens nothing any more."""
    partner = get_object_or_404(PartnerOrganisation, pk=pk, is_active=True)
    make_link(partner, user=request.user)
    messages.success(request, _("The link is ready. Give it to the partner."))
    return redirect("evening_desk:partner_link", partner.pk)


@require_POST
@evening_lead
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw the partner's link."""
    partner = get_object_or_404(PartnerOrganisation, pk=pk)
    withdraw_link(partner)
    messages.success(request, _("The link is withdrawn: it opens nothing any more."))
    return redirect("evening_desk:partners")
