"""Weekly hours begin, change from a day on, and end; nobody's booking is left behind unseen."""

import threading
from datetime import date, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.occupancy import HoursChangedError, take
from office.core import clock
from office.models import (
    Claim,
    ClaimKind,
    HoursKind,
    Occupancy,
    Professional,
    Resource,
    WeeklyHours,
)
from office.setup.weekly_hours import add_hours, change_hours_from, end_hours
from tests.factories import ProfessionalFactory, ServicePointFactory, WeeklyHoursFactory, busy

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 8, 3)


@pytest.fixture(autouse=True)
def _now():
    with (
        time_machine.travel("2026-07-30 09:00:00+03:00", tick=False),
        translation.override("en"),
    ):
        yield


def booked_at(professional: Professional, hour: int, day: date = MONDAY) -> Claim:
    return busy(professional, clock.at(day, time(hour)), 60, ClaimKind.APPOINTMENT).claim


def hours(**fields):
    return WeeklyHours(
        **{
            "kind": HoursKind.APPOINTMENTS,
            "weekday": 0,
            "starts": time(8),
            "ends": time(12),
            "valid_from": MONDAY,
            **fields,
        }
    )


def test_hours_are_added_and_the_revision_grows():
    professional = ProfessionalFactory()
    assert add_hours(hours(professional=professional, service_point=ServicePointFactory())) == []
    assert professional.weekly_hours.count() == 1
    assert Resource.objects.get(pk=professional.pk).revision == 1


def test_overlapping_hours_are_refused_with_their_names():
    row = WeeklyHoursFactory(starts=time(8), ends=time(12), service_point__name_en="Borgå")
    fresh = hours(
        professional=row.professional,
        service_point=row.service_point,
        starts=time(11),
        ends=time(14),
    )
    with pytest.raises(ValidationError) as refused:
        add_hours(fresh)
    assert refused.value.messages == [
        "Overlaps with other hours: every Monday 8:00–12:00, appointments, Borgå. "
        "Both would come on Mon 3 Aug 2026."
    ]
    assert row.professional.weekly_hours.count() == 1


@pytest.mark.django_db(transaction=True)
def test_hours_that_somebody_else_is_just_saving_are_refused_in_the_same_words():
    row = WeeklyHoursFactory(weekday=1)
    professional, point = row.professional, row.service_point
    inserted, refused = threading.Event(), []

    def other() -> None:
        inserted.wait(10)
        translation.activate("en")
        try:
            add_hours(hours(professional=professional, service_point=point, ends=time(9)))
        except ValidationError as error:
            refused.extend(error.messages)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    with transaction.atomic():
        # Saved without the lock that our actions take: only the constraint can see it.
        WeeklyHoursFactory(professional=professional, service_point=point)
        inserted.set()
        thread.join(1)
    thread.join(10)
    assert refused == ["This professional already has hours that overlap with these."]


def test_a_cut_that_hits_a_booking_is_refused_until_it_was_looked_at():
    row = WeeklyHoursFactory(starts=time(8), ends=time(16))
    claim = booked_at(row.professional, 14)
    with pytest.raises(BookingsHitError) as found:
        end_hours(row, last_day=date(2026, 8, 2))
    assert [hit.claim for hit in found.value.hits] == [claim.pk]
    claim.refresh_from_db()
    row.refresh_from_db()
    assert (claim.orphaned_at, row.valid_until) == (None, None)

    end_hours(row, last_day=date(2026, 8, 2), seen=fingerprint(found.value.hits))
    claim.refresh_from_db()
    row.refresh_from_db()
    assert (claim.orphaned_at, claim.orphan_reason) == (clock.now(), "hours")
    assert row.valid_until == date(2026, 8, 2)
    assert Occupancy.objects.filter(claim=claim).count() == 1


def test_a_list_that_has_grown_since_is_shown_again():
    row = WeeklyHoursFactory(starts=time(8), ends=time(16))
    booked_at(row.professional, 14)
    with pytest.raises(BookingsHitError) as found:
        end_hours(row, last_day=date(2026, 8, 2))
    booked_at(row.professional, 10)
    with pytest.raises(BookingsHitError) as again:
        end_hours(row, last_day=date(2026, 8, 2), seen=fingerprint(found.value.hits))
    assert len(again.value.hits) == 2
    assert not Claim.objects.orphaned().exists()


def test_hours_change_from_a_day_on():
    row = WeeklyHoursFactory(starts=time(8), ends=time(16))
    new = hours(service_point=row.service_point, starts=time(8), ends=time(12))
    assert change_hours_from(row, new, day=date(2026, 9, 7)) == []
    assert list(
        row.professional.weekly_hours.order_by("valid_from").values_list(
            "ends", "valid_from", "valid_until"
        )
    ) == [
        (time(16), date(2020, 1, 1), date(2026, 9, 6)),
        (time(12), date(2026, 9, 7), None),
    ]


def test_hours_that_have_not_begun_are_altered_themselves():
    row = WeeklyHoursFactory(valid_from=MONDAY)
    new = hours(service_point=row.service_point, starts=time(9), ends=time(10))
    change_hours_from(row, new, day=MONDAY)
    assert [(h.pk, h.starts) for h in row.professional.weekly_hours.all()] == [(row.pk, time(9))]


def test_hours_that_would_end_before_they_begin_are_removed():
    row = WeeklyHoursFactory(valid_from=MONDAY)
    end_hours(row, last_day=date(2026, 8, 2))
    assert not WeeklyHours.objects.exists()


