"""Days from the weekly hours, over holidays and clock changes; added, moved, called off; duties."""

from datetime import date, time, timedelta

import pytest
import time_machine

from bookings.models import Status
from office.calendar.occupancy import TimeTakenError, take
from office.core import clock
from office.models import (
    Absence,
    Claim,
    ClaimKind,
    Closure,
    HoursChange,
    HoursKind,
    Occupancy,
    WeeklyHours,
)
from office.setup.absences import add_absence, end_absence
from office.setup.closures import save_closure
from tests.factories import ProfessionalFactory, ServicePointFactory, booked, busy
from tests.walkin.cast import (
    THURSDAY,
    DeskFactory,
    at,
    frozen_at,
    later,
    running_walk_in,
    walk_in_hours,
)
from walkin.actions import serving
from walkin.days import duties, lifecycle, planning
from walkin.days.current import current_day, current_duty, next_day
from walkin.errors import DayError, DutyError
from walkin.models import DayState, Duty, WalkInDay
from walkin.states import TicketState

pytestmark = pytest.mark.django_db
MONDAY = THURSDAY - timedelta(days=3)


@pytest.fixture
def point():
    return ServicePointFactory()


@pytest.fixture
def pro(point):
    pro = ProfessionalFactory(points=[point])
    walk_in_hours(pro, point)
    return pro


def days():
    return [
        (d.date, clock.local(d.starts_at).hour, clock.local(d.ends_at).hour)
        for d in WalkInDay.objects.order_by("starts_at")
    ]


def taken(pro):
    rows = Occupancy.objects.filter(resource_id=pro.pk, claim__kind=ClaimKind.WALK_IN)
    return [
        (clock.local(r.during.lower).time(), clock.local(r.during.upper).time())
        for r in rows.order_by("during")
    ]


def test_days_are_made_from_weekly_hours_once_and_take_the_time(point, pro):
    DeskFactory(service_point=point, name="1")
    with frozen_at(9, day=MONDAY):
        assert planning.make_days(last=THURSDAY + timedelta(days=7)) == 2
        assert planning.make_days(last=THURSDAY + timedelta(days=7)) == 0
        assert days() == [(THURSDAY, 8, 12), (THURSDAY + timedelta(days=7), 8, 12)]
        duty = Duty.objects.filter(day__date=THURSDAY).get()
        assert (duty.professional, duty.desk.name, duty.claim.kind) == (pro, "1", "walk_in")
        with pytest.raises(TimeTakenError):
            take(kind=ClaimKind.REQUEST, resources=[pro.pk], start=at(9), end=at(10))
        assert len(set(WalkInDay.objects.values_list("code_hash", flat=True))) == 2


@pytest.mark.parametrize(
    ("monday", "skipped"),
    [
        # Christmas Eve, Maundy Thursday is none, Ascension Day, and a Thursday that is Epiphany's eve.
        (date(2026, 12, 21), True),
        (date(2026, 3, 30), False),
        (date(2026, 5, 11), True),
        (date(2027, 1, 4), False),
    ],
)
def test_public_holidays_have_no_day(point, pro, monday, skipped):
    with frozen_at(9, day=monday):
        planning.make_days(last=monday + timedelta(days=6))
    assert (days() == []) == skipped


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_hours_stay_on_the_clock_through_its_changes(point, sunday):
    walk_in_hours(ProfessionalFactory(), point, weekday=6)
    walk_in_hours(ProfessionalFactory(), point, weekday=3)
    with frozen_at(9, day=sunday - timedelta(days=6)):
        planning.make_days(last=sunday + timedelta(days=4))
    assert [(h, e) for _, h, e in days()] == [(8, 12)] * 3
    hours = [d.starts_at.hour for d in WalkInDay.objects.order_by("starts_at")]
    before, after = (6, 5) if sunday.month == 3 else (5, 6)
    assert hours == [before, after, after]


def test_a_closure_that_comes_later_takes_the_planned_day_away(point, pro):
    with frozen_at(9, day=MONDAY):
        planning.make_days(last=THURSDAY)
        save_closure(Closure(effect="closed", first_day=THURSDAY, last_day=THURSDAY))
        planning.make_days(last=THURSDAY)
        assert days() == []
        assert not Claim.objects.exists()


def test_changed_hours_change_the_planned_day(point, pro):
    colleague = ProfessionalFactory(points=[point])
    with frozen_at(9, day=MONDAY):
        planning.make_days(last=THURSDAY)
        WeeklyHours.objects.update(ends=time(11))
        walk_in_hours(colleague, point, hours=(10, 13))
        planning.make_days(last=THURSDAY)
        assert days() == [(THURSDAY, 8, 13)]
        assert (taken(pro), taken(colleague)) == (
            [(time(8), time(11))],
            [(time(10), time(13))],
        )


