"""Another main matter, and proposed times that are as long as the matters take."""

import pytest
from django.test import Client

from bookings.appointments import decisions
from bookings.appointments.matter_changes import (
    NotGivenTogetherError,
    change_matters,
    is_too_short,
)
from bookings.availability.search import Wish
from bookings.models import Appointment, JointSearch, Status, TimeOffer, Undoable
from bookings.models.matters import Matters
from office.core import clock
from office.models import Channel, Role, Service, Unit
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.bookings.matters.cast import Two, two_matters
from tests.bookings.staff_booking.test_panel import PAGE, typed
from tests.factories import UserFactory, busy

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(house: House) -> Two:
    two = two_matters(house)
    busy(two.one_alone, at(8), 600)
    return two


@pytest.fixture
def client(house: House) -> Client:
    return signed_in(Role.SECRETARY).client


@pytest.fixture
def visit(two: Two, client: Client) -> Appointment:
    """Make a visit about maintenance on Wednesday from nine to ten."""
    assert client.post(PAGE, typed(two.house)).status_code == 302
    return Appointment.objects.get()


def test_another_main_matter_takes_its_own_time_and_is_undone(
    two: Two, client: Client, visit: Appointment
) -> None:
    path = f"/desk/requests/{visit.reference}/matters/"
    assert 'name="service"' in client.get(path).content.decode()
    data = {"service": two.custody.pk, "also": [], "children": "", "version": visit.version}
    assert client.post(path, data).status_code == 302
    visit = Appointment.objects.get()
    assert (visit.service, visit.minutes, visit.ends_at) == (two.custody, None, at(10, 30))
    undoable = Undoable.objects.latest("pk")
    client.post(f"/desk/undo/{undoable.key}/")
    visit = Appointment.objects.get()
    assert (visit.service, visit.ends_at) == (two.house.service, at(10))


def test_a_main_matter_that_does_not_fit_is_refused_or_said(two: Two, visit: Appointment) -> None:
    user, unit = UserFactory(), Unit.get()

    def change(main: Service) -> Appointment:
        made = change_matters(visit.pk, main=main, also=[], children=None, user=user, unit=unit)
        return made.appointment

    busy(two.house.professional, at(10), 60)
    changed = change(two.custody)
    assert (changed.ends_at, is_too_short(changed)) == (at(10), True)
    # Back again, and it is as long as its service says.
    changed = change(two.house.service)
    assert (changed.minutes, is_too_short(changed)) == (None, False)
    Service.objects.filter(pk=two.custody.pk).update(professionals_needed=2)
    with pytest.raises(NotGivenTogetherError):
        change(Service.objects.get(pk=two.custody.pk))
    Service.objects.filter(pk=two.custody.pk).update(professionals_needed=1)
    Appointment.objects.update(is_anonymous=True)
    with pytest.raises(NotGivenTogetherError):
        change(two.custody)


def offer(two: Two, visit: Appointment, *hours: int) -> list[TimeOffer]:
    wish = Wish.about(Matters(two.house.service), Channel.IN_PERSON, two.house.point.pk)
    slots = [(wish, two.house.slot(hour, day=26)) for hour in hours]
    decisions.offer_times(visit.pk, slots, user=UserFactory(), unit=Unit.get())
    return list(visit.time_offers.filter(closed_at=None))


def test_offered_times_become_as_long_or_are_taken_back(
    two: Two, client: Client, visit: Appointment
) -> None:
    offer(two, visit, 9, 13)
    busy(two.house.professional, at(14, day=26), 60)
    visit.refresh_from_db()
    path = f"/desk/requests/{visit.reference}/matters/"
    data = {"service": two.house.service.pk, "also": [two.custody.pk], "version": visit.version}
    page = client.post(path, data, follow=True).content.decode()
    assert "1 ehdotettu aika" in page
    (kept,) = visit.time_offers.filter(closed_at=None)
    assert (kept.starts_at, kept.ends_at) == (at(9, day=26), at(11, day=26))
    assert {o.during.upper for o in kept.claim.occupancies.all()} == {at(11, 30, day=26)}
    # Undone, both are offered as they were.
    undoable = Undoable.objects.latest("pk")
    client.post(f"/desk/undo/{undoable.key}/")
    standing = visit.time_offers.filter(closed_at=None).order_by("starts_at")
    assert [o.ends_at for o in standing] == [at(10, day=26), at(14, day=26)]


def test_where_no_offer_is_left_the_request_is_work_again(two: Two, visit: Appointment) -> None:
    user, unit = UserFactory(), Unit.get()
    Appointment.objects.update(status=Status.REQUESTED)
    offer(two, visit, 13)
    search = JointSearch.objects.create(
        appointment=visit, state=JointSearch.State.OFFERED, asked_at=clock.now(), due_at=clock.now()
    )
    busy(two.house.professional, at(14, day=26), 60)
    made = change_matters(visit.pk, also=[two.custody], children=None, user=user, unit=unit)
    assert (made.taken_back, made.appointment.status) == (1, Status.REQUESTED)
    search.refresh_from_db()
    assert (search.state, search.why) == (JointSearch.State.FAILED, JointSearch.Why.LAPSED)
