"""What the secretary does with call-backs can be undone, and nobody has been written to till then."""

from collections.abc import Callable

import pytest
import time_machine

from bookings.availability.codec import time_value
from bookings.models import CallBack, CallStatus, Undoable
from office.models import Occupancy, OutboxMessage, Role
from tests.bookings.call_backs.test_desk import typed
from tests.bookings.call_cast import call_hours, reserved
from tests.bookings.change_cast import told
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in

EN = {"Accept-Language": "en"}


@pytest.fixture
def desk(db: None) -> Desk:
    return signed_in(Role.SECRETARY)


@pytest.fixture
def call(house: House) -> CallBack:
    call_hours(house)
    call = reserved(house)
    OutboxMessage.objects.all().delete()
    return call


def press(desk: Desk, call: CallBack, page: str, **fields: object) -> str:
    sent = {"version": call.version, **fields}
    path = f"/desk/call-backs/{call.reference}/{page}/"
    html = desk.client.post(path, sent, follow=True, headers=EN).content.decode()
    return " ".join(html.split())


def moved(desk: Desk, call: CallBack) -> str:
    return press(desk, call, "move", time=time_value(at(16, 30), call.professional_id))


def cancelled(desk: Desk, call: CallBack) -> str:
    return press(desk, call, "cancel")


@pytest.mark.parametrize(("act", "said"), [(moved, "moved"), (cancelled, "cancelled")])
def test_all_is_as_before(
    desk: Desk, call: CallBack, act: Callable[[Desk, CallBack], str], said: str
) -> None:
    busy = list(Occupancy.objects.values_list("resource", "during"))

    html = act(desk, call)

    assert f"{call.reference}: call-back {said}." in html
    undoable = Undoable.objects.get()
    messages = OutboxMessage.objects.filter(dropped_at=None)
    assert {message.send_after for message in messages} == {undoable.until}
    desk.client.post(f"/desk/undo/{undoable.key}/")
    call.refresh_from_db()
    assert (call.status, call.starts_at, told()) == (CallStatus.RESERVED, at(16), set())
    assert list(Occupancy.objects.values_list("resource", "during")) == busy
    assert call.events.last().what == "taken_back"


def test_a_reservation_is_cancelled_and_nobody_hears(desk: Desk, house: House) -> None:
    call_hours(house)
    desk.client.post("/desk/call-backs/", typed(house))

    desk.client.post(f"/desk/undo/{Undoable.objects.get().key}/")

    call = CallBack.objects.get()
    assert (call.status, call.claim, told()) == (CallStatus.CANCELLED, None, set())


def test_not_once_somebody_has_changed_it(desk: Desk, call: CallBack) -> None:
    moved(desk, call)
    call.refresh_from_db()
    press(desk, call, "cancel")
    first = Undoable.objects.order_by("made_at", "pk")[0]

    html = desk.client.post(f"/desk/undo/{first.key}/", follow=True, headers=EN).content.decode()

    assert "It has been changed since" in html


def test_not_after_the_seconds(desk: Desk, call: CallBack, monday: time_machine.Traveller) -> None:
    moved(desk, call)
    monday.shift(60)
    desk.client.post(f"/desk/undo/{Undoable.objects.get().key}/")
    call.refresh_from_db()
    assert call.starts_at == at(16, 30)
