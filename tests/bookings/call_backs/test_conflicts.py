"""Who stays out of somebody's matter does not call them back, nor read of it."""

from datetime import time
from uuid import uuid4

import pytest

from bookings.availability.call_slots import free_calls
from bookings.call_backs.actions import CallTimeTakenError, keep, move, reserve
from bookings.call_backs.queries import own_calls
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import CallBack
from bookings.parties.conflicts import bar, lift
from office.models import HoursKind, Role, User
from tests.bookings.call_cast import AINO, call_hours, reserved, supervisor
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import request_for, signed_in
from tests.factories import ProfessionalFactory, UserFactory, WeeklyHoursFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    user: User = UserFactory(roles=[Role.SECRETARY])
    return user


def test_a_time_of_somebody_barred_is_taken_for_these_people(house: House, user: User) -> None:
    barred = call_hours(house)
    visit = request_for(house, None)
    bar(visit.pk, barred.pk, user=user)
    for by in (None, user):
        with pytest.raises(CallTimeTakenError) as error:
            reserve(AINO, at(16), unit=house.unit, made_from=uuid4(), user=by)
        assert error.value.near == []
    assert free_calls(house.unit, online=False).starts, "others can have these times"

    colleague = ProfessionalFactory(services=[house.service], points=[house.point])
    WeeklyHoursFactory(
        professional=colleague,
        service_point=house.point,
        kind=HoursKind.CALL_BACK,
        weekday=2,
        starts=time(16),
        ends=time(17),
    )
    call = reserved(house)
    assert call.professional == colleague
    with pytest.raises(CallTimeTakenError):
        move(call.pk, at(16, 20), unit=house.unit, user=user, professional=barred.pk)
    desk = signed_in(Role.SECRETARY)
    page = desk.client.get(f"/desk/call-backs/{call.reference}/move/").content.decode()
    assert colleague.name in page
    assert barred.name not in page


def test_what_was_reserved_before_is_work_and_not_seen(house: House, user: User) -> None:
    call_hours(house)
    call, caller = reserved(house), supervisor(house)
    desk = signed_in(Role.SECRETARY)
    visit = request_for(house, None)
    day = at(16).date()
    assert own_calls(house.professional, day) == [call]

    bar(visit.pk, house.professional.pk, user=user)
    assert own_calls(house.professional, day) == []
    mark = f"/my-day/calls/{call.reference}/mark/"
    assert caller.client.post(mark, {"step": "reached"}).status_code == 404
    page = caller.client.get(f"/my-day/?day={day}").content.decode()
    assert call.name not in page
    with pytest.raises(NotPossibleError):
        keep(call.pk, user=user)
    listed = desk.client.get("/desk/call-backs/").content.decode()
    assert call.reference in listed
    assert f"/desk/call-backs/{call.reference}/keep/" not in listed

    lift(visit.pk, house.professional.pk, user=user)
    assert own_calls(house.professional, day) == [call]
    claim = CallBack.objects.get().claim
    assert claim
    assert claim.orphaned_at is None


def test_a_secretary_who_stays_out_handles_no_call(house: House, user: User) -> None:
    call_hours(house)
    call, visit = reserved(house), request_for(house, None)
    desk = signed_in(Role.SECRETARY)
    bar(visit.pk, ProfessionalFactory(user=desk.user).pk, user=user)
    assert call.reference not in desk.client.get("/desk/call-backs/").content.decode()
    assert desk.client.get(f"/desk/call-backs/{call.reference}/move/").status_code == 403
    assert desk.client.post(f"/desk/call-backs/{call.reference}/cancel/").status_code == 403
    call.refresh_from_db()
    assert call.is_open
