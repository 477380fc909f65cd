"""Free times for several matters at one visit."""

import pytest

from bookings.appointments.claims import asks_of
from bookings.availability.search import Wish, find
from bookings.matters.queries import with_matters
from bookings.models import Appointment
from office.core import clock
from office.models import Channel, ServicePoint
from tests.bookings.conftest import House, at
from tests.bookings.matters.cast import two_matters
from tests.factories import AppointmentFactory, booked

pytestmark = pytest.mark.django_db


def test_who_gives_all_is_found_for_the_whole_length_in_four_queries(
    house: House, django_assert_num_queries
) -> None:
    two = two_matters(house)
    wish = Wish.about(two.together, Channel.IN_PERSON)

    with django_assert_num_queries(4):
        found = find(wish, house.unit)

    assignment = found.assignment(house.slot(9))
    assert assignment is not None
    assert [team[0] for team in assignment.teams] == [house.professional.pk]
    # The rule's two hours, and the longer of the two buffers.
    assert (assignment.end, assignment.busy_until) == (at(11), at(11, 30))
    # The day ends at 16: maintenance alone would fit until 15.
    assert found.times.has(house.slot(14))
    assert not found.times.has(house.slot(14, 30))
    alone = find(Wish(house.service, Channel.IN_PERSON), house.unit)
    assert alone.times.has(house.slot(15))


def test_what_is_given_where_and_how_is_what_all_have_in_common(house: House) -> None:
    two = two_matters(house)
    together = two.together
    assert together.channels == [Channel.IN_PERSON]
    assert (together.buffer_after, together.name) == (30, "Elatussopimus + Huoltosopimus")
    today = clock.today()
    points = ServicePoint.objects
    assert list(points.giving(together.services, today)) == [house.point]
    # Two people who give one each are nobody who gives both.
    house.professional.services.set([two.custody])
    assert not points.giving(together.services, today).exists()
    assert not find(Wish.about(together, Channel.IN_PERSON), house.unit).slots


def test_an_appointment_is_fetched_with_its_matters_at_once(
    house: House, django_assert_num_queries
) -> None:
    two = two_matters(house)
    visit = booked(
        start=at(9), professionals=[house.professional], service=house.service, minutes=120
    )
    visit.also.add(two.custody)
    AppointmentFactory(service=house.service)

    with django_assert_num_queries(1):
        rows = list(with_matters(Appointment.objects.order_by("pk")))
        found = [(row.matters.name, row.matters.duration, row.matters.buffer_after) for row in rows]

    assert found == [("Elatussopimus + Huoltosopimus", 120, 30), ("Elatussopimus", 60, 0)]
    assert rows[0].matters == two.together
    assert visit.claim is not None
    # Who no longer gives one of them no longer gives the visit.
    asked = asks_of([visit.claim.pk])[visit.claim.pk]
    assert asked.services == {house.service.pk, two.custody.pk}
