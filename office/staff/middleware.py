"""When a request began; sessions that say when they end; forms sent by a script that stay on the page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from office.core import clock, live_updates
from office.staff.session_expiry import stamp

SAVING, NEXT = "X-Saving", "X-Next"


class BegunMiddleware:
    """Notes when the request began: what a page shows may have been read from then on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META[live_updates.BEGUN] = clock.now()
        return self.get_response(request)


class SessionExpiryMiddleware:
    """Stands within the session's own middleware, which saves what is stamped here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.session.modified and not request.session.is_empty():
            stamp(request.session)
        if SAVING in request.headers and "Location" in response.headers:
            return _where_next(response)
        return response


def _where_next(response: HttpResponseBase) -> HttpResponse:
    """Say where it goes on: a script that followed the redirect would use up the page's messages."""
    answer = HttpResponse(status=204, headers={NEXT: response.headers["Location"]})
    answer.cookies = response.cookies
    answer.headers["Cache-Control"] = "no-store, private"
    return answer
