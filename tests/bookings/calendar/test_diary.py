"""What the calendar is made of: pieces of days, and where a visit can begin."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.availability.search import Wish, find
from bookings.calendar import diary
from bookings.calendar.diary import Diary, DiaryStretch
from bookings.models import MoveRequest, Status, TimeOffer
from office.core import clock
from office.models import Channel, Claim, ClaimKind, HoursChange, HoursKind, Occupancy
from office.setup.absences import add_absence
from office.setup.room_closures import close_room
from tests.bookings.conftest import MONDAY, House, at
from tests.bookings.desk_cast import request_for
from tests.factories import (
    PartnerOrganisationFactory,
    PartyFactory,
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    WeeklyHoursFactory,
    booked,
    busy,
)

WEEK = [MONDAY + timedelta(days=n) for n in range(7)]
WEDNESDAY = date(2026, 11, 25)


def read(house: House, days: list[date] = WEEK, **search: str) -> Diary:
    return diary.read(days, house.unit, "fi", **search)


def told(pieces: list[DiaryStretch]) -> list[tuple[str, str, str]]:
    """Return kind, beginning and end by the clock of Helsinki."""
    return [
        (p.kind, f"{clock.local(p.start):%H:%M}", f"{clock.local(p.end):%H:%M}") for p in pieces
    ]


def test_a_day_is_its_hours_around_what_is_booked(house: House) -> None:
    house.service.buffer_after = 15
    house.service.save()
    appointment = booked(
        start=at(9),
        professionals=[house.professional],
        room=house.room,
        service=house.service,
        service_point=house.point,
    )
    during = DateTimeTZRange(at(9), at(10, 15))
    Occupancy.objects.filter(claim=appointment.claim).update(during=during)

    found = read(house)

    assert told(found.of(house.professional.pk, WEDNESDAY)) == [
        ("free", "08:00", "09:00"),
        ("booked", "09:00", "10:00"),
        ("buffer", "10:00", "10:15"),
        ("free", "10:15", "16:00"),
    ]
    assert told(found.of(house.room.pk, WEDNESDAY)) == [
        ("booked", "09:00", "10:00"),
        ("buffer", "10:00", "10:15"),
    ]
    booking = found.of(house.professional.pk, WEDNESDAY)[1].booking
    assert booking is not None
    assert (booking.reference, booking.service, booking.language, booking.status) == (
        appointment.reference,
        house.service.pk,
        "fi",
        "confirmed",
    )
    assert sorted(found.members[booking.claim]) == sorted([house.professional.pk, house.room.pk])


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (ClaimKind.WALK_IN, "walkin"),
        (ClaimKind.CALL_BACK, "call"),
        (ClaimKind.EVENING, "evening"),
        (ClaimKind.OTHER, "other"),
    ],
)
def test_other_busy_time_is_told_by_its_kind(house: House, kind: ClaimKind, shown: str) -> None:
    busy(house.professional, at(8), 480, kind)

    assert told(read(house).of(house.professional.pk, WEDNESDAY)) == [(shown, "08:00", "16:00")]


def test_requests_offers_wishes_and_holds_are_told_apart(house: House) -> None:
    request = request_for(house, 8)
    offered = booked(
        start=at(12), professionals=[house.professional], service=house.service, reference="OFF-234"
    )
    times = {"channel": Channel.IN_PERSON, "created_at": clock.now()}
    offer = busy(house.professional, at(9), 60, ClaimKind.OFFER).claim
    TimeOffer.objects.create(
        appointment=offered,
        starts_at=at(9),
        ends_at=at(10),
        claim=offer,
        expires_at=at(9),
        **times,
    )
    wish = busy(house.professional, at(10), 60, ClaimKind.REQUEST).claim
    MoveRequest.objects.create(
        appointment=offered,
        party=PartyFactory(appointment=offered),
        starts_at=at(10),
        ends_at=at(11),
        claim=wish,
        **times,
    )
    held = busy(house.professional, at(11), 60, ClaimKind.HOLD)
    Occupancy.objects.filter(pk=held.pk).update(expires_at=clock.now() + timedelta(minutes=5))
    lapsed = busy(house.professional, at(13), 60, ClaimKind.HOLD)
    Occupancy.objects.filter(pk=lapsed.pk).update(expires_at=clock.now())

    pieces = read(house).of(house.professional.pk, WEDNESDAY)

    assert told(pieces) == [
        ("request", "08:00", "09:00"),
        ("offer", "09:00", "10:00"),
        ("request", "10:00", "11:00"),
        ("held", "11:00", "12:00"),
        ("booked", "12:00", "13:00"),
        ("free", "13:00", "16:00"),
    ]
    codes = [piece.booking.reference if piece.booking else "" for piece in pieces]
    assert codes == [request.reference, "OFF-234", "OFF-234", "", "OFF-234", ""]


def test_a_booking_without_hours_is_wrong(house: House) -> None:
    appointment = booked(start=at(9), professionals=[house.professional], service=house.service)
    Claim.objects.filter(pk=appointment.claim_id).update(orphaned_at=clock.now())

    assert told(read(house).of(house.professional.pk, WEDNESDAY))[1] == ("wrong", "09:00", "10:00")


def test_a_closed_room_is_shown_with_its_reason(house: House) -> None:
    close_room(house.room, start=at(12), end=at(16), reason="vesivahinko")

    found = read(house).of(house.room.pk, WEDNESDAY)

    assert told(found) == [("closed", "12:00", "16:00")]
    assert found[0].detail == "vesivahinko"


def test_an_absence_goes_over_days_and_duty_is_no_free_time(house: House) -> None:
    WeeklyHoursFactory(
        professional=house.professional,
        service_point=house.point,
        kind=HoursKind.WALK_IN,
        weekday=3,
        starts=time(16),
        ends=time(18),
    )
    add_absence(house.professional, start=at(12, day=24), end=at(10, day=25), reason="sick")

    found = read(house)

    pk = house.professional.pk
    assert told(found.of(pk, date(2026, 11, 24))) == [
        ("free", "08:00", "12:00"),
        ("away", "12:00", "00:00"),
    ]
    assert told(found.of(pk, WEDNESDAY)) == [("away", "00:00", "10:00"), ("free", "10:00", "16:00")]
    assert found.of(pk, WEDNESDAY)[0].detail == "sick"
    assert told(found.of(pk, date(2026, 11, 26)))[-1] == ("walkin", "16:00", "18:00")


def test_a_change_of_one_day_counts(house: House) -> None:
    person = house.professional
    more = {"professional": person, "date": WEDNESDAY}
    HoursChange.objects.create(effect="cuts", starts=time(8), ends=time(12, 30), **more)
    HoursChange.objects.create(
        effect="adds", starts=time(17), ends=time(18), service_point=house.point, **more
    )

    assert told(read(house).of(person.pk, WEDNESDAY)) == [
        ("free", "12:30", "16:00"),
        ("free", "17:00", "18:00"),
    ]


def test_times_on_the_day_of_the_clock_change_are_those_of_the_wall(house: House) -> None:
    sunday = date(2026, 10, 25)
    WeeklyHoursFactory(
        professional=house.professional, service_point=house.point, weekday=6, starts=time(9)
    )

    assert told(read(house, [sunday]).of(house.professional.pk, sunday)) == [
        ("free", "09:00", "16:00")
    ]


def test_who_left_is_shown_for_as_long_as_a_booking_stands(house: House) -> None:
    gone = ProfessionalFactory(is_active=False)
    ProfessionalFactory(is_active=False)
    booked(start=at(9), professionals=[gone], service=house.service)

    assert {p.pk for p in read(house).people} == {house.professional.pk, gone.pk}
    assert {p.pk for p in read(house, [MONDAY]).people} == {house.professional.pk}


@pytest.mark.parametrize("channel", [Channel.IN_PERSON, Channel.PHONE])
@pytest.mark.parametrize("needed", [1, 2])
def test_lit_times_are_those_that_the_search_finds(
    house: House, monday: Any, channel: str, needed: int
) -> None:
    house.service.professionals_needed, house.service.buffer_after = needed, 15
    house.service.save()
    staff: dict[str, Any] = {"points": [house.point], "hours": (10, 14)}
    colleague = ProfessionalFactory(services=[house.service], languages=["fi", "sv"], **staff)
    ProfessionalFactory(
        services=[house.service], organisation=PartnerOrganisationFactory(), **staff
    )
    ProfessionalFactory(services=[ServiceFactory()], **staff)
    busy(house.room, at(11), 60)
    busy(colleague, at(12), 30)

    for spoken in ("", "sv"):
        lit = read(house, service=house.service.slug, channel=channel, spoken=spoken).lit
        wish = Wish(house.service, channel, None, spoken)
        expected = find(wish, house.unit, online=False)
        days = set(WEEK)
        by_slot: dict[Any, set[int]] = {}
        for (who, _day), starts in lit.items():
            for start in starts:
                by_slot.setdefault(start, set()).add(who)
        assert by_slot == {
            (slot.start, slot.point): set(expected.times.professionals(slot))
            for slot in expected.slots
            if clock.local(slot.start).date() in days
        }


def test_nothing_is_lit_in_the_past_or_beyond_the_horizon(house: House, monday: Any) -> None:
    long_ago = [MONDAY - timedelta(days=7)]
    far = [MONDAY + timedelta(weeks=house.unit.horizon_weeks, days=1)]

    assert read(house, long_ago, service=house.service.slug).lit == {}
    assert read(house, far, service=house.service.slug).lit == {}
    assert read(house, [MONDAY], service="no-such-service").search is None


def test_five_queries_whatever_the_size(house: House, django_assert_num_queries: Any) -> None:
    def fill(hour: int) -> None:
        person = ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
        booked(
            start=at(hour),
            professionals=[person],
            room=RoomFactory(service_point=house.point),
            service=house.service,
            status=Status.CONFIRMED,
        )

    fill(9)
    with django_assert_num_queries(5):
        read(house, service=house.service.slug)
    fill(10)
    fill(11)
    with django_assert_num_queries(5):
        found = read(house, service=house.service.slug)
    assert len(found.people) == 4
