"""OpenID Connect up to the verified claims. What follows from them is up to each kind of sign-in."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


class ClaimsAdapter(OpenIDConnectOAuth2Adapter):
    """The library's flow up to the point where it would look for a user."""

    # The name of the URL to which the provider returns.
    returns_to: str

    def signed_in(self, request: HttpRequest, claims: dict[str, Any]) -> HttpResponse:
        """Answer the request of somebody whom the provider knows by these claims."""
        raise NotImplementedError

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return request.build_absolute_uri(reverse(self.returns_to))

    def complete_login(
        self, request: HttpRequest, app: Any, token: Any, **kwargs: Any
    ) -> HttpResponse:
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("No ID token")
        # The library trusts the token endpoint; check the signature as well.
        self.did_fetch_access_token = False
        claims = self._decode_id_token(app, id_token)
        if not claims.get("sub"):
            raise OAuth2Error("No subject")
        raise ImmediateHttpResponse(self.signed_in(request, claims))
