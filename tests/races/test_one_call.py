"""A call-back time that a parent and the secretary want at the same moment: one of them gets it."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from bookings.availability.call_slots import free_calls
from bookings.availability.codec import time_value
from bookings.models import CallBack
from office.core import clock
from office.models import HoursChange, HoursKind, Professional, Role, ServicePoint, Unit
from tests.factories import ProfessionalFactory, ServicePointFactory, UnitFactory, UserFactory
from tests.races.test_one_slot import clashes, guard_off
from tests.server import Answer, Visitor, at_once

DETAILS, DESK = "/call-back/details/", "/desk/call-backs/"


@pytest.fixture
def unit() -> Unit:
    made: Unit = UnitFactory()
    return made


@pytest.fixture
def guide(unit: Unit) -> Professional:
    """Make somebody with call-back times on a coming day."""
    point: ServicePoint = ServicePointFactory()
    who: Professional = ProfessionalFactory(points=[point])
    day = clock.today() + timedelta(days=3)
    while day.weekday() > 4:
        day += timedelta(days=1)
    HoursChange.objects.create(
        professional=who,
        kind=HoursKind.CALL_BACK,
        date=day,
        starts="09:00",
        ends="15:00",
        service_point=point,
    )
    return who


def parent_sends(visitor: Visitor, time: str) -> Answer:
    return visitor.post(
        DETAILS,
        {
            "time": time,
            "language": "fi",
            "name": "Kettu",
            "phone": f"04000000{visitor.address.rsplit('.')[-1].zfill(2)}",
            "safe": ["call"],
            "matter": "other",
            "key": str(uuid4()),
        },
    )


def secretary_sends(visitor: Visitor, time: str) -> Answer:
    return visitor.post(
        DESK,
        {
            "time": time,
            "language": "fi",
            "name": "Aino",
            "phone": "0401234567",
            "matter": "other",
            "key": str(uuid4()),
        },
    )


def signed_in(server: str) -> Visitor:
    visitor = Visitor(server, 200)
    visitor.get("/accounts/login/")
    user = UserFactory(username="ritva", roles=[Role.SECRETARY])
    user.set_password("kolme-kuusta-pihalla")
    user.save()
    visitor.post("/accounts/login/", {"login": "ritva", "password": "kolme-kuusta-pihalla"})
    assert visitor.get(DESK).status == 200
    return visitor


def test_the_public_and_the_secretary_want_one_time(
    server: str, unit: Unit, guide: Professional
) -> None:
    desk = signed_in(server)
    parents = [Visitor(server, n) for n in range(6)]
    for round_ in range(3):
        start = free_calls(unit).starts[0]
        for parent in parents:
            parent.get(f"{DETAILS}?time={time_value(start)}&language=fi")
        answers = at_once(
            [
                partial(secretary_sends, desk, time_value(start, guide.pk)),
                *(partial(parent_sends, p, time_value(start)) for p in parents[round_::3]),
            ]
        )
        assert sorted(a.status for a in answers)[0] == 302
        assert {a.status for a in answers[1:]} <= {302, 409}
        assert [a.status for a in answers].count(302) == 1
        assert CallBack.objects.filter(starts_at=start).count() == 1
    assert clashes() == 0


def test_a_form_sent_twice_at_once_is_one(server: str, unit: Unit, guide: Professional) -> None:
    visitor = Visitor(server, 1)
    time = time_value(free_calls(unit).starts[0])
    visitor.get(f"{DETAILS}?time={time}&language=fi")
    key = str(uuid4())
    data = {
        "time": time,
        "language": "fi",
        "name": "Kettu",
        "phone": "0400000001",
        "safe": ["call"],
        "matter": "other",
        "key": key,
    }
    answers = at_once([lambda: visitor.post(DETAILS, data)] * 3)
    assert {(a.status, a.url) for a in answers} == {(302, "/call-back/sent/")}
    assert CallBack.objects.count() == 1


def test_without_the_guard_the_race_is_lost(server: str, unit: Unit, guide: Professional) -> None:
    with guard_off():
        for _ in range(10):
            start = free_calls(unit).starts[0]
            parents = [Visitor(server, n) for n in range(12)]
            for parent in parents:
                parent.get(f"{DETAILS}?time={time_value(start)}&language=fi")
            at_once([partial(parent_sends, p, time_value(start)) for p in parents])
            if clashes():
                break
        assert clashes() > 0
