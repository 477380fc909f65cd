"""Personal links end, and can be closed by their owner and by the secretary."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from bookings.appointments import decisions, notices, undo
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import AppointmentEvent, CallBack, Party, Status
from bookings.self_service import personal_links
from office.core import tokens
from office.models import AccessLogEntry, OutboxMessage, Role, Unit
from tests.bookings.desk_cast import signed_in
from tests.bookings.personal_cast import (
    NOW,
    VISIT,
    cast,
    passed_on,
    request_only,
    text,
    without_keys,
)
from tests.factories import PartyFactory, UserFactory, link_of

pytestmark = pytest.mark.django_db

OPENS_NOTHING = "Tällä linkillä ei aukea mitään"


@pytest.fixture
def at_ten() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def waiting(party: Party) -> list[tuple[str, str]]:
    """Return what is on its way to a party: kinds, and the nonces of their links."""
    return list(
        OutboxMessage.objects.waiting()
        .filter(to=party.email)
        .order_by("pk")
        .values_list("kind", "link_nonce")
    )


# They end


def test_links_end_some_days_after_the_visit_with_a_page_that_tells_nothing(at_ten: Any) -> None:
    people = cast()
    Unit.objects.update(link_days=5)
    at_ten.move_to(VISIT + timedelta(hours=1, days=5, minutes=-1))
    for link in people.links:
        assert Client().get(link).status_code == 200
    at_ten.move_to(VISIT + timedelta(hours=1, days=5))
    pages = {
        without_keys(text(Client(), link + path, 404))
        for link in (*people.links, "/appointment/unknown/")
        for path in ("", "calendar.ics", "cancel/", "move/", "earlier/", "link/", "details/")
    }
    (page,) = pages
    assert " klo " not in page
    assert people.appointment.reference not in page


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.DECLINED])
def test_links_end_some_days_after_closing(at_ten: Any, status: Status) -> None:
    party = request_only(status=status, starts_at=VISIT, ends_at=VISIT + timedelta(hours=1))
    at_ten.move_to(NOW + timedelta(days=13))
    assert Client().get(link_of(party)).status_code == 200
    at_ten.move_to(NOW + timedelta(days=14))
    assert Client().get(link_of(party)).status_code == 404


def test_a_request_that_waits_keeps_its_link(at_ten: Any) -> None:
    party = request_only()
    at_ten.move_to(NOW + timedelta(days=60))
    assert Client().get(link_of(party)).status_code == 200


def test_the_code_of_an_invitation_ends_with_its_link(english: Client, at_ten: Any) -> None:
    party, code = passed_on(status=Status.CANCELLED)
    assert english.post("/appointment/", {"code": code}).status_code == 302
    at_ten.move_to(NOW + timedelta(days=14))
    assert english.get(link_of(party)).status_code == 404
    unknown = english.post("/appointment/", {"code": "AAAA-AAAA-AAAA"}).content.decode()
    ended = english.post("/appointment/", {"code": code}).content.decode()
    assert "There is no invitation with this code." in ended
    assert ended.count("<") == unknown.count("<")


# They are closed


def test_a_party_closes_their_link_and_gets_a_new_one(english: Client, at_ten: Any) -> None:
    people = cast()
    party, link = people.asking, people.links[0]
    notices.notify_confirmed(people.appointment)
    other = waiting(people.invited)
    page = text(english, f"{link}link/")
    assert "Nobody else is told." in page
    assert party.email not in page
    closed = english.post(f"{link}link/", {"key": "one form"})
    again = english.post(f"{link}link/", {"key": "one form"})
    party.refresh_from_db()
    for response in (closed, again):
        assert response.status_code == 200
        assert "The link is closed" in response.content.decode()
        # Who has the old link may be looking at this very page.
        assert link_of(party) not in response.content.decode()
    assert english.get(link).status_code == 404
    assert english.get(link_of(party)).status_code == 200
    # What had not left yet carries the new link; nobody else hears of it.
    assert waiting(party) == [("confirmed", party.link_nonce), ("link", party.link_nonce)]
    assert waiting(people.invited) == other
    event = AppointmentEvent.objects.get(what="link_closed")
    assert (event.by, event.party, event.user) == ("party", party, None)


def test_who_cannot_be_written_to_gets_the_new_address_at_once(
    english: Client, at_ten: Any
) -> None:
    party = request_only(is_anonymous=True)
    Party.objects.update(email="", email_is_safe=False)
    link = link_of(party)
    assert "save it" in text(english, f"{link}link/")
    first = english.post(f"{link}link/", {"key": "one form"})
    party.refresh_from_db()
    assert first.headers["Location"] == link_of(party) != link
    # Pressed twice, or cut off on the way: the same form leads there again.
    assert english.post(f"{link}link/", {"key": "one form"}).headers["Location"] == link_of(party)
    assert english.post(f"{link}link/", {"key": "another"}).status_code == 404
    assert OutboxMessage.objects.count() == 0


def test_the_secretary_closes_a_link_and_can_take_it_back(at_ten: Any) -> None:
    people = cast()
    party, link = people.asking, people.links[0]
    notices.notify_confirmed(people.appointment, only=party)
    desk = signed_in(Role.SECRETARY)
    people.appointment.refresh_from_db()
    path = f"/desk/requests/KLM-482/parties/{party.pk}/link/"
    assert path in text(desk.client, "/desk/requests/KLM-482/")
    response = desk.client.post(path, {"version": people.appointment.version})
    assert response.status_code == 302
    party.refresh_from_db()
    assert Client().get(link).status_code == 404
    assert waiting(party) == [("confirmed", party.link_nonce), ("link", party.link_nonce)]
    event = AppointmentEvent.objects.get(what="link_closed")
    assert (event.by, event.user, event.party) == ("staff", desk.user, party)
    assert AccessLogEntry.objects.filter(action="close link", user=desk.user).count() == 1

    undoable = undo.offered_to(desk.user)
    assert undoable is not None
    undo.undo(undoable.key, user=desk.user)
    party.refresh_from_db()
    assert link_of(party) == link
    assert Client().get(link).status_code == 200
    assert waiting(party) == [("confirmed", party.link_nonce)]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER])
def test_colleagues_and_strangers_close_nothing(at_ten: Any, role: Role) -> None:
    people = cast()
    path = f"/desk/requests/KLM-482/parties/{people.asking.pk}/link/"
    assert signed_in(role).client.post(path, {"version": 1}).status_code == 403
    assert Client().post(path, {"version": 1}).status_code == 302
    secretary = signed_in(Role.SECRETARY).client
    assert secretary.get(path).status_code == 405
    # A party of another appointment.
    stranger = PartyFactory()
    wrong = f"/desk/requests/KLM-482/parties/{stranger.pk}/link/"
    assert secretary.post(wrong, {"version": 1}).status_code == 404
    assert Client().get(people.links[0]).status_code == 200
    assert AppointmentEvent.objects.filter(what="link_closed").count() == 0


def test_what_has_ended_or_is_an_invitation_still_is_not_closed(at_ten: Any) -> None:
    invited, _code = passed_on()
    ended = request_only(status=Status.DECLINED, updated_at=NOW - timedelta(days=30))
    for party in (invited, ended):
        with pytest.raises(NotPossibleError):
            personal_links.close_link(party.pk, user=UserFactory())
    assert OutboxMessage.objects.count() == 0


def test_closing_one_link_leaves_what_comes_later_with_the_new_one(at_ten: Any) -> None:
    people = cast()
    personal_links.close_link(people.asking.pk)
    people.asking.refresh_from_db()
    decisions.cancel(people.appointment.pk, user=UserFactory())
    # The new link comes with the later message: the one that had not left is replaced.
    assert waiting(people.asking) == [("cancelled", people.asking.link_nonce)]


def test_the_pages_of_call_backs_end_too(at_ten: Any) -> None:
    call = CallBack.objects.create(
        reference="SAA-222",
        name="Kutsuja",
        phone="+358400000009",
        starts_at=NOW - timedelta(days=14, hours=1),
        ends_at=NOW - timedelta(days=14),
        professional=cast().professional,
        created_at=NOW - timedelta(days=20),
        updated_at=NOW - timedelta(days=20),
        made_from=uuid4(),
        status="done",
        link_nonce="n",
        link_hash=tokens.hash_token(tokens.token_for("call_back", "n")),
    )
    path = f"/call-back/{tokens.token_for('call_back', 'n')}/"
    assert OPENS_NOTHING in text(Client(), path, 404)
    CallBack.objects.filter(pk=call.pk).update(ends_at=NOW - timedelta(days=13))
    assert Client().get(path).status_code == 200
