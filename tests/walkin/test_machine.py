"""Random mornings with several desks: whatever people press, nothing is lost and the sums add up."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bookings.appointments.undo import CannotUndoError, UndoRefusal, note_seen, undo
from bookings.models import Appointment, Undoable
from office.core import clock
from tests.factories import PartyFactory, ProfessionalFactory, booked
from tests.walkin.cast import UNSURE, RunningWalkIn, at, running_walk_in, service
from tests.walkin.course import course_of, is_balanced
from walkin.actions import calling, own_ticket, serving
from walkin.actions.check_in import check_in
from walkin.actions.correcting import TicketWish, correct
from walkin.actions.serving import ServingResult
from walkin.days import duties, lifecycle, statistics
from walkin.days.undo import LEFT_OUT_OF_DAY, RoomAct, undoably_in_room
from walkin.errors import WalkInError
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import Company, Destination, Outcome, Source, Ticket, TicketEvent, WalkInDay
from walkin.states import AT_DESK, FINAL, OPEN, TABLE, Action, TicketState
from walkin.tickets import keep_apart
from walkin.tickets.events import without_undone
from walkin.tickets.matters import matters
from walkin.tickets.undo import SECONDS, offer_undo, undoably

DESKS = 3
_COLUMNS = [field.attname for field in WalkInDay._meta.concrete_fields]
_INTAKE = [name for name in _COLUMNS if name not in LEFT_OUT_OF_DAY]
picks = st.integers(0, 30)
desks = st.integers(0, DESKS - 1)


class Morning(RuleBasedStateMachine):
    """What several people press in any order. Whatever is refused must change nothing."""

    h: RunningWalkIn

    @initialize()
    def begin(self) -> None:
        self.travel = time_machine.travel(at(8), tick=False)
        self.traveller = self.travel.start()
        self.matters = [service(), service()]
        people = [
            ProfessionalFactory(services=self.matters, languages=["fi", "sv"]),
            ProfessionalFactory(services=self.matters[:1], languages=["fi"]),
            ProfessionalFactory(languages=["fi", "en"]),
        ]
        self.h = running_walk_in(DESKS, people=people, end=at(18))
        self.place = Destination.objects.create(
            service_point=self.h.point, name_fi="Infotori", where_fi="Aula"
        )
        # Told by nobody but this test: which state each number is in.
        self.states: dict[int, TicketState] = {}
        self.ended = False
        self.professional = self.h.people[0]
        self.visits = [self.booked_at(hour) for hour in (9, 12, 15)]
        # How each undoable act can be told to have been undone: what it changed, as it was before.
        self.acts: list[tuple[Undoable, dict[int, dict[str, Any]], list[tuple[Any, ...]]]] = []

    def booked_at(self, hour: int) -> Appointment:
        visit = booked(start=at(hour), professionals=[], service_point=self.h.point)
        visit.staff.create(professional=self.professional)
        return visit

    def teardown(self) -> None:
        if hasattr(self, "travel"):
            self.travel.stop()

    def number(self, pick: int) -> int | None:
        keys = sorted(self.states)
        return keys[pick % len(keys)] if keys else None

    def press(self, action: Action | None, do: Callable[[], Any], pk: int | None) -> None:
        """Do it; compare with the table: what it allows happens, all else is refused untouched."""
        before, former, room = dict(self.states), self.columns(), self.room()
        rows = TicketEvent.objects.filter(ticket__day=self.h.day).count()
        results: list[Any] = []

        def act() -> Any:
            results.append(do())
            return results[0]

        try:
            undoable = undoably(act, user=self.h.user)
        except WalkInError:
            assert TicketEvent.objects.filter(ticket__day=self.h.day).count() == rows
            return
        (done,) = results
        if undoable is not None:
            self.acts.append((undoable, former, room))
        if action is None or pk is None:
            return
        transition = TABLE[action]
        assert before[pk] in transition.sources
        assert done.state == transition.target
        self.moved(pk, TicketState(done.state))

    def moved(self, pk: int, state: TicketState) -> None:
        self.states[pk] = state

    def columns(self) -> dict[int, dict[str, Any]]:
        """Return all that is kept of each number, except how often it has changed."""
        rows = Ticket.objects.filter(day=self.h.day).values()
        return {row["id"]: {**row, "version": 0} for row in rows}

    def room(self) -> list[tuple[Any, ...]]:
        """All that is kept of the desks and of the intake."""
        day = WalkInDay.objects.filter(pk=self.h.day.pk).values_list(*_INTAKE)
        duties = self.h.day.duties.order_by("professional", "during")
        return [*day, *duties.values_list("professional", "desk", "during", "break_until")]

    @rule(back=st.integers(1, 3))
    def undo_the_last_acts(self, back: int) -> None:
        """Undo as whoever did it, one after another; what has changed since is refused."""
        for _ in range(min(back, len(self.acts))):
            undoable, former, room = self.acts.pop()
            now = self.columns(), self.room()
            undoable.refresh_from_db()
            is_over = undoable.until <= clock.now()
            refusal = None
            try:
                undo(undoable.key, user=self.h.user)
            except CannotUndoError as error:
                refusal = error.why
            assert (refusal == UndoRefusal.OVER) == is_over
            if refusal is not None:
                assert (self.columns(), self.room()) == now
                return
            after = self.columns()
            touched = {row["ticket"] for row in undoable.rows if "ticket" in row}
            # A number that was taken by mistake stays, and counts nowhere.
            taken = touched - former.keys()
            assert {after[pk]["state"] for pk in taken} <= {TicketState.VOID}
            known = touched & former.keys()
            assert {pk: after[pk] for pk in known} == {pk: former[pk] for pk in known}
            if not touched:
                assert self.room() == room
            for pk in touched:
                self.states[pk] = TicketState(after[pk]["state"])

    @rule(what=st.sampled_from(RoomAct), desk=desks)
    def at_the_desks_and_the_intake(self, what: RoomAct, desk: int) -> None:
        day, user, duty = self.h.day.pk, self.h.user, self.h.duties[desk].pk
        acts: dict[RoomAct, Callable[[], Any]] = {
            RoomAct.BREAK: partial(duties.take_break, duty, minutes=15),
            RoomAct.BREAK_END: partial(duties.end_break, duty),
            RoomAct.CLOSE: partial(lifecycle.close_intake, day),
            RoomAct.REOPEN: partial(lifecycle.keep_intake_open, day, numbers=5),
            RoomAct.FOLLOW: partial(lifecycle.follow_estimate, day),
        }
        if what not in acts:
            return
        former, room = self.columns(), self.room()
        try:
            undoable = undoably_in_room(day, what, acts[what], user=user)
        except WalkInError:
            assert self.room() == room
            return
        if undoable is not None:
            self.acts.append((undoable, former, room))

    @rule(pick=picks, desk=desks)
    def reopen(self, pick: int, desk: int) -> None:
        if (pk := self.number(pick)) is None:
            return
        before, duty = self.states[pk], self.h.duties[desk].pk
        do = partial(serving.reopen, pk, user=self.h.user, duty_id=duty)
        self.press(None, do, pk)
        self.states[pk] = TicketState(Ticket.objects.get(pk=pk).state)
        if self.states[pk] != before:
            assert before in (TicketState.DONE, TicketState.REFERRED)
            assert self.states[pk] in {
                TicketState.SERVING,
                TicketState.ON_HOLD,
                TicketState.WAITING,
            }

    @rule(pick=picks, language=st.sampled_from(["fi", "sv"]), outcome=st.sampled_from(Outcome))
    def correct(self, pick: int, language: str, outcome: Outcome) -> None:
        if (pk := self.number(pick)) is not None:
            wish = TicketWish(UNSURE, language, Company.TOGETHER)
            do = partial(
                correct, pk, wish, user=self.h.user, result=ServingResult(outcome, children=1)
            )
            self.press(None, do, pk)

    @rule(seconds=st.sampled_from([5, 20, 31, 61]) | st.integers(1, 25).map(lambda m: m * 60))
    def time_goes_by(self, seconds: int) -> None:
        self.traveller.shift(timedelta(seconds=seconds))

    @precondition(lambda self: self.acts)
    @rule()
    def the_page_after_it_is_seen(self) -> None:
        """Let the seconds of the undo count from now on."""
        undoable, *_former = self.acts[-1]
        until = note_seen(undoable.key, user=self.h.user)
        assert until is None or until <= clock.now() + timedelta(seconds=SECONDS)

    @rule(
        matter=st.integers(0, 2),
        language=st.sampled_from(["fi", "sv", "en"]),
        meeting=st.sampled_from(list(Company)),
        by_staff=st.booleans(),
    )
    def somebody_comes(self, matter: int, language: str, meeting: Company, by_staff: bool) -> None:
        fields = {"language": language, "meeting": meeting}
        staff = {"user": self.h.user, "source": Source.STAFF} if by_staff else {}
        former, room = self.columns(), self.room()
        try:
            ticket = self.h.take([*self.matters, UNSURE][matter], **fields, **staff)
        except WalkInError:
            assert self.ended or self.h.fresh().state != "open"
            return
        assert ticket.number == len(former) + 1
        self.states[ticket.pk] = TicketState.WAITING
        if by_staff:
            self.offer(ticket, former, room)

    def offer(
        self, ticket: Ticket, former: dict[int, dict[str, Any]], room: list[tuple[Any, ...]]
    ) -> None:
        """Staff can undo what they did with the ticket just now."""
        undoable = offer_undo([ticket], user=self.h.user)
        if undoable is not None:
            self.acts.append((undoable, former, room))

    @rule(which=st.integers(0, 2), by_staff=st.booleans())
    def those_with_an_appointment_check_in(self, which: int, by_staff: bool) -> None:
        former, room = self.columns(), self.room()
        who = (
            {"user": self.h.user, "source": Source.STAFF} if by_staff else {"source": Source.KIOSK}
        )
        try:
            ticket = check_in(self.visits[which].pk, language="fi", **who).ticket
        except WalkInError:
            assert self.columns() == former
            return
        if ticket is None:
            # Nobody who may call them is at the walk-in any more.
            assert self.ended or self.h.people[0] != self.professional
            return
        gone = (TicketState.LEFT, TicketState.NOT_THERE)
        if ticket.pk not in self.states or self.states[ticket.pk] in gone:
            self.states[ticket.pk] = TicketState.WAITING
        assert ticket.state == self.states[ticket.pk]
        if by_staff:
            self.offer(ticket, former, room)

    @rule(desk=desks)
    def next(self, desk: int) -> None:
        first = {
            s.key for s in QueueSnapshot(self.h.day).queue_of(self.h.people[desk]) if s.is_callable
        }
        former, room = self.columns(), self.room()
        try:
            undoable = undoably(lambda: self.h.next(desk), user=self.h.user)
        except WalkInError:
            return
        assert undoable is not None
        self.acts.append((undoable, former, room))
        called = undoable.rows[0]["ticket"]
        assert called in first
        self.moved(called, TicketState.CALLED)

    @rule(desk=desks, pick=picks)
    def call_this_one(self, desk: int, pick: int) -> None:
        if (pk := self.number(pick)) is not None:
            duty = self.h.duties[desk].pk
            self.press(Action.CALL, lambda: calling.call(duty, pk, user=self.h.user), pk)

    @rule(pick=picks, what=st.sampled_from(["came", "again", "hold", "done", "resume", "back"]))
    def at_the_desk(self, pick: int, what: str) -> None:
        if (pk := self.number(pick)) is None:
            return
        user = self.h.user
        action, do = {
            "came": (Action.CAME, lambda: calling.came(pk, user=user)),
            "again": (Action.CALL_AGAIN, lambda: calling.call_again(pk, user=user)),
            "hold": (Action.HOLD, lambda: serving.hold(pk, user=user)),
            "resume": (Action.RESUME, lambda: serving.resume(pk, user=user)),
            "back": (Action.PUT_BACK, lambda: calling.put_back(pk, user=user)),
            "done": (
                Action.DONE,
                lambda: serving.done(
                    pk, ServingResult(Outcome.AGREEMENT, self.a_matter(), children=1), user=user
                ),
            ),
        }[what]
        self.press(action, do, pk)

    def a_matter(self) -> Any:
        return matters()[0]

    @rule(pick=picks)
    def nobody_comes(self, pick: int) -> None:
        if (pk := self.number(pick)) is None:
            return
        action = calling.no_show_action(Ticket.objects.get(pk=pk), QueueSnapshot(self.h.day).rules)
        self.press(action, lambda: calling.record_no_show(pk, user=self.h.user), pk)

    @rule(pick=picks, desk=desks)
    def hand_over(self, pick: int, desk: int) -> None:
        if (pk := self.number(pick)) is not None:
            person = self.h.people[desk]
            self.press(
                Action.HAND_OVER, lambda: serving.hand_over(pk, person, user=self.h.user), pk
            )

    @rule(pick=picks)
    def refer(self, pick: int) -> None:
        if (pk := self.number(pick)) is not None:
            self.press(Action.REFER, lambda: serving.refer(pk, self.place, user=self.h.user), pk)

    @rule(pick=picks, what=st.sampled_from(["more", "ready", "leave", "come back"]))
    def on_the_phone(self, pick: int, what: str) -> None:
        if (pk := self.number(pick)) is None:
            return
        action, do = {
            "more": (Action.MORE_TIME, own_ticket.more_time),
            "ready": (Action.READY, own_ticket.ready),
            "leave": (Action.LEAVE, own_ticket.leave),
            "come back": (Action.COME_BACK, own_ticket.come_back),
        }[what]
        self.press(action, lambda: do(pk), pk)

    @rule(one=picks, other=picks, settled=st.booleans())
    def parents_who_are_known(self, one: int, other: int, settled: bool) -> None:
        pks = [self.number(one), self.number(other)]
        if None in pks or pks[0] == pks[1] or self.ended:
            return
        party = PartyFactory()
        for pk, who in zip(pks, (party, PartyFactory(appointment=party.appointment)), strict=True):
            assert pk is not None
            # A number that is over is nobody's.
            self.press(None, partial(keep_apart.identify_party, pk, who, user=self.h.user), pk)
            if settled:
                settle = partial(keep_apart.settle_separation, pk, user=self.h.user)
                self.press(None, settle, pk)

    @rule(desk=desks)
    def a_replacement(self, desk: int) -> None:
        old = self.h.duties[desk]
        substitute = ProfessionalFactory(points=[self.h.point], languages=["fi"])
        try:
            new = duties.replace(old.pk, substitute, user=self.h.user)
        except WalkInError:
            return
        self.h.duties[desk], self.h.people[desk] = new, substitute

    @precondition(lambda self: not self.ended and len(self.states) > 4)
    @rule(anyway=st.booleans())
    def the_day_ends(self, anyway: bool) -> None:
        busy = any(state in AT_DESK for state in self.states.values())
        try:
            day = lifecycle.end_day(self.h.day.pk, user=self.h.user, anyway=anyway)
        except WalkInError:
            assert busy
            assert not anyway
            return
        self.ended = True
        for pk, state in self.states.items():
            if state in OPEN:
                self.states[pk] = TicketState.CLOSED
        assert day.figures["course"] == asdict(statistics.course(day))
        assert is_balanced(statistics.course(day))

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "h"):
            return
        tickets = list(Ticket.objects.filter(day=self.h.day).order_by("number"))
        assert [t.number for t in tickets] == list(range(1, len(self.states) + 1))
        assert {t.pk: t.state for t in tickets} == self.states
        at_desk = [t.desk_id for t in tickets if t.state in AT_DESK]
        assert len(at_desk) == len(set(at_desk))

    @invariant()
    def the_rows_say_the_same(self) -> None:
        if not hasattr(self, "h"):
            return
        events = list(TicketEvent.objects.filter(ticket__day=self.h.day).order_by("pk"))
        last = {event.ticket_id: event.state for event in without_undone(events)}
        # Of a number that was taken by mistake no event counts.
        assert last == {pk: s for pk, s in self.states.items() if s != TicketState.VOID}
        assert [e.at for e in events] == sorted(e.at for e in events)
        kept, told = statistics.course(self.h.day), course_of(events)
        assert (kept.taken, kept.states, kept.called, kept.served) == (
            told.taken,
            told.states,
            told.called,
            told.served,
        )
        assert (kept.waited, kept.longest_wait, kept.service) == pytest.approx(
            (told.waited, told.longest_wait, told.service)
        )

    @invariant()
    def everybody_who_waits_has_an_estimate(self) -> None:
        if not hasattr(self, "h") or self.ended:
            return
        now = QueueSnapshot(self.h.day)
        # Booked visits have their own time.
        booked_numbers = {t.pk for t in now.tickets if t.is_booked}
        open_numbers = {pk for pk, s in self.states.items() if s in OPEN and s not in AT_DESK}
        waiting = open_numbers - booked_numbers
        if now.serving_duties:
            assert waiting <= now.waits.keys()
        assert not {pk for pk, s in self.states.items() if s in FINAL} & now.waits.keys()


@pytest.mark.django_db
def test_a_number_by_mistake_and_a_first_call_are_as_if_they_had_not_been() -> None:
    morning = Morning()
    morning.begin()
    comes = {"matter": 2, "language": "fi", "meeting": Company.ALONE, "by_staff": True}
    morning.somebody_comes(**comes)
    morning.undo_the_last_acts(back=1)
    assert list(morning.states.values()) == [TicketState.VOID]
    morning.somebody_comes(**comes)
    morning.next(desk=0)
    morning.the_page_after_it_is_seen()
    morning.time_goes_by(seconds=SECONDS - 1)
    morning.undo_the_last_acts(back=1)
    assert list(morning.states.values()) == [TicketState.VOID, TicketState.WAITING]
    morning.those_with_an_appointment_check_in(which=0, by_staff=True)
    morning.at_the_desks_and_the_intake(what=RoomAct.BREAK, desk=1)
    morning.undo_the_last_acts(back=2)
    assert [*morning.states.values()][2:] == [TicketState.VOID]
    morning.nothing_is_lost()
    morning.the_rows_say_the_same()
    course = statistics.course(morning.h.day)
    assert (course.taken, course.called) == (1, 0)
    morning.teardown()


@pytest.mark.django_db
def test_random_mornings() -> None:
    run_state_machine_as_test(
        Morning,
        settings=settings(
            max_examples=5,
            stateful_step_count=40,
            suppress_health_check=list(HealthCheck),
        ),
    )
