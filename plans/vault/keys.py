"""Keys and seals: the database alone cannot read a draft.

Every part of a draft is sealed with a data key of its own, and the data key is wrapped for each holder.
A holder's pair of keys is derived from their secret link, which is kept nowhere; the database has the
public half, so that a part can be given to somebody, or taken from another, while their links are not at
hand. X25519, AES-256-GCM and HKDF-SHA-256 of the `cryptography` library. What is sealed is bound to its
place, so that it cannot be moved to another part, holder or version.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TOKEN_BYTES = 32
KEY_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NONCE_BYTES = 12


class BadTokenError(Exception):
    """This is no link of ours: too short, too long, or with strange letters."""


class SealBrokenError(Exception):
    """The key does not open it, or it was changed or moved."""


@dataclass(frozen=True)
class LinkKeys:
    """What a secret link yields: where to look it up, and the private key that unwraps."""

    lookup: str
    private: X25519PrivateKey

    @property
    def public(self) -> bytes:
        """What others wrap with; it opens nothing."""
        return self.private.public_key().public_bytes_raw()


def new_token() -> str:
    """A secret of 256 bits for a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether it looks like a secret of ours; whether it opens anything is another matter."""
    return _TOKEN.fullmatch(text) is not None


def token_of_sign_in(secret: str, issuer: str, subject: str) -> str:
    """What stands for a link where somebody signs in; nobody tells it without the server's secret."""
    said = json.dumps(["plan sign-in", issuer, subject]).encode()
    digest = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def keys_of(token: str) -> LinkKeys:
    """Derive both keys of a link; neither tells the other. Raises BadTokenError."""
    if not is_token(token):
        raise BadTokenError
    secret = token.encode()
    return LinkKeys(
        lookup=hashlib.sha256(_derived(secret, b"plan link lookup")).hexdigest(),
        private=X25519PrivateKey.from_private_bytes(_derived(secret, b"plan link private key")),
    )


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(secret)


def wrap(data_key: bytes, public: bytes, *, place: str) -> bytes:
    """Close a data key so that only the holder of the other half opens it."""
    once = X25519PrivateKey.generate()
    ours = once.public_key().public_bytes_raw()
    secret = once.exchange(X25519PublicKey.from_public_bytes(public))
    return ours + seal(_derived(secret, b"plan wrapping" + ours + public), data_key, place=place)


def unwrap(wrapped: bytes, keys: LinkKeys, *, place: str) -> bytes:
    """The data key. Raises SealBrokenError."""
    ours, sealed = bytes(wrapped[:KEY_BYTES]), bytes(wrapped[KEY_BYTES:])
    try:
        secret = keys.private.exchange(X25519PublicKey.from_public_bytes(ours))
    except ValueError:
        raise SealBrokenError from None
    return unseal(_derived(secret, b"plan wrapping" + ours + keys.public), sealed, place=place)


def new_data_key() -> bytes:
    """The key of one part."""
    return AESGCM.generate_key(bit_length=256)


def seal(key: bytes, content: bytes, *, place: str) -> bytes:
    """Encrypt `content` for `place`, such as "part 7 version 3"."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> bytes:
    """What seal() has closed. Raises SealBrokenError."""
    nonce, closed = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
    try:
        return AESGCM(key).decrypt(nonce, closed, place.encode())
    except (InvalidTag, ValueError):
        raise SealBrokenError from None
