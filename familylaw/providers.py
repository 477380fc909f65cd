"""The two kinds of sign-in at somebody else's: parents' for a draft, and the organisation's for staff.

They share a library and nothing else. A parent's sign-in never becomes an account, and the organisation's
opens no draft: each has its own provider, address to come back to, and page for what went wrong.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from office.sign_in import provider_views
from office.sign_in.second_factor import is_proved_there
from plans.pages.sign_in import ParentsAdapter


class ProvidersAdapter(ParentsAdapter):
    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        if getattr(provider, "sub_id", provider) == provider_views.PROVIDER_ID:
            raise ImmediateHttpResponse(provider_views.failed(request))
        super().on_authentication_error(request, provider, **kwargs)


class SecondStepStage(AuthenticateStage):
    """Our own second step is not asked where the organisation says that it has asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if self.login.user is not None and is_proved_there(request, self.login.user):
            return False
        asked: bool = super()._should_handle(request)
        return asked
