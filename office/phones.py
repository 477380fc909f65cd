"""Phone numbers as people here read them."""

from phonenumber_field.phonenumber import PhoneNumber, to_python

HOME = 358


def shown(phone: PhoneNumber | str | None) -> str:
    """040 1234567; a foreign number with its country's code; what is no number as it stands."""
    number = to_python(phone)
    if not number:
        return ""
    if not number.is_valid():
        return str(phone)
    return str(number.as_national if number.country_code == HOME else number.as_international)
