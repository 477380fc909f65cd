"""What the overview names as amiss, and what it leaves alone."""

import pytest
from django.utils.translation import override

from office.models import Role
from office.setup.overview import attention
from tests.factories import (
    PartnerOrganisationFactory,
    ProfessionalFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_a_partner_needs_no_hours_of_ours() -> None:
    UnitFactory()
    ProfessionalFactory(name="Oma Ohjaaja")
    ProfessionalFactory(name="Kumppanin Kaveri", organisation=PartnerOrganisationFactory())
    with override("en"):
        named = [one.text for one in attention()]
    assert "Oma Ohjaaja: no hours" in named
    assert not [text for text in named if "Kumppanin Kaveri" in text]


@pytest.mark.parametrize(
    ("roles", "is_named"),
    [
        ([Role.SECRETARY], False),
        ([Role.SECRETARY, Role.MANAGER], False),
        ([Role.SECRETARY, Role.GUIDE], True),
        ([Role.SUPERVISOR], True),
    ],
)
def test_nobody_is_to_be_booked_with_who_only_books(roles: list[Role], is_named: bool) -> None:
    UnitFactory()
    ProfessionalFactory(name="Saara", user=UserFactory(roles=roles))
    with override("en"):
        named = [one.text for one in attention()]
    assert ("Saara: no hours" in named) is is_named
