"""The personal identity code (henkilötunnus) is never collected: it is refused wherever text is."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LEAVE_OUT = _("Please leave out personal identity codes. We never need one here.")

# Where no sign of a century stands, a letter must stand at the end: else it may be a phone number.
_UNSIGNED = re.compile(
    r"(?<![0-9A-Za-z])(\d{2})\.?(\d{2})\.?(\d{2})\s?\d{3}\s?[A-FHJ-NPR-Ya-fhj-npr-y](?![0-9A-Za-z])"
)
_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"

# ddmmyy, a sign for the century (the new ones of 2023 included), three digits and a check character;
# spaces and other dashes that people type are allowed between the parts.
_CODE = re.compile(
    r"(?<![0-9A-Za-z])(\d{2})\.?(\d{2})\.?(\d{2})\s?[-–—+ABCDEFUVWXYabcdefuvwxy]\s?\d{3}\s?"
    r"[0-9A-FHJ-NPR-Ya-fhj-npr-y](?![0-9A-Za-z])"
)


def has_identity_code(text: str) -> bool:
    """Say whether the text holds what looks like a personal identity code, even a mistyped one."""
    return any(
        _is_day(*match.groups())
        for pattern in (_CODE, _UNSIGNED)
        for match in pattern.finditer(text)
    )


def is_identity_code_in_digits(text: str) -> bool:
    """Say whether a typed phone number is an identity code: digits and a sign can be either.

    The check character decides, since some phone numbers begin with what reads as a day.
    """
    for match in _CODE.finditer(text):
        digits = [character for character in match.group() if character.isalnum()]
        number, check = "".join(digits[:6] + digits[-4:-1]), digits[-1].upper()
        if _is_day(*match.groups()) and _CHECKS[int(number) % 31] == check:
            return True
    return False


def _is_day(day: str, month: str, year: str) -> bool:
    for century in (1900, 2000):
        try:
            date(century + int(year), int(month), int(day))
        except ValueError:
            continue
        return True
    return False


def refuse_identity_code(text: str) -> None:
    """Raise ValidationError where the text holds a personal identity code."""
    if has_identity_code(text):
        raise ValidationError(LEAVE_OUT, code="identity_code")
