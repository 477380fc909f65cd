"""The code of the day on paper, for a point without a kiosk."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from office.core.languages import FULL
from office.core.qr import code
from office.models import Role, ServicePoint
from office.staff.permissions import StaffRequest, role_required
from walkin.days.current import current_day
from walkin.public_pages.kiosk import absolute_url
from walkin.public_pages.take import private_page


@require_safe
@role_required(Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.MANAGER)
def day_code(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the code for taking numbers on one's own phone on the next day."""
    point = get_object_or_404(ServicePoint.objects.in_use(), pk=pk)
    day = current_day(point.pk)
    address = absolute_url(request, reverse("walk_in:take", args=[day.code])) if day else ""
    context = {
        "point": point,
        "day": day,
        "qr": code(address) if address else None,
        "languages": FULL,
    }
    return private_page(request, "walkin/staff_pages/code.html", context)
