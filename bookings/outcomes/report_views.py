"""The outcomes of a year, for the secretary and the manager; the figures that are asked of units."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookings.outcomes.figures import csv_rows, outcomes_of_year
from office.core import clock
from office.core.spreadsheets import csv_answer
from office.models import Role
from office.staff.permissions import StaffRequest, role_required

FIRST_YEAR = 2020


@require_safe
@role_required(Role.SECRETARY, Role.MANAGER)
def report(request: StaffRequest) -> HttpResponse:
    """Show a year, by default this one; `?format=csv` as a file."""
    this_year = clock.today().year
    text = request.GET.get("year", "")
    asked = int(text) if text.isdecimal() and len(text) == len("2026") else this_year
    year = asked if FIRST_YEAR <= asked <= this_year else this_year
    found = outcomes_of_year(year)
    if request.GET.get("format") == "csv":
        return csv_answer(csv_rows(found), f"outcomes-{year}")
    context = {
        "found": found,
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < this_year else None,
    }
    return render(request, "bookings/outcomes/report.html", context)
