"""Six digits that a parent reads out: what is kept of them, and the key that they are part of."""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings

from office.core.sealing import KEY_BYTES

SALT_BYTES = 16


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(1_000_000):06}"


def digits_of(typed: str) -> str:
    """Return the digits of what somebody types."""
    return "".join(c for c in typed if c.isdecimal())


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def code_hash(code: str, *, purpose: str) -> str:
    """Return what the database keeps of a code, and looks it up by."""
    return hashlib.sha256(_peppered(code, purpose)).hexdigest()


def code_key(code: str, salt: bytes, *, purpose: str) -> bytes:
    """Derive the key that wraps a data key until the code is used."""
    scrypt = Scrypt(salt=salt, length=KEY_BYTES, n=2**14, r=8, p=1)
    return scrypt.derive(_peppered(code, purpose))


def _peppered(code: str, purpose: str) -> bytes:
    """Mix in a secret that is not in the database: six digits alone could be tried out on a copy."""
    secret = settings.LINK_KEY.encode()
    return hmac.new(secret, f"{purpose}:{code}".encode(), hashlib.sha256).digest()
