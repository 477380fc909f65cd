"""The manager's page of the answers after visits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookings.feedback.disclosure import SMALLEST_SHOWN
from bookings.feedback.report import quarter_reports
from office.core import clock
from office.models import Role, Unit
from office.staff.permissions import StaffRequest, role_required


@require_safe
@role_required(Role.MANAGER)
def report(request: StaffRequest) -> HttpResponse:
    """Show whole quarters. Nobody's data is in it."""
    context = {
        "quarters": quarter_reports(clock.today()),
        "smallest": SMALLEST_SHOWN,
        "days": Unit.get().link_days,
    }
    return render(request, "bookings/feedback/report.html", context)
