"""How staff sign in with the library. The manager makes the accounts; nobody signs up."""

import logging
import secrets
from base64 import b32encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from office.core import live_updates, secret_text
from office.core.http import address_of
from office.models import Unit, User
from office.sign_in import (
    limits as sign_in_limits,
)
from office.sign_in import (
    reauthentication,
)
from office.sign_in import (
    sessions as staff_sessions,
)
from office.staff.rate_limits import TooManyTriesError

log = logging.getLogger(__name__)


class StaffAccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many wrong tries from here. Wait five minutes, or sign in with your passkey."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address written by our own proxies, as all rate limits use it."""
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Use our limits: with the library's, a stranger could lock out anybody whose name they know."""
        try:
            self._counted = sign_in_limits.count(request, _name_in(credentials))
        except TooManyTriesError:
            raise self.validation_error("too_many_login_attempts") from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            self._counted.take_back()
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in_limits.slow_down(_name_in(credentials))

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        staff_sessions.begin_session(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        sign_in_limits.remember_browser(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        live_updates.end_streams(request.session.session_key or "")
        super().logout(request)

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "familylaw.providers.SecondStepStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Do not ask again right after a sign-in."""
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required and not reauthentication.is_recent(context.request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return request.user.home_url if request.user.is_authenticated else "/"


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return secret_text.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return secret_text.decrypt(encrypted_text)
        except secret_text.UnreadableSecretError:
            # A random value: no code fits, and the manager resets the second step.
            log.error("a sign-in secret cannot be read: was SECRET_KEY changed without a fallback?")
            return b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return a name with its number: the library calls the first key a master key."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Key nr. {number}").format(number=number)

    def get_totp_issuer(self) -> str:
        return Unit.get().name

    def _get_site_name(self) -> str:
        return Unit.get().name

    def _get_user_identifier(self, user: User) -> str:
        return user.username


def _name_in(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username") or credentials.get("email") or "")
