"""The number of a booked visit on the queue's screen: one truth with the visit, also when put right."""

import re
from typing import Any

import pytest
from django.test import Client

from bookings.appointments import attendance
from bookings.models import Appointment, NextStep, Outcome, Status, Undoable, VisitOutcome
from bookings.outcomes.actions import VisitResult, note_outcome
from bookings.parties import conflicts
from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.factories import PartyFactory, ProfessionalFactory, RoomFactory, UnitFactory, booked
from tests.walkin.cast import (
    RunningWalkIn,
    at,
    frozen_at,
    in_english,
    later,
    messages_after,
    press,
    press_undo,
    professional_client,
    running_walk_in,
    undo_bar,
)
from tests.walkin.course import course_of
from walkin.actions.check_in import check_in
from walkin.days import statistics
from walkin.models import Source, Ticket, TicketEvent
from walkin.tickets import keep_apart

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine() -> Any:
    with frozen_at(9):
        UnitFactory()
        yield


def visit(place: RunningWalkIn, **fields: Any) -> Appointment:
    """Make a visit at nine o'clock with the professional at the first desk."""
    found = booked(start=at(9), professionals=[], **{"service_point": place.point, **fields})
    found.staff.create(professional=place.people[0])
    return found


def served(place: RunningWalkIn, appointment: Appointment) -> Ticket:
    check_in(appointment.pk, language="fi", source=Source.KIOSK)
    return place.serve()


def noted(appointment: Appointment) -> str:
    return VisitOutcome.objects.current().get(appointment=appointment).outcome


def status(appointment: Appointment) -> str:
    return str(Appointment.objects.get(pk=appointment.pk).status)


def text(client: Client, path: str = "/queue/") -> str:
    return " ".join(client.get(path).content.decode().split())


WISH = {"matter": "booked", "language": "sv", "meeting": "alone"}


def test_a_corrected_outcome_reaches_the_visit_and_its_undoing_too() -> None:
    place = running_walk_in()
    own, client = visit(place), professional_client(place)
    ticket = served(place, own)
    press(client, ticket, "done", outcome="advice")
    first = VisitOutcome.objects.get()

    press(client, ticket, "correct", **WISH, outcome="not_agreed")
    assert noted(own) == "not_agreed"
    assert VisitOutcome.objects.count() == 2, "the history is kept"
    press_undo(client)
    assert VisitOutcome.objects.current().get() == first

    # What is corrected on the visit's own card reaches the number, and with it the day's figures.
    absent = frozenset(own.parties.values_list("pk", flat=True)[:1])
    PartyFactory(appointment=own, answer="accepted")
    on_card = VisitResult(Outcome.INTERRUPTED, {}, NextStep.COURT, absent)
    note_outcome(own.pk, on_card, user=place.user, seen=first.pk)
    figures = statistics.count(place.day)
    assert figures.outcomes == {"interrupted": 1}
    assert (figures.came, figures.next_steps) == ({"some": 1}, {"court": 1})
    page = text(client, f"/queue/numbers/{ticket.pk}/")
    assert '<option value="booked">appointment booked' not in page
    told = {"outcome": "interrupted", "one_did_not_come": "on", "next_step": "mediation"}
    press(client, ticket, "correct", **WISH, **told)
    # Who it was, the number does not know, and keeps.
    current = VisitOutcome.objects.current().get()
    assert (noted(own), current.next_step) == ("interrupted", "mediation")
    assert {party.pk for party in current.absent.all()} == absent
    # A visit that goes on again has no outcome; where that was a mistake, it has the same one.
    now = VisitOutcome.objects.current().get()
    press(client, ticket, "reopen")
    assert not VisitOutcome.objects.current().exists()
    press_undo(client)
    assert (VisitOutcome.objects.current().get(), status(own)) == (now, Status.DONE)


def columns(ticket: Ticket) -> dict[str, Any]:
    return {**Ticket.objects.filter(pk=ticket.pk).values().get(), "version": 0}


