"""The figures of cancelled visits, for the secretary and the manager."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookings.appointments.cancellations import cancellations
from bookings.lifecycle.cancel_reasons import CancelledBy, reason_label
from office.models import Role
from office.staff.permissions import StaffRequest, role_required


@require_safe
@role_required(Role.SECRETARY, Role.MANAGER)
def cancelled(request: StaffRequest) -> HttpResponse:
    found = cancellations()
    context = {
        "found": found,
        "whom": CancelledBy.labels,
        "reasons": [(reason_label(why), counts) for why, counts in found.reasons],
    }
    return render(request, "bookings/desk/cancelled.html", context)
