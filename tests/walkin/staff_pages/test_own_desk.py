"""Breaks, leaving, a colleague's numbers brought to one's own desk, and the silent call for help."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from office.models import Role, Room
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory, RoomFactory, ServicePointFactory, booked
from tests.walkin.cast import (
    at,
    frozen_at,
    in_english,
    later,
    messages_after,
    press,
    professional_client,
    running_walk_in,
    service,
)
from walkin.actions import serving
from walkin.estimates.snapshot import QueueSnapshot
from walkin.help.calls import call_for_help, old_calls, open_calls, remove_calls
from walkin.models import Duty, HelpCall, Ticket, TicketEvent
from walkin.states import TicketState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine() -> Any:
    with frozen_at(9):
        yield


def page(client: Client, path: str = "/queue/") -> str:
    return " ".join(client.get(path).content.decode().split())


def test_nobody_waits_for_a_desk_that_is_on_a_break() -> None:
    place = running_walk_in(2)
    asked = service()
    place.people[0].services.add(asked)
    client, colleague = professional_client(place, 0), professional_client(place, 1)
    ticket = place.take(asked)
    handed = place.take()
    serving.hand_over(handed.pk, place.people[0], user=place.user)
    assert "for a colleague" in page(colleague)
    assert messages_after(colleague, "/queue/next/") == ["Nobody is waiting for you now."]

    messages_after(client, "/queue/break/", minutes=15)

    # The one whose desk it is sees what waits there; the estimate has them back after the break.
    assert "handed over to you" in page(client)
    snapshot = QueueSnapshot(place.day)
    assert snapshot.waits[ticket.pk].median < 15
    assert snapshot.waits[handed.pk].median == pytest.approx(15, abs=1)
    assert f"Next: number {ticket.number}" in page(colleague)
    messages_after(colleague, "/queue/next/")
    ticket.refresh_from_db()
    assert ticket.professional == place.people[1]
    # What was handed over to them waits until they are back.
    place.done(place.came(ticket))
    assert messages_after(colleague, "/queue/next/") == ["Nobody is waiting for you now."]


def test_a_break_calls_nobody_and_the_estimate_knows_it() -> None:
    place = running_walk_in()
    client = professional_client(place)
    ticket = place.take()
    before = QueueSnapshot(place.day).waits[ticket.pk].median

    messages_after(client, "/queue/break/", minutes=30)

    assert "You are on a break until 9:30" in page(client)
    assert QueueSnapshot(place.day).waits[ticket.pk].median == pytest.approx(before + 30, abs=1)
    assert messages_after(client, "/queue/next/") == ["You are on a break. Come back first."]
    assert press(client, ticket, "call") == ["You are on a break. Come back first."]
    assert client.post("/queue/break/", {"minutes": 31}).status_code == 404
    messages_after(client, "/queue/break/end/")
    messages_after(client, "/queue/next/")
    ticket.refresh_from_db()
    assert ticket.state == TicketState.CALLED
    (words,) = messages_after(client, "/queue/break/", minutes=5)
    assert words.startswith("Somebody is at your desk")
    press(client, ticket, "came")
    press(client, ticket, "hold")
    assert messages_after(client, "/queue/break/", minutes=5) == []
    with later(6):
        assert "You are on a break" not in page(client)


def test_leaving_ends_ones_own_duty_once_nobody_is_left_there() -> None:
    place = running_walk_in()
    client = professional_client(place)
    place.take()
    place.serve()
    (words,) = messages_after(client, "/queue/leave/")
    assert words.startswith("Somebody is at your desk or on hold")
    place.done(Ticket.objects.get())
    messages_after(client, "/queue/leave/")

    assert "You are not at a desk" in page(client)
    assert Duty.objects.get().during.upper == at(9)
    messages_after(client, "/queue/desk/", desk=place.desks[0].pk)
    assert Duty.objects.latest("pk").during.lower == at(9)
    for path, told in (("break", {"minutes": 5}), ("break/end", {}), ("leave", {})):
        stranger = in_english(signed_in(Role.SECRETARY).client)
        assert messages_after(stranger, f"/queue/{path}/", **told) == [
            "You are not on duty at a desk now."
        ]


def test_a_colleagues_numbers_come_to_ones_own_desk() -> None:
    place = running_walk_in(desks=2)
    client, gone = professional_client(place, 0), place.people[1]
    mine, served, called, meant = (place.take() for _ in range(4))
    place.serve(0)
    place.came(place.next(1))
    press(professional_client(place, 1), served, "hold")
    place.next(1)
    press(client, meant, "hand-on", duty=place.duties[1].pk)
    assert "Bring the numbers of" in page(client, f"/queue/numbers/{called.pk}/")

    words = messages_after(client, "/queue/take-over/", duty=place.duties[1].pk)

    assert words == ["The numbers are yours now: they wait for you at your desk."]
    for ticket in (mine, served, called, meant):
        ticket.refresh_from_db()
    here = place.people[0]
    assert (mine.state, served.state) == (TicketState.SERVING, TicketState.ON_HOLD)
    assert (served.professional, served.desk) == (here, place.desks[0])
    assert (called.state, called.for_professional) == (TicketState.HANDED_OVER, here)
    assert meant.for_professional == here
    assert not Duty.objects.filter(professional=gone, during__endswith__gt=at(9)).exists()
    assert TicketEvent.objects.filter(reason="taken_over").count() == 1
    press(client, mine, "done", outcome="other")
    messages_after(client, "/queue/next/")
    called.refresh_from_db()
    assert (called.state, called.professional) == (TicketState.CALLED, here)
    # Not one's own, and not of another point.
    elsewhere = running_walk_in()
    for duty in (place.duties[0], elsewhere.duties[0]):
        assert messages_after(client, "/queue/take-over/", duty=duty.pk) == [
            "There is nothing left of this duty to take over."
        ]


def test_a_silent_call_reaches_the_point_and_the_manager_and_no_public_screen() -> None:
    place, elsewhere = running_walk_in(desks=2), running_walk_in()
    client, colleague = professional_client(place, 0), professional_client(place, 1)
    far = professional_client(elsewhere)
    manager, partner = signed_in(Role.MANAGER), signed_in(Role.PARTNER)
    place.desks[0].room = Room.objects.create(service_point=place.point, name="Room 3")
    place.desks[0].save()

    messages_after(client, "/queue/help/call/")
    messages_after(client, "/queue/help/call/")

    call = HelpCall.objects.get()
    told = f"Help is needed: {place.point}, desk 1 (Room 3)"
    for reader in (colleague, in_english(manager.client)):
        assert told in page(reader, "/queue/help/")
    # The secretary's pages ask in the query of their frame.
    assert told in page(in_english(signed_in(Role.SECRETARY).client), "/desk/")
    text = page(colleague, "/my-day/")
    assert told in text
    seen = text.split('hx-get="/queue/help/?')[1].split('"')[0]
    assert colleague.get(f"/queue/help/?{seen}").status_code == 204
    assert "Your colleagues have been told." in page(client)
    assert "Help is needed" not in page(client)
    assert "Help is needed" not in page(far, "/queue/help/")
    assert partner.client.get("/queue/help/").status_code == 403
    for path in (f"/walk-in/display/{place.point.slug}/", f"/walk-in/kiosk/{place.point.slug}/"):
        assert "Help is needed" not in Client().get(path).content.decode()

    # Whoever is told nothing answers nothing.
    far.post(f"/queue/help/{call.pk}/end/")
    client.post(f"/queue/help/{call.pk}/coming/")
    call.refresh_from_db()
    assert (call.ended_at, call.coming) == (None, None)
    answer = colleague.post(f"/queue/help/{call.pk}/coming/", headers={"HX-Request": "true"})
    answered = answer.content.decode()
    assert f"{place.people[1]} is coming." in answered
    assert "I am coming" not in answered
    assert f"{place.people[1]} is coming." in page(client)
    client.post(f"/queue/help/{call.pk}/end/")
    call.refresh_from_db()
    assert (call.coming, call.ended_by) == (place.people[1].user, place.people[0].user)
    assert "Help is needed" not in page(colleague, "/queue/help/")
    assert messages_after(colleague, f"/queue/help/{call.pk}/coming/") == [
        "That call for help is over."
    ]


def test_help_is_called_from_wherever_people_are_met() -> None:
    place = running_walk_in()
    ticket = place.take()
    away = ServicePointFactory()
    room = RoomFactory(service_point=away, name="Room 7")
    worker = signed_in(Role.GUIDE)
    client = in_english(worker.client)
    visit = booked(
        start=at(9),
        professionals=[ProfessionalFactory(user=worker.user)],
        service_point=away,
        room=room,
    )
    button = 'data-key="q q"'
    outcome = f"/my-day/visits/{visit.reference}/outcome/"
    number = f"/queue/numbers/{ticket.pk}/"
    plan, hand_over = "/plan/guide/", "/desk/referrals/new/"
    met_at = ("/my-day/", "/desk/book/", number, f"{number}slip/", "/queue/", outcome, plan)
    for path in (*met_at, hand_over):
        assert page(client, path).count(button) == 1, path
    # What is refused, too, and what was asked about it.
    for path in (outcome, f"{number}correct/"):
        refused = client.post(path, {"version": ticket.version})
        assert (refused.status_code, refused.content.decode().count(button)) == (422, 1), path
    # Who books by phone has nobody opposite, and a partner calls nobody of the unit.
    assert button not in page(signed_in(Role.SECRETARY).client, "/desk/book/")
    partner = signed_in(Role.PARTNER)
    ProfessionalFactory(user=partner.user)
    assert button not in page(partner.client, "/my-day/")

    answer = client.post("/queue/help/call/", headers={"HX-Request": "true"})
    assert "Your colleagues have been told." in answer.content.decode()
    call = HelpCall.objects.get()
    assert call.service_point == away
    manager = in_english(signed_in(Role.MANAGER).client)
    assert f"Help is needed: {away}, desk Room 7 </strong>" in page(manager, "/queue/help/")
    for back, to in (("/my-day/", "/my-day/"), ("https://example.org/", "/queue/")):
        assert client.post("/queue/help/call/", {"back": back})["Location"] == to


def test_a_call_that_nobody_ended_is_shown_no_longer_and_forgotten_after_a_year() -> None:
    place = running_walk_in()
    caller = ProfessionalFactory(user=signed_in(Role.GUIDE).user, points=[place.point]).user
    first = call_for_help(caller, place.point)
    with later(60 * 5):
        assert open_calls(caller) == []
        second = call_for_help(caller, place.point)
        assert second.pk != first.pk
        assert open_calls(caller) == [second]
        with pytest.raises(IntegrityError, match="one_open_call"), transaction.atomic():
            HelpCall.objects.create(
                caller=caller, service_point=place.point, called_at=second.called_at
            )
    assert list(old_calls(second.called_at)) == [first]
    remove_calls([first.pk])
    assert HelpCall.objects.get() == second


def test_calls_that_are_over_are_listed_for_those_who_were_told() -> None:
    place = running_walk_in(desks=2)
    client, colleague = professional_client(place), professional_client(place, 1)
    manager, elsewhere = signed_in(Role.MANAGER).client, professional_client(running_walk_in())
    path = "/queue/help/past/"
    assert "Nobody has called for help" in page(client, path)
    messages_after(client, "/queue/help/call/")
    call = HelpCall.objects.get()
    assert "Nobody has called for help" in page(client, path), "it goes on"
    with later(2):
        colleague.post(f"/queue/help/{call.pk}/coming/")
        client.post(f"/queue/help/{call.pk}/end/")
        messages_after(client, "/queue/help/call/")
    with later(300):
        in_english(manager)
        for who in (client, colleague, manager):
            shown = page(who, path)
            assert "In all: 2" in shown
            assert shown.count(place.people[0].name) == 2
            assert f'{place.people[1].name} <span class="soft"> after 2 min' in shown
            assert ("nobody</span>" in shown, "not ended by anybody" in shown) == (True, True)
        assert "Nobody has called for help" in page(elsewhere, path)
        assert signed_in(Role.PARTNER).client.get(path).status_code == 403
