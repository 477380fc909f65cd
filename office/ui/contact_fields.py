"""Phone numbers and e-mail addresses as people type them: what cannot be right is refused in words."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import PhoneNumberType, national_significant_number, number_type

from office.core import phones
from office.core.identity_code import LEAVE_OUT, has_identity_code, is_identity_code_in_digits

# Nobody is reached by these, or only for money.
_NOT_OF_A_PERSON = (
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PAGER,
    PhoneNumberType.VOICEMAIL,
)
# 0600, 0700 and their like, however they are written.
_SERVICE_NUMBERS = ("60", "70")
_MOBILE_DIGITS = range(8, 11)
_EXTENSION = re.compile(
    r"\b(ext|alanumero|alanro|anknytning|ankn)\b|\bx ?\d|;ext=|#", re.IGNORECASE
)


class PhoneInput(forms.TextInput):
    """A number as it is read back; what was typed as it was typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"autocomplete": "off", "inputmode": "tel", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, PhoneNumber):
            return phones.shown(value)
        shown: str | None = super().format_value(value)
        return shown


class ContactPhoneField(PhoneNumberField):
    """A number that a person can be called at. What was typed is looked at, not only what it comes to.

    Letters would be taken as the keys of an old phone, and an identity code as a number.
    """

    default_error_messages = {
        "invalid": _(
            "Check the phone number. Write it like 040 123 4567, or a foreign one with its country "
            "code, like +46 70 123 45 67."
        )
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error_messages["invalid"] = self.default_error_messages["invalid"]

    def clean(self, value: Any) -> Any:
        typed = str(value or "").strip()
        if typed.lower().startswith("tel:"):
            typed = typed[4:].strip()
        _refuse_what_is_no_number(typed)
        number = super().clean(typed)
        if isinstance(number, PhoneNumber):
            _refuse_service_number(number)
        return number


def _refuse_what_is_no_number(typed: str) -> None:
    if any(letter.isalpha() for letter in typed):
        if has_identity_code(typed):
            raise ValidationError(LEAVE_OUT, code="identity_code")
        if not _EXTENSION.search(typed):
            raise ValidationError(_("A phone number has no letters."), code="letters")
    elif is_identity_code_in_digits(typed):
        raise ValidationError(LEAVE_OUT, code="identity_code")
    if _EXTENSION.search(typed):
        raise ValidationError(
            _("We cannot dial an extension. Give a number that reaches the person directly."),
            code="extension",
        )


def _refuse_service_number(number: PhoneNumber) -> None:
    national = national_significant_number(number)
    is_home = number.country_code == phones.HOME
    if number_type(number) in _NOT_OF_A_PERSON or (
        is_home and national.startswith(_SERVICE_NUMBERS)
    ):
        raise ValidationError(
            _(
                "This is a service number, not a person's. If it is a foreign number, begin with the "
                "country code, such as +46."
            ),
            code="service_number",
        )
    is_mobile = is_home and not phones.is_landline(number)
    if is_mobile and len(national) not in _MOBILE_DIGITS:
        raise ValidationError(
            _("Check the number: a mobile number is not that short or long."), code="length"
        )


class ContactEmailValidator(EmailValidator):
    """Refuse what reaches nobody from outside: localhost and bare addresses of machines."""

    def validate_domain_part(self, domain_part: str) -> bool:
        return not domain_part.startswith("[") and super().validate_domain_part(domain_part)


class ContactEmailField(forms.EmailField):
    """An address that mail from outside can reach."""

    default_validators = [ContactEmailValidator(allowlist=[])]
