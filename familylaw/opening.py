"""Until the unit opens to the public, its public pages say so; staff see them as they will be.

New pages stay closed until they are listed here, so that none opens by oversight.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import ResolverMatch

from office.core import clock
from office.models import Role, Unit, User
from office.staff.audience import Reach, audience_of
from office.staff.permissions import STAFF

# Attributes of a request: the unit, and that its reader sees what the public does not.
UNIT, UNSEEN = "familylaw.unit", "familylaw.unseen"
# Pages required by law, and those that are not the unit's.
_OPEN = {
    "public:afraid",
    "public:leave",
    "public:accessibility",
    "public:privacy",
    "public:enter_code",
    # For who was handed a slip by the unit.
    "partners:enter_code",
    "security_txt",
    "set_language",
    "outbox",
    "outbox_calendar",
    "styleguide",
}
# Signing in, and pages that require it themselves.
_OPEN_BEGINNINGS = (
    "account_",
    "mfa_",
    "provider:",
    "session:",
    "plan:guide",
    "plan:meeting",
    "plan:sign",
)


class OpeningMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not needs_opening(match, request):
            return None
        unit = request.META[UNIT] = Unit.get()
        if unit.is_public:
            return None
        if isinstance(request.user, User) and request.user.has_role(*STAFF, Role.PARTNER):
            request.META[UNSEEN] = True
            return None
        return not_open(request, unit)


def needs_opening(match: ResolverMatch, request: HttpRequest) -> bool:
    """Say whether the page is one of the public's: not a staff page, personal link or legal page."""
    audience = audience_of(match.func)
    if audience is not None and audience.reach is not Reach.ANYONE:
        return False
    if "token" in match.kwargs:
        return False
    if match.view_name in _OPEN or match.view_name.startswith(_OPEN_BEGINNINGS):
        return False
    # Links that the secretary has sent.
    return not (match.view_name == "public:guidance" and "n" in request.GET)


def not_open(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Answer 503 with the ways to reach the unit."""
    response = render(request, "pages/not_open.html", {"opens": unit.public_from}, status=503)
    response.headers["Cache-Control"] = "no-store"
    if unit.public_from is not None:
        left = (unit.public_from - clock.now()).total_seconds()
        response.headers["Retry-After"] = str(max(1, int(left)))
    return response
