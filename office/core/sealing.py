"""Keys and seals: the database alone cannot read what parents write at home.

What is written is sealed with a data key, and the data key is wrapped for each holder. A holder's key
pair is derived from their secret link, which is stored nowhere; the database has the public key, so
that access can be given or withdrawn without the links. X25519, AES-256-GCM and HKDF-SHA-256 of the
`cryptography` library. Each seal is bound to its place, so that it cannot be moved to another part,
holder or version; `purpose` keeps the links of plans and of papers apart.
"""

import hashlib
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
    """Not a token of ours: wrong length or letters."""


class SealBrokenError(Exception):
    """The key does not fit, or the sealed data was changed or moved."""


@dataclass(frozen=True)
class LinkKeys:
    """The keys derived from a secret link: the lookup value and the private key."""

    lookup: str
    private: X25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public key, for wrapping."""
        return self.private.public_key().public_bytes_raw()


def new_token() -> str:
    """Return a random secret of 256 bits for a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Say whether the text has the form of a token, whatever it opens."""
    return _TOKEN.fullmatch(text) is not None


def derive_keys(token: str, *, purpose: str) -> LinkKeys:
    """Derive both keys of a link; neither reveals the other. Raises BadTokenError."""
    if not is_token(token):
        raise BadTokenError
    secret = token.encode()
    return LinkKeys(
        lookup=hashlib.sha256(_derived(secret, f"{purpose} link lookup".encode())).hexdigest(),
        private=X25519PrivateKey.from_private_bytes(
            _derived(secret, f"{purpose} link private key".encode())
        ),
    )


def _derived(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)


def wrap(data_key: bytes, public: bytes, *, purpose: str, place: str) -> bytes:
    """Encrypt a data key for the holder of the private key."""
    once = X25519PrivateKey.generate()
    ours = once.public_key().public_bytes_raw()
    secret = once.exchange(X25519PublicKey.from_public_bytes(public))
    key = _derived(secret, f"{purpose} wrapping".encode() + ours + public)
    return ours + seal(key, data_key, place=place)


def unwrap(wrapped: bytes, keys: LinkKeys, *, purpose: str, place: str) -> bytes:
    """Decrypt a data key. Raises SealBrokenError."""
    ours, sealed = bytes(wrapped[:KEY_BYTES]), bytes(wrapped[KEY_BYTES:])
    try:
        secret = keys.private.exchange(X25519PublicKey.from_public_bytes(ours))
    except ValueError:
        raise SealBrokenError from None
    key = _derived(secret, f"{purpose} wrapping".encode() + ours + keys.public)
    return unseal(key, sealed, place=place)


def new_data_key() -> bytes:
    """Return a random key for one sealed text."""
    return AESGCM.generate_key(bit_length=256)


def seal(key: bytes, content: bytes, *, place: str) -> bytes:
    """Encrypt `content` for `place`, such as "part 7 version 3"."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> bytes:
    """Decrypt what seal() has sealed. Raises SealBrokenError."""
    nonce, closed = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
    try:
        return AESGCM(key).decrypt(nonce, closed, place.encode())
    except (InvalidTag, ValueError):
        raise SealBrokenError from None
