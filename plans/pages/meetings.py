"""A guide's meeting, held open by a cookie of the guide's browser and the sign-in.

The key is in no address, and so in no history, log or referrer. The database has no key that opens
anything. One meeting at a time in a browser.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from office.core.http import unlisted
from office.models import Role
from office.staff.middleware import SAVING
from office.staff.permissions import StaffRequest, role_required
from plans.access.guides import meeting_lasts, note_meeting
from plans.pages.links import View
from plans.vault.drafts import DraftAccess, DraftNotFoundError, NoAccessError, open_draft
from plans.vault.keys import SealBrokenError

COOKIE = "plan_meeting"
PATH = "/plan/guide/"
AUTOSAVE = "X-Autosave"
# Polled every 15 seconds; shows nothing of the draft.
SILENT = {"left"}


def for_guides(view: View) -> View:
    """Require a guide."""
    return _for_staff(view, Role.GUIDE, home="plan:guide")


def for_professionals(view: View) -> View:
    """Require somebody who meets parties."""
    return _for_staff(view, Role.GUIDE, Role.SUPERVISOR, home="plan:meeting_summary")


def _for_staff(view: View, *roles: Role, home: str) -> View:
    """Require any of these roles. Keeps nothing of what is sent after the session has ended."""
    guarded = role_required(*roles)(view)

    @wraps(guarded)
    def run(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            if AUTOSAVE in request.headers:
                message = _("Not saved: you are signed out. Sign in again in another tab.")
                return unlisted(JsonResponse({"error": message}, status=401))
            if SAVING not in request.headers:
                return redirect_to_login(reverse(home))
        return unlisted(guarded(request, **kwargs))

    return run


def in_meeting(view: Callable[..., HttpResponse]) -> View:
    """Give the view the draft of the guide's meeting, or say that the meeting is over."""

    def run(request: StaffRequest, **kwargs: Any) -> HttpResponse:
        access = meeting_of(request)
        if access is None:
            return _over(request)
        if view.__name__ not in SILENT:
            note_meeting(access.plan, request.user, changes=request.method == "POST")
        try:
            return view(request, access, **kwargs)
        except (NoAccessError, DraftNotFoundError, SealBrokenError):
            # Access ended just now, or it is a page about another part.
            if meeting_of(request) is None:
                return _over(request)
            raise Http404 from None

    return for_guides(wraps(view)(run))


def meeting_of(request: HttpRequest) -> DraftAccess | None:
    """Return the draft that this browser has open for the signed-in guide."""
    return meeting_opened_by(request, request.COOKIES.get(COOKIE, ""))


def meeting_opened_by(request: HttpRequest, token: str) -> DraftAccess | None:
    """Return the draft that this key opens for the signed-in guide."""
    try:
        access = open_draft(token)
    except DraftNotFoundError:
        return None
    return access if access.parent is None and access.holder.user == request.user else None


def begin_meeting(response: HttpResponse, token: str) -> HttpResponse:
    """Let this browser open the draft."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=meeting_lasts(),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def forget_meeting(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response


def _over(request: HttpRequest) -> HttpResponse:
    if AUTOSAVE in request.headers:
        message = _("Not saved: the meeting is over.")
        return JsonResponse({"error": message}, status=404)
    return forget_meeting(render(request, "plans/guide/over.html", status=404))
