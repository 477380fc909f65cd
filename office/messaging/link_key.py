"""Whether LINK_KEY is still the key that this installation's links were made with.

With another one, every message carries a link that opens nothing, and nobody would notice here.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings

from office.core import clock
from office.models import LinkKeyMark

# Asks the database for one row. Not Django's connection everywhere: /readyz has one of its own.
Ask = Callable[[str, Sequence[Any]], tuple[Any, ...] | None]
_TABLE = LinkKeyMark._meta.db_table
CHANGED = (
    "LINK_KEY is not the key that the personal links of this database were made with, so that every "
    "message would carry a dead link: put the former key back. After a leak: keep the new key and run "
    "manage.py renew_links."
)


def fingerprint() -> str:
    """Return what tells two keys apart and makes no link."""
    return hmac.new(settings.LINK_KEY.encode(), b"fingerprint", hashlib.sha256).hexdigest()


def key_problem(ask: Ask) -> str:
    """Explain that the key is not the one that was remembered; empty where it is."""
    (is_there,) = ask("SELECT to_regclass(%s) IS NOT NULL", [_TABLE]) or (False,)
    row = ask(f"SELECT fingerprint FROM {_TABLE}", []) if is_there else None  # noqa: S608
    return CHANGED if row and not hmac.compare_digest(row[0], fingerprint()) else ""


def remember_key() -> None:
    """Keep the fingerprint of the key with which links are made from now on, if none is kept yet."""
    LinkKeyMark.objects.get_or_create(
        pk=1, defaults={"fingerprint": fingerprint(), "since": clock.now()}
    )


def remember_new_key() -> None:
    """Remember a key that took the place of another; the caller has made the links anew."""
    LinkKeyMark.objects.update_or_create(
        pk=1, defaults={"fingerprint": fingerprint(), "since": clock.now()}
    )
