"""The manager gives partners their standing links, and withdraws them."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from office.core.http import unlisted
from office.models import PartnerOrganisation
from office.staff.permissions import StaffRequest, manager
from referrals.incoming.links import make_link, withdraw_link
from referrals.models import PartnerLink


@require_safe
@manager
def listing(request: StaffRequest) -> HttpResponse:
    """Show each partner in use with its link, if it has one."""
    in_force = PartnerLink.objects.filter(withdrawn_at=None)
    partners = PartnerOrganisation.objects.filter(is_active=True).prefetch_related(
        Prefetch("referral_links", in_force, to_attr="in_force")
    )
    rows = [
        (partner, link, request.build_absolute_uri(link.path) if link else "")
        for partner, link in ((p, next(iter(p.in_force), None)) for p in partners)
    ]
    return unlisted(render(request, "referrals/incoming/links.html", {"rows": rows}))


@require_POST
@manager
def make(request: StaffRequest, pk: int) -> HttpResponse:
    partner: PartnerOrganisation = get_object_or_404(PartnerOrganisation, pk=pk, is_active=True)
    make_link(partner, user=request.user)
    messages.success(request, _("The link is made. Give it to the partner by a safe way."))
    return redirect("referrals:links")


@require_POST
@manager
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(PartnerLink, pk=pk)
    withdraw_link(link.pk)
    messages.success(request, _("The link is withdrawn: it opens nothing any more."))
    return redirect("referrals:links")
