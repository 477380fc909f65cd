"""Reference codes that can be read out on the phone, and codes to hand over."""

import hashlib
import secrets

from bookings.models import Appointment, Referenced
from office.core import tokens
from office.core.once import one_at_a_time
from office.core.own_codes import DIGITS, LETTERS


def save_with_reference(record: Referenced) -> None:
    """Save the record with a new reference code that nobody has. Call in a transaction."""
    model = type(record)
    for _ in range(8):
        record.reference = new_reference(model)
        # Whoever makes the same code at this moment waits, and then finds it taken.
        one_at_a_time(f"reference {record.reference}")
        if not model._default_manager.filter(reference=record.reference).exists():
            record.save()
            return
    raise RuntimeError("no free reference code found")


def new_reference(model: type[Referenced] = Appointment) -> str:
    """Return a random code such as KLM-482, which somebody may have."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(3))
    digits = "".join(secrets.choice(DIGITS) for _ in range(3))
    return f"{model.REFERENCE_BEGINS or letters[0]}{letters[1:]}-{digits}"


def invitation_code(nonce: str) -> str:
    """Return the short code of an invitation, such as KLMN-PRT4-H27A; it goes with the party's link."""
    alphabet = LETTERS + DIGITS
    number = int.from_bytes(
        hashlib.sha256(tokens.token_for("invitation", nonce).encode()).digest(), "big"
    )
    letters = []
    for _ in range(12):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    code = "".join(letters)
    return "-".join(code[i : i + 4] for i in (0, 4, 8))


def normal_code(text: str) -> str:
    """Normalise a code as typed by a person."""
    return "".join(c for c in text.upper() if c.isalnum())
