"""Data that only the visitor's own browser opens: sealed with a key that stays in its cookie.

What somebody typed and has not sent lies in the session's row. Neither the database nor its backups
show it, and it cannot be opened any more once the browser has dropped the cookie.
"""

import base64
import json
import secrets
from collections.abc import Callable
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE = "seal"
_MADE = "browser_seal_made"


class BrowserSealMiddleware:
    """Hands a key that was made for this browser over to it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if made := getattr(request, _MADE, ""):
            response.set_cookie(
                COOKIE,
                made,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response


def seal(request: HttpRequest, data: Any) -> str:
    """Seal `data` for the browser that asks; it gets a key where it has none."""
    key = _key_of(request)
    if not key:
        key = secrets.token_urlsafe(32)
        setattr(request, _MADE, key)
    return _cipher(key).encrypt(json.dumps(data).encode()).decode()


def unseal(request: HttpRequest, sealed: str) -> Any:
    """Open what was sealed for this browser; None where the key is gone, or another's."""
    key = _key_of(request)
    if not key:
        return None
    try:
        return json.loads(_cipher(key).decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        return None


def _key_of(request: HttpRequest) -> str:
    return str(getattr(request, _MADE, "") or request.COOKIES.get(COOKIE, ""))


def _cipher(key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=settings.SECRET_KEY.encode(), info=b"browser seal")
    return Fernet(base64.urlsafe_b64encode(derived.derive(key.encode())))
