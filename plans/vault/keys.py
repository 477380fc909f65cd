"""Keys of a draft: every part is sealed with its own data key, wrapped for each holder of a link.

How keys are derived and texts sealed is `office.core.sealing`, which papers for a visit use as well.
"""

import base64
import hashlib
import hmac
import json

from office.core import sealing
from office.core.sealing import (
    KEY_BYTES,
    TOKEN_BYTES,
    BadTokenError,
    LinkKeys,
    SealBrokenError,
    is_token,
    new_data_key,
    new_token,
    seal,
    unseal,
)

__all__ = [
    "KEY_BYTES",
    "TOKEN_BYTES",
    "BadTokenError",
    "LinkKeys",
    "SealBrokenError",
    "derive_keys",
    "is_token",
    "new_data_key",
    "new_token",
    "seal",
    "sign_in_token",
    "unseal",
    "unwrap",
    "wrap",
]
_PURPOSE = "plan"


def sign_in_token(secret: str, issuer: str, subject: str) -> str:
    """Return the token that replaces a link for a signed-in person.

    It cannot be computed without the server's secret.
    """
    value = json.dumps(["plan sign-in", issuer, subject]).encode()
    digest = hmac.new(secret.encode(), value, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def derive_keys(token: str) -> LinkKeys:
    """Derive both keys of a link; neither reveals the other. Raises BadTokenError."""
    return sealing.derive_keys(token, purpose=_PURPOSE)


def wrap(data_key: bytes, public: bytes, *, place: str) -> bytes:
    """Encrypt a data key for the holder of the private key."""
    return sealing.wrap(data_key, public, purpose=_PURPOSE, place=place)


def unwrap(wrapped: bytes, keys: LinkKeys, *, place: str) -> bytes:
    """Decrypt a data key. Raises SealBrokenError."""
    return sealing.unwrap(wrapped, keys, purpose=_PURPOSE, place=place)
