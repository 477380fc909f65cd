"""Where the unit meets people."""

import pytest
from django.utils.translation import override

from tests.factories import ServicePointFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fi", "Saarnikuja 4, 06100 Porvoo"),
        ("sv", "Askgränden 4, 06100 Borgå"),
        ("en", "Saarnikuja 4, 06100 Porvoo"),
    ],
)
def test_the_address_is_told_in_the_reader_s_language(language, told):
    point = ServicePointFactory(
        street_fi="Saarnikuja 4", street_sv="Askgränden 4", city_fi="Porvoo", city_sv="Borgå"
    )
    with override(language):
        assert point.address == told
