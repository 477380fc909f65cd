"""What a postcode and a number of the unit's own look like. Clients' numbers are PhoneNumberFields."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

check_postcode = RegexValidator(r"^[0-9]{5}\Z", _("A postcode has five digits, such as 06100."))

# The longest number of ITU-T E.164 has fifteen digits; short service numbers of offices have five.
_PHONE = re.compile(r"\+?(?:[\s()-]*[0-9]){5,15}\)?")


def check_phone(text: str) -> None:
    """Raise ValidationError where nobody could dial it: an office's number, written as people read it."""
    if not _PHONE.fullmatch(text):
        raise ValidationError(_("Write one number that can be called, such as 040 123 4567."))
