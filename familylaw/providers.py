"""Two kinds of external sign-in: parents' for a draft, and the organisation's for staff.

They share only the library. A parent's sign-in never becomes an account, and the organisation's
opens no draft: each has its own provider, callback address and error page.
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
    """Skip our second step where the organisation reports that it asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if self.login.user is not None and is_proved_there(request, self.login.user):
            return False
        asked: bool = super()._should_handle(request)
        return asked
