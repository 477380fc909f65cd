"""What a postcode and a number of the unit's own look like."""

import pytest
from django.core.exceptions import ValidationError

from office.core.contact_details import check_phone, check_postcode


@pytest.mark.parametrize(
    "text", ["019 000 0001", "+358 19 000 0001", "(019) 000-0001", "116 117", "0295 10000"]
)
def test_a_number_is_written_as_people_read_it(text: str) -> None:
    check_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "019",
        "ask Pia",
        "040 123 4567, 050 123 4567",
        "040 123 4567 (mon-fri)",
        "1" * 16,
        "+",
        "١٢٣٤٥",
    ],
)
def test_what_nobody_could_dial_is_no_number(text: str) -> None:
    with pytest.raises(ValidationError, match="johon voi soittaa"):
        check_phone(text)


@pytest.mark.parametrize("text", ["6100", "061000", "FI-06100", "06100\n", "0610A"])
def test_a_postcode_has_five_digits(text: str) -> None:
    check_postcode("06100")
    with pytest.raises(ValidationError, match="viisi numeroa"):
        check_postcode(text)
