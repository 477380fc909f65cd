"""Opening a draft by signing in instead of by a link: OpenID Connect, where the unit has switched it on.

Who signs in gets no account here and is nobody's user: what the provider says of them is turned, with a
secret that is not in the database, into what a link would have been. It stays in a sealed cookie of the
browser; addresses carry another word in its place, which opens nothing without the cookie.
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
from plans.content.invitations import new_link
from plans.models import Holder
from plans.vault import keys
from plans.vault.drafts import Access, KeyInUseError

# So long a sign-in lasts, and so long one may take to tie a draft to it.
LASTS = timedelta(hours=8)
TYING = timedelta(minutes=15)
NAME_LONGEST = 80


class AlreadyTiedError(Exception):
    """Another draft opens by this sign-in; there is one for each."""


@dataclass(frozen=True)
class SignedIn:
    """Somebody whom the provider knows."""

    # What their link would be; never shown.
    secret: str
    # What stands for it in addresses, as long as this sign-in lasts.
    alias: str
    # As the provider says it, to be recognised by; kept nowhere but in the cookie.
    name: str = ""


def is_on() -> bool:
    # Without a key of the server's own, whoever knows who somebody is could tell their secret.
    return bool(settings.PLAN_SIGN_IN_SERVER and settings.PLAN_SIGN_IN_KEY)


def somebody(issuer: str, subject: str, name: str = "") -> SignedIn:
    """Who has signed in: the same secret each time, another alias."""
    secret = keys.token_of_sign_in(settings.PLAN_SIGN_IN_KEY, issuer, subject)
    return SignedIn(secret, keys.new_token(), name[:NAME_LONGEST])


def has_draft(who: SignedIn) -> bool:
    return Holder.objects.filter(lookup=keys.keys_of(who.secret).lookup).exists()


def tie(access: Access, who: SignedIn) -> None:
    """From now on the draft opens by this sign-in alone. Raises AlreadyTiedError."""
    try:
        new_link(access, who.secret)
    except KeyInUseError:
        raise AlreadyTiedError from None


def sealed(said: Any) -> str:
    """For a cookie: nobody but this server reads or writes it."""
    at = int(clock.now().timestamp())
    return _cipher().encrypt_at_time(json.dumps(said).encode(), at).decode()


def unsealed(cookie: str, lasts: timedelta) -> Any:
    """What was sealed; None where it was not by us, or too long ago."""
    at = int(clock.now().timestamp())
    try:
        said = _cipher().decrypt_at_time(cookie.encode(), int(lasts.total_seconds()), at)
    except (InvalidToken, ValueError):
        return None
    return json.loads(said)


def by_alias(cookie: str, alias: str) -> SignedIn | None:
    """Who has signed in under that alias in this browser."""
    who = from_cookie(cookie)
    return who if who is not None and secrets.compare_digest(who.alias, alias) else None


def to_cookie(who: SignedIn) -> str:
    return sealed([who.secret, who.alias, who.name])


def from_cookie(cookie: str) -> SignedIn | None:
    said = unsealed(cookie, LASTS) if cookie and is_on() else None
    return SignedIn(*said) if isinstance(said, list) else None


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"cookie of a plan\0" + settings.PLAN_SIGN_IN_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
