"""Sign in to a draft at the provider, and come back."""

from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from office.core.http import address_of, get_or_post, unlisted
from office.core.openid import ClaimsAdapter
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError, count_try
from plans.access import sign_in
from plans.pages.links import SIGNED_IN, View, for_parents
from plans.vault.drafts import DraftAccess

TYING_COOKIE = "plan_tying"
TRIES_OF_AN_ADDRESS_AN_HOUR = 60
PROVIDER = "plan"


class ParentsAdapter(DefaultSocialAccountAdapter):
    """Never lets the library create an account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(_failed(request))


class PlanSignIn(ClaimsAdapter):
    returns_to = "plan:sign_in_back"

    def signed_in(self, request: HttpRequest, claims: dict[str, Any]) -> HttpResponse:
        return _came_back(request, claims)


def when_on(view: View) -> View:
    """Answer 404 unless the setting is on."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sign_in.is_on():
            raise Http404
        return unlisted(view(request, *args, **kwargs))

    return run


@for_anyone
@when_on
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Explain where the link leads. It is a link, since a form may not leave this site."""
    context = {"provider": settings.PLAN_SIGN_IN_NAME, "is_tying": bool(_tying(request))}
    return render(request, "plans/sign_in/begin.html", context)


@for_anyone
@when_on
@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """Redirect to the provider."""
    hour = timedelta(hours=1)
    try:
        count_try(
            "plan sign-in", address_of(request), limit=TRIES_OF_AN_ADDRESS_AN_HOUR, every=hour
        )
        provider = get_adapter().get_provider(request, PROVIDER)
        provider.oauth2_adapter_class = PlanSignIn
        answer: HttpResponse = provider.redirect(request, AuthProcess.LOGIN)
    except TooManyTriesError as error:
        return render(request, "plans/too_many.html", {"until": error.until}, status=429)
    except (RequestException, KeyError):
        return _failed(request)
    return answer


@for_anyone
@when_on
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Return from the provider with a code, which is exchanged for the claims."""
    answer: HttpResponse = OAuth2CallbackView.adapter_view(PlanSignIn(request, PROVIDER))(request)
    return answer


def _came_back(request: HttpRequest, claims: dict[str, Any]) -> HttpResponse:
    who = sign_in.signed_in_as(
        str(claims["iss"]), str(claims["sub"]), str(claims.get("name") or "")
    )
    tying = _tying(request)
    if tying:
        answer = redirect("plan:tied", token=tying)
    elif sign_in.has_draft(who):
        answer = redirect("plan:overview", token=who.alias)
    else:
        return render(request, "plans/sign_in/no_draft.html")
    _keep(answer, SIGNED_IN, sign_in.to_cookie(who))
    return answer


def _failed(request: HttpRequest) -> HttpResponse:
    return render(request, "plans/sign_in/failed.html", status=502)


@when_on
@require_POST
@for_parents
def tie(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Begin to bind a draft to a sign-in: sign in first, then confirm."""
    answer = redirect("plan:sign_in")
    _keep(answer, TYING_COOKIE, sign_in.seal_value(token))
    return answer


@when_on
@get_or_post
@for_parents
def tied(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Confirm, signed in: is it the right person, and shall the link become invalid?"""
    who = sign_in.from_cookie(request.COOKIES.get(SIGNED_IN, ""))
    if who is None or access.by_sign_in:
        return redirect("plan:link", token=token)
    if request.method != "POST":
        context = {"token": token, "name": who.name, "provider": settings.PLAN_SIGN_IN_NAME}
        return render(request, "plans/sign_in/tied.html", context)
    try:
        sign_in.bind(access, who)
    except sign_in.AlreadyBoundError:
        messages.warning(request, _("This sign-in already opens another draft."))
        answer = redirect("plan:link", token=token)
    else:
        messages.success(request, _("From now on, you open the draft by signing in."))
        answer = redirect("plan:overview", token=who.alias)
    answer.delete_cookie(TYING_COOKIE, path=_path())
    return answer


@for_anyone
@when_on
@require_POST
def out(request: HttpRequest) -> HttpResponse:
    """Sign out here; the provider has its own sign-out."""
    answer = redirect("plan:start")
    sign_out(request, answer)
    messages.success(request, _("You have signed out of your draft."))
    return answer


def sign_out(request: HttpRequest, answer: HttpResponse) -> None:
    """End the sign-in in this browser, and one that has begun."""
    for name in (SIGNED_IN, TYING_COOKIE):
        answer.delete_cookie(name, path=_path(), samesite="Lax")


def _tying(request: HttpRequest) -> str:
    value = sign_in.unseal_value(request.COOKIES.get(TYING_COOKIE, ""), sign_in.BINDING_LASTS)
    return value if isinstance(value, str) else ""


def _path() -> str:
    return reverse("plan:start")


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, path=_path(), secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
