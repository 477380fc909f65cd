"""The published waiting times: what they tell, what they never tell, and what asking costs."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.availability.search import Wish, find, soonest_by_point
from bookings.models import Appointment, Case, Status
from bookings.waiting_times import overview
from bookings.waiting_times.published import FRESH_FOR, published
from bookings.waiting_times.waited import SMALLEST_SHOWN, VisitPlace, Waited, period, shown, waited
from office.core import clock
from office.models import Channel, HoursKind, Service, ServicePoint, Unit
from tests.bookings.conftest import House, at
from tests.factories import (
    AppointmentFactory,
    ServiceFactory,
    ServicePointFactory,
    WeeklyHoursFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/waiting-times.json"
TODAY = date(2026, 11, 23)


def visits(house: House, *days: int, **fields: Any) -> list[Appointment]:
    """Make visits held last week, each so many days after it was asked for."""
    start = at(10, day=18)
    given = {"service": house.service, "service_point": house.point, "status": Status.DONE}
    return [
        AppointmentFactory(
            **{**given, **fields},
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            created_at=start - timedelta(days=waited),
        )
        for waited in days
    ]


def told(client: Client) -> Any:
    response = client.get(URL)
    assert response.status_code == 200
    return response.json()


def test_half_and_nine_in_ten_are_told_of_enough_visits(house: House) -> None:
    here = VisitPlace(Channel.IN_PERSON, house.point.pk)
    visits(house, *range(1, SMALLEST_SHOWN))
    assert waited(TODAY)[house.service.pk].places == {}
    visits(house, SMALLEST_SHOWN)
    assert waited(TODAY)[house.service.pk].places == {here: Waited(5, 9)}
    # Without effect: not held, not over for a week, asked for afterwards, long ago.
    visits(house, 90, status=Status.NO_SHOW)
    visits(house, 90, status=Status.CANCELLED)
    visits(house, -1)
    this_week, long_ago = visits(house, 90, 90)
    for visit, start in ((this_week, at(7, day=23)), (long_ago, at(10, day=30, month=8))):
        visit.starts_at, visit.ends_at = start, start + timedelta(hours=1)
        visit.save()
    # A later visit of the same matter was agreed ahead.
    case = Case.objects.create(
        reference="CCC-222",
        started_by="parents",
        service=house.service,
        received_on=TODAY,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    first, _later = visits(house, 4, 80, case=case)
    first.starts_at -= timedelta(days=1)
    first.save()
    assert waited(TODAY)[house.service.pk].places == {here: Waited(5, 9)}
    assert period(TODAY) == (date(2026, 8, 31), date(2026, 11, 22))
    assert period(date(2026, 11, 29)) == period(TODAY)


def test_what_is_too_small_is_told_neither_alone_nor_by_difference() -> None:
    one, other = VisitPlace(Channel.IN_PERSON, 1), VisitPlace(Channel.PHONE)
    enough, few = list(range(SMALLEST_SHOWN)), [400] * (SMALLEST_SHOWN - 1)
    assert shown({one: few, other: few}).in_all == Waited(400, 400)
    assert shown({one: few, other: few}).places == {}
    assert shown({one: enough, other: few}).in_all is None
    assert shown({one: enough, other: few}).places == {one: Waited(4, 8)}
    assert shown({one: few}).in_all is None


def test_the_data_have_the_fields_that_are_promised(house: House, client: Client) -> None:
    visits(house, *range(1, 11))
    Service.objects.filter(pk=house.service.pk).update(
        channels=[Channel.IN_PERSON, Channel.PHONE], name_sv="Avtal", name_en="Agreement"
    )
    ServiceFactory(is_active=False, slug="closed", asked_online=True)
    ServiceFactory(slug="court", asked_online=False)
    ServicePointFactory(slug="far")
    data = told(client)
    assert list(data) == ["version", "as_of", "unit", "waited_period", "services", "walk_ins"]
    assert data["version"] == 1
    assert data["as_of"] == "2026-11-23T08:00:00+02:00"
    assert data["waited_period"] == {
        "first_day": "2026-08-31",
        "last_day": "2026-11-22",
        "smallest_number": 10,
    }
    free, court = data["services"]
    name = {"fi": house.service.name_fi, "sv": "Avtal", "en": "Agreement"}
    first, by_phone = free.pop("places")
    assert free == {
        "slug": house.service.slug,
        "name": name,
        "asked_online": True,
        "waited_days_in_all": None,
    }
    assert first == {
        "channel": "in_person",
        "point": house.point.slug,
        "name": dict.fromkeys(("fi", "sv", "en"), house.point.name_fi),
        "next_free_online": first["next_free_online"],
        "waited_days": {"half_at_most": 5, "nine_in_ten_at_most": 9},
    }
    assert datetime.fromisoformat(first["next_free_online"]) > clock.now()
    assert (by_phone["point"], by_phone["waited_days"]) == (None, None)
    assert by_phone["name"]["en"] == "by phone"
    assert by_phone["next_free_online"]
    assert (court["slug"], court["asked_online"]) == ("court", False)
    assert [place["next_free_online"] for place in court["places"]] == [None] * len(court["places"])
    assert data["walk_ins"] == []


def test_a_walk_in_tells_its_next_day_and_takes(house: House, client: Client) -> None:
    WeeklyHoursFactory(
        professional=house.professional,
        service_point=house.point,
        kind=HoursKind.WALK_IN,
        weekday=5,
    )
    Service.objects.filter(pk=house.service.pk).update(suits_walk_in=True)
    (walk_in,) = told(client)["walk_ins"]
    assert walk_in == {
        "point": house.point.slug,
        "name": walk_in["name"],
        "state": "closed",
        "open_until": None,
        "next_hours": {
            "starts_at": "2026-11-28T08:00:00+02:00",
            "ends_at": "2026-11-28T16:00:00+02:00",
        },
        "wait_minutes": None,
        "services": [house.service.slug],
    }


def test_polling_costs_three_queries_and_nothing_where_nothing_changed(
    house: House, client: Client, monday: time_machine.Traveller
) -> None:
    monday.shift(timedelta(minutes=5))
    first = client.get(URL)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cache-Control"] == f"public, max-age={FRESH_FOR}"
    assert "Cookie" not in first.headers.get("Vary", "")
    assert not first.cookies
    with CaptureQueriesContext(connection) as queries:
        again = client.get(URL, headers={"If-None-Match": first.headers["ETag"]})
    # Whether the set-up is known, whether the unit is open to the public, and the text as worked out.
    assert len(queries) == 3
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    monday.shift(FRESH_FOR)
    # Worked out anew, and the same: nobody fetches it again.
    assert client.get(URL, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    monday.shift(timedelta(hours=3))
    changed = client.get(URL, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["as_of"] == "2026-11-23T11:06:00+02:00"
    preflight = client.options(URL)
    assert preflight.status_code == 204
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    assert client.post(URL).status_code == 405


def test_working_it_out_asks_no_more_for_more_visits_and_points(house: House) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            overview.work_out()
        return len(queries)

    cost()
    before = cost()
    visits(house, *range(1, 20))
    for n in range(3):
        point = ServicePointFactory()
        WeeklyHoursFactory(
            professional=house.professional,
            service_point=point,
            weekday=5,
            starts=time(9 + n),
            ends=time(10 + n),
        )
        visits(house, *range(1, 12), service_point=point)
    assert cost() == before


def test_the_page_says_the_same_in_words(house: House, client: Client) -> None:
    client.cookies["django_language"] = "en"
    visits(house, *range(1, 11))
    ServiceFactory(slug="court", name_fi="Selvitys", asked_online=False)
    page = " ".join(client.get("/waiting-times/").content.decode().split())
    assert "half at most 5 days, nine in ten at most 9 days" in page
    assert house.point.name in page
    assert "These begin in another way" in page
    assert "31 Aug 2026 to 22 Nov 2026" in page
    assert 'href="/waiting-times/"' in client.get("/").content.decode()
    Service.objects.update(is_active=False)
    ServicePoint.objects.update(is_active=False)
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False):
        assert json.loads(published().body)["services"] == []
        assert client.get("/waiting-times/").status_code == 200


def test_one_reading_of_the_calendar_finds_what_a_search_for_each_does(house: House) -> None:
    other = ServicePointFactory()
    WeeklyHoursFactory(
        professional=house.professional,
        service_point=other,
        weekday=5,
        starts=time(9),
        ends=time(12),
    )
    # Longer than the other's hours, given by phone too, and by two where there is one.
    services = [
        house.service,
        ServiceFactory(duration=45, channels=[Channel.IN_PERSON, Channel.PHONE]),
        ServiceFactory(duration=240),
        ServiceFactory(professionals_needed=2),
        ServiceFactory(),
    ]
    house.professional.services.set(services[:-1])
    unit = Unit.get()
    with CaptureQueriesContext(connection) as queries:
        found = soonest_by_point(services, unit)
    assert len(queries) == 4 + len(services)
    for service in services:
        for channel in service.channels:
            first: dict[int, datetime] = {}
            for slot in find(Wish(service, channel), unit).slots:
                first.setdefault(slot.point, slot.start)
            assert found[service.pk, channel] == first
    assert len(found[services[1].pk, Channel.PHONE]) == 2
    assert not found[services[3].pk, Channel.IN_PERSON]
