"""The cast of the tests of the personal page: two parents, one appointment, a unit at work."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.availability.search import Wish, find
from bookings.availability.slots import Slot
from bookings.lifecycle import references
from bookings.models import Answer, Appointment, OtherParent, Party, Status
from bookings.parties.records import hash_code
from office.models import Channel, ClaimKind, Professional, Room, Service, ServicePoint, Unit
from tests.factories import (
    AppointmentFactory,
    PartyFactory,
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    booked,
    link_of,
)

# Wednesday 25.11.2026, 10.00 in Helsinki; the visit is a week later.
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
VISIT = datetime(2026, 12, 2, 8, tzinfo=UTC)


@dataclass
class Cast:
    """A unit at work and a visit that two parents come to."""

    unit: Unit
    service: Service
    point: ServicePoint
    room: Room
    professional: Professional
    appointment: Appointment
    asking: Party
    invited: Party

    @property
    def links(self) -> tuple[str, str]:
        return link_of(self.asking), link_of(self.invited)

    def slots(self) -> list[Slot]:
        return find(Wish(self.service, Channel.IN_PERSON), self.unit).slots


def cast(**fields: Any) -> Cast:
    """Make a confirmed visit of two parents: one asked for it, the other has been asked to come."""
    unit = UnitFactory()
    service = ServiceFactory(name_en="Agreement")
    point = ServicePointFactory(
        name_fi="Keskusta", getting_there_fi="Bus 3.", accessibility_fi="No steps."
    )
    room = RoomFactory(service_point=point)
    professional = ProfessionalFactory(services=[service], points=[point], hours=(8, 16))
    appointment = booked(
        start=VISIT,
        professionals=[professional],
        room=room,
        service=service,
        service_point=point,
        reference="KLM-482",
        other_parent=fields.pop("other_parent", OtherParent.GIVEN),
        **fields,
    )
    asking = appointment.parties.get()
    Party.objects.filter(pk=asking.pk).update(answer=Answer.ACCEPTED)
    invited = PartyFactory(appointment=appointment, answer=Answer.ASKED)
    asking.refresh_from_db()
    return Cast(unit, service, point, room, professional, appointment, asking, invited)


def request_only(**fields: Any) -> Party:
    """Make the parent of an appointment without busy time: requested, offered, closed."""
    party: Party = PartyFactory(
        appointment=AppointmentFactory(**fields), is_requester=True, answer=Answer.ACCEPTED
    )
    return party


def passed_on(**fields: Any) -> tuple[Party, str]:
    """Make an invited parent who has given nothing yet, and the code that was handed over."""
    appointment = AppointmentFactory(other_parent=OtherParent.PASS_ON, **fields)
    PartyFactory(appointment=appointment, is_requester=True, answer=Answer.ACCEPTED)
    party = PartyFactory(appointment=appointment, name="", email="", email_is_safe=False)
    code = references.invitation_code(party.link_nonce)
    Appointment.objects.filter(pk=appointment.pk).update(invitation_hash=hash_code(code))
    party.refresh_from_db()
    return party, code


def offer(cast: Cast, start: datetime, *, days: int = 3) -> Any:
    """Keep a time for the appointment to choose."""
    from bookings.models import TimeOffer
    from tests.factories import busy

    occupancy = busy(cast.professional, start, 60, ClaimKind.OFFER)
    return TimeOffer.objects.create(
        appointment=cast.appointment,
        starts_at=start,
        ends_at=start + timedelta(minutes=60),
        channel=Channel.IN_PERSON,
        service_point=cast.point,
        claim=occupancy.claim,
        created_at=NOW,
        expires_at=NOW + timedelta(days=days),
    )


def to_offered(cast: Cast) -> None:
    """Give up the appointment's time for others to choose from."""
    claim = cast.appointment.claim
    Appointment.objects.filter(pk=cast.appointment.pk).update(
        status=Status.OFFERED, claim=None, starts_at=None, ends_at=None
    )
    if claim is not None:
        claim.delete()
    cast.appointment.refresh_from_db()


def text(client: Client, path: str, status: int = 200) -> str:
    """Return the page with its white space collapsed."""
    response = client.get(path)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def without_keys(page: str, link: str = "") -> str:
    """Return the page without what is by nature one party's alone: address, own code, the form's key."""
    page = re.sub(r"\b\d\d-[A-Z]{3}-\d\d\b", "OWN-CODE", page)
    if link:
        page = page.replace(link.strip("/").split("/")[1], "TOKEN")
    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]+"', "", page)


@contextmanager
def nothing_written() -> Iterator[None]:
    """Fail if a row is inserted, changed or deleted within this."""
    with CaptureQueriesContext(connection) as queries:
        yield
    written = [
        query["sql"]
        for query in queries
        if re.match(r"\s*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE)", query["sql"], re.IGNORECASE)
        or " FOR UPDATE" in query["sql"]
    ]
    assert written == []
