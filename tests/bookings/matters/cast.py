"""A unit where custody and maintenance meet at one visit, and one professional gives both."""

from dataclasses import dataclass

from bookings.models.matters import Matters
from office.models import Channel, LengthRule, Professional, Service
from tests.bookings.conftest import House
from tests.factories import ProfessionalFactory, ServiceFactory


@dataclass
class Two:
    """`house.service` is maintenance: in person or by phone; custody is in person or by video."""

    house: House
    custody: Service
    one_alone: Professional

    @property
    def together(self) -> Matters:
        return Matters(self.house.service, (self.custody,), 120)


def two_matters(house: House) -> Two:
    custody = ServiceFactory(
        slug="custody",
        name_fi="Huoltosopimus",
        what_to_bring_fi="Henkilötodistus",
        duration=90,
        buffer_after=30,
        channels=[Channel.IN_PERSON, Channel.VIDEO],
    )
    house.professional.services.add(custody)
    one_alone = ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
    LengthRule.objects.create(minutes=120).services.set([house.service, custody])
    return Two(house, custody, one_alone)
