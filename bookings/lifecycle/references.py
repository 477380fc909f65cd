"""Reference codes that can be read out on the phone, and codes to hand over."""

import hashlib
import secrets

from django.db import IntegrityError, transaction

from bookings.models import Appointment, CallBack
from office.core import tokens
from office.core.own_codes import DIGITS, LETTERS


def save_with_reference(record: Appointment | CallBack) -> None:
    """Save the record with a new reference code, tried again where somebody else took it."""
    model = type(record)
    for _ in range(8):
        record.reference = new_reference() if model is Appointment else new_call_reference()
        if model._default_manager.filter(reference=record.reference).exists():
            continue
        try:
            with transaction.atomic():
                record.save()
        except IntegrityError as error:
            if "reference" not in str(error):
                raise
            continue
        return
    raise RuntimeError("no free reference code found")


def new_reference() -> str:
    """Return a random code such as KLM-482. The database decides whether it is free."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(3))
    digits = "".join(secrets.choice(DIGITS) for _ in range(3))
    return f"{letters}-{digits}"


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


def new_call_reference() -> str:
    """Return a call-back's code such as SKL-482: no appointment's code begins with S."""
    return "S" + new_reference()[1:]