def test_two_stretches_of_a_day_are_two_walk_ins(point):
    pro = ProfessionalFactory()
    walk_in_hours(pro, point, hours=(8, 10))
    walk_in_hours(pro, point, hours=(13, 15))
    with frozen_at(9, day=MONDAY):
        planning.make_days(last=THURSDAY)
        planning.make_days(last=THURSDAY)
    assert days() == [(THURSDAY, 8, 10), (THURSDAY, 13, 15)]


def test_hours_added_for_one_day_make_a_day(point):
    HoursChange.objects.create(
        professional=ProfessionalFactory(),
        kind=HoursKind.WALK_IN,
        date=THURSDAY,
        starts=time(9),
        ends=time(11),
        service_point=point,
    )
    with frozen_at(9, day=MONDAY):
        planning.make_days(last=THURSDAY)
    assert days() == [(THURSDAY, 9, 11)]


def test_duty_lies_around_what_is_booked_and_takes_what_becomes_free(point, pro):
    row = busy(pro, at(9), 60, ClaimKind.APPOINTMENT)
    with frozen_at(9, day=MONDAY):
        planning.make_days(last=THURSDAY)
        assert taken(pro) == [(time(8), time(9)), (time(10), time(12))]
        row.delete()
        planning.make_days(last=THURSDAY)
        assert taken(pro) == [
            (time(8), time(9)),
            (time(9), time(10)),
            (time(10), time(12)),
        ]


def test_who_is_away_is_not_on_duty_and_the_manager_sees_it(point, pro):
    with frozen_at(9, day=MONDAY):
        planning.make_days(last=THURSDAY)
        assert add_absence(pro, start=at(7), end=at(10), reason="sick") == []
        planning.make_days(last=THURSDAY)
        assert taken(pro) == [(time(10), time(12))]
        end_absence(Absence.objects.get())
        add_absence(pro, start=at(0), end=at(16), reason="sick")
        planning.make_days(last=THURSDAY)
        day = WalkInDay.objects.get()
        assert not day.duties.exists()
        end_absence(Absence.objects.get())
        planning.make_days(last=THURSDAY)
        assert day.duties.exists()


def test_a_day_moved_by_hand_stays_moved(point, pro):
    friday = THURSDAY + timedelta(days=1)
    with frozen_at(9, day=MONDAY):
        planning.make_days(last=friday)
        day = WalkInDay.objects.get()
        planning.move_day(day.pk, start=at(9, day=friday), end=at(13, day=friday))
        planning.make_days(last=friday)
        assert days() == [(friday, 9, 13)]
        assert taken(pro) == [(time(9), time(13))]
        assert Duty.objects.get().day == day


def test_a_day_that_is_called_off_is_not_made_again(point, pro):
    with frozen_at(9, day=MONDAY):
        planning.make_days(last=THURSDAY)
        planning.call_off(WalkInDay.objects.get().pk)
        planning.make_days(last=THURSDAY)
        assert WalkInDay.objects.get().state == DayState.CALLED_OFF
        assert taken(pro) == []
        # In its place another may be added.
        planning.add_day(point, start=at(9), end=at(11), professionals=[pro])


def test_a_point_has_one_walk_in_at_a_time(point, pro):
    with frozen_at(9, day=MONDAY):
        planning.make_days(last=THURSDAY)
        with pytest.raises(DayError, match="walk-in at that time already"):
            planning.add_day(point, start=at(11), end=at(14), professionals=[])
        planning.add_day(point, start=at(12), end=at(14), professionals=[])
        with pytest.raises(DayError):
            planning.move_day(WalkInDay.objects.earliest("pk").pk, start=at(9), end=at(13))
        assert days() == [(THURSDAY, 8, 12), (THURSDAY, 12, 14)]


def test_an_added_day_beside_the_hours_counts_instead_of_them(point, pro):
    with frozen_at(9, day=MONDAY):
        planning.add_day(point, start=at(9), end=at(13), professionals=[pro])
        assert planning.make_days(last=THURSDAY) == 0


def test_opened_for_today_at_any_hour(point, pro):
    DeskFactory(service_point=point, name="1")
    evening = time_machine.travel(at(22, 17), tick=False)
    with frozen_at(7):
        planning.make_days(last=THURSDAY)
    with evening:
        day = planning.open_now(point, professionals=[pro])
        assert (day.state, clock.local(day.ends_at).hour) == (DayState.OPEN, 2)
        assert planning.open_now(point, professionals=[pro]) == day
        pro.user = None
        assert current_day(point.pk) == day


def test_opened_now_where_one_is_planned_for_later_brings_that_one_forward(point, pro):
    with frozen_at(6):
        planning.make_days(last=THURSDAY)
        planned = WalkInDay.objects.get()
        day = planning.open_now(point, professionals=[pro])
        assert (day.pk, day.starts_at, day.ends_at) == (planned.pk, at(6), at(12))
        assert taken(pro) == [(time(6), time(12))]


