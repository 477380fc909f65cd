"""The manager looks back: the days held, and how good the told waits were."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from office.staff.permissions import StaffRequest, manager
from walkin.days.history import HeldAt
from walkin.staff_pages.screen import points


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    """The last days of each point."""
    places = [HeldAt(point) for point in points()]
    return render(request, "walkin/staff_pages/held.html", {"places": places})
