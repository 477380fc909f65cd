"""Who comes to the desk, and what lies on it."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.test import Client

from bookings.appointments.requests import RequestDetails, send_request
from bookings.availability.allocation import take_slot
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.lifecycle.call_results import CallResult, note_call
from bookings.models import Appointment, Hold, OtherParent, Party
from bookings.parties.records import PartyDetails
from office.core import clock
from office.models import Channel, ClaimKind, Role, User
from tests.bookings.conftest import House
from tests.factories import UserFactory

ONE = PartyDetails(
    name="Aino Virtala",
    phone="+358400000001",
    email="aino@example.org",
    call_is_safe=True,
    email_is_safe=True,
    message="Vain sihteerille",
)
TWO = PartyDetails(
    name="Eino Korpi", phone="+358400000002", email="eino@example.org", email_is_safe=True
)


@dataclass
class Desk:
    """A signed-in secretary."""

    client: Client
    user: User


def signed_in(*roles: Role) -> Desk:
    """Sign in somebody with these roles."""
    user = UserFactory(roles=list(roles))
    client = Client()
    client.force_login(user)
    return Desk(client, user)


def request_for(
    house: House,
    hour: int | None = 9,
    *,
    requester: PartyDetails = ONE,
    other: PartyDetails | None = TWO,
    slot: Slot | None = None,
    **fields: Any,
) -> Appointment:
    """Make a request as the public pages send it; `hour`: its time on Wednesday, or `slot`, or none."""
    if hour is not None:
        slot = house.slot(hour)
    mode = OtherParent.GIVEN if other else OtherParent.NONE
    details = RequestDetails(
        service=house.service,
        requester=requester,
        other=other,
        **{"other_parent": mode, **fields},
    )
    hold = None
    if slot is not None:
        wish = Wish(house.service, Channel.IN_PERSON)
        taken = take_slot(wish, slot, house.unit, kind=ClaimKind.HOLD)
        hold = Hold.objects.create(
            visitor=uuid4().hex,
            address="a",
            service=house.service,
            channel=Channel.IN_PERSON,
            service_point=house.point,
            room=taken.room,
            starts_at=taken.start,
            ends_at=taken.end,
            claim=taken.claim,
            created_at=clock.now(),
            expires_at=clock.now(),
        )
    return send_request(details, hold=hold, unit=house.unit, made_from=uuid4())


def called(appointment: Appointment, user: User, *, party: Party | None = None) -> None:
    """Note that a party, by default the one who asked, was reached."""
    reached = party or appointment.parties.get(is_requester=True)
    note_call(reached.pk, result=CallResult.OTHER_WAY, user=user)


def url(appointment: Appointment, page: str = "") -> str:
    return f"/desk/requests/{appointment.reference}/{page}"