def test_a_replacement_takes_over_in_mid_morning_and_nothing_is_lost():
    with frozen_at(8):
        h = running_walk_in()
        serving_now, on_hold, waiting = h.take(), h.take(), h.take()
        h.serve()
        serving.hold(serving_now.pk, user=h.user)
        serving_now, on_hold = on_hold, serving_now
        h.serve()
        substitute = ProfessionalFactory(points=[h.point])
        booked_visit = booked(start=at(11), professionals=[substitute], service_point=h.point)
    with frozen_at(10):
        new = duties.replace(h.duties[0].pk, substitute, user=h.user)
        assert (new.desk, new.during.lower, new.during.upper) == (h.desks[0], at(10), at(12))
        assert taken(h.people[0]) == [(time(8), time(10))]
        assert taken(substitute) == [(time(10), time(11))]
        assert booked_visit.status == Status.CONFIRMED
        h.duties.append(new)
        for ticket in (serving_now, on_hold):
            ticket.refresh_from_db()
            assert ticket.professional == substitute
            assert ticket.events.last().what == "taken_over"
        h.done(serving_now)
        assert serving.resume(on_hold.pk, user=h.user).state == TicketState.SERVING
        h.done(on_hold)
        assert h.next(1) == waiting
        # The first one's time is their own again.
        take(kind=ClaimKind.APPOINTMENT, resources=[h.people[0].pk], start=at(10), end=at(11))


def test_handed_on_numbers_go_to_the_replacement():
    with frozen_at(8):
        h = running_walk_in(2)
        ticket = h.take()
        h.serve(0)
        serving.hand_over(ticket.pk, h.people[1], user=h.user)
    with frozen_at(9):
        substitute = ProfessionalFactory(points=[h.point])
        h.duties.append(duties.replace(h.duties[1].pk, substitute, user=h.user))
        assert h.next(2) == ticket


def test_a_replacement_to_come_leaves_those_at_the_desk_where_they_are():
    with frozen_at(8):
        h = running_walk_in()
        ticket = h.take()
        h.serve()
        duties.replace(h.duties[0].pk, ProfessionalFactory(), at=at(10), user=h.user)
        ticket.refresh_from_db()
        assert ticket.professional == h.people[0]


def test_a_replacement_needs_time_of_their_own():
    with frozen_at(8):
        h = running_walk_in()
        substitute = ProfessionalFactory()
        busy(substitute, at(8), 4 * 60)
        with pytest.raises(DutyError, match="busy"):
            duties.replace(h.duties[0].pk, substitute, user=h.user)
        h.duties[0].refresh_from_db()
        assert h.duties[0].during.upper == at(12)
        with pytest.raises(DutyError):
            duties.replace(h.duties[0].pk, h.people[0], user=h.user)


def test_a_duty_that_went_with_the_end_of_the_day_is_refused_in_words():
    with frozen_at(8):
        h = running_walk_in()
        substitute = ProfessionalFactory(points=[h.point])
        new = duties.replace(h.duties[0].pk, substitute, user=h.user)
        lifecycle.end_day(h.day.pk, user=h.user)
        for act in (
            lambda: duties.replace(new.pk, h.people[0], user=h.user),
            lambda: duties.end_duty(new.pk),
            lambda: duties.change_desk(new.pk, h.desks[0]),
        ):
            with pytest.raises(DutyError, match="no longer exists"):
                act()


def test_nobody_goes_off_duty_with_somebody_at_the_desk():
    with frozen_at(8):
        h = running_walk_in(2)
        h.take()
        h.serve()
        with pytest.raises(DutyError, match="name a replacement"):
            duties.end_duty(h.duties[0].pk)
        with later(60):
            duties.end_duty(h.duties[1].pk)
        assert taken(h.people[1]) == [(time(8), time(9))]
        with pytest.raises(DutyError):
            duties.change_desk(h.duties[0].pk, h.desks[1])


def test_a_desk_is_somebody_s_alone():
    with frozen_at(8):
        h = running_walk_in(2)
        with pytest.raises(DutyError, match="Somebody else sits"):
            duties.change_desk(h.duties[0].pk, h.desks[1])
        third = DeskFactory(service_point=h.point, name="3")
        assert duties.change_desk(h.duties[0].pk, third).desk == third
        with pytest.raises(DutyError, match="another service point"):
            duties.change_desk(h.duties[0].pk, DeskFactory(service_point=ServicePointFactory()))


def test_whose_duty_it_is_now_and_which_day_comes_next(point):
    with frozen_at(8):
        h = running_walk_in()
        h.people[0].user = h.user
        h.people[0].save()
        assert current_duty(h.user) == h.duties[0]
        later_day = planning.add_day(h.point, start=at(13), end=at(15), professionals=[])
        assert next_day(h.point.pk, h.day) == later_day
    with frozen_at(12, 30):
        assert current_duty(h.user) == h.duties[0]
    with frozen_at(7):
        assert current_duty(h.user) is None
