"""Letting a hold go while it is being sent."""

from uuid import uuid4

import pytest

from bookings.appointments.requests import RequestDetails, send_request
from bookings.availability.holds import hold_slot, let_go
from bookings.availability.search import Wish
from bookings.models import Appointment
from bookings.parties.records import PartyDetails
from office.models import Channel, Claim, Occupancy
from tests.bookings.conftest import House

pytestmark = pytest.mark.django_db


def test_a_hold_that_was_sent_meanwhile_is_not_let_go(house: House) -> None:
    wish = Wish(house.service, Channel.IN_PERSON)
    hold = hold_slot(wish, house.slot(9), house.unit, visitor="v", address="a")
    details = RequestDetails(service=house.service, requester=PartyDetails(name="Vanhempi"))
    # As the other tab still sees it, or the worker that tidies up.
    stale = type(hold).objects.select_related("claim").get()
    send_request(details, hold=hold, unit=house.unit, made_from=uuid4())
    let_go(stale)
    assert Appointment.objects.get().claim is not None
    assert Occupancy.objects.count() == 2


def test_letting_go_twice_is_done_once(house: House) -> None:
    wish = Wish(house.service, Channel.IN_PERSON)
    hold = hold_slot(wish, house.slot(9), house.unit, visitor="v", address="a")
    stale = type(hold).objects.select_related("claim").get()
    let_go(hold)
    let_go(stale)
    assert (Claim.objects.count(), Occupancy.objects.count()) == (0, 0)
