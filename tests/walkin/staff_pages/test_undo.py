"""Undo on the queue's pages: by whom, until when, and what is refused because it has changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.desk.undo import bar_of
from bookings.models import Undoable
from office.core import clock
from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory, booked
from tests.walkin.cast import (
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
from walkin.actions import calling, own_ticket
from walkin.days import statistics
from walkin.days.lifecycle import end_day
from walkin.models import Destination, Ticket, TicketEvent
from walkin.states import TicketState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine() -> Any:
    with frozen_at(9):
        yield


def columns(ticket: Ticket) -> dict[str, Any]:
    left_out = ("version", "party_id", "apart_from_id")
    row = Ticket.objects.filter(pk=ticket.pk).values().get()
    return {name: value for name, value in row.items() if name not in left_out}


def post(client: Client, ticket: Ticket, do: str, **fields: Any) -> None:
    """Press a button without looking at the page that follows."""
    ticket.refresh_from_db()
    path = f"/queue/numbers/{ticket.pk}/{do}/"
    assert client.post(path, {"version": ticket.version, **fields}).status_code == 302, do


def seen(client: Client) -> None:
    key = Undoable.objects.order_by("-pk")[0].key
    assert client.post(f"/desk/undo/{key}/seen/").status_code == 200


def test_every_act_on_a_number_is_undone_and_leaves_no_trace_in_the_figures() -> None:
    place = running_walk_in(desks=2)
    client = professional_client(place)
    kela = Destination.objects.create(service_point=place.point, name="Kela", where="2nd floor")
    ticket, other = place.take(), place.take()
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("leave", {}, "has left"),
        ("more-time", {}, "more time given"),
        ("send-on", {"destination": kela.pk}, "referred"),
        ("hand-on", {"duty": place.duties[1].pk}, "handed over to a colleague"),
        ("apart", {"other": other.pk}, "kept apart"),
        ("call", {}, "called"),
        ("again", {}, "called again"),
        ("absent", {}, "did not come, others go first"),
        ("back", {}, "put back in the queue"),
        ("came", {}, "visit started"),
        ("hold", {}, "on hold"),
        ("done", {"outcome": "agreement"}, "done, agreement confirmed"),
    ]
    stays = ("call", "again", "came")
    for do, fields, words in steps:
        before, figures = columns(ticket), statistics.course(place.day)
        post(client, ticket, do, **fields)
        undoable = Undoable.objects.latest("pk")
        numbers = f"Numbers {ticket.number}, {other.number}" if do == "apart" else "Number 1"
        assert bar_of(undoable) == f"{numbers}: {words}"
        assert client.post(f"/desk/undo/{undoable.key}/")["Location"] == "/queue/"
        assert columns(ticket) == before, do
        assert statistics.course(place.day) == figures, do
        if do in stays:
            post(client, ticket, do, **fields)
    with later(20):
        press(client, ticket, "done", outcome="advice")
        assert undo_bar(client) == "Number 1: done, advice given"
        assert press_undo(client) == ["Undone. Number 1: being served."]
    undone = TicketEvent.objects.filter(what="undo", ticket=ticket)
    assert undone.count() == len(steps) + 1
    assert {event.undoes.what for event in undone if event.undoes} >= {"done", "call", "apart"}


def test_the_acts_before_are_undone_one_after_another() -> None:
    place = running_walk_in()
    client = professional_client(place)
    ticket = place.take()
    messages_after(client, "/queue/next/")
    press(client, ticket, "came")
    press(client, ticket, "done", outcome="other")

    told = [press_undo(client) for _ in range(3)]

    assert told == [
        ["Undone. Number 1: being served."],
        ["Undone. Number 1: called."],
        ["Undone. Number 1: waiting."],
    ]
    assert undo_bar(client) == ""
    course = statistics.course(place.day)
    assert (course.taken, course.called, course.served) == (1, 0, 0)


def test_what_was_noted_of_a_visit_stays_when_its_end_is_undone_or_reopened() -> None:
    place = running_walk_in()
    client = professional_client(place)
    place.take()
    ticket = place.serve()
    noted = {"agreement_made": "on", "links_given": "on", "matter": "advice"}
    press(client, ticket, "done", outcome="other", **noted)
    press_undo(client)
    ticket.refresh_from_db()
    assert (ticket.agreement_made, ticket.links_given) == (True, True)
    assert ticket.turned_out_other == "advice"

    # The outcome "agreement made" ticks it, too: not any more once it was the wrong one.
    press(client, ticket, "done", outcome="agreement", links_given="on")
    press(client, ticket, "reopen")
    ticket.refresh_from_db()
    assert (ticket.agreement_made, ticket.links_given) == (False, True)


def test_a_number_taken_by_mistake_does_not_count() -> None:
    place = running_walk_in()
    client = in_english(signed_in(Role.SECRETARY).client)
    told = {"matter": "unsure", "language": "fi", "meeting": "separate"}
    messages_after(client, "/queue/numbers/take/", **told)
    ticket = Ticket.objects.get()
    assert undo_bar(client, f"/queue/numbers/{ticket.pk}/") == "Number 1: taken"

    assert press_undo(client) == ["Undone. Number 1 does not count."]

    ticket.refresh_from_db()
    assert ticket.state == TicketState.VOID
    assert statistics.count(place.day).course.taken == 0
    assert statistics.count(place.day).sources == {}
    assert place.take().number == 2


def test_undo_is_refused_once_somebody_has_changed_the_number() -> None:
    place = running_walk_in(desks=2)
    client, colleague = professional_client(place, 0), professional_client(place, 1)
    ticket, person = place.take(), place.take()
    press(client, ticket, "hand-on", duty=place.duties[1].pk)
    messages_after(colleague, "/queue/next/")
    refusal = "It has been changed since, so nothing was undone. Check how it is now."
    assert press_undo(client) == [refusal]
    ticket.refresh_from_db()
    assert (ticket.state, ticket.professional) == (TicketState.CALLED, place.people[1])

    messages_after(client, "/queue/next/")
    own_ticket.more_time(person.pk)
    assert press_undo(client) == [refusal]

    # Somebody else is at the desk: the visit before cannot come back to it.
    place.take()
    messages_after(client, "/queue/next/")
    third = Ticket.objects.get(number=3)
    press(client, third, "came")
    press(client, third, "done", outcome="other")
    fourth = place.take()
    calling.call(place.duties[0].pk, fourth.pk, user=place.user)
    (words,) = press_undo(client)
    assert words.startswith("Number 4 is at your desk.")
    third.refresh_from_db()
    assert third.state == TicketState.DONE


def test_nobody_comes_back_to_a_desk_that_was_left() -> None:
    place = running_walk_in(desks=2)
    client = professional_client(place)
    ticket = place.take()
    place.serve()
    press(client, ticket, "done", outcome="other")
    key = Undoable.objects.latest("pk").key
    with later(0.1):
        messages_after(client, "/queue/leave/")
        said = messages_after(client, f"/desk/undo/{key}/")
        assert said == ["You are not on duty at a desk now."]
    ticket.refresh_from_db()
    assert ticket.state == TicketState.DONE


def test_a_settled_alert_is_back_after_undo_and_a_key_settles_one_pair_only() -> None:
    place = running_walk_in()
    client = professional_client(place)
    one, two, three, four = (place.take() for _ in range(4))
    key, alert = 'data-key="e"', 'id="alert-'
    press(client, one, "apart", other=two.pk)
    page = client.get("/queue/").content.decode()
    assert (page.count(key), page.count(alert)) == (1, 2)

    press(client, one, "settle")
    page = client.get("/queue/").content.decode()
    assert (page.count(key), page.count(alert)) == (1, 1)
    assert undo_bar(client) == f"Number {one.number}: alert dealt with"
    press_undo(client)
    assert client.get("/queue/").content.decode().count(alert) == 2
    stale = client.post(f"/queue/numbers/{one.pk}/settle/", {"version": 1}, follow=True)
    assert "Somebody else was faster" in stale.content.decode()

    # Two pairs: a key would settle whichever stands first when it is pressed.
    press(client, three, "apart", other=four.pk)
    page = client.get("/queue/").content.decode()
    assert (page.count(key), page.count(alert)) == (0, 4)


def test_undo_lasts_thirty_seconds_from_when_the_page_is_seen() -> None:
    place = running_walk_in()
    client, other = professional_client(place), signed_in(Role.SUPERVISOR).client
    place.take()
    messages_after(client, "/queue/next/")
    key = Undoable.objects.get().key
    with later(20 / 60):
        seen(client)
    with later(49 / 60):
        assert undo_bar(client) == "Number 1: called"
    with later(51 / 60):
        assert undo_bar(client) == ""
        assert messages_after(client, f"/desk/undo/{key}/") == [
            "It was too late to undo. Nothing was changed."
        ]
    messages_after(in_english(other), f"/desk/undo/{key}/")
    assert Ticket.objects.get().state == TicketState.CALLED


def test_undo_belongs_to_the_point_and_the_day() -> None:
    place, second = running_walk_in(), running_walk_in()
    client = in_english(signed_in(Role.SECRETARY).client)
    messages_after(client, "/queue/place/", point=place.point.pk)
    ticket = place.take()
    press(client, ticket, "leave")
    messages_after(client, "/queue/place/", point=second.point.pk)
    assert undo_bar(client) == ""

    # Who somebody is known to be is forgotten with the day.
    known = second.take()
    visit = booked(start=at(10), professionals=[ProfessionalFactory()])
    sought = {"sought": visit.reference}
    words = client.post(f"/queue/numbers/{known.pk}/who/", sought).content.decode()
    value = words.split('name="party" value="')[1].split('"')[0]
    messages_after(client, f"/queue/numbers/{known.pk}/who/tell/", party=value, **sought)
    known.refresh_from_db()
    assert known.party == visit.parties.get()
    assert undo_bar(client) == f"Number {known.number}: person known"
    end_day(second.day.pk, user=second.user)
    assert undo_bar(client) == ""
    assert not Undoable.objects.filter(kind="ticket").exists()


def test_two_presses_cost_nobody_their_turn() -> None:
    place = running_walk_in(call_gap_seconds=30)
    client = professional_client(place)
    ticket = place.take()
    messages_after(client, "/queue/next/")
    for do in ("absent", "again"):
        assert press(client, ticket, do) == [
            "Number 1 was called just now. Give them time to come: this can be done in 30 seconds."
        ]
    with later(0.5):
        press(client, ticket, "absent")
        assert undo_bar(client) == "Number 1: called again"
        (words,) = press(client, ticket, "absent")
        assert words.endswith("in 30 seconds.")
        ticket.refresh_from_db()
        assert (ticket.state, ticket.calls) == (TicketState.CALLED_AGAIN, 2)
    with later(1):
        press(client, ticket, "absent")
        ticket.refresh_from_db()
        assert ticket.state == TicketState.STEPPED_BACK


def test_out_of_turn_is_asked_first() -> None:
    place = running_walk_in()
    client = professional_client(place)
    place.take()
    second = place.take()
    path = f"/queue/numbers/{second.pk}/call/"

    asked = client.post(path, {"version": 1}).content.decode()
    assert "Number 1 is next. Call number 2 before it?" in asked
    assert 'data-key="c"' not in asked
    second.refresh_from_db()
    assert second.state == TicketState.WAITING
    press(client, second, "call", sure="1")
    second.refresh_from_db()
    assert second.state == TicketState.CALLED


def test_a_wrong_start_put_back_begins_anew() -> None:
    place = running_walk_in()
    client = professional_client(place)
    ticket = place.take()
    place.serve()
    with later(2):
        press(client, ticket, "back")
    with later(30):
        place.serve()
        course = statistics.course(place.day)
    ticket.refresh_from_db()
    assert (course.called, course.waited, ticket.served_seconds) == (1, 30 * 60, 0)
    assert ticket.serving_since == clock.now() + timedelta(minutes=30)
