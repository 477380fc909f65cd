"""Open a draft by signing in with OpenID Connect in place of a link, where the unit has enabled it.

The person gets no account here. What the provider says of them is turned, with a secret that is not
in the database, into what a link would have been. It stays in a sealed cookie of the browser;
addresses carry an alias, which opens nothing without the cookie.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from office.core import clock
from plans.content.invitations import replace_link
from plans.models import Holder
from plans.vault import keys
from plans.vault.drafts import DraftAccess, KeyInUseError

# How long a sign-in lasts, and how long one may take to bind a draft to it.
LASTS = timedelta(hours=8)
BINDING_LASTS = timedelta(minutes=15)
NAME_LONGEST = 80


class AlreadyBoundError(Exception):
    """Another draft is bound to this sign-in."""


@dataclass(frozen=True)
class SignedIn:
    """A person known to the provider."""

    # Takes the place of their link; never shown.
    secret: str
    # Stands for it in addresses while this sign-in lasts.
    alias: str
    # From the provider, so that they recognise themselves; stored only in the cookie.
    name: str = ""


def is_on() -> bool:
    # Without a key of the server, anybody who knows the subject could compute the secret.
    return bool(settings.PLAN_SIGN_IN_SERVER and settings.PLAN_SIGN_IN_KEY)


def signed_in_as(issuer: str, subject: str, name: str = "") -> SignedIn:
    """Return the person: the same secret each time, a new alias."""
    secret = keys.sign_in_token(settings.PLAN_SIGN_IN_KEY, issuer, subject)
    return SignedIn(secret, keys.new_token(), name[:NAME_LONGEST])


def has_draft(who: SignedIn) -> bool:
    return Holder.objects.filter(lookup=keys.derive_keys(who.secret).lookup).exists()


def bind(access: DraftAccess, who: SignedIn) -> None:
    """Make this sign-in the only way to open the draft. Raises AlreadyBoundError."""
    try:
        replace_link(access, who.secret)
    except KeyInUseError:
        raise AlreadyBoundError from None


def seal_value(value: Any) -> str:
    """Encrypt a value for a cookie."""
    at = int(clock.now().timestamp())
    return _cipher().encrypt_at_time(json.dumps(value).encode(), at).decode()


def unseal_value(cookie: str, lasts: timedelta) -> Any:
    """Decrypt a cookie's value; None where it is not ours or has expired."""
    at = int(clock.now().timestamp())
    try:
        value = _cipher().decrypt_at_time(cookie.encode(), int(lasts.total_seconds()), at)
    except (InvalidToken, ValueError):
        return None
    return json.loads(value)


def by_alias(cookie: str, alias: str) -> SignedIn | None:
    """Return the person signed in under that alias in this browser."""
    who = from_cookie(cookie)
    return who if who is not None and secrets.compare_digest(who.alias, alias) else None


def to_cookie(who: SignedIn) -> str:
    return seal_value([who.secret, who.alias, who.name])


def from_cookie(cookie: str) -> SignedIn | None:
    value = unseal_value(cookie, LASTS) if cookie and is_on() else None
    return SignedIn(*value) if isinstance(value, list) else None


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"cookie of a plan\0" + settings.PLAN_SIGN_IN_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
