"""Names that fit a cell."""

import pytest
from django.utils.translation import override

from bookings.calendar.short_labels import surnames
from bookings.desk_kit.labels import short_names
from office.core.names import surname
from office.models.services import shortened


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("Aino Virtala", "Virtala"),
        ("Heidi Strömsholm-Ranta", "Strömsholm-Ranta"),
        ("Carl von Essen", "von Essen"),
        ("Maria de la Cruz", "de la Cruz"),
        ("  Aino  ", "Aino"),
        ("", ""),
    ],
)
def test_the_surname_is_the_last_word_with_what_belongs_to_it(name: str, last: str) -> None:
    assert surname(name) == last


@pytest.mark.parametrize(
    ("names", "is_anonymous", "label"),
    [
        (["Aino Virtala", "Eino Korpi"], False, "Virtala – Korpi"),
        (["Aino Virtala", "Eino Virtala"], False, "Virtala A. – Virtala E."),
        (["Aino Virtala", ""], False, "Virtala – nimi puuttuu"),
        ([""], False, "nimetön"),
        ([], True, "nimetön"),
        (["Aino"], True, "Aino"),
    ],
)
def test_who_comes(names: list[str], is_anonymous: bool, label: str) -> None:
    with override("fi"):
        assert surnames(names, is_anonymous=is_anonymous) == label


def test_a_service_point_goes_by_its_town_where_it_is_alone_there() -> None:
    points = {
        1: ("Porvoon toimipiste", "Porvoo"),
        2: ("Kauppatorin Monitori", "Turku"),
        3: ("Kunnallissairaalantie", "Turku"),
        4: ("Kylätalo", ""),
    }

    assert short_names(points) == {
        1: "Porvoo",
        2: "Kauppatorin Monitori",
        3: "Kunnallissairaalantie",
        4: "Kylätalo",
    }


@pytest.mark.parametrize(
    ("name", "short"),
    [("Huolto", "Huolto"), ("Elatussopimus", "Elatu."), ("Sopimus lapsen huollosta", "Sopim.")],
)
def test_without_a_short_name_the_beginning_of_the_name_stands_there(name: str, short: str) -> None:
    assert shortened(name) == short
