"""The waiting times for people, and for the county's other sites."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from bookings.waiting_times.presenters import waiting_times_page
from bookings.waiting_times.published import FRESH_FOR, published
from office.core import clock
from office.models import Unit
from office.staff.audience import for_anyone

# Nothing here is about anybody: every site may show it.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


@for_anyone
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    shown = waiting_times_page(published().times, clock.now(), get_language())
    context = {"shown": shown, "unit": Unit.get()}
    return render(request, "bookings/waiting_times/page.html", context)


@for_anyone
@require_http_methods(["GET", "HEAD", "OPTIONS"])
def as_json(request: HttpRequest) -> HttpResponse:
    """Answer with everything, or 304 where the asker has it: docs/waiting-times.md describes it."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=CORS)
    # It is the same for everybody: caches on the way keep one copy, not one for each cookie.
    request.session.accessed = False
    found = published()
    headers = {"ETag": found.etag, "Cache-Control": f"public, max-age={FRESH_FOR}"}
    response = HttpResponse(found.body, content_type="application/json", headers=headers)
    # Typed as an optional answer; with an answer given it gives one.
    answer = get_conditional_response(request, etag=found.etag, response=response) or response
    for name, value in CORS.items():
        answer.headers[name] = value
    return answer
