"""The code on a slip: the partner's link carries it, and it is the only key to what is told.

26 letters and digits of 32, so 130 bits: nobody hits one by trying, also with a copy of the database.
It is typed from paper too: no letter looks like another one.
"""

import base64
import hashlib
import secrets

from office.core.sealing import LinkKeys, derive_keys

PURPOSE = "referral"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 26, 4
_MISREAD = str.maketrans("OIL", "011")


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def is_code(text: str) -> bool:
    """Say whether the text has the form of a code as links carry it."""
    return len(text) == LENGTH and set(text) <= set(LETTERS)


def typed_code(text: str) -> str:
    """Read a code typed from paper; empty where it is not one."""
    code = "".join(c for c in text.upper() if c.isalnum()).translate(_MISREAD)
    return code if is_code(code) else ""


def in_groups(code: str) -> str:
    """Return the code as it is printed: 4H2K-D9RZ-…"""
    return "-".join(code[i : i + GROUP] for i in range(0, len(code), GROUP))


def keys_of(code: str) -> LinkKeys:
    """Return the lookup value and the key that follow from a code."""
    digest = hashlib.sha256(f"slip {code}".encode()).digest()
    return derive_keys(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), purpose=PURPOSE)


def partner_path(code: str) -> str:
    """Return the secret path of the partner's page."""
    return f"/referral/{code}/"
