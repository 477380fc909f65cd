"""Weekly hours begin, change from a day on, and end; nobody's booking is left behind unseen."""

import threading
from datetime import date, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
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


def test_overlapping_hours_are_refused_with_the_constraint_s_words():
    row = WeeklyHoursFactory(starts=time(8), ends=time(12))
    fresh = hours(
        professional=row.professional,
        service_point=row.service_point,
        starts=time(11),
        ends=time(14),
    )
    with pytest.raises(ValidationError) as refused:
        add_hours(fresh)
    assert refused.value.messages == [
        "This professional already has hours that overlap with these."
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
