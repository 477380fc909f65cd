"""Names in the order of Finnish and Swedish, by the database and in Python alike."""

import pytest

from office.core.names import Alphabetical, alphabetical
from office.models import Professional
from tests.factories import ProfessionalFactory

ORDERED = [
    "aalto Eeva",
    "Ahlfors Eeva",
    "Bäckman Ida",
    "Élo Ida",
    "Müller Ida",
    "Möller Ida",
    "Vuori Ida",
    "Watson Ida",
    "Zetterberg Ida",
    "Åberg Ida",
    "åkerlund Ida",
    "Äijälä Ida",
    "Ängman Ida",
    "Öhman Ida",
]


@pytest.mark.django_db
def test_the_database_and_python_order_names_alike() -> None:
    for name in reversed(ORDERED):
        ProfessionalFactory(name=name)

    assert list(Professional.objects.values_list("name", flat=True)) == ORDERED
    names = Professional.objects.order_by(Alphabetical("name").desc()).values_list(
        "name", flat=True
    )
    assert list(names) == ORDERED[::-1]
    assert sorted(sorted(ORDERED), key=alphabetical) == ORDERED


def test_a_letter_of_two_signs_is_ordered_as_one_of_one_sign() -> None:
    assert alphabetical("Ängman") == alphabetical("A\u0308ngman")
