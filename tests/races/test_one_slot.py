"""Many parents, one time: exactly one gets it. With the guard taken away, more than one does."""

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection
from django.db.models import Count

from bookings.models import Appointment, Hold
from office.core import clock
from office.models import Channel, Occupancy, Professional, Room, Service, ServicePoint
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
)
from tests.server import Answer, Visitor, at_once, shown_slots

GUARD = "nobody_and_no_room_is_in_two_places_at_once"


@pytest.fixture
def point() -> ServicePoint:
    UnitFactory()
    return ServicePointFactory()


def offer(point: ServicePoint, *, people: int = 1, rooms: int = 1, **fields: object) -> Service:
    """Make a service at the point, with so many professionals and rooms."""
    service = ServiceFactory(channels=[Channel.IN_PERSON], **fields)
    for _ in range(people):
        ProfessionalFactory(services=[service], points=[point], hours=(8, 16))
    for _ in range(rooms):
        RoomFactory(service_point=point)
    return service


def arrive(server: str, service: Service, count: int) -> tuple[list[Visitor], list[str]]:
    """Bring so many visitors with the page of times open; return the times on it too."""
    visitors = [Visitor(server, n) for n in range(count)]
    page = ""
    for visitor in visitors:
        page = visitor.get(f"/book/{service.slug}/times/").text
    return visitors, shown_slots(page)


def grab(visitors: list[Visitor], service: Service, slots: list[str]) -> list[Answer]:
    """Let all choose at once: the first visitor the first slot, and so on around."""
    path = f"/book/{service.slug}/times/"
    wanted = zip(visitors, itertools.cycle(slots), strict=False)
    return at_once([partial(v.post, path, {"slot": s, "where": "any"}) for v, s in wanted])


def clashes() -> int:
    """Count pairs of overlapping busy time of one resource."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM office_occupancy a JOIN office_occupancy b "
            "ON a.resource_id = b.resource_id AND a.during && b.during AND a.id < b.id"
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def guard_off() -> Iterator[None]:
    """Drop the exclusion constraint, and put it back as it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [GUARD]
        )
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE office_occupancy DROP CONSTRAINT {GUARD}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM bookings_hold")
            cursor.execute("DELETE FROM office_occupancy")
            cursor.execute(f"ALTER TABLE office_occupancy ADD CONSTRAINT {GUARD} {definition}")


@pytest.mark.parametrize("count", [2, 5, 20])
def test_one_of_many_gets_the_time(server: str, point: ServicePoint, count: int) -> None:
    service = offer(point)
    visitors, slots = arrive(server, service, count)
    answers = grab(visitors, service, slots[:1])
    assert sorted(a.status for a in answers) == [302] + [409] * (count - 1)
    for loser in (a for a in answers if a.status == 409):
        assert "That time was just taken" in loser.text
        near = shown_slots(loser.text)[:4]
        assert len(near) == 4
        assert slots[0] not in near
    assert Hold.objects.count() == 1
    assert clashes() == 0


def test_without_the_guard_the_race_is_lost(server: str, point: ServicePoint) -> None:
    service = offer(point)
    with guard_off():
        for _ in range(10):
            visitors, slots = arrive(server, service, 20)
            grab(visitors, service, slots[:1])
            if clashes():
                break
        assert clashes() > 0


def test_times_that_overlap_in_part_are_one_winner(server: str, point: ServicePoint) -> None:
    service = offer(point, duration=90)
    visitors, slots = arrive(server, service, 9)
    # Half hours of one day: 8.00, 8.30 and 9.00 overlap each other.
    days = [list(of_day) for _, of_day in itertools.groupby(slots, lambda slot: slot[:8])]
    answers = grab(visitors, service, next(day[:3] for day in days if len(day) >= 3))
    assert {a.status for a in answers} == {302, 409}
    assert clashes() == 0
    winners = sum(a.status == 302 for a in answers)
    # 8.00 and 9.30 do not; of three that all overlap the one in the middle, one or none fits beside.
    assert winners == Hold.objects.count() == 1


