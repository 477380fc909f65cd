"""A professional of another unit joins one of our own: never alone, never two of them."""

import pytest

from bookings.appointments.assignment import professionals_of
from bookings.availability.allocation import JustTakenError, take_slot
from bookings.availability.search import Wish, find
from office.models import Channel, ClaimKind, Professional
from tests.bookings.conftest import House
from tests.factories import PartnerOrganisationFactory, ProfessionalFactory

pytestmark = pytest.mark.django_db


def wish(house: House, *, professionals: int) -> Wish:
    house.service.professionals_needed = professionals
    house.service.save()
    return Wish(house.service, Channel.IN_PERSON)


def partner(house: House) -> Professional:
    professional: Professional = ProfessionalFactory(
        services=[house.service],
        points=[house.point],
        hours=(8, 16),
        organisation=PartnerOrganisationFactory(),
    )
    return professional


def only_partners(house: House) -> None:
    Professional.objects.filter(organisation=None).update(is_active=False)


def test_a_partner_alone_meets_nobody(house: House) -> None:
    partner(house)
    alone = wish(house, professionals=1)
    teams = find(alone, house.unit).assignment(house.slot(9))
    assert teams is not None
    assert [team[0] for team in teams.teams] == [house.professional.pk]
    only_partners(house)
    assert find(alone, house.unit).slots == []


def test_two_partners_are_no_pair(house: House) -> None:
    partner(house), partner(house)
    pair = wish(house, professionals=2)
    found = find(pair, house.unit).assignment(house.slot(9))
    assert found is not None
    assert {house.professional.pk in team for team in found.teams} == {True}
    only_partners(house)
    assert find(pair, house.unit).slots == []
    with pytest.raises(JustTakenError):
        take_slot(pair, house.slot(9), house.unit, kind=ClaimKind.APPOINTMENT)


def test_ones_own_leads_the_pair(house: House) -> None:
    other = partner(house)
    taken = take_slot(
        wish(house, professionals=2), house.slot(9), house.unit, kind=ClaimKind.APPOINTMENT
    )
    assert professionals_of(taken.claim) == [house.professional, other]
