"""A short page, in the words that the unit has checked last."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bookings.guidance.ways_on import ways_on
from office.guidance.markdown import to_html
from office.models import GuidancePageVersion
from office.staff.audience import for_anyone


@for_anyone
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(GuidancePageVersion.objects.public(), page__slug=slug)
    return render(
        request,
        "bookings/guidance/page.html",
        {"version": found, "text": to_html(found.text), "ways": ways_on(found.page)},
    )
