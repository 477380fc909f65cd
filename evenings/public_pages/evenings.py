"""The evenings to come, for anyone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evenings.models import Evening
from evenings.public_pages.presenters import evening_rows
from office.core import clock
from office.staff.audience import for_anyone


@for_anyone
@require_safe
def evenings(request: HttpRequest) -> HttpResponse:
    """List the published evenings that have not ended, the next one first."""
    now = clock.now()
    rows = evening_rows(Evening.objects.published().upcoming(now).for_list(), now)
    return render(request, "evenings/public_pages/list.html", {"rows": rows})
