"""What all pages behind a secret link share: nobody keeps them, and a dead link says little."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from office.core import clock
from office.models import Unit


def unlisted(response: HttpResponse) -> HttpResponse:
    """The response, marked as one that nobody keeps or indexes."""
    add_never_cache_headers(response)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def invalid_link(request: HttpRequest) -> HttpResponse:
    """The same kind page for a link that is unknown, closed or at its end."""
    return unlisted(render(request, "bookings/personal/opens_nothing.html", status=404))


def is_long_over(ends_at: datetime) -> bool:
    """Whether what ended then is so long ago that its links have closed."""
    return ends_at + timedelta(days=Unit.get().link_days) <= clock.now()
