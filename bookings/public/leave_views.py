"""Leaving quickly: what this browser has begun ends on the server too."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bookings.availability.holds import let_go
from bookings.hooks import LEFT_QUICKLY
from bookings.public.drafts import KEY, hold_of
from office.core.browser_seal import COOKIE
from office.staff.audience import for_anyone


@for_anyone
@csrf_exempt
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Drop the draft, the held time, the session and every key, and lead on to a neutral page.

    No token is asked for: the page may be old, and whoever is in danger does not press twice. Another
    site could at most end a draft, and browsers say where a form comes from.
    """
    response = redirect(settings.QUICK_EXIT_URL)
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return response
    if not request.user.is_authenticated:
        hold = hold_of(request)
        if hold is not None:
            let_go(hold)
        request.session.flush()
        for name in (COOKIE, settings.CSRF_COOKIE_NAME):
            response.delete_cookie(name, samesite="Lax")
        for end in LEFT_QUICKLY:
            end(request, response)
    return response


@for_anyone
@require_POST
def empty(request: HttpRequest, slug: str) -> HttpResponse:
    """Forget what was written and let the held time go: the visitor begins anew."""
    hold = hold_of(request)
    if hold is not None:
        let_go(hold)
    request.session.pop(KEY, None)
    messages.success(request, _("What you wrote is gone."))
    return redirect("book:service", slug)
