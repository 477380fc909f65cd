"""A draft as a file to take home: closed with a password that the parent chooses. Pure.

The file holds what its parent may read: their own words, and the words that stand shared. Whoever
opens it proves nothing by it, so that it never speaks for the other parent: what the other said comes
back as something to read, not as their yes (see coming_home.py).

Format: the mark of the version, 16 bytes of salt, then what keys.seal() makes of the JSON, with mark
and salt as its place. Scrypt's cost is the version's, never read from a file.
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
    """It cannot be opened."""


class ForeignFileError(FileRefusedError):
    """It is no file of ours."""


class NewerFileError(FileRefusedError):
    """It was made by a later version."""


class WrongPasswordError(FileRefusedError):
    """The password is wrong, or something in the file was changed: one cannot tell which."""


class TooLargeError(FileRefusedError):
    """There is more in it than a file may hold."""


def close_file(content: Mapping[str, Any], password: str) -> bytes:
    """The file. Raises TooLargeError."""
    head = MARK + VERSION + secrets.token_bytes(_SALT_BYTES)
    text = json.dumps(content, ensure_ascii=False).encode()
    file = head + keys.seal(_key(password, head), text, place=head.hex())
    if len(file) > LARGEST:
        raise TooLargeError
    return file


def open_file(file: bytes, password: str) -> Any:
    """What is in it, which may be anything: it is checked in coming_home.py. Raises FileRefusedError."""
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
    """32 MB and some tenths of a second for each try (OWASP's parameters for scrypt)."""
    scrypt = Scrypt(salt=head[-_SALT_BYTES:], length=keys.KEY_BYTES, n=2**15, r=8, p=3)
    return scrypt.derive(password.encode(errors="surrogatepass"))
