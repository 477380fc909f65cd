"""Whatever changes the desk's list or the calendar is announced, so that open pages follow."""

from collections.abc import Callable, Iterator
from datetime import time
from typing import Any

import pytest

from bookings.appointments.corrections import write_note
from bookings.appointments.decisions import cancel, confirm
from bookings.availability.holds import hold_slot
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from office.core import clock
from office.messaging.delivery import send
from office.messaging.outbox import post_again, set_aside
from office.models import Absence, Channel, OutboxMessage, WeeklyHours
from office.setup.absences import add_absence, end_absence
from office.setup.weekly_hours import add_hours
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import request_for
from tests.ears import Ear
from tests.factories import UserFactory


@pytest.fixture
def ear(transactional_db: None) -> Iterator[Ear]:
    with Ear.open() as found:
        yield found


@pytest.mark.usefixtures("monday")
def test_what_changes_the_list_or_the_calendar_is_announced(ear: Ear, house: House) -> None:
    user = UserFactory()

    def announced(action: Callable[[], Any]) -> Any:
        ear.heard()
        result = action()
        assert set(ear.heard()) == {"desk"}, action
        return result

    appointment = announced(lambda: request_for(house, 9))
    announced(lambda: confirm(appointment.pk, user=user))
    announced(lambda: write_note(appointment.pk, "Soita.", user=user))
    announced(lambda: cancel(appointment.pk, user=user))
    wish = Wish(house.service, Channel.IN_PERSON)
    slot = Slot(at(10), house.point.pk)
    announced(lambda: hold_slot(wish, slot, house.unit, visitor="v", address="a"))
    person = house.professional
    announced(lambda: add_absence(person, start=at(12), end=at(13), reason="leave"))
    announced(lambda: end_absence(Absence.objects.get()))
    late = WeeklyHours(
        professional=person,
        service_point=house.point,
        weekday=0,
        starts=time(17),
        ends=time(18),
        valid_from=clock.today(),
    )
    announced(lambda: add_hours(late))


@pytest.mark.usefixtures("monday")
def test_trouble_with_a_message_is_announced(ear: Ear, settings: Any) -> None:
    settings.DEMO, settings.EMAIL_HOST = "", ""
    message = OutboxMessage.objects.create(
        kind="confirmed",
        channel="email",
        to="aino@example.org",
        language="fi",
        body="",
        created_at=clock.now(),
        send_after=clock.now(),
    )
    assert send(message.pk) is False
    assert ear.heard() == ["desk"]
    OutboxMessage.objects.update(failed_at=clock.now())
    again = post_again(message, to=message.to)
    assert ear.heard() == ["desk"]
    assert set_aside(again)
    assert ear.heard() == ["desk"]
