"""Open a draft by its link. Without a valid one the answer is 404, whatever the reason."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from office.core.http import unlisted
from office.staff.audience import by_link
from plans.access import sign_in
from plans.vault import keys
from plans.vault.drafts import LIFETIME, DraftAccess, DraftNotFoundError, NoAccessError, open_draft
from plans.vault.keys import SealBrokenError

# The cookie of a person signed in to a draft.
SIGNED_IN = "plan_signed_in"
View = Callable[..., HttpResponse]


def new_key(request: HttpRequest) -> str:
    """Return a new key for a form to show and send back.

    A form that is shown again keeps its key, so that a form sent twice, or whose answer was lost,
    means the same key.
    """
    return sent_key(request) or keys.new_token()


def sent_key(request: HttpRequest) -> str:
    """Return the key that a form has sent; empty where there is none."""
    sent = request.POST.get("key", "")
    return sent if keys.is_token(sent) else ""


def link_of(request: HttpRequest, token: str) -> str:
    """Return the full address of the draft."""
    return request.build_absolute_uri(reverse("plan:overview", args=[token]))


def _entered(request: HttpRequest, token: str) -> DraftAccess:
    """Open the draft by the link, or by the sign-in behind an alias."""
    who = sign_in.by_alias(request.COOKIES.get(SIGNED_IN, ""), token)
    if who is None:
        return open_draft(token)
    return replace(open_draft(who.secret), by_sign_in=True)


def nothing_there(request: HttpRequest) -> HttpResponse:
    """Render the same page whatever the reason: mistyped, used, withdrawn, deleted or expired."""
    context = {"lifetime": LIFETIME.days, "may_sign_in": sign_in.is_on()}
    return render(request, "plans/closed.html", context, status=404)


def opened(view: View) -> View:
    """Give the view the draft that the link opens for a parent, never for a guide."""

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        try:
            access = _entered(request, token)
            if access.parent is None:
                raise DraftNotFoundError
            return unlisted(view(request, token, access, **kwargs))
        except (DraftNotFoundError, NoAccessError, SealBrokenError):
            # A broken seal: another request changed the key after this one had read it.
            return unlisted(nothing_there(request))

    return run


def follows_key(view: View) -> View:
    """Wrap a form that replaces the link by the key it brings along.

    Sent twice, its link is invalid already: redirect to where the first request led. Whoever sends
    the new key has it already, so nothing is revealed.
    """

    @wraps(view)
    def run(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        response = view(request, token, **kwargs)
        if response.status_code == HTTPStatus.NOT_FOUND and sent_key(request):
            with suppress(DraftNotFoundError):
                access = open_draft(sent_key(request))
                if access.parent is not None and not access.holder.is_invitation:
                    return unlisted(redirect("plan:overview", token=sent_key(request)))
        return response

    return run


def for_parents(view: View) -> View:
    """Like opened(), and ask an invited parent to accept the invitation first."""

    @wraps(view)
    def run(request: HttpRequest, token: str, access: DraftAccess, **kwargs: Any) -> HttpResponse:
        if access.holder.is_invitation:
            return redirect("plan:settle", token=token)
        return view(request, token, access, **kwargs)

    return opened(run)
