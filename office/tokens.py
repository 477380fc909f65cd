"""Personal links. The database keeps a nonce and a hash, never the token itself.

A token is an HMAC of the nonce under LINK_KEY, so that later messages can carry the same link while
a copy of the database alone opens nothing. 32 bytes: well over the 128 bits that we ask for.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings


def new_nonce() -> str:
    """A fresh random value to derive a token from."""
    return secrets.token_hex(16)


def token_for(purpose: str, nonce: str) -> str:
    """The token of `nonce`, to be put in a link; `purpose` keeps kinds of link apart."""
    digest = hmac.new(
        settings.LINK_KEY.encode(), f"{purpose}:{nonce}".encode(), hashlib.sha256
    ).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """What the database keeps of a token, and looks it up by."""
    return hashlib.sha256(token.encode()).hexdigest()
