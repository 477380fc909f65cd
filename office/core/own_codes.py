"""The code that a person reads out to say who they are, such as 27-KLM-48: of one person alone.

It follows from the nonce of their personal link, and changes with it: a message that somebody else has
read identifies nobody once its link is closed. The database keeps a keyed hash, like that of a token.
"""

import hashlib
import re

from office.core import tokens

# No letter that sounds or looks like another one or a digit in Finnish or Swedish.
LETTERS = "AEHJKLMNPRTUVX"
DIGITS = "23456789"
# Unlike any reference code or invitation. Some eleven millions: nobody hits one by trying on the phone.
_SHAPE = [DIGITS, DIGITS, LETTERS, LETTERS, LETTERS, DIGITS, DIGITS]
_TYPED = re.compile(r"^\d{2}[A-Z]{3}\d{2}$")


def own_code(nonce: str) -> str:
    """Return the code that goes with the personal link of `nonce`."""
    digest = hashlib.sha256(tokens.token_for("own-code", nonce).encode()).digest()
    number = int.from_bytes(digest, "big")
    code = ""
    for alphabet in _SHAPE:
        number, rest = divmod(number, len(alphabet))
        code += alphabet[rest]
    return f"{code[:2]}-{code[2:5]}-{code[5:]}"


def hash_of(nonce: str) -> str:
    """Return what the database keeps of the code of `nonce`."""
    return hash_typed(own_code(nonce))


def hash_typed(text: str) -> str:
    """Hash a code as somebody types it; empty where it is not such a code."""
    code = "".join(letter for letter in text.upper() if letter.isalnum())
    return tokens.hash_token(tokens.token_for("own-code", code)) if _TYPED.match(code) else ""
