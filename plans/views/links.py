"""Opening a draft by its link. Whoever has none is told nothing: 404, whatever the reason."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from plans import sign_in
from plans.drafts import LIFETIME, Access, NoSuchPlanError, NotYoursError, enter

# The cookie of somebody who has signed in to a draft.
SIGNED_IN = "plan_signed_in"
View = Callable[..., HttpResponse]


def link_of(request: HttpRequest, token: str) -> str:
    """The whole address, to be kept."""
    return request.build_absolute_uri(reverse("plan:overview", args=[token]))


def closed(response: HttpResponse) -> HttpResponse:
    """Never stored by a browser or a proxy, never indexed."""
    add_never_cache_headers(response)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _entered(request: HttpRequest, token: str) -> Access:
    """By the link, or by the sign-in for which the address stands in this browser."""
    who = sign_in.by_alias(request.COOKIES.get(SIGNED_IN, ""), token)
    if who is None:
        return enter(token)
    return replace(enter(who.secret), by_sign_in=True)


def nothing_there(request: HttpRequest) -> HttpResponse:
    """The same words whatever the reason: mistyped, changed, used, taken back, deleted or too old."""
    context = {"lifetime": LIFETIME.days, "may_sign_in": sign_in.is_on()}
    return render(request, "plans/closed.html", context, status=404)


def opened(view: View) -> View:
    """Give the view what the link opens to a parent; a guide's key is no link."""

    @wraps(view)
    def run(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        try:
            access = _entered(request, token)
            if access.parent is None:
                raise NoSuchPlanError
            return closed(view(request, token, access, **kwargs))
        except (NoSuchPlanError, NotYoursError):
            return closed(nothing_there(request))

    return run


def for_parents(view: View) -> View:
    """The same for a parent who has settled in; an invited one is asked to do so first."""

    @wraps(view)
    def run(request: HttpRequest, token: str, access: Access, **kwargs: Any) -> HttpResponse:
        if access.holder.is_invitation:
            return redirect("plan:settle", token=token)
        return view(request, token, access, **kwargs)

    return opened(run)
