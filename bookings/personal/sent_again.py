"""Remember for a while which form renewed a link, so that a double press leads to the new page."""

from django.core.cache import cache
from django.http import HttpRequest

from bookings.models import Party
from office.core import tokens

SENT_AGAIN_FOR = 600  # seconds in which the same form, sent again, leads to the same page


def remember_sent(key: str, party: Party) -> None:
    """Let the same form, sent again (a double press), lead to the party's new page for some minutes."""
    cache.set(_key(key), party.pk, SENT_AGAIN_FOR)


def sent_before(request: HttpRequest) -> Party | None:
    """Return the party whose link this very form has renewed, when it was sent before."""
    return sent_with(request.POST.get("key", ""))


def sent_with(key: str) -> Party | None:
    """Return the party whose link a form with this key has renewed."""
    return Party.objects.filter(pk=cache.get(_key(key))).first() if key else None


def _key(key: str) -> str:
    return f"bookings.link_renewed.{tokens.hash_token(key)}"
