"""Next, called again, not there; fair order, booked visits, separated parents."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Status
from tests.factories import PartyFactory, ProfessionalFactory, booked
from tests.walkin.cast import UNSURE, at, frozen_at, later, running_walk_in, service
from walkin.actions import calling, own_ticket, serving
from walkin.actions.serving import ServingResult
from walkin.errors import (
    AppointmentFirstError,
    DeskBusyError,
    KeptApartError,
    NobodyToCallError,
    NoMoreTimeError,
    NotOnDutyError,
    TicketChangedError,
)
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import Company, Destination, Outcome, Ticket
from walkin.states import TicketState, TransitionRefusedError
from walkin.tickets import keep_apart
from walkin.tickets.order import QueueReason

pytestmark = pytest.mark.django_db


def reasons(h, desk=0):
    line = QueueSnapshot(h.day).queue_of(h.people[desk])
    return [(standing.number, standing.reason) for standing in line]


def test_first_come_first_served_each_to_a_desk():
    with frozen_at(8):
        h = running_walk_in(2)
        for _ in range(3):
            h.take()
        first, second = h.next(0), h.next(1)
        assert [(t.number, t.desk.name, t.state) for t in (first, second)] == [
            (1, "1", TicketState.CALLED),
            (2, "2", TicketState.CALLED),
        ]
        with pytest.raises(DeskBusyError, match="Number 1 is at your desk"):
            h.next(0)
        h.done(h.came(first))
        assert h.next(0).number == 3
        h.came(second)
        h.done(second)
        with pytest.raises(NobodyToCallError) as nobody:
            h.next(1)
        assert nobody.value.kept_apart == []


def test_who_does_not_come_is_called_again_steps_back_once_and_is_closed():
    with frozen_at(8):
        h = running_walk_in()
        ticket, other = h.take(), h.take()
        h.next()
        assert h.absent(ticket).state == TicketState.CALLED_AGAIN
        stepped = h.absent(ticket)
        assert stepped.state == TicketState.STEPPED_BACK
        assert stepped.ready_at == at(8, 10)
        assert stepped.desk is None
        assert h.serve() == other
        with later(9):
            h.done(other)
            with pytest.raises(NobodyToCallError):
                h.next()
        with later(10):
            assert h.next() == ticket
            assert h.absent(ticket).state == TicketState.CALLED_AGAIN
            assert h.absent(ticket).state == TicketState.NOT_THERE
            with pytest.raises(TransitionRefusedError):
                h.came(ticket)


def test_the_rules_of_calling_are_settings():
    with frozen_at(8):
        h = running_walk_in(calls=3, step_backs=0)
        ticket = h.take()
        h.next()
        states = [h.absent(ticket).state for _ in range(3)]
        assert states == [TicketState.CALLED_AGAIN, TicketState.CALLED_AGAIN, TicketState.NOT_THERE]


def test_a_repeated_call_is_a_row_of_its_own():
    with frozen_at(8):
        h = running_walk_in()
        ticket = h.take()
        h.next()
        for _ in range(2):
            calling.call_again(ticket.pk, user=h.user)
        assert list(ticket.events.values_list("what", flat=True)) == [
            "take",
            "call",
            "call_again",
            "call_again",
        ]


def test_who_comes_after_all_is_put_back_into_their_own_place():
    with frozen_at(8):
        h = running_walk_in(calls=1, step_backs=0)
        ticket, _other = h.take(), h.take()
        h.next()
        assert h.absent(ticket).state == TicketState.NOT_THERE
        back = calling.put_back(ticket.pk, user=h.user)
        assert (back.state, back.closed_at, back.desk) == (TicketState.WAITING, None, None)
        assert h.next() == ticket


def test_more_time_lets_others_go_first_and_keeps_the_place():
    with frozen_at(8):
        h = running_walk_in()
        first, second, third = h.take(), h.take(), h.take()
        own_ticket.more_time(first.pk)
        assert reasons(h) == [
            (2, QueueReason.FIRST),
            (3, QueueReason.LATER),
            (1, QueueReason.STEPPED_BACK),
        ]
        assert h.serve() == second
        with later(10):
            h.done(second)
            assert h.next() == first
            # Called, and not ready yet: that is possible too, as often as the rules say.
            own_ticket.more_time(first.pk)
            with pytest.raises(NoMoreTimeError):
                own_ticket.more_time(first.pk)
            assert h.next() == third


def test_more_time_asked_for_twice_is_added_up_and_ends_early_when_they_are_back():
    with frozen_at(8):
        h = running_walk_in()
        ticket = h.take()
        own_ticket.more_time(ticket.pk)
        assert own_ticket.more_time(ticket.pk).ready_at == at(8, 20)
        assert own_ticket.ready(ticket.pk).ready_at is None
        assert h.next() == ticket


def test_who_leaves_is_not_called():
    with frozen_at(8):
        h = running_walk_in()
        first, second = h.take(), h.take()
        left = own_ticket.leave(first.pk)
        assert (left.state, left.events.last().by) == (TicketState.LEFT, "person")
        assert h.next() == second
        with pytest.raises(TransitionRefusedError):
            own_ticket.more_time(first.pk)


def test_matter_and_language_go_to_those_who_fit_while_they_are_there():
    with frozen_at(8):
        paternity = service()
        fi = ProfessionalFactory(services=[], languages=["fi"])
        sv = ProfessionalFactory(services=[paternity], languages=["fi", "sv"])
        h = running_walk_in(2, people=[fi, sv])
        h.take(paternity)
        h.take(language="sv")
        h.take()
        assert reasons(h, 0) == [
            (3, QueueReason.FIT),
            (1, QueueReason.OTHER_DESK),
            (2, QueueReason.OTHER_DESK),
        ]
        assert reasons(h, 1) == [
            (1, QueueReason.FIRST),
            (2, QueueReason.LATER),
            (3, QueueReason.LATER),
        ]
        assert h.next(0).number == 3
        assert h.next(1).number == 1
        # Somebody who speaks it is there, but busy: the number waits for them.
        h.done(h.came(Ticket.objects.get(number=3)))
        with pytest.raises(NobodyToCallError):
            h.next(0)


def test_nobody_waits_for_somebody_who_is_not_there():
    with frozen_at(8):
        paternity = service()
        h = running_walk_in(1, people=[ProfessionalFactory(languages=["fi"])])
        h.take(paternity, language="en")
        assert h.next().number == 1


def test_fit_can_be_switched_off():
    with frozen_at(8):
        fi, sv = ProfessionalFactory(languages=["fi"]), ProfessionalFactory(languages=["sv"])
        h = running_walk_in(2, people=[fi, sv], by_language=False)
        h.take(language="sv")
        assert h.next(0).number == 1


def test_handed_on_to_a_colleague_who_calls_it_before_others():
    with frozen_at(8):
        h = running_walk_in(2)
        mine, _waiting = h.take(), h.take()
        h.serve(0)
        handed = serving.hand_over(mine.pk, h.people[1], user=h.user)
        assert (handed.state, handed.desk) == (TicketState.HANDED_OVER, None)
        assert reasons(h, 1) == [(1, QueueReason.HANDED_OVER), (2, QueueReason.FIRST)]
        assert reasons(h, 0) == [(2, QueueReason.FIT), (1, QueueReason.OTHER_DESK)]
        assert h.next(1) == mine


def test_guided_on_with_where_and_when():
    with frozen_at(8):
        h = running_walk_in()
        ticket = h.take()
        h.serve()
        place = Destination.objects.create(
            service_point=h.point, name_fi="Infotori", where_fi="Aula, tiski 3"
        )
        sent = serving.refer(
            ticket.pk,
            place,
            user=h.user,
            expected_at=at(8, 30),
            result=ServingResult(Outcome.ADVICE, links_given=True),
        )
        assert (sent.state, sent.sent_to, sent.expected_at) == (
            TicketState.REFERRED,
            place,
            at(8, 30),
        )
        assert sent.links_given


def test_hold_frees_the_desk_and_the_visit_goes_on_when_it_is_free_again():
    with frozen_at(8):
        h = running_walk_in()
        first, second = h.take(), h.take()
        h.serve()
        with later(10):
            serving.hold(first.pk, user=h.user)
            assert h.serve() == second
            with pytest.raises(DeskBusyError):
                serving.resume(first.pk, user=h.user)
        with later(20):
            h.done(second)
            serving.resume(first.pk, user=h.user)
        with later(25):
            over = h.done(first, Outcome.AGREEMENT)
    assert over.served_seconds == 15 * 60
    assert over.agreement_made


def test_a_booked_visit_comes_in_at_its_time():
    with frozen_at(8):
        h = running_walk_in()
        visit = booked(start=at(9), professionals=[], service_point=h.point, reference="ABC-123")
        visit.staff.create(professional=h.people[0])
        h.take()
    with frozen_at(8, 49):
        assert QueueSnapshot(h.day).due_booking(h.people[0].pk) is None
    with frozen_at(8, 50):
        with pytest.raises(AppointmentFirstError, match="ABC-123"):
            h.next()
        called = h.next(anyway=True)
        calling.put_back(called.pk, user=h.user)
    with frozen_at(9, 16):
        # Nobody has come to it: others need not wait any longer.
        calling.put_back(h.next().pk, user=h.user)
        type(visit).objects.update(status=Status.IN_MEETING)
        with pytest.raises(AppointmentFirstError):
            h.next()
        type(visit).objects.update(status=Status.DONE)
        assert h.next().number == 1


def test_separated_parents_are_not_called_into_each_other():
    with frozen_at(8):
        h = running_walk_in(2)
        one, other, third = h.take(), h.take(), h.take(meeting=Company.TOGETHER)
        party = PartyFactory()
        keep_apart.identify_party(one.pk, party, user=h.user)
        keep_apart.identify_party(
            other.pk, PartyFactory(appointment=party.appointment), user=h.user
        )
        assert QueueSnapshot(h.day).apart == {one.pk: ["2"], other.pk: ["1"]}
        assert h.next(0) == third
        with pytest.raises(NobodyToCallError) as nobody:
            h.next(1)
        assert nobody.value.kept_apart == [1, 2]
        with pytest.raises(KeptApartError, match="Number 1"):
            calling.call(h.duties[1].pk, one.pk, user=h.user)
        # Staff have asked the other to wait elsewhere.
        keep_apart.settle_separation(one.pk, user=h.user)
        assert h.serve(1) == one
        # Who is at a desk is not in the room any more.
        assert QueueSnapshot(h.day).apart == {}


def test_the_other_party_who_has_arrived_for_a_booked_visit_is_an_alert_too():
    with frozen_at(8):
        h = running_walk_in()
        visit = booked(
            start=at(11),
            professionals=[ProfessionalFactory()],
            service_point=h.point,
            status=Status.ARRIVED,
            reference="ABC-123",
        )
        ticket = h.take()
        keep_apart.identify_party(ticket.pk, visit.parties.get(), user=h.user)
        assert QueueSnapshot(h.day).apart == {ticket.pk: ["ABC-123"]}
        type(visit).objects.update(status=Status.IN_MEETING)
        assert QueueSnapshot(h.day).apart == {}


def test_two_seen_at_the_door_are_kept_apart_without_anybody_s_name():
    with frozen_at(8):
        h = running_walk_in()
        one, other = h.take(meeting=Company.TOGETHER), h.take(meeting=Company.TOGETHER)
        keep_apart.keep_apart(one.pk, other.pk, user=h.user)
        assert set(QueueSnapshot(h.day).apart) == {one.pk, other.pk}
        own_ticket.leave(other.pk)
        assert h.next() == one


def test_a_certain_number_out_of_turn():
    with frozen_at(8):
        h = running_walk_in()
        h.take()
        second = h.take()
        assert calling.call(h.duties[0].pk, second.pk, user=h.user) == second


def test_what_somebody_else_changed_meanwhile_is_not_overwritten():
    with frozen_at(8):
        h = running_walk_in()
        ticket = h.take()
        h.next()
        with pytest.raises(TicketChangedError):
            calling.came(ticket.pk, user=h.user, version=ticket.version)


def test_only_who_is_on_duty_calls():
    with frozen_at(8):
        h = running_walk_in(2)
        h.take()
        duty = h.duties[0]
        duty.desk = None
        duty.save()
        with pytest.raises(NotOnDutyError):
            h.next(0)


def test_after_the_hours_whoever_has_a_number_is_served():
    with frozen_at(11, 55):
        h = running_walk_in()
        ticket = h.take()
    with frozen_at(12, 20):
        assert h.next() == ticket
        assert timedelta(minutes=25) == ticket_wait(ticket)


def ticket_wait(ticket):
    ticket.refresh_from_db()
    return ticket.first_called_at - ticket.taken_at


def test_the_look_at_a_queue_takes_the_same_queries_whatever_its_length():
    with frozen_at(8):
        h = running_walk_in(2)
        counts = []
        for _ in range(2):
            for _ in range(3):
                h.take(UNSURE)
            with CaptureQueriesContext(connection) as queries:
                now = QueueSnapshot(h.day)
                assert len(now.waits) == len(now.tickets) + 1
                now.queue_of(h.people[0])
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 10


def test_a_duty_that_was_removed_meanwhile_calls_nobody():
    with frozen_at(8):
        h = running_walk_in()
        ticket = h.take()
        duty = h.duties[0].pk
        h.duties[0].delete()
        with pytest.raises(NotOnDutyError):
            calling.call(duty, ticket.pk, user=h.user)
        with pytest.raises(NotOnDutyError):
            calling.call_next(duty, user=h.user)
