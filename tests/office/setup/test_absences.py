"""Absences take what is free, hand over what is booked, and give everything back."""

from datetime import date, time

import pytest
import time_machine

from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.occupancy import HoursChangedError, TimeTakenError, take
from office.core import clock
from office.models import Absence, Claim, ClaimKind, Closure, Occupancy, Resource
from office.setup.absences import add_absence, end_absence, move_absence
from office.setup.activation import switch_point, switch_professional, switch_room
from office.setup.closures import remove_closure, save_closure
from tests.factories import ProfessionalFactory, RoomFactory, ServicePointFactory, busy

pytestmark = pytest.mark.django_db
DAY = date(2026, 8, 3)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-07-30 09:00:00+03:00", tick=False):
        yield


@pytest.fixture
def point():
    return ServicePointFactory()


@pytest.fixture
def pro(point):
    return ProfessionalFactory(points=[point], hours=(8, 16))


def at(hour: int, minute: int = 0):
    return clock.at(DAY, time(hour, minute))


def confirmed(action, *args, **kwargs):
    """Do it, having looked at what it hits; what it hit."""
    work = set(Claim.objects.orphaned())
    with pytest.raises(BookingsHitError) as found:
        action(*args, **kwargs)
    assert set(Claim.objects.orphaned()) == work
    action(*args, **kwargs, seen=fingerprint(found.value.hits))
    return [hit.claim for hit in found.value.hits]


def reason_of(claim: Claim) -> str:
    claim.refresh_from_db()
    assert (claim.orphaned_at is None) == (claim.orphan_reason == "")
    return claim.orphan_reason


def busy_hours(pro, kind: ClaimKind):
    rows = Occupancy.objects.filter(resource_id=pro.pk, claim__kind=kind).order_by("during")
    return [(clock.local(r.during.lower).hour, clock.local(r.during.upper).hour) for r in rows]


def test_an_absence_takes_the_time_around_a_booking_and_hands_it_over(pro):
    claim = busy(pro, at(10), 60, ClaimKind.APPOINTMENT).claim
    hit = confirmed(add_absence, pro, start=at(8), end=at(16), reason="sick")
    assert hit == [claim.pk]
    assert reason_of(claim) == "absence"
    assert busy_hours(pro, ClaimKind.ABSENCE) == [(8, 10), (11, 16)]


def test_without_hits_the_absence_is_saved_at_once_and_the_time_is_taken(pro):
    assert add_absence(pro, start=at(8), end=at(16), reason="leave") == []
    with pytest.raises(TimeTakenError):
        take(kind=ClaimKind.REQUEST, resources=[pro.pk], start=at(9), end=at(10))


def test_a_booking_by_hours_read_before_the_absence_is_refused(pro):
    before = {pro.pk: Resource.objects.get(pk=pro.pk).revision}
    add_absence(pro, start=at(8), end=at(9), reason="leave")
    with pytest.raises(HoursChangedError):
        take(
            kind=ClaimKind.REQUEST,
            resources=[pro.pk],
            start=at(10),
            end=at(11),
            revisions=before,
        )


def test_ending_the_absence_clears_the_work_and_the_time(pro):
    claim = busy(pro, at(10), 60, ClaimKind.APPOINTMENT).claim
    confirmed(add_absence, pro, start=at(8), end=at(16), reason="sick")
    end_absence(Absence.objects.get())
    assert reason_of(claim) == ""
    assert busy_hours(pro, ClaimKind.ABSENCE) == []
    assert not Claim.objects.filter(kind=ClaimKind.ABSENCE).exists()


def test_of_two_absences_the_one_that_stays_takes_the_time(pro):
    claim = busy(pro, at(10), 60, ClaimKind.APPOINTMENT).claim
    confirmed(add_absence, pro, start=at(8), end=at(12), reason="sick")
    first = Absence.objects.get()
    assert add_absence(pro, start=at(9), end=at(16), reason="leave") == []
    end_absence(first)
    assert busy_hours(pro, ClaimKind.ABSENCE) == [(9, 10), (11, 12), (12, 16)]
    assert reason_of(claim) == "absence"


def test_a_moved_absence_takes_its_new_time_only(pro):
    claim = busy(pro, at(10), 60, ClaimKind.APPOINTMENT).claim
    add_absence(pro, start=at(12), end=at(16), reason="leave")
    absence = Absence.objects.get()
    assert confirmed(move_absence, absence, start=at(8), end=at(12), reason="leave") == [claim.pk]
    assert busy_hours(pro, ClaimKind.ABSENCE) == [(8, 10), (11, 12)]
    move_absence(absence, start=at(13), end=at(14), reason="sick")
    assert busy_hours(pro, ClaimKind.ABSENCE) == [(13, 14)]
    assert reason_of(claim) == ""


