"""Taking numbers, codes and links; the intake closes by itself; the end of the day."""

import dataclasses
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from office.core import tokens
from office.setup.absences import add_absence
from tests.factories import PartyFactory, ProfessionalFactory
from tests.walkin.cast import UNSURE, at, frozen_at, later, running_walk_in, service
from tests.walkin.course import is_balanced
from walkin.actions import calling, own_ticket, take_number
from walkin.actions.calling import call_next
from walkin.days import lifecycle, planning, statistics
from walkin.days.duties import put_on_duty
from walkin.errors import (
    DayError,
    DayNotRunningError,
    IntakeClosedError,
    StillServingError,
    UnknownMatterError,
    WrongCodeError,
)
from walkin.estimates.snapshot import QueueSnapshot
from walkin.estimates.snapshot_cache import cached_snapshot, latest_snapshot
from walkin.models import CloseReason, DayState, Source, Ticket, TicketEvent, WalkInDay
from walkin.states import TicketState, TransitionRefusedError
from walkin.tickets import keep_apart
from walkin.tickets.matters import matter_of, matters, needs_appointment

pytestmark = pytest.mark.django_db


def test_numbers_count_up_from_one_and_carry_a_secret_link():
    with frozen_at(8):
        h = running_walk_in()
        tickets = [h.take() for _ in range(3)]
        assert [t.number for t in tickets] == [1, 2, 3]
        token = take_number.ticket_path(tickets[0]).split("/")[-2]
        assert len(token) >= 22
        assert token not in str(Ticket.objects.values())
        assert take_number.ticket_by_token(token) == tickets[0]
        assert take_number.ticket_by_token(token[:-1]) is None


def test_a_planned_day_opens_by_itself_a_little_early():
    with frozen_at(7, 40):
        h = running_walk_in(opened=False)
        with pytest.raises(DayNotRunningError):
            h.take()
    with frozen_at(7, 45):
        assert h.take().number == 1
        assert h.fresh().state == DayState.OPEN


def test_a_day_that_does_not_open_by_itself_waits_for_staff():
    with frozen_at(8):
        h = running_walk_in(opened=False, opens_by_itself=False)
        lifecycle.tick()
        assert h.fresh().state == DayState.PLANNED
        lifecycle.open_day(h.day.pk)
        h.take()


def test_the_code_of_the_day_works_today_and_only_today():
    with frozen_at(8):
        h = running_walk_in()
        code = h.day.code
        assert take_number.day_by_code(code) == h.day
        with pytest.raises(WrongCodeError):
            take_number.day_by_code("x" * 43)
        other = planning.add_day(h.point, start=at(13), end=at(15), professionals=[])
        assert other.code != code
        with pytest.raises(WrongCodeError):
            take_number.day_by_code(other.code)
    with frozen_at(12):
        lifecycle.end_day(h.day.pk)
        with pytest.raises(WrongCodeError, match="changes every day"):
            take_number.day_by_code(code)
    assert tokens.hash_token(code) == h.day.code_hash


def test_the_matters_are_those_that_suit_and_a_few_plain_ones():
    suits, other = service(), service(is_active=False)
    long = service()
    type(long).objects.filter(pk=long.pk).update(suits_walk_in=False)
    assert [m.key for m in matters()] == [suits.slug, "advice", "papers", "unsure"]
    assert needs_appointment() == [long]
    assert matter_of(suits.slug).service == suits
    with pytest.raises(UnknownMatterError):
        matter_of(other.slug)


def test_intake_closes_when_those_who_wait_fill_the_time_and_all_of_them_are_served():
    with frozen_at(8):
        h = running_walk_in(closes_when_full=True)
        taken = 0
        while h.fresh().state == DayState.OPEN:
            h.take()
            taken += 1
        with pytest.raises(IntakeClosedError, match="fill the remaining time"):
            h.take()
        # One desk, four hours, some 25 minutes each.
        assert 8 <= taken <= 11
        day = h.fresh()
        assert (day.state, day.intake_closed_why) == (DayState.INTAKE_CLOSED, CloseReason.FULL)
        assert Ticket.objects.filter(state=TicketState.WAITING).count() == taken
        for _ in range(taken):
            h.done(h.serve())
        assert Ticket.objects.filter(state=TicketState.DONE).count() == taken


def test_two_desks_take_about_twice_as_many():
    with frozen_at(8):
        h = running_walk_in(2, closes_when_full=True)
        while h.fresh().state == DayState.OPEN:
            h.take()
        assert 15 <= h.day.last_number <= 22


