"""Opening a draft by its link. Whoever has none is told nothing: 404, whatever the reason."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from office.staff.audience import by_link
from plans.access import sign_in
from plans.vault import keys
from plans.vault.drafts import LIFETIME, Access, NoSuchPlanError, NotYoursError, enter
from plans.vault.keys import SealBrokenError

# The cookie of somebody who has signed in to a draft.
SIGNED_IN = "plan_signed_in"
View = Callable[..., HttpResponse]


def new_key(request: HttpRequest) -> str:
    """A key that nobody has yet, for a form to show and to bring back.

    A form that is shown once more goes on with the one that it has shown. So the second press of a
    form, or one whose answer was lost on the way, means the same key as the first.
    """
    return sent_key(request) or keys.new_token()


def sent_key(request: HttpRequest) -> str:
    """The key that a form has brought back; empty where it brought none."""
    sent = request.POST.get("key", "")
    return sent if keys.is_token(sent) else ""


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

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        try:
            access = _entered(request, token)
            if access.parent is None:
                raise NoSuchPlanError
            return closed(view(request, token, access, **kwargs))
        except (NoSuchPlanError, NotYoursError, SealBrokenError):
            # A broken seal: the lock was changed by another request, after this one had read its key.
            return closed(nothing_there(request))

    return run


def follows_key(view: View) -> View:
    """For a form that changes the link to the key that it brings along.

    At its second press the link in the address opens nothing any more: it leads on to where the first
    press has led. Whoever sends the new key has it already, so that nothing is told.
    """

    @wraps(view)
    def run(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        response = view(request, token, **kwargs)
        if response.status_code == HTTPStatus.NOT_FOUND and sent_key(request):
            with suppress(NoSuchPlanError):
                access = enter(sent_key(request))
                if access.parent is not None and not access.holder.is_invitation:
                    return closed(redirect("plan:overview", token=sent_key(request)))
        return response

    return run


def for_parents(view: View) -> View:
    """The same for a parent who has settled in; an invited one is asked to do so first."""

    @wraps(view)
    def run(request: HttpRequest, token: str, access: Access, **kwargs: Any) -> HttpResponse:
        if access.holder.is_invitation:
            return redirect("plan:settle", token=token)
        return view(request, token, access, **kwargs)

    return opened(run)
