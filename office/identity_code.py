"""The personal identity code (henkilötunnus) is never collected: it is refused wherever text is."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# ddmmyy, a sign for the century (the new ones of 2023 included), three digits and a check character;
# spaces and other dashes that people type are allowed between the parts.
_CODE = re.compile(
    r"(?<![0-9A-Za-z])(\d{2})\.?(\d{2})\.?(\d{2})\s?[-–—+ABCDEFUVWXYabcdefuvwxy]\s?\d{3}\s?"
    r"[0-9A-FHJ-NPR-Ya-fhj-npr-y](?![0-9A-Za-z])"
)


def has_identity_code(text: str) -> bool:
    """Whether the text holds what reads as a personal identity code, a mistyped one included."""
    for match in _CODE.finditer(text):
        day, month, year = (int(part) for part in match.groups())
        for century in (1900, 2000):
            try:
                date(century + year, month, day)
            except ValueError:
                continue
            return True
    return False


def refuse_identity_code(text: str) -> None:
    """Raise ValidationError where the text holds a personal identity code."""
    if has_identity_code(text):
        raise ValidationError(
            _("Please leave out personal identity codes. We never need one here."),
            code="identity_code",
        )
