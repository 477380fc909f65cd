"""The key to a parent's papers in their own browser, where they have asked for it to be remembered there.

One cookie for each visit, so that the own page can lead on to the papers and say how far they are. It is
what the address of the papers in the browser's history would be. Whoever leaves quickly drops them all,
from whichever page: so they are sent to every page.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bookings.models import Party
from bookings.preparation.sealed import Papers, PapersNotFoundError, open_papers
from office.core import tokens

_PATH = "/"
_NAMES = "papers-"
_LASTS = timedelta(days=180)


def remember(response: HttpResponseBase, party: Party, token: str) -> None:
    """Let this browser find the papers again from the own page."""
    response.set_cookie(
        _name(party),
        token,
        max_age=_LASTS,
        path=_PATH,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget(response: HttpResponseBase, party: Party) -> None:
    response.delete_cookie(_name(party), path=_PATH, samesite="Lax")


def forget_all(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let this browser find no papers any more: whoever leaves quickly leaves no key behind."""
    for name in request.COOKIES:
        if name.startswith(_NAMES):
            response.delete_cookie(name, path=_PATH, samesite="Lax")


def remembered(request: HttpRequest, party: Party) -> tuple[str, Papers] | None:
    """Return the key that this browser has to papers of this party, and what it opens."""
    token = request.COOKIES.get(_name(party), "")
    if not token:
        return None
    try:
        papers = open_papers(token)
    except PapersNotFoundError:
        return None
    return (token, papers) if papers.party.pk == party.pk else None


def _name(party: Party) -> str:
    return f"{_NAMES}{tokens.keyed('papers of', str(party.pk))[:16]}"