def test_a_pair_is_taken_together_or_not_at_all(server: str, point: ServicePoint) -> None:
    service = offer(point, people=3, rooms=3, professionals_needed=2)
    visitors, slots = arrive(server, service, 6)
    answers = grab(visitors, service, slots[:1])
    assert sorted(a.status for a in answers) == [302] + [409] * 5
    kinds = Occupancy.objects.values("claim").annotate(n=Count("pk")).values_list("n", flat=True)
    assert list(kinds) == [3]
    assert clashes() == 0


def test_the_last_room_is_given_once(server: str, point: ServicePoint) -> None:
    service = offer(point, people=5, rooms=1)
    visitors, slots = arrive(server, service, 5)
    answers = grab(visitors, service, slots[:1])
    assert sorted(a.status for a in answers) == [302] + [409] * 4
    assert Occupancy.objects.filter(resource__in=Room.objects.values("pk")).count() == 1


def test_as_many_win_as_there_are_professionals(server: str, point: ServicePoint) -> None:
    service = offer(point, people=3, rooms=3)
    visitors, slots = arrive(server, service, 8)
    answers = grab(visitors, service, slots[:1])
    assert sorted(a.status for a in answers) == [302] * 3 + [409] * 5
    busy = Occupancy.objects.filter(resource__in=Professional.objects.values("pk"))
    assert busy.values("resource").distinct().count() == 3


def fill_in(visitor: Visitor, service: Service, number: int) -> None:
    """Fill in the pages between the time and the check."""
    base = f"/book/{service.slug}"
    visitor.get(f"{base}/details/")
    visitor.post(
        f"{base}/details/",
        {"name": f"Vanhempi {number}", "email": f"p{number}@example.org", "safe": ["email"]},
    )
    visitor.post(f"{base}/visit/", {"language": "fi", "meeting": "together"})
    visitor.post(f"{base}/other/", {"other_parent": "unit"})


def test_a_hold_is_kept_against_others_until_it_is_sent(server: str, point: ServicePoint) -> None:
    service = offer(point)
    (first, second), slots = arrive(server, service, 2)
    path = f"/book/{service.slug}/times/"
    assert first.post(path, {"slot": slots[0], "where": "any"}).status == 302
    fill_in(first, service, 1)
    first.get(f"/book/{service.slug}/check/")
    send, steal = at_once(
        [
            lambda: first.post(f"/book/{service.slug}/check/", {}),
            lambda: second.post(path, {"slot": slots[0], "where": "any"}),
        ]
    )
    assert (send.status, steal.status) == (302, 409)
    assert Appointment.objects.count() == 1
    assert clashes() == 0


def test_a_request_sent_twice_at_once_is_one(server: str, point: ServicePoint) -> None:
    service = offer(point)
    (visitor,), slots = arrive(server, service, 1)
    visitor.post(f"/book/{service.slug}/times/", {"slot": slots[0], "where": "any"})
    fill_in(visitor, service, 1)
    visitor.get(f"/book/{service.slug}/check/")
    answers = at_once([lambda: visitor.post(f"/book/{service.slug}/check/", {})] * 4)
    assert {a.status for a in answers} == {302}
    assert {a.url for a in answers} == {f"/book/{service.slug}/sent/"}
    assert Appointment.objects.count() == 1


def test_a_lapsed_hold_keeps_nobody_out(server: str, point: ServicePoint) -> None:
    service = offer(point)
    visitors, slots = arrive(server, service, 6)
    visitors[0].post(f"/book/{service.slug}/times/", {"slot": slots[0], "where": "any"})
    past = clock.now() - dt.timedelta(seconds=1)
    Hold.objects.update(expires_at=past)
    Occupancy.objects.update(expires_at=past)
    answers = grab(visitors[1:], service, slots[:1])
    assert sorted(a.status for a in answers) == [302] + [409] * 4
    assert clashes() == 0
