"""Where a request comes from."""

from django.http import HttpRequest

from office.core.addresses import address_behind_proxies


def address_of(request: HttpRequest) -> str:
    """The visitor's address; of IPv6 the /64, which is one household's."""
    remote = request.META.get("REMOTE_ADDR", "")
    return address_behind_proxies(remote, request.headers.get("X-Forwarded-For", ""))
