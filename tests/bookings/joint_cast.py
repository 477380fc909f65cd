"""Two parents who look for a joint time without meeting, and the secretary who asks them."""

from dataclasses import dataclass
from datetime import date, datetime

import time_machine

from bookings.availability.slots import Slot
from bookings.joint_times import actions, forgetting
from bookings.joint_times.common_times import CELLS, Marks
from bookings.models import Appointment, JointSearch, Party
from office.models import OutboxMessage, Role, User
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, request_for
from tests.factories import UserFactory, link_of

# Both are asked on Monday 23.11. and answer by Thursday at noon.
DUE_DAY, DUE = date(2026, 11, 26), at(12, day=26)
MORNINGS = frozenset(cell for cell in CELLS if cell[1] == "morning")
AFTERNOONS = frozenset(cell for cell in CELLS if cell[1] == "afternoon")
ANY = Marks(frozenset(CELLS))


@dataclass
class Pair:
    """An appointment without a time, its parents, and a secretary."""

    house: House
    user: User
    appointment: Appointment
    one: Party
    two: Party

    @property
    def links(self) -> tuple[str, str]:
        return link_of(self.one), link_of(self.two)

    def ask(self, day: date = DUE_DAY) -> JointSearch:
        actions.ask_both(self.appointment.pk, due_day=day, point=self.house.point, user=self.user)
        return self.search()

    def search(self) -> JointSearch:
        return JointSearch.objects.get(appointment=self.appointment)

    def mark(self, one: Marks | None = ANY, two: Marks | None = ANY) -> None:
        for party, marks in ((self.one, one), (self.two, two)):
            if marks is not None:
                actions.keep_marks(party.pk, marks)

    def offered(self) -> list[datetime]:
        offers = self.appointment.time_offers.to_choose_from().order_by("starts_at")
        return list(offers.values_list("starts_at", flat=True))

    def letters(self, party: Party, *kinds: str) -> list[OutboxMessage]:
        sent = OutboxMessage.objects.filter(to=party.email, dropped_at=None).order_by("pk")
        return [message for message in sent if not kinds or message.kind in kinds]


def pair(house: House, *, slot: Slot | None = None) -> Pair:
    """Make a request of two parents, each known by their own contacts; `slot`: with a time."""
    appointment = request_for(house, None, slot=slot, requester=ONE, other=TWO)
    appointment.refresh_from_db()
    return Pair(
        house=house,
        user=UserFactory(roles=[Role.SECRETARY]),
        appointment=appointment,
        one=appointment.parties.get(is_requester=True),
        two=appointment.parties.get(is_requester=False),
    )


def sweep_at(traveller: time_machine.Traveller, moment: datetime) -> int:
    traveller.move_to(moment)
    return forgetting.sweep()
