"""The manager's past days, and how accurate their estimates were."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from office.staff.permissions import StaffRequest, manager
from walkin.days.history import PointHistory
from walkin.staff_pages.screen import points


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    """Show the last days of each point."""
    places = [PointHistory(point) for point in points()]
    return render(request, "walkin/staff_pages/past_days.html", {"places": places})