def test_undoing_an_outcome_noted_on_the_card_takes_the_number_back_too() -> None:
    place = running_walk_in()
    own, client = visit(place), professional_client(place)
    ticket = served(place, own)
    on_card = f"/my-day/visits/{own.reference}/outcome/"

    def note(outcome: str) -> None:
        seen = VisitOutcome.objects.key_of(own.pk)
        messages_after(client, on_card, seen=seen or "", outcome=outcome)
        ticket.refresh_from_db()
        assert (ticket.state, ticket.outcome) == ("done", outcome)

    # Noted, the visit is over; undone, it goes on at its desk, and the number with it.
    going_on, figures = columns(ticket), statistics.count(place.day)
    note("advice")
    press_undo(client, "/my-day/")
    assert (columns(ticket), status(own)) == (going_on, Status.IN_MEETING)
    assert statistics.count(place.day) == figures
    # Corrected, and the correction undone: both are as they were.
    note("advice")
    first, over = VisitOutcome.objects.current().get(), columns(ticket)
    figures = statistics.count(place.day)
    note("not_agreed")
    press_undo(client, "/my-day/")
    assert (columns(ticket), VisitOutcome.objects.current().get()) == (over, first)
    assert statistics.count(place.day) == figures
    events = list(TicketEvent.objects.filter(ticket__day=place.day).order_by("pk"))
    assert course_of(events) == figures.course

    # What was done with the number since would be lost: then neither goes back.
    note("interrupted")
    key = Undoable.objects.latest("pk").key
    press(client, ticket, "correct", **WISH, outcome="interrupted", links_given="on")
    words = messages_after(client, f"/desk/undo/{key}/")
    assert words == ["It has been changed since, so nothing was undone. Check how it is now."]
    ticket.refresh_from_db()
    assert (ticket.outcome, ticket.links_given, noted(own)) == ("interrupted", True, "interrupted")
    # Nor where somebody else is at the desk by now.
    press(client, ticket, "reopen")
    note("advice")
    key = Undoable.objects.latest("pk").key
    place.take()
    place.serve()
    assert "2" in messages_after(client, f"/desk/undo/{key}/")[0]
    assert (noted(own), status(own)) == ("advice", Status.DONE)


def test_no_outcome_is_made_up_for_a_number_that_was_finished_on_the_card() -> None:
    place = running_walk_in()
    own, client = visit(place), professional_client(place)
    ticket = served(place, own)
    attendance.mark(own.pk, "done", user=place.user)
    page = text(client, f"/queue/numbers/{ticket.pk}/")
    shown = page.split('name="outcome"')[1].split("</select>")[0]
    assert re.findall(r'<option value="([^"]*)" selected', shown) == [""]

    press(client, ticket, "correct", **WISH, outcome="")
    ticket.refresh_from_db()
    assert (ticket.language, ticket.outcome) == ("sv", "")
    assert not VisitOutcome.objects.exists()
    path = f"/queue/numbers/{ticket.pk}/correct/"
    refused = client.post(path, {**WISH, "version": ticket.version, "links_given": "on"})
    assert refused.status_code == 422
    assert "Choose how the visit ended." in refused.content.decode()
    press(client, ticket, "correct", **WISH, outcome="advice")
    assert noted(own) == "advice"


def test_who_had_come_before_the_number_was_given_is_still_here_after_undo() -> None:
    place = running_walk_in()
    here, due = visit(place, reference="ABC-111"), visit(place, reference="ABC-222")
    attendance.mark(here.pk, "arrived", user=place.user)
    client = professional_client(place)
    for own, before in ((here, Status.ARRIVED), (due, Status.CONFIRMED)):
        client.post(f"/queue/visits/{own.reference.lower()}/here/")
        assert status(own) == Status.ARRIVED
        press_undo(client)
        assert status(own) == before
        assert Ticket.objects.get(visit=own).is_void


def test_next_leaves_out_whom_the_professional_stays_away_from() -> None:
    place = running_walk_in()
    client = professional_client(place)
    known, other = place.take(), place.take()
    case = booked(start=at(11), professionals=[])
    conflicts.bar(case.pk, place.people[0].pk, user=place.user)
    keep_apart.identify_party(known.pk, case.parties.get(), user=place.user)

    page = text(client)
    assert "Next: number 2" in page
    assert "for a colleague" in page
    # It is the next one: nothing is asked.
    press(client, other, "call")
    other.refresh_from_db()
    assert other.is_called


