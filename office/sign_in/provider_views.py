"""Signing in at the organisation, and coming back: to work, to tie an account, to prove oneself anew."""

import time
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from office.core.http import address_of, get_or_post
from office.core.openid import ClaimsAdapter
from office.models import Role, User
from office.sign_in import provider as providers
from office.sign_in import screen_lock
from office.sign_in.limits import EVERY
from office.sign_in.provider import SignedInPerson
from office.sign_in.reauthentication import recent_proof_required
from office.sign_in.second_factor import PROVIDER
from office.staff.audience import for_anyone
from office.staff.permissions import STAFF, StaffRequest, role_required
from office.staff.rate_limits import TooManyTriesError, count_try

PROVIDER_ID = "staff"
# In the session: why one went there; and who came back to be tied.
WHY, TYING = "provider_why", "provider_tying"
TRIES_OF_AN_ADDRESS = 120
# A proof anew was made by a person just now, not by a session that the organisation remembers.
FRESH = 300

everybody = role_required(*STAFF, Role.PARTNER)
View = Callable[..., HttpResponse]


class StaffSignIn(ClaimsAdapter):
    returns_to = "provider:back"

    def signed_in(self, request: HttpRequest, claims: dict[str, Any]) -> HttpResponse:
        return _came_back(request, claims)


def when_on(view: View) -> View:
    """Answer 404 without the settings."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not providers.is_on():
            raise Http404
        return view(request, *args, **kwargs)

    return run


@for_anyone
@when_on
@require_safe
@never_cache
def go(request: HttpRequest) -> HttpResponse:
    """Go to the organisation. ?why=prove: asked anew there, to unlock or to confirm; ?why=tie."""
    is_locked = isinstance(request.user, User) and screen_lock.is_locked(request.session)
    why = "prove" if is_locked else request.GET.get("why", "")
    if why in ("prove", "tie") and not isinstance(request.user, User):
        return redirect("account_login")
    try:
        count_try(
            "staff sign-in at the organisation",
            address_of(request),
            limit=TRIES_OF_AN_ADDRESS,
            every=EVERY,
        )
        provider = get_adapter().get_provider(request, PROVIDER_ID)
        provider.oauth2_adapter_class = StaffSignIn
        request.session[WHY] = {"why": why, "next": _next(request)}
        anew = {"prompt": "login", "max_age": "0"} if why else {}
        if settings.STAFF_SIGN_IN_ALWAYS_ASKS:
            # Else whoever signs a colleague out at a shared desk would be let in as that colleague.
            anew["prompt"] = "login"
        answer: HttpResponse = provider.redirect(request, AuthProcess.LOGIN, auth_params=anew)
    except (TooManyTriesError, RequestException, KeyError):
        return failed(request)
    return answer


@for_anyone
@when_on
@require_safe
@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """Come back from the organisation with a code, and exchange it for who it was."""
    answer: HttpResponse = OAuth2CallbackView.adapter_view(StaffSignIn(request, PROVIDER_ID))(
        request
    )
    return answer


@everybody
@when_on
@require_safe
def prove(request: StaffRequest) -> HttpResponse:
    """Let who has only the organisation's sign-in prove there who they are."""
    context = {"next": _next(request), "name": settings.STAFF_SIGN_IN_NAME}
    return render(request, "office/sign_in/provider/prove.html", context)


@everybody
@when_on
@get_or_post
@recent_proof_required
def tie(request: StaffRequest) -> HttpResponse:
    """Tie an existing account to the organisation's sign-in, after showing who it is."""
    kept = request.session.get(TYING)
    person = SignedInPerson(**{**kept, "roles": tuple(kept["roles"])}) if kept else None
    context = {"person": person, "name": settings.STAFF_SIGN_IN_NAME}
    if request.method != "POST" or person is None:
        return render(request, "office/sign_in/provider/tie.html", context)
    del request.session[TYING]
    try:
        providers.tie(person, request.user)
    except (providers.AlreadyTiedError, providers.NotOurStaffError):
        messages.error(
            request,
            _(
                "It could not be connected: one of the two has a connection already, or no group here."
            ),
        )
    else:
        messages.success(request, _("From now on you can sign in at your organisation."))
    return redirect("mfa_index")


def failed(request: HttpRequest) -> HttpResponse:
    """Show that it did not work there; nothing has changed here."""
    context = {"name": settings.STAFF_SIGN_IN_NAME}
    return render(request, "office/sign_in/provider/failed.html", context, status=502)


def _came_back(request: HttpRequest, claims: dict[str, Any]) -> HttpResponse:
    kept = request.session.pop(WHY, None) or {}
    person = providers.person_of(claims)
    then = str(kept.get("next", ""))
    if kept.get("why") == "tie" and isinstance(request.user, User):
        request.session[TYING] = asdict(person)
        return redirect("provider:tie")
    is_proof = kept.get("why") == "prove" or screen_lock.is_locked(request.session)
    if is_proof and isinstance(request.user, User):
        return _proved(request, request.user, person, claims, then)
    return _sign_in(request, person, then)


def _proved(
    request: HttpRequest, user: User, person: SignedInPerson, claims: dict[str, Any], then: str
) -> HttpResponse:
    at = claims.get("auth_time")
    is_fresh = isinstance(at, int) and time.time() - at < FRESH
    if not is_fresh or providers.account_of(person) != user:
        return failed(request)
    _record(request, user, person)
    if screen_lock.is_locked(request.session):
        screen_lock.unlock(request.session)
        request.session.cycle_key()
    return redirect(then or user.home_url)


def _sign_in(request: HttpRequest, person: SignedInPerson, then: str) -> HttpResponse:
    context = {"name": settings.STAFF_SIGN_IN_NAME}
    try:
        user = providers.enter(person)
    except providers.NotOurStaffError:
        return render(request, "office/sign_in/provider/no_group.html", context, status=403)
    except providers.ClosedAccountError:
        return redirect("account_inactive")
    if request.user.is_authenticated and request.user != user:
        get_account_adapter(request).logout(request)
    _record(request, user, person)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=then or None))
    return answer


def _record(request: HttpRequest, user: User, person: SignedInPerson) -> None:
    record_authentication(request, user, PROVIDER, second_step=person.has_second_step)


def _next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else ""
