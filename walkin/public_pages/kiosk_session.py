"""Screens at a service point: staff take a browser into use there once, and a signed cookie keeps it.

Without it anybody anywhere could take numbers at the kiosk's address, and read the day's code.
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


def is_ours(request: HttpRequest, point: ServicePoint) -> bool:
    """Whether the browser was taken into use at this point. In a demo every browser is."""
    if settings.DEMO:
        return True
    try:
        known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return False
    return bool(known == point.pk)


def take_into_use(response: HttpResponse, point: ServicePoint) -> None:
    """From now on the browser is a screen of this point."""
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
    """What opens a number's slip at the screen, for a moment."""
    return signing.dumps(ticket_id, salt=_SLIP)


def slip_of(key: str) -> int | None:
    """Whose slip it is; None where the moment has passed."""
    try:
        return int(signing.loads(key, salt=_SLIP, max_age=SLIP_LASTS))
    except signing.BadSignature:
        return None
