"""Several matters are shown wherever one is, moved along, undone and changed. Letters tell none."""

from dataclasses import replace

import pytest
from django.test import Client

from bookings.appointments.matter_changes import (
    NotGivenTogetherError,
    change_matters,
    is_too_short,
)
from bookings.appointments.snapshots import put_back, snapshot
from bookings.availability.search import Wish
from bookings.lifecycle.transitions import NotPossibleError, locked
from bookings.models import Appointment, Status
from bookings.rescheduling import plan
from bookings.retention.requests import as_text
from office.core import clock
from office.models import AccessLogEntry, Channel, OutboxMessage, Role, Unit
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in, url
from tests.bookings.matters.cast import Two, two_matters
from tests.bookings.matters.test_booking import time
from tests.bookings.staff_booking.test_panel import PAGE, typed
from tests.factories import UserFactory, busy, link_of

pytestmark = pytest.mark.django_db

BOTH = "Elatussopimus + Huoltosopimus"


@pytest.fixture
def two(house: House) -> Two:
    return two_matters(house)


@pytest.fixture
def client() -> Client:
    return signed_in(Role.SECRETARY).client


def book(two: Two, client: Client, hour: int = 9) -> Appointment:
    data = typed(two.house, slot=time(two, two.together, hour), also=[two.custody.pk], children=2)
    assert client.post(PAGE, data).status_code == 302
    visit: Appointment = Appointment.objects.get()
    return visit


def words(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_it_is_shown_wherever_one_matter_is(two: Two, client: Client) -> None:
    visit = book(two, client)

    card = words(client, url(visit))
    assert BOTH in card
    assert "2 h, 2 lasta" in card
    day = words(client, "/desk/calendar/?view=day&day=2026-11-25")
    assert f"{BOTH}, " in day
    assert f"{two.house.service.calendar_name} +1" in day

    supervisor = UserFactory(roles=[Role.SUPERVISOR])
    two.house.professional.user = supervisor
    two.house.professional.save()
    worker = Client()
    worker.force_login(supervisor)
    assert BOTH in words(worker, "/my-day/?day=2026-11-25")

    parent = visit.parties.get(is_requester=True)
    assert "Henkilötodistus" in words(Client(), link_of(parent))
    assert BOTH in as_text(parent)

    # An unanswered request is a row of the work list.
    Appointment.objects.filter(pk=visit.pk).update(status=Status.REQUESTED)
    assert BOTH in words(client, "/desk/")

    told = OutboxMessage.objects.exclude(kind="staff_booked")
    assert told
    for message in told:
        text = f"{message.subject} {message.body}".lower()
        assert "elatus" not in text
        assert "huolto" not in text


def test_moved_it_keeps_its_matters_and_its_length(two: Two, client: Client) -> None:
    visit = book(two, client)
    present = plan.present(visit)
    assert present is not None
    moved = plan.plan_of(visit, replace(present, start=at(12)))
    assert (moved.end, moved.busy_until) == (at(14), at(14, 30))


def test_what_was_changed_is_put_back(two: Two, client: Client) -> None:
    visit, user, unit = book(two, client), UserFactory(), Unit.get()
    former = snapshot(locked(visit.pk))
    changed = change_matters(visit.pk, also=[], children=None, user=user, unit=unit).appointment
    # Fewer matters leave the time as it was agreed.
    assert (changed.minutes, changed.further_services, changed.ends_at) == (None, (), at(11))

    visit = locked(visit.pk)
    put_back(visit, former)
    visit.save()

    visit = Appointment.objects.get()
    assert visit.further_services == (two.custody,)
    assert (visit.minutes, visit.children) == (120, 2)


def test_a_matter_that_comes_later_makes_the_visit_end_later(two: Two, client: Client) -> None:
    house = two.house
    # Booked with whoever gives both: the other one is away.
    busy(two.one_alone, at(8), 600)
    assert client.post(PAGE, typed(house)).status_code == 302
    visit = Appointment.objects.get()
    assert visit.ends_at == at(10)
    page = url(visit, "matters/")
    assert two.custody.name in words(client, page)

    data = {
        "service": house.service.pk,
        "also": [two.custody.pk],
        "children": "1",
        "version": visit.version,
    }
    worker = signed_in(Role.SUPERVISOR).client
    assert worker.get(page).status_code == 403
    assert worker.post(page, data).status_code == 403
    assert client.post(page, data)["Location"] == url(visit)
    visit.refresh_from_db()
    assert (visit.ends_at, visit.minutes, visit.children) == (at(11), 120, 1)
    assert visit.claim is not None
    assert {o.during.upper for o in visit.claim.occupancies.all()} == {at(11, 30)}
    assert [event.what for event in visit.events.all()] == ["confirmed", "matters_changed"]
    assert AccessLogEntry.objects.filter(record=visit.reference, action="change").exists()

    # The former page's version is over.
    assert client.post(page, data).status_code == 409


def test_what_does_not_fit_stays_and_is_said(two: Two, client: Client) -> None:
    house, user, unit = two.house, UserFactory(), Unit.get()
    busy(two.one_alone, at(8), 600)
    client.post(PAGE, typed(house))
    visit = Appointment.objects.get()
    busy(house.professional, at(10), 60)

    change_matters(visit.pk, also=[two.custody], children=None, user=user, unit=unit)
    visit.refresh_from_db()

    assert (visit.ends_at, is_too_short(visit)) == (at(10), True)
    assert "Aika on lyhyempi" in words(client, url(visit))

    # Not by phone; not by somebody who gives maintenance alone; not after the visit.
    for change in ({"channel": Channel.PHONE}, {"status": Status.DONE}):
        before = {name: getattr(visit, name) for name in change}
        Appointment.objects.filter(pk=visit.pk).update(**change)
        with pytest.raises((NotGivenTogetherError, NotPossibleError)):
            change_matters(visit.pk, also=[two.custody], children=None, user=user, unit=unit)
        Appointment.objects.filter(pk=visit.pk).update(**before)
    house.professional.services.remove(two.custody)
    with pytest.raises(NotGivenTogetherError):
        change_matters(visit.pk, also=[two.custody], children=None, user=user, unit=unit)
    assert Wish.about(visit.matters, Channel.IN_PERSON).matters.duration == 120
    assert clock.now() < at(9)
