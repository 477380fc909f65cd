"""Phone numbers and addresses: what was typed is looked at, and what cannot be right is refused."""

import phonenumbers
import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from office.core import phones
from office.core.email_slips import KNOWN, suggested
from office.core.identity_code import has_identity_code
from office.ui.contact_fields import ContactEmailField, ContactPhoneField


def code_of(field: forms.Field, typed: str) -> str:
    """Return why it is refused; empty where it is taken."""
    try:
        field.clean(typed)
    except forms.ValidationError as error:
        return str(error.error_list[0].code)
    return ""


@pytest.mark.parametrize(
    "typed",
    [
        "131052-308T",
        "131052A308T",
        "131052 308T",
        "131052308T",
        "131052 - 308 t",
        "010101-123N",
        "tel:131052-308T",
    ],
)
def test_an_identity_code_is_no_phone_number(typed: str) -> None:
    assert code_of(ContactPhoneField(), typed) == "identity_code"


def test_an_identity_code_of_digits_alone_is_told_by_its_check() -> None:
    # 010190-0007 would need the check character that its number asks for.
    number = "010190000"
    check = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(number) % 31]
    typed = f"010190-000{check}"
    assert code_of(ContactPhoneField(), typed) == "identity_code"
    assert code_of(ContactPhoneField(), "050112-2334") == ""


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("040-ABC DEFG", "letters"),
        ("0401231231 iltaisin", "letters"),
        ("0600 12345", "service_number"),
        ("0700 123456", "service_number"),
        ("070-123 45 67", "service_number"),
        ("0800 12345", "service_number"),
        ("040 123", "invalid"),
        ("040 1231", "length"),
        ("040 123 456 789 012", "invalid"),
        ("09 310 1234 ext 567", "extension"),
        ("09 310 1234 alanumero 5", "extension"),
        ("0401231231;ext=5", "extension"),
        ("09 310 1234 x5", "extension"),
        ("09 310 1234#5", "extension"),
        ("+46 70 123 45 67", ""),
        ("040 123 1231", ""),
        ("tel:+358401231231", ""),
        ("(040) 123-1231", ""),
        ("\u202a040\u20111231231\u202c", ""),
        ("0457 890 1234", ""),
        ("019 123 4567", ""),
        ("029 123 4567", ""),
    ],
)
def test_numbers_as_people_type_them(typed: str, why: str) -> None:
    assert code_of(ContactPhoneField(), typed) == why


@pytest.mark.parametrize(
    "text",
    [
        "131052 308T",
        "131052308T",
        "131052-308T",
        "hetu 131052308t.",
        "13.10.52 308T",
        "010190A123B",
    ],
)
def test_codes_in_text(text: str) -> None:
    assert has_identity_code(text) is True


@pytest.mark.parametrize(
    "text", ["0501122334", "040 123 4567", "131052 308", "131052308Teksti", ""]
)
def test_other_texts(text: str) -> None:
    assert has_identity_code(text) is False


@given(st.from_regex(r"0(40|41|44|45|46|50)[0-9]{7}", fullmatch=True))
def test_no_mobile_number_is_taken_for_a_code_or_a_landline(typed: str) -> None:
    assert has_identity_code(typed) is False
    if not phonenumbers.is_valid_number(phonenumbers.parse(typed, "FI")):
        return
    assert phones.is_landline(ContactPhoneField().clean(typed)) is False


@pytest.mark.parametrize("typed", ["09 310 1234", "019 123 4567", "013 1234567", "02 123 4567"])
def test_landlines(typed: str) -> None:
    assert phones.is_landline(ContactPhoneField().clean(typed)) is True


def test_a_foreign_number_is_no_landline_of_ours() -> None:
    assert phones.is_landline(ContactPhoneField().clean("+46 8 123 456 78")) is False
    assert phones.is_landline("") is False


@pytest.mark.parametrize(
    "typed", ["aino@localhost", "aino@[127.0.0.1]", "aino@[::1]", "aino@127", "aino", "aino@a..fi"]
)
def test_addresses_that_reach_nobody(typed: str) -> None:
    assert code_of(ContactEmailField(), typed) == "invalid"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a@gmial.com", "a@gmail.com"),
        ("a@gmail.con", "a@gmail.com"),
        ("a@gmail.fi", "a@gmail.com"),
        ("a@gmal.com", "a@gmail.com"),
        ("a@hotmial.com", "a@hotmail.com"),
        ("a@hotmail.cmo", "a@hotmail.com"),
        ("a@outlok.com", "a@outlook.com"),
        ("a@Icloud.con", "a@icloud.com"),
        ("a@porvoo.con", "a@porvoo.com"),
        ("a@gmail.com", ""),
        ("a@hotmail.fi", ""),
        ("a@mail.com", ""),
        ("a@live.se", ""),
        ("a@porvoo.fi", ""),
        ("a@example.org", ""),
        ("a", ""),
    ],
)
def test_slips_in_addresses(typed: str, meant: str) -> None:
    assert suggested(typed) == meant


def test_no_known_domain_is_asked_about() -> None:
    assert [domain for domain in KNOWN if suggested(f"a@{domain}")] == []
