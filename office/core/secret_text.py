"""Secrets that the server must read again, such as that of an authenticator app, encrypted at rest.

A copy of the database alone makes no codes. The key is made from SECRET_KEY; while a new one takes over,
what was written with a former one (SECRET_KEY_FALLBACKS) is still read.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

# Every token of Fernet begins with its version, so; neither base32 nor hexadecimal text does.
_MARK = "gAAAA"


class UnreadableSecretError(Exception):
    """Written with a key that the server does not have any more."""


def encrypt(text: str) -> str:
    """Encrypt the text for storing."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(stored: str, *, seconds: int | None = None) -> str:
    """Return what was encrypted, `seconds` ago at most. Raises UnreadableSecretError."""
    try:
        return _cipher().decrypt(stored.encode(), ttl=seconds).decode()
    except InvalidToken:
        raise UnreadableSecretError from None


def is_encrypted(stored: str) -> bool:
    return stored.startswith(_MARK)


def renew(stored: str) -> str:
    """Encrypt the same secret with the newest key. Raises UnreadableSecretError."""
    try:
        return _cipher().rotate(stored.encode()).decode()
    except InvalidToken:
        raise UnreadableSecretError from None


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(b"secrets at rest\0" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
