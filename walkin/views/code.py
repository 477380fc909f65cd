"""The day's code on paper: for a point without a kiosk, printed in the morning."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from office.models import Role, ServicePoint
from office.permissions import StaffRequest, role_required
from office.qr import code
from walkin.reading import day_at
from walkin.views.kiosk import LANGUAGES, whole
from walkin.views.taking import unkept


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
    return unkept(request, "walkin/staff/code.html", context)
