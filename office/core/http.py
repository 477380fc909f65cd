"""Where a request comes from, and how."""

from typing import TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from office.core.addresses import address_behind_proxies

R = TypeVar("R", bound=HttpResponseBase)

# A page with a form that is posted to the same address.
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address; for IPv6 the /64, which is one household's."""
    remote = request.META.get("REMOTE_ADDR", "")
    return address_behind_proxies(remote, request.headers.get("X-Forwarded-For", ""))


def unlisted(response: R) -> R:
    """Mark the response as one that nobody keeps or indexes."""
    add_never_cache_headers(response)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