def seen(client: Client) -> str:
    return text(client).split("/queue/line/?seen=")[1].split('"')[0]


def has_own_desk(client: Client, mark: str) -> bool:
    """Say whether the live parts bring the own desk's part to a page with this mark."""
    return 'id="queue-mine"' in text(client, f"/queue/line/?seen={mark}")


def test_the_own_desk_follows_its_appointment_and_the_free_desks() -> None:
    place = running_walk_in(desks=3, people=[ProfessionalFactory(), ProfessionalFactory()])
    client, colleague = professional_client(place, 0), professional_client(place, 1)
    own = visit(place)
    before = seen(client)
    assert "An appointment comes first" in text(client)
    assert not has_own_desk(client, before), "unchanged"
    Appointment.objects.filter(pk=own.pk).update(status=Status.IN_MEETING)
    assert has_own_desk(client, before)

    before = seen(client)
    messages_after(colleague, "/queue/desk/", desk=place.desks[2].pk)
    assert has_own_desk(client, before)
    # Whoever sits nowhere is offered the free ones, too.
    third = signed_in(Role.GUIDE)
    ProfessionalFactory(user=third.user, points=[place.point])
    messages_after(third.client, "/queue/place/", point=place.point.pk)
    before = seen(third.client)
    messages_after(colleague, "/queue/desk/", desk=place.desks[1].pk)
    assert has_own_desk(third.client, before)


def test_has_come_without_a_number_can_be_undone() -> None:
    place = running_walk_in()
    elsewhere = booked(
        start=at(9, 30),
        professionals=[ProfessionalFactory()],
        service_point=place.point,
        reference="OTH-333",
    )
    client = professional_client(place)
    client.post("/queue/visits/oth-333/here/")
    assert status(elsewhere) == Status.ARRIVED
    assert undo_bar(client) == "OTH-333: has come"
    press_undo(client)
    assert status(elsewhere) == Status.CONFIRMED
    client.post("/queue/visits/oth-333/here/")
    Appointment.objects.filter(pk=elsewhere.pk).update(status=Status.IN_MEETING)
    (words,) = press_undo(client)
    assert words == "It has been changed since, so nothing was undone. Check how it is now."
    assert status(elsewhere) == Status.IN_MEETING


def test_the_number_says_that_one_did_not_come_and_what_is_next() -> None:
    place = running_walk_in()
    own, client = visit(place), professional_client(place)
    PartyFactory(appointment=own, answer="accepted")
    ticket = served(place, own)
    page = text(client)
    assert f'href="/my-day/visits/{own.reference}/outcome/"' in page
    press(client, ticket, "done", outcome="not_held", next_step="visit")
    found = VisitOutcome.objects.get()
    assert (found.outcome, found.came, found.next_step) == ("not_held", "some", "visit")
    assert (status(own), found.absent.count()) == (Status.DONE, 0)


def test_one_calls_ones_visit_again_only_after_a_while_and_undoes_it() -> None:
    place = running_walk_in(call_gap_seconds=30)
    worker = signed_in(Role.SUPERVISOR)
    client = in_english(worker.client)
    person, room = ProfessionalFactory(user=worker.user), RoomFactory(service_point=place.point)
    met = booked(start=at(9), professionals=[person], room=room, service_point=place.point)
    ticket = check_in(met.pk, language="fi", source=Source.KIOSK).ticket
    assert ticket is not None
    call = f"/queue/visits/{met.reference.lower()}/call/"
    assert messages_after(client, call) == []
    (words,) = messages_after(client, call)
    assert words.endswith("this can be done in 30 seconds.")
    with later(0.6):
        client.post(call)
        for state in ("called", "waiting"):
            assert undo_bar(client, "/my-day/"), state
            assert press_undo(client, "/my-day/")[0].startswith("Undone.")
            ticket.refresh_from_db()
            assert ticket.state == state
