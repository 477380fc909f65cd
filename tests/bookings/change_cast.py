"""What is changed: a house with colleagues and a second room, and a visit that is agreed."""

from contextlib import suppress
from dataclasses import dataclass

from bookings.appointments import decisions
from bookings.models import Appointment
from bookings.rescheduling import actions as rescheduling
from bookings.rescheduling import plan as change_plan
from bookings.rescheduling.plan import VisitArrangement
from office.models import OutboxMessage, Professional, Room, ServicePoint, User
from tests.bookings.conftest import House
from tests.bookings.desk_cast import request_for
from tests.factories import (
    PartnerOrganisationFactory,
    ProfessionalFactory,
    RoomFactory,
    ServicePointFactory,
    UserFactory,
)


@dataclass
class Team:
    """The house with more people in it."""

    house: House
    user: User
    lead: Professional
    colleague: Professional
    partner: Professional
    room: Room
    spare: Room
    elsewhere: ServicePoint


def team(house: House) -> Team:
    """Add a colleague, a partner professional without known hours, a spare room, another point."""
    elsewhere = ServicePointFactory(name_fi="Loviisan toimipiste")
    RoomFactory(service_point=elsewhere, name="Loviisa 1")
    return Team(
        house=house,
        user=UserFactory(),
        lead=house.professional,
        colleague=ProfessionalFactory(
            name="Kaisa Kollega", services=[house.service], points=[house.point], hours=(8, 16)
        ),
        partner=ProfessionalFactory(
            name="Pia Neuvola", organisation=PartnerOrganisationFactory(), email="pia@example.org"
        ),
        room=house.room,
        spare=RoomFactory(service_point=house.point, name="Varahuone"),
        elsewhere=elsewhere,
    )


def agreed(team: Team, hour: int = 9) -> Appointment:
    """Make a confirmed visit on Wednesday with the lead in the first room; all messages have left."""
    appointment = request_for(team.house, hour)
    decisions.confirm(appointment.pk, user=team.user)
    wanted = VisitArrangement(
        start=team.house.slot(hour).start,
        channel="in_person",
        point=team.house.point.pk,
        professionals=(team.lead.pk,),
        room=team.room.pk,
    )
    with suppress(change_plan.NothingChangesError):
        rescheduling.change(appointment.pk, wanted, user=team.user)
    OutboxMessage.objects.all().delete()
    appointment.refresh_from_db()
    return appointment


def told() -> set[tuple[str, str]]:
    """Return who waits to be told what."""
    return set(OutboxMessage.objects.filter(dropped_at=None).values_list("to", "kind"))