def test_a_slow_morning_closes_the_intake_as_time_goes_by():
    with frozen_at(8):
        h = running_walk_in(closes_when_full=True)
        for _ in range(4):
            h.take()
        lifecycle.tick()
        assert h.fresh().state == DayState.OPEN
    with frozen_at(10, 30):
        lifecycle.tick()
        assert h.fresh().intake_closed_why == CloseReason.FULL


def test_staff_may_give_so_many_more_numbers_or_until_they_say_otherwise():
    with frozen_at(8):
        h = running_walk_in(closes_when_full=True)
        while h.fresh().state == DayState.OPEN:
            h.take()
        extra = h.take(source=Source.STAFF, user=h.user, anyway=True)
        assert extra.events.get().by == "staff"
        lifecycle.keep_intake_open(h.day.pk, numbers=2)
        h.take()
        lifecycle.tick()
        assert (h.fresh().state, h.day.kept_open_for) == (DayState.OPEN, 1)
        h.take()
        # After those two the estimate decides again.
        assert (h.fresh().state, h.day.intake_closed_why) == (DayState.INTAKE_CLOSED, "full")
        lifecycle.keep_intake_open(h.day.pk)
        for _ in range(6):
            h.take()
        lifecycle.follow_estimate(h.day.pk)
        lifecycle.tick()
        assert h.fresh().state == DayState.INTAKE_CLOSED
        lifecycle.keep_intake_open(h.day.pk)
        lifecycle.close_intake(h.day.pk)
        with pytest.raises(IntakeClosedError):
            h.take(anyway=True)


def test_a_full_intake_opens_again_when_there_is_room_and_one_closed_by_staff_does_not():
    with frozen_at(8):
        h = running_walk_in(closes_when_full=True)
        waiting = []
        while h.fresh().state == DayState.OPEN:
            waiting.append(h.take())
        # One who leaves makes just enough room: not enough to open and close all the time.
        for _ in range(2):
            own_ticket.leave(waiting.pop().pk)
            lifecycle.tick()
        assert h.fresh().state == DayState.OPEN
        lifecycle.close_intake(h.day.pk)
        for ticket in waiting:
            own_ticket.leave(ticket.pk)
        lifecycle.tick()
        assert h.fresh().intake_closed_why == CloseReason.STAFF


def test_with_nobody_on_duty_yet_numbers_are_given_and_the_substitute_closes_nothing():
    """The one on duty falls ill at 7.30; the substitute sits down at 8.05."""
    with frozen_at(7, 30):
        h = running_walk_in(opened=False, closes_when_full=True)
        add_absence(h.people[0], start=at(7, 30), end=at(16), reason="sick")
        assert not h.day.duties.exists()
    with frozen_at(7, 46):
        lifecycle.tick()
        first = h.take()
        lifecycle.tick()
        assert (h.fresh().state, first.number) == (DayState.OPEN, 1)
        assert QueueSnapshot(h.day).waits == {}
    with frozen_at(8, 5):
        h.take()
        substitute = ProfessionalFactory(points=[h.point])
        put_on_duty(h.day.pk, substitute, start=at(8, 5), end=at(12))
        lifecycle.tick()
        assert h.fresh().state == DayState.OPEN
        assert cached_snapshot(h.day).waits[first.pk].median == 0
        assert call_next(h.day.duties.get().pk, user=h.user) == first


def test_no_numbers_after_the_hours():
    with frozen_at(11, 59):
        h = running_walk_in()
        h.take()
    with frozen_at(12):
        with pytest.raises(IntakeClosedError, match="hours are over"):
            h.take()
        assert h.fresh().intake_closed_why == CloseReason.TIME
        with pytest.raises(DayError):
            lifecycle.keep_intake_open(h.day.pk)


def test_the_end_closes_what_is_open_and_nothing_personal_is_left():
    with frozen_at(8):
        h = running_walk_in()
        done, left = h.take(service()), h.take()
        keep_apart.identify_party(left.pk, PartyFactory(), user=h.user)
        link = take_number.ticket_path(left).split("/")[-2]
        h.serve()
    with frozen_at(8, 30):
        with pytest.raises(StillServingError, match="1"):
            lifecycle.end_day(h.day.pk, user=h.user)
        h.done(done)
    with frozen_at(11):
        day = lifecycle.end_day(h.day.pk, user=h.user)
        assert lifecycle.end_day(h.day.pk).ended_at == day.ended_at
        left.refresh_from_db()
        assert (left.state, left.party, left.link_hash, left.link_nonce) == (
            TicketState.CLOSED,
            None,
            None,
            "",
        )
        assert left.events.last().reason == "end_of_day"
        assert take_number.ticket_by_token(link) is None
        assert take_number.ticket_path(left) == ""
        course = statistics.course(day)
        assert is_balanced(course)
        assert day.figures["course"] == dataclasses.asdict(course)
        assert day.figures["measured"] == {
            done.matter: [1, pytest.approx(3.4012, abs=1e-3), pytest.approx(11.568, abs=1e-2)]
        }
        # Nobody is on duty any longer than the day goes on.
        assert day.duties.get().during.upper == at(11)
        for action in (h.take, h.next):
            with pytest.raises((DayNotRunningError, IntakeClosedError)):
                action()
        with pytest.raises((DayNotRunningError, TransitionRefusedError)):
            calling.put_back(done.pk, user=h.user)


