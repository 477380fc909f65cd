"""The day's code on paper: for a point without a kiosk, printed in the morning."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from office.core.qr import code
from office.models import Role, ServicePoint
from office.staff.permissions import StaffRequest, role_required
from walkin.estimates.snapshot import day_at
from walkin.public_pages.kiosk import LANGUAGES, whole
from walkin.public_pages.take import unkept


@require_safe
@role_required(Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.MANAGER)
def day_code(request: StaffRequest, pk: int) -> HttpResponse:
    """The code with which numbers are taken on one's own phone on the day that comes next."""
    point = get_object_or_404(ServicePoint.objects.in_use(), pk=pk)
    day = day_at(point.pk)
    address = whole(request, reverse("walk_in:take", args=[day.code])) if day else ""
    context = {
        "point": point,
        "day": day,
        "qr": code(address) if address else None,
        "languages": LANGUAGES,
    }
    return unkept(request, "walkin/staff_pages/code.html", context)