def test_bringing_the_hours_back_clears_the_work():
    row = WeeklyHoursFactory(starts=time(8), ends=time(16))
    claim = booked_at(row.professional, 14)
    with pytest.raises(BookingsHitError) as found:
        end_hours(row, last_day=date(2026, 8, 2))
    end_hours(row, last_day=date(2026, 8, 2), seen=fingerprint(found.value.hits))
    add_hours(hours(professional=row.professional, service_point=row.service_point, ends=time(16)))
    claim.refresh_from_db()
    assert (claim.orphaned_at, claim.orphan_reason) == (None, "")


def test_hours_that_come_back_in_part_do_not_clear_the_work():
    row = WeeklyHoursFactory(starts=time(8), ends=time(16))
    claim = booked_at(row.professional, 14)
    with pytest.raises(BookingsHitError) as found:
        end_hours(row, last_day=date(2026, 8, 2))
    end_hours(row, last_day=date(2026, 8, 2), seen=fingerprint(found.value.hits))
    add_hours(
        hours(professional=row.professional, service_point=row.service_point, ends=time(14, 30))
    )
    claim.refresh_from_db()
    assert claim.orphan_reason == "hours"


def test_hours_moved_to_another_point_hit_a_visit_in_a_room_but_not_a_call():
    row = WeeklyHoursFactory(starts=time(8), ends=time(16))
    from tests.factories import RoomFactory

    room = RoomFactory(service_point=row.service_point)
    call = booked_at(row.professional, 9)
    visit = booked_at(row.professional, 14)
    Claim.objects.filter(pk__in=[call.pk, visit.pk]).update(service_point=row.service_point)
    during = Occupancy.objects.get(claim=visit).during
    Occupancy.objects.create(claim=visit, resource_id=room.pk, during=during)
    new = hours(service_point=ServicePointFactory(), starts=time(8), ends=time(16))
    with pytest.raises(BookingsHitError) as found:
        change_hours_from(row, new, day=MONDAY)
    assert [hit.claim for hit in found.value.hits] == [visit.pk]


def test_a_booking_by_hours_read_before_the_change_is_refused():
    row = WeeklyHoursFactory(starts=time(8), ends=time(16))
    who = row.professional_id
    read_before = {who: Resource.objects.get(pk=who).revision}
    end_hours(row, last_day=date(2026, 8, 2))
    with pytest.raises(HoursChangedError):
        take(
            kind=ClaimKind.REQUEST,
            resources=[who],
            start=clock.at(MONDAY, time(9)),
            end=clock.at(MONDAY, time(10)),
            revisions=read_before,
        )
    assert not Occupancy.objects.exists()


OTHER_WEEK = {"interval": 2, "anchor": date(2026, 8, 10)}


@pytest.mark.parametrize(
    ("rhythm", "meets"),
    [
        ({}, "Mon 10 Aug 2026"),
        (OTHER_WEEK, "Mon 10 Aug 2026"),
        # The same weeks, counted from a later one.
        ({"interval": 2, "anchor": date(2026, 12, 2)}, "Mon 10 Aug 2026"),
        ({"interval": 2, "anchor": date(2026, 8, 3)}, ""),
        ({"interval": 4, "anchor": date(2026, 8, 17)}, ""),
        ({"interval": 3, "anchor": date(2026, 8, 3)}, "Mon 24 Aug 2026"),
        ({"nth": 1}, "Mon 7 Sep 2026"),
        ({"nth": -1}, "Mon 30 Nov 2026"),
    ],
)
def test_hours_of_other_weeks_are_refused_only_where_they_meet(rhythm, meets):
    row = WeeklyHoursFactory(**OTHER_WEEK)
    fresh = hours(professional=row.professional, service_point=row.service_point, **rhythm)
    if not meets:
        assert add_hours(fresh) == []
        return
    with pytest.raises(ValidationError) as refused:
        add_hours(fresh)
    assert refused.value.messages[0].endswith(f"Both would come on {meets}.")
    assert row.professional.weekly_hours.count() == 1


def test_the_database_itself_refuses_the_same_rhythm_twice():
    row = WeeklyHoursFactory(**OTHER_WEEK)
    same = {"professional": row.professional, "service_point": row.service_point}
    WeeklyHoursFactory(**same, interval=2, anchor=date(2026, 8, 3))
    for rhythm in ({"interval": 2, "anchor": date(2026, 12, 2)},):
        with pytest.raises(IntegrityError), transaction.atomic():
            WeeklyHoursFactory(**same, **rhythm)
    WeeklyHoursFactory(**same, nth=1, weekday=1)
    WeeklyHoursFactory(**same, nth=2, weekday=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyHoursFactory(**same, nth=2, weekday=1)


@pytest.mark.parametrize(
    "rhythm",
    [
        {"interval": 2},
        {"interval": 9, "anchor": date(2026, 8, 3)},
        {"interval": 0},
        {"interval": 2, "anchor": date(2026, 8, 3), "nth": 1},
        {"nth": 5},
        {"nth": 0},
    ],
)
def test_the_database_itself_refuses_rhythms_that_there_are_not(rhythm):
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyHoursFactory(**rhythm)


def test_a_cut_to_every_other_week_hits_the_weeks_between():
    row = WeeklyHoursFactory(starts=time(8), ends=time(16))
    booked_at(row.professional, 9, MONDAY)
    hit = booked_at(row.professional, 9, date(2026, 8, 10))
    booked_at(row.professional, 9, date(2026, 8, 17))
    new = hours(service_point=row.service_point, ends=time(16), interval=2, anchor=date(2026, 8, 5))
    with pytest.raises(BookingsHitError) as found:
        change_hours_from(row, new, day=MONDAY)
    assert [h.claim for h in found.value.hits] == [hit.pk]
