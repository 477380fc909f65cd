"""What the overview names as amiss, and what it leaves alone."""

import pytest
from django.utils.translation import override

from office.setup.overview import attention
from tests.factories import PartnerOrganisationFactory, ProfessionalFactory, UnitFactory

pytestmark = pytest.mark.django_db


def test_a_partner_needs_no_hours_of_ours() -> None:
    UnitFactory()
    ProfessionalFactory(name="Oma Ohjaaja")
    ProfessionalFactory(name="Kumppanin Kaveri", organisation=PartnerOrganisationFactory())
    with override("en"):
        named = [one.text for one in attention()]
    assert "Oma Ohjaaja: no hours" in named
    assert not [text for text in named if "Kumppanin Kaveri" in text]
