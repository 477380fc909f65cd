"""Phone numbers as people here read them."""

from itertools import pairwise

from django.db.models import Q
from phonenumber_field.phonenumber import PhoneNumber, to_python

HOME = 358
_MOBILE = ("+3584", "+35850")


def shown(phone: PhoneNumber | str | None) -> str:
    """Write 040 123 4567; a foreign number with its country's code; anything else as it is."""
    number = to_python(phone)
    if not number:
        return ""
    if not number.is_valid():
        return str(phone)
    if number.country_code != HOME:
        return str(number.as_international)
    area, _space, rest = number.as_national.partition(" ")
    return f"{area} {_grouped(rest)}" if rest.isdigit() else number.as_national


def _grouped(digits: str) -> str:
    """Group the digits by three or four, as a number is read out."""
    count = -(-len(digits) // 4)
    ends = [len(digits) * n // count for n in range(count + 1)]
    return " ".join(digits[a:b] for a, b in pairwise(ends))


def is_landline(phone: PhoneNumber | str | None) -> bool:
    """Say whether a Finnish number is not a mobile one: text messages do not arrive there.

    Mobile numbers begin with 04 and 050; the others are landlines and switchboards.
    """
    text = str(phone or "")
    return text.startswith(f"+{HOME}") and not text.startswith(_MOBILE)


def landlines(field: str = "phone") -> Q:
    """Match landlines in a column, for queries."""
    home = Q(**{f"{field}__startswith": f"+{HOME}"})
    mobile = [Q(**{f"{field}__startswith": beginning}) for beginning in _MOBILE]
    return home & ~(mobile[0] | mobile[1])
