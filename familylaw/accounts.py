"""How staff sign in. The manager makes the accounts, so that nobody can sign up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from office import live
from office.limits import address_of


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """By whom tries to sign in are counted: as everywhere, by what our own proxies wrote.

        Behind a proxy its address would be everybody's, and one stranger could lock out all the staff.
        """
        return address_of(request)

    def logout(self, request: HttpRequest) -> None:
        live.end_streams(request.session.session_key or "")
        super().logout(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return request.user.home_url if request.user.is_authenticated else "/"
