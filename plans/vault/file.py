"""A draft as a file to take home, encrypted with a password that the parent chooses. Pure.

The file holds what its parent may read: their own words, and what is shared now. Anybody with the
password could have edited it, so it never speaks for the other parent: the other parent's words
come back only to be read (see backup/restore.py).

Format: the mark with the version, 16 bytes of salt, then keys.seal() of the JSON, bound to mark and
salt. The version determines the cost of scrypt; it is never read from a file.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from plans.vault import keys

MARK = b"familylaw plan "
VERSION = b"1\n"
LARGEST = 5 * 1024 * 1024
_SALT_BYTES = 16


class FileRefusedError(Exception):
    """The file cannot be opened."""


class ForeignFileError(FileRefusedError):
    """The file was not made here."""


class NewerFileError(FileRefusedError):
    """The file was made by a later version."""


class WrongPasswordError(FileRefusedError):
    """The password is wrong, or the file was changed: one cannot tell which."""


class TooLargeError(FileRefusedError):
    """The content is larger than a file may be."""


def encrypt_file(content: Mapping[str, Any], password: str) -> bytes:
    """Encrypt the content. Raises TooLargeError."""
    head = MARK + VERSION + secrets.token_bytes(_SALT_BYTES)
    text = json.dumps(content, ensure_ascii=False).encode()
    file = head + keys.seal(_key(password, head), text, place=head.hex())
    if len(file) > LARGEST:
        raise TooLargeError
    return file


def decrypt_file(file: bytes, password: str) -> Any:
    """Return the content, unchecked: see backup/restore.py. Raises FileRefusedError."""
    if len(file) > LARGEST:
        raise TooLargeError
    if not file.startswith(MARK):
        raise ForeignFileError
    start = len(MARK) + len(VERSION)
    if file[len(MARK) : start] != VERSION:
        raise NewerFileError
    head, sealed = file[: start + _SALT_BYTES], file[start + _SALT_BYTES :]
    try:
        return json.loads(keys.unseal(_key(password, head), sealed, place=head.hex()))
    except keys.SealBrokenError:
        raise WrongPasswordError from None
    except (ValueError, RecursionError):
        raise ForeignFileError from None


def _key(password: str, head: bytes) -> bytes:
    """Derive the key: 32 MB and some tenths of a second each try (OWASP's parameters for scrypt)."""
    scrypt = Scrypt(salt=head[-_SALT_BYTES:], length=keys.KEY_BYTES, n=2**15, r=8, p=3)
    return scrypt.derive(password.encode(errors="surrogatepass"))