def test_an_absence_shortened_to_half_of_a_booking_leaves_the_work(pro):
    claim = busy(pro, at(10), 60, ClaimKind.APPOINTMENT).claim
    confirmed(add_absence, pro, start=at(8), end=at(16), reason="sick")
    move_absence(Absence.objects.get(), start=at(8), end=at(10, 30), reason="sick")
    assert reason_of(claim) == "absence"


def test_a_booking_kept_outside_hours_is_hit_by_an_absence_too(pro):
    claim = busy(pro, at(17), 60, ClaimKind.APPOINTMENT).claim
    assert confirmed(add_absence, pro, start=at(8), end=at(20), reason="sick") == [claim.pk]
    assert reason_of(claim) == "absence"


def test_of_a_pair_one_back_while_the_other_is_away_leaves_the_work(point, pro):
    other = ProfessionalFactory(points=[point], hours=(8, 16))
    row = busy(pro, at(10), 60, ClaimKind.APPOINTMENT)
    Occupancy.objects.create(claim=row.claim, resource_id=other.pk, during=row.during)
    confirmed(add_absence, pro, start=at(8), end=at(16), reason="sick")
    confirmed(add_absence, other, start=at(8), end=at(16), reason="sick")
    end_absence(Absence.objects.get(professional=pro))
    assert reason_of(row.claim) == "absence"
    end_absence(Absence.objects.get())
    assert reason_of(row.claim) == ""


def test_a_visitor_s_hold_under_an_absence_is_let_go(pro):
    row = busy(pro, at(10), 60, ClaimKind.HOLD)
    assert add_absence(pro, start=at(8), end=at(16), reason="sick") == []
    assert not Occupancy.objects.filter(pk=row.pk).exists()
    assert busy_hours(pro, ClaimKind.ABSENCE)[0][0] == 8


def closed(**fields):
    return Closure(**{"effect": "closed", "first_day": DAY, "last_day": DAY, **fields})


def test_a_closure_of_one_point_hits_what_is_booked_there(point, pro):
    elsewhere = ProfessionalFactory(points=[ServicePointFactory()], hours=(8, 16))
    here = busy(pro, at(10), 60, ClaimKind.APPOINTMENT).claim
    there = busy(elsewhere, at(10), 60, ClaimKind.APPOINTMENT).claim
    assert confirmed(save_closure, closed(service_point=point)) == [here.pk]
    assert (reason_of(here), reason_of(there)) == ("closure", "")
    remove_closure(Closure.objects.get())
    assert reason_of(here) == ""


def test_a_closure_of_the_unit_hits_everybody(pro):
    other = ProfessionalFactory(points=[ServicePointFactory()], hours=(8, 16))
    claims = [busy(p, at(10), 60, ClaimKind.APPOINTMENT).claim for p in (pro, other)]
    assert confirmed(save_closure, closed()) == [claim.pk for claim in claims]


def test_closing_again_a_holiday_that_was_open_hits_what_is_booked(pro):
    holiday = date(2026, 12, 24)
    save_closure(closed(effect="open", first_day=holiday, last_day=holiday))
    claim = busy(pro, clock.at(holiday, time(9)), 60, ClaimKind.APPOINTMENT).claim
    assert confirmed(remove_closure, Closure.objects.get()) == [claim.pk]


def test_a_professional_out_of_use_leaves_bookings_to_the_secretary_and_takes_them_back(pro):
    inside = busy(pro, at(10), 60, ClaimKind.REQUEST).claim
    outside = busy(pro, at(17), 60, ClaimKind.APPOINTMENT).claim
    assert confirmed(switch_professional, pro, on=False) == [inside.pk, outside.pk]
    assert reason_of(inside) == "inactive"
    switch_professional(pro, on=True)
    assert (reason_of(inside), reason_of(outside)) == ("", "inactive")


def test_a_room_out_of_use_leaves_bookings_to_the_secretary_and_takes_them_back(point, pro):
    room = RoomFactory(service_point=point)
    row = busy(pro, at(10), 60, ClaimKind.APPOINTMENT)
    Claim.objects.filter(pk=row.claim_id).update(service_point=point)
    Occupancy.objects.create(claim=row.claim, resource_id=room.pk, during=row.during)
    assert confirmed(switch_room, room, on=False) == [row.claim_id]
    switch_room(room, on=True)
    assert reason_of(row.claim) == ""


def test_a_point_out_of_use_leaves_its_bookings_to_the_secretary(point, pro):
    claim = busy(pro, at(10), 60, ClaimKind.OFFER).claim
    assert confirmed(switch_point, point, on=False) == [claim.pk]
    assert reason_of(claim) == "inactive"


def test_what_is_over_is_not_hit(pro):
    busy(pro, clock.at(date(2026, 7, 29), time(9)), 60, ClaimKind.APPOINTMENT)
    assert switch_professional(pro, on=False) == []
