"""What the bar of undoing says of the messages: by day they leave at once, at night they wait."""

from datetime import time, timedelta
from typing import Any

import pytest
import time_machine

from bookings.desk.undo import when_over
from bookings.models import Appointment, Undoable
from office.core import clock
from office.models import OutboxMessage, Role
from tests.bookings.change_cast import Team, agreed, team
from tests.bookings.conftest import MONDAY, House
from tests.bookings.desk_cast import Desk, signed_in, url

EN = {"accept-language": "en"}


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def desk(crew: Team) -> Desk:
    return signed_in(Role.SECRETARY)


def moved(desk: Desk, visit: Appointment) -> str:
    response = desk.client.post(
        url(visit, "change/"),
        {"version": visit.version, "start": "2026-11-25T13:00"},
        follow=True,
        headers=EN,
    )
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (time(12), "moved. The messages are leaving now."),
        (time(20, 30), "moved. The messages leave on Tue 24 Nov 8:00."),
        (time(6), "moved. The messages leave on Mon 23 Nov 8:00."),
    ],
)
def test_the_bar_says_when_the_messages_leave(
    crew: Team, monday: time_machine.Traveller, hour: time, said: str
) -> None:
    visit = agreed(crew)
    monday.move_to(clock.at(MONDAY, hour))
    desk = signed_in(Role.SECRETARY)

    html = moved(desk, visit)

    assert said in html
    assert "Nobody has been notified yet." in html
    monday.shift(61)
    key = Undoable.objects.get().key
    late = desk.client.post(f"/desk/undo/{key}/", follow=True, headers=EN).content.decode()
    assert "the ten seconds are over. Nothing was changed." in late
    assert said.removeprefix("moved. ") in late


def test_some_may_leave_at_once_and_others_wait(crew: Team, desk: Desk) -> None:
    moved(desk, agreed(crew))
    undoable = Undoable.objects.get()
    first = OutboxMessage.objects.get(pk=undoable.written[0])
    first.send_after = undoable.until + timedelta(hours=12)
    first.save()

    said: Any = when_over(undoable)

    assert said == "Some messages are leaving now, the others on Mon 23 Nov 20:01."
    OutboxMessage.objects.update(dropped_at=clock.now())
    assert when_over(undoable) == "It can no longer be undone."
