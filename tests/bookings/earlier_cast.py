"""A calendar with one time on Wednesdays and one on Fridays, and who would like to come earlier."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from bookings.appointments import decisions
from bookings.availability.slots import Slot
from bookings.models import Appointment, EarlierAsk, EarlierWish, OtherParent, Party, TimeOffer
from bookings.parties.records import PartyDetails
from bookings.waiting_list import wishes as earlier
from bookings.waiting_list.wishes import EarlierLimits
from office.models import OutboxMessage, Professional, Role, User, WeeklyHours
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, request_for
from tests.factories import UserFactory, WeeklyHoursFactory

# Monday 23.11. at 8.00: six civil hours to answer and a day's notice, so nothing before Tuesday 14.00.
WED, FRI, NEXT_WED, NEXT_FRI = (
    at(9, day=25),
    at(9, day=27),
    at(9, day=2, month=12),
    at(9, day=4, month=12),
)


@dataclass
class Line:
    """The house with its narrow hours, and a secretary."""

    house: House
    user: User

    def book(
        self, start: datetime, *, other: PartyDetails | None = None, one: PartyDetails = ONE
    ) -> Appointment:
        """Make a confirmed visit; with `other`, of two parents."""
        slot = Slot(start, self.house.point.pk)
        mode = OtherParent.GIVEN if other else OtherParent.NONE
        appointment = request_for(
            self.house, None, slot=slot, requester=one, other=other, other_parent=mode
        )
        decisions.confirm(appointment.pk, user=self.user)
        appointment.refresh_from_db()
        return appointment

    def both(self, start: datetime) -> Appointment:
        return self.book(start, other=TWO)

    def cancel(self, appointment: Appointment) -> None:
        decisions.cancel(appointment.pk, user=self.user)


def narrow(house: House) -> Line:
    """Leave one visit of an hour on Wednesdays and Fridays at nine, and no more."""
    WeeklyHours.objects.all().delete()
    only(house.professional, house)
    return Line(house, UserFactory(roles=[Role.SECRETARY]))


def only(professional: Professional, house: House) -> None:
    for weekday in (2, 4):
        WeeklyHoursFactory(
            professional=professional,
            service_point=house.point,
            weekday=weekday,
            starts=time(9),
            ends=time(10),
        )


def asking(appointment: Appointment) -> Party:
    return appointment.parties.get(is_requester=True)


def invited(appointment: Appointment) -> Party:
    return appointment.parties.get(is_requester=False)


def wish_of(appointment: Appointment, **wanted: Any) -> EarlierWish:
    return earlier.wish(asking(appointment).pk, EarlierLimits(**wanted))


def offered() -> dict[str, datetime]:
    """Return the live offers: reference code and time."""
    live = TimeOffer.objects.filter(wish__isnull=False, closed_at=None).order_by("pk")
    return {offer.appointment.reference: offer.starts_at for offer in live}


def offer_of(appointment: Appointment) -> TimeOffer:
    return TimeOffer.objects.get(appointment=appointment, closed_at=None)


def asked(appointment: Appointment) -> set[int]:
    return set(
        EarlierAsk.objects.filter(offer=offer_of(appointment)).values_list("party_id", flat=True)
    )


def answer(party: Party, *, accepts: bool) -> bool:
    return earlier.answer(party.pk, offer_of(party.appointment).pk, accepts=accepts)


def mail(kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind, dropped_at=None).order_by("pk"))
