"""What a signed-in session may do while its screen is locked, and before its second step."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from office.models import User
from office.sign_in import screen_lock, second_factor
from office.sign_in import sessions as staff_sessions
from office.staff import session_expiry
from office.staff.audience import Reach, audience_of
from office.staff.middleware import SAVING

# Signing in and out, proving who one is, and the house's own language.
ALWAYS = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "mfa_login_webauthn",
    "provider:back",
    "provider:go",
    "session:stay",
}
WHILE_LOCKED = ALWAYS | {"session:lock", "session:unlock", "session:unlock_options"}
BEFORE_SECOND_STEP = ALWAYS | {
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "provider:prove",
    "session:active",
    "session:back",
    "session:lock",
    "session:second_step",
    "session:unlock",
    "session:unlock_options",
}
# Only for who has none: else whoever knows the password alone would add one of their own.
TO_SET_UP = {"mfa_activate_totp", "mfa_add_webauthn"}


class SessionGuardMiddleware:
    """Stands after the sign-in is known; public pages are none of its business."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.session.session_key if SESSION_KEY in request.session else None
        response = self.get_response(request)
        if key and request.session.modified:
            staff_sessions.follow_key(key, request.session)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if SESSION_KEY not in request.session or not _is_for_staff(request, view):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if screen_lock.is_locked(request.session):
            screen_lock.lock(request.session)
            return None if name in WHILE_LOCKED else _stop(request, "locked", "session:unlock")
        by_hand = name != "session:stay" and _is_by_a_person(request)
        if by_hand and screen_lock.note_activity(request.session):
            staff_sessions.note_use(request.session)
            # Tell the page the new end.
            session_expiry.stamp(request.session)
        if name in BEFORE_SECOND_STEP or not isinstance(request.user, User):
            return None
        if second_factor.is_proved(request, request.user):
            return None
        if name in TO_SET_UP and not second_factor.has_factor(request.user):
            return None
        return _stop(request, "over", "session:second_step")


def _is_for_staff(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Say whether the page is for signed-in users (office.staff.audience) or of one's own account."""
    audience = audience_of(view)
    needs_sign_in = audience is not None and audience.reach in (Reach.STAFF, Reach.SIGNED_IN)
    return needs_sign_in or request.path.startswith(("/accounts/", "/session/"))


def _is_by_a_person(request: HttpRequest) -> bool:
    """Say whether a person asked, and not a page that renews itself."""
    if request.method not in ("GET", "HEAD"):
        return True
    return "HX-Request" not in request.headers and _wants_a_page(request)


def _wants_a_page(request: HttpRequest) -> bool:
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode == "navigate" and request.headers.get("Accept") != "application/json"


def _stop(request: HttpRequest, what: str, page: str) -> HttpResponse:
    """Show and do nothing; keep what is on the page or was being sent."""
    headers = {
        "X-Session": what,
        "HX-Trigger": f"session-{what}",
        "Cache-Control": "no-store, private",
    }
    is_by_script = "HX-Request" in request.headers or SAVING in request.headers
    if request.method not in ("GET", "HEAD"):
        if is_by_script:
            return HttpResponse(status=401, headers=headers)
        user = request.user
        key = session_expiry.keep(request, user.pk) if isinstance(user, User) else ""
        return _on(page, reverse("session:again", args=[key]) if key else "")
    if is_by_script or not _wants_a_page(request):
        return HttpResponse(status=204 if is_by_script else 401, headers=headers)
    return _on(page, request.get_full_path())


def _on(page: str, then: str) -> HttpResponse:
    query = f"?{urlencode({'next': then})}" if then else ""
    answer = redirect(f"{reverse(page)}{query}")
    answer.headers["Cache-Control"] = "no-store, private"
    return answer
