"""A locked screen: it is unlocked with the password or a passkey, and goes on as it was."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.base.internal.flows import check_rate_limit, post_authentication
from allauth.mfa.webauthn.internal import auth as keys
from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from office.core.http import get_or_post
from office.models import Role, User
from office.sign_in import provider as provider_sign_in
from office.sign_in import screen_lock
from office.sign_in.second_factor import has_key
from office.staff.permissions import STAFF, StaffRequest, role_required

everybody = role_required(*STAFF, Role.PARTNER)


class UnlockForm(forms.Form):
    """A password, or what a passkey has signed."""

    password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: StaffRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        password = self.fields["password"]
        password.label = _("Password")
        password.required = not self.data.get("credential")
        password.error_messages["required"] = _("Write your password.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("credential"):
            self._prove_by_key(cleaned["credential"])
        elif cleaned.get("password") and not get_adapter().reauthenticate(
            self.request.user, cleaned["password"]
        ):
            self.add_error("password", _("The password is not right."))
        elif cleaned.get("password"):
            reauthenticate_by_password(self.request)
        return cleaned

    def _prove_by_key(self, credential: Any) -> None:
        keys.parse_authentication_response(credential)
        right = check_rate_limit(self.request.user)
        found = keys.complete_authentication(self.request.user, credential)
        right()
        post_authentication(self.request, found, reauthenticated=True)


@require_POST
@everybody
def lock(request: StaffRequest) -> HttpResponse:
    """Lock by hand, or by the page that nobody has touched for a while."""
    screen_lock.lock(request.session)
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    return redirect("session:unlock")


@get_or_post
@sensitive_post_parameters()
@never_cache
@everybody
def unlock(request: StaffRequest) -> HttpResponse:
    """Unlock on a page of its own, without scripts; with scripts, over the covered page."""
    by_script = request.headers.get("Accept") == "application/json"
    then = _then(request)
    if request.method == "POST":
        form = UnlockForm(request.POST, request=request)
        if form.is_valid():
            screen_lock.unlock(request.session)
            # Streams were ended under the former key.
            request.session.cycle_key()
            return HttpResponse(status=204) if by_script else redirect(then)
        if by_script:
            problems = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return JsonResponse({"sentence": problems}, status=422)
    else:
        if not screen_lock.is_locked(request.session):
            return redirect(then)
        form = UnlockForm(request=request)
    context = {
        "form": form,
        "then": then,
        "has_password": request.user.has_usable_password(),
        "has_key": has_key(request.user),
        "provider": provider_sign_in.name_for(request.user),
    }
    return render(request, "office/sign_in/session/unlock.html", context)


@require_safe
@never_cache
@everybody
def unlock_options(request: StaffRequest) -> HttpResponse:
    """Send what a passkey is asked to sign."""
    return JsonResponse(keys.begin_authentication(request.user))


@require_POST
@everybody
def active(request: StaffRequest) -> HttpResponse:
    """Answer that somebody is typing, which the middleware notes."""
    return HttpResponse(status=204)


def _then(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if isinstance(request.user, User) and not url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}
    ):
        return request.user.home_url
    return wanted
