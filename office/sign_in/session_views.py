"""Staying signed in; and what was written when the session had ended."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.csrf import CSRF_FAILURE_TEMPLATE_NAME
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from office.core.http import get_or_post
from office.models import Role, User
from office.sign_in import screen_lock
from office.staff import session_expiry
from office.staff.audience import signed_in
from office.staff.permissions import STAFF, StaffRequest, role_required

everybody = role_required(*STAFF, Role.PARTNER)


@signed_in
@get_or_post
@never_cache
def stay(request: HttpRequest) -> HttpResponse:
    """Send how many seconds are left; a POST, by a person, begins them anew."""
    if not isinstance(request.user, User):
        return JsonResponse({"left": 0}, status=401)
    if request.method == "POST" and not screen_lock.is_locked(request.session):
        session_expiry.stamp(request.session)
    return JsonResponse({"left": session_expiry.seconds_left(request.session) or 0})


@require_safe
@everybody
def back(request: StaffRequest) -> HttpResponse:
    """Say that one is signed in again, in a tab of its own: the form waits in the other one."""
    return render(request, "office/sign_in/session/back.html")


@require_safe
@everybody
def again(request: StaffRequest, key: str) -> HttpResponse:
    """Show what was being sent when the session had ended, to be looked at and sent."""
    found = session_expiry.unsent(request, request.user, key)
    if found is None:
        return redirect(request.user.home_url)
    return render(
        request,
        "office/sign_in/session/again.html",
        {
            "unsent": found,
            "fields": [(name, value) for name, values in found.data.items() for value in values],
            "words": [
                value
                for name, values in found.data.items()
                for value in values
                if name != "password"
                and (" " in value.strip() or (value.isalpha() and len(value) > 3))
            ],
            "proved": "proved" in request.GET,
            "again": session_expiry.AGAIN,
            "key": key,
        },
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose mark against forgery is wrong, as after signing in again in another tab.

    Where the browser says that the form was ours, what was written is kept for its writer to look at.
    """
    ours = "Origin" in request.headers and reason.startswith("CSRF token from POST")
    if isinstance(request.user, User) and ours:
        key = session_expiry.keep(request, request.user.pk)
        if key:
            return redirect(reverse("session:again", args=[key]))
    return render(request, CSRF_FAILURE_TEMPLATE_NAME, status=403)
