"""What all pages behind a secret link share: nobody keeps them, and a dead link says little."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override

from office.core import clock
from office.core.http import unlisted
from office.models import Unit
from office.staff.audience import by_link

T = TypeVar("T")
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, T, P], HttpResponse]


def opened_by(
    find: Callable[[str], T | None], language_of: Callable[[T], str] = lambda _found: ""
) -> Callable[[View[T, P]], Callable[..., HttpResponse]]:
    """Decorate a view so that it is given what `find` finds for the token of the address.

    Where that is nothing, the link opens nothing. The page is in the language that `language_of` says.
    """

    def decorate(view: View[T, P]) -> Callable[..., HttpResponse]:
        @by_link
        @wraps(view)
        def run(
            request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            found = find(token)
            if found is None:
                return invalid_link(request)
            language = language_of(found)
            return unlisted(
                in_language(request, language, lambda: view(request, found, *args, **kwargs))
            )

        return run

    return decorate


def in_language(
    request: HttpRequest, language: str, answer: Callable[[], HttpResponse]
) -> HttpResponse:
    """Return the answer in the language of whose link it is, unless another one was chosen here.

    `language`: empty where nobody has asked them for theirs.
    """
    was_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    with override(language if language and not was_chosen else get_language()):
        response = answer()
        response.headers["Content-Language"] = get_language() or "fi"
    return response


def invalid_link(request: HttpRequest) -> HttpResponse:
    """Show the same kind page for a link that is unknown, closed or expired."""
    return unlisted(render(request, "bookings/personal/opens_nothing.html", status=404))


def is_long_over(ends_at: datetime) -> bool:
    """Say whether it ended so long ago that its links have closed."""
    return ends_at + timedelta(days=Unit.get().link_days) <= clock.now()
