"""What the tests of evenings share: a unit, and pages in English."""

import pytest
from django.utils import translation

from office.models import Unit
from tests.factories import UnitFactory


@pytest.fixture
def unit(db: None) -> Unit:
    made: Unit = UnitFactory()
    return made


@pytest.fixture
def in_english() -> object:
    with translation.override("en"):
        yield
