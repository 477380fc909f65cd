"""Kiosk browsers: staff register one at a point, and a signed cookie keeps it.

Without this, anybody anywhere could take numbers at the kiosk's address and read the code of the
day.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from office.models import ServicePoint

COOKIE = "walkin_screen"
LASTS = 400 * 24 * 3600
_SALT = "walkin.screens"
_SLIP = "walkin.slip"
# Seconds for which a slip can be printed.
SLIP_LASTS = 120


def is_registered(request: HttpRequest, point: ServicePoint) -> bool:
    """Say whether the browser is registered at this point. In a demo every browser is."""
    if settings.DEMO:
        return True
    try:
        known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return False
    return bool(known == point.pk)


def register(response: HttpResponse, point: ServicePoint) -> None:
    """Register the browser as a screen of this point."""
    response.set_cookie(
        COOKIE,
        signing.dumps(point.pk, salt=_SALT),
        max_age=LASTS,
        path="/walk-in/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def slip_key(ticket_id: int) -> str:
    """Sign a key that opens the ticket's slip at the kiosk for a moment."""
    return signing.dumps(ticket_id, salt=_SLIP)


def ticket_id_of(key: str) -> int | None:
    """Return the ticket of a slip key; None once it has expired."""
    try:
        return int(signing.loads(key, salt=_SLIP, max_age=SLIP_LASTS))
    except signing.BadSignature:
        return None
