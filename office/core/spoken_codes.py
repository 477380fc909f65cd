"""Six digits that a parent reads out: what is kept of them, and the key that they are part of."""

import hashlib
import hmac
import secrets
from typing import Any

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings
from django.db.models import QuerySet

from office.core import clock
from office.core.once import one_at_a_time
from office.core.sealing import KEY_BYTES

SALT_BYTES = 16


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(1_000_000):06}"


def new_free_code(kept: QuerySet[Any], column: str, *, purpose: str) -> tuple[str, str]:
    """Return six digits that open nothing else of the `kept` now, and their hash for `column`.

    Call in the transaction that keeps it: whoever draws the same digits waits, and draws again.
    """
    while True:
        code = new_code()
        hashed = code_hash(code, purpose=purpose)
        one_at_a_time(hashed)
        same = kept.filter(**{column: hashed})
        same.filter(expires_at__lte=clock.now()).delete()
        if not same.exists():
            return code, hashed


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
