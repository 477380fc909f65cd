"""Signing in to one's draft at the provider, and coming back."""

from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from office.core.http import address_of, get_or_post
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError, count_try
from plans.access import sign_in
from plans.pages.links import SIGNED_IN, View, closed, for_parents
from plans.vault.drafts import Access

TYING_COOKIE = "plan_tying"
TRIES_OF_AN_ADDRESS_AN_HOUR = 60
PROVIDER = "plan"


class ParentsAdapter(DefaultSocialAccountAdapter):
    """Of the library's ways, none leads to an account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(_failed(request))


class PlanSignIn(OpenIDConnectOAuth2Adapter):
    """The library's flow up to the point where it would look for a user."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return request.build_absolute_uri(reverse("plan:sign_in_back"))

    def complete_login(
        self, request: HttpRequest, app: Any, token: Any, **kwargs: Any
    ) -> HttpResponse:
        said = kwargs["response"].get("id_token")
        if not said:
            raise OAuth2Error("No ID token")
        # The library trusts what comes straight from the token endpoint; its signature is checked too.
        self.did_fetch_access_token = False
        claims = self._decode_id_token(app, said)
        if not claims.get("sub"):
            raise OAuth2Error("No subject")
        raise ImmediateHttpResponse(_came_back(request, claims))


def when_on(view: View) -> View:
    """Without the setting there are no such pages."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sign_in.is_on():
            raise Http404
        return closed(view(request, *args, **kwargs))

    return run


@for_anyone
@when_on
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Where one goes from here. A link leads there: a form may not leave this site."""
    context = {"provider": settings.PLAN_SIGN_IN_NAME, "is_tying": bool(_tying(request))}
    return render(request, "plans/sign_in/begin.html", context)


@for_anyone
@when_on
@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """To the provider."""
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
    """From the provider, with a code that is changed for who it was."""
    answer: HttpResponse = OAuth2CallbackView.adapter_view(PlanSignIn(request, PROVIDER))(request)
    return answer


def _came_back(request: HttpRequest, claims: dict[str, Any]) -> HttpResponse:
    who = sign_in.somebody(str(claims["iss"]), str(claims["sub"]), str(claims.get("name") or ""))
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
def tie(request: HttpRequest, token: str, access: Access) -> HttpResponse:
    """Begin to tie a draft: first one signs in, then one looks at it once more."""
    answer = redirect("plan:sign_in")
    _keep(answer, TYING_COOKIE, sign_in.sealed(token))
    return answer


@when_on
@get_or_post
@for_parents
def tied(request: HttpRequest, token: str, access: Access) -> HttpResponse:
    """Signed in: is it the right person, and shall the link open nothing any more?"""
    who = sign_in.from_cookie(request.COOKIES.get(SIGNED_IN, ""))
    if who is None or access.by_sign_in:
        return redirect("plan:link", token=token)
    if request.method != "POST":
        context = {"token": token, "name": who.name, "provider": settings.PLAN_SIGN_IN_NAME}
        return render(request, "plans/sign_in/tied.html", context)
    try:
        sign_in.tie(access, who)
    except sign_in.AlreadyTiedError:
        messages.warning(request, _("Another draft opens by this sign-in already."))
        answer = redirect("plan:link", token=token)
    else:
        messages.success(request, _("From now on you open the draft by signing in."))
        answer = redirect("plan:overview", token=who.alias)
    answer.delete_cookie(TYING_COOKIE, path=_path())
    return answer


@for_anyone
@when_on
@require_POST
def out(request: HttpRequest) -> HttpResponse:
    """Signed out here; the provider has its own way out."""
    answer = redirect("plan:start")
    for name in (SIGNED_IN, TYING_COOKIE):
        answer.delete_cookie(name, path=_path())
    messages.success(request, _("You have signed out of your draft."))
    return answer


def _tying(request: HttpRequest) -> str:
    said = sign_in.unsealed(request.COOKIES.get(TYING_COOKIE, ""), sign_in.TYING)
    return said if isinstance(said, str) else ""


def _path() -> str:
    return reverse("plan:start")


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, path=_path(), secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