def test_a_day_that_nobody_ends_ends_by_itself():
    with frozen_at(8):
        h = running_walk_in()
        h.take()
        h.serve()
    with frozen_at(15, 59):
        lifecycle.tick()
        assert h.fresh().state == DayState.INTAKE_CLOSED
    with frozen_at(16):
        lifecycle.tick()
        assert h.fresh().state == DayState.ENDED
        assert Ticket.objects.get().state == TicketState.CLOSED


def test_an_empty_day_ends_with_its_hours_and_one_never_opened_too():
    with frozen_at(8):
        h = running_walk_in()
        never = running_walk_in(opened=False, opens_by_itself=False)
    with frozen_at(12):
        lifecycle.tick()
        assert h.fresh().state == DayState.ENDED
        assert never.fresh().figures["course"]["taken"] == 0


def test_the_next_day_opens_when_the_one_before_has_been_ended():
    with frozen_at(11):
        h = running_walk_in()
        h.take()
        h.serve()
        nxt = planning.add_day(h.point, start=at(13), end=at(15), professionals=[])
    with frozen_at(13):
        lifecycle.tick()
        nxt.refresh_from_db()
        assert nxt.state == DayState.PLANNED
        with pytest.raises(DayError, match="has not been ended"):
            lifecycle.open_day(nxt.pk)
        lifecycle.end_day(h.day.pk, anyway=True)
        lifecycle.tick()
        nxt.refresh_from_db()
        assert nxt.state == DayState.OPEN


def test_event_rows_stay_as_they_were_written():
    with frozen_at(8):
        h = running_walk_in()
        h.take()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TicketEvent.objects.update(state="done")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TicketEvent.objects.all().delete()


def test_past_visits_of_the_point_teach_the_estimate():
    matter = service()
    with frozen_at(8):
        h = running_walk_in(end=at(15))
        before = QueueSnapshot(h.day).durations_of(f"s{matter.pk}").typical
    clock_ = at(8)
    for _ in range(12):
        with time_machine.travel(clock_, tick=False):
            h.take(matter)
            ticket = h.serve()
        clock_ += timedelta(minutes=10)
        with time_machine.travel(clock_, tick=False):
            h.done(ticket)
    with frozen_at(15):
        lifecycle.end_day(h.day.pk)
        nxt = planning.add_day(h.point, start=at(16), end=at(18), professionals=h.people)
        now = QueueSnapshot(WalkInDay.objects.get(pk=nxt.pk))
        assert 10 < now.durations_of(f"s{matter.pk}").typical < 15 < before
        # Of other matters we know less: they are drawn halfway there.
        assert now.durations_of("advice").typical < before


def test_be_back_by_leaves_a_margin():
    with frozen_at(8):
        h = running_walk_in()
        tickets = [h.take(UNSURE) for _ in range(6)]
        now = QueueSnapshot(h.day)
        assert now.be_back_by(tickets[0]) is None
        back = now.be_back_by(tickets[5])
        low = now.waits[tickets[5].pk].most.low
        assert at(8, 20) < back <= at(8) + timedelta(minutes=low - 10)
        with later(10):
            assert QueueSnapshot(h.day).waits[tickets[5].pk].median > 0


def test_with_room_for_several_more_a_number_needs_no_new_estimate() -> None:
    with frozen_at(8):
        h = running_walk_in(2, closes_when_full=True)
        h.take()
        before = cached_snapshot(h.fresh())
        assert before.places_left > 8
        h.take()
        assert latest_snapshot(h.day, since=at(7, 59)) is before
        while h.fresh().last_number < before.places_left - 2:
            h.take()
        # Fewer than that are left: from here on each number is followed by an estimate.
        last = latest_snapshot(h.day, since=at(7, 59))
        h.take()
        assert latest_snapshot(h.day, since=at(7, 59)) not in (before, last)
    with frozen_at(8, 2):
        assert latest_snapshot(h.day, since=at(8, 1)) is None
