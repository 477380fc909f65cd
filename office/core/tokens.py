"""Personal links. The database keeps a nonce and a hash, never the token itself.

A token is an HMAC of the nonce under LINK_KEY, so that later messages can carry the same link while
a copy of the database alone opens nothing. 32 bytes: well over the 128 bits that we ask for. A link in
a message carries the first 22 characters (132 bits), so that a text message stays one.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings


def keyed(*parts: str) -> str:
    """Return a keyed hash, so that neither addresses nor phone numbers are stored."""
    text = "\0".join(parts)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def new_nonce() -> str:
    """Return a fresh random value to derive a token from."""
    return secrets.token_hex(16)


def token_for(purpose: str, nonce: str) -> str:
    """Derive the token of `nonce`, to be put in a link; `purpose` keeps kinds of link apart."""
    digest = hmac.new(
        settings.LINK_KEY.encode(), f"{purpose}:{nonce}".encode(), hashlib.sha256
    ).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# How many characters a token has, and how many of them a personal link carries.
WHOLE, SHORT = 43, 22


def link_token(purpose: str, nonce: str) -> str:
    """Return the token of `nonce` as personal links carry it: the beginning of the whole one."""
    return token_for(purpose, nonce)[:SHORT]


def hashes_of(token: str) -> list[str]:
    """Return the hashes to look up a link by: links that were sent whole stay valid."""
    return [hash_token(token), *([hash_token(token[:SHORT])] if len(token) == WHOLE else [])]


def hash_token(token: str) -> str:
    """Return what the database keeps of a token, and looks it up by."""
    return hashlib.sha256(token.encode()).hexdigest()
