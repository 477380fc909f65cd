"""Who somebody is, told at the desk: found exactly, linked by who may, heeded when numbers are called."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from bookings.appointments import separate_visits
from bookings.models import Appointment, Meeting, OtherParent, Party, Status
from office.core import clock
from office.models import AccessLogEntry, Role
from tests.bookings.desk_cast import signed_in
from tests.factories import PartyFactory, ProfessionalFactory, UserFactory, booked
from tests.walkin.cast import (
    RunningWalkIn,
    at,
    frozen_at,
    in_english,
    later,
    messages_after,
    professional_client,
    running_walk_in,
)
from walkin.actions import calling, own_ticket
from walkin.actions.identify import as_candidates, matching_parties
from walkin.actions.take_number import ticket_path
from walkin.days import lifecycle
from walkin.errors import KeptApartError, NobodyToCallError, WalkInError
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import Company, Ticket
from walkin.tickets import keep_apart

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine() -> Iterator[None]:
    with frozen_at(9):
        yield


def visit(**fields: Any) -> Appointment:
    fields = {"reference": "KLM-482", **fields}
    found = booked(start=at(11), professionals=[ProfessionalFactory()], **fields)
    found.parties.update(name="Aino Mäkinen", phone="+358401234567", email="a@example.org")
    return found


def two_visits(place: RunningWalkIn, **fields: Any) -> tuple[Party, Party]:
    """Make parents who come separately, each with a visit of their own."""
    one = visit(meeting=Meeting.SEPARATE, service_point=place.point)
    two = booked(
        start=at(14),
        professionals=[ProfessionalFactory()],
        service_point=place.point,
        meeting=Meeting.SEPARATE,
        **fields,
    )
    separate_visits.link(one, two)
    return one.parties.get(), two.parties.get()


def look(client: Client, ticket: Ticket, sought: str) -> str:
    answer = client.post(f"/queue/numbers/{ticket.pk}/who/", {"sought": sought})
    assert answer.status_code == 200
    return answer.content.decode()


def offered(client: Client, ticket: Ticket, sought: str) -> list[tuple[str, str]]:
    """Return who is offered: the value and the name of each button, in the order of the page."""
    html = look(client, ticket, sought)
    buttons = re.findall(r'name="party" value="([^"]*)".*?<strong>(.*?)</strong>', html, re.DOTALL)
    return [(value, " ".join(name.split())) for value, name in buttons]


def told(client: Client, ticket: Ticket, sought: str, value: str) -> list[str]:
    data = {"sought": sought, "party": value}
    return messages_after(client, f"/queue/numbers/{ticket.pk}/who/tell/", **data)


def tells(client: Client, ticket: Ticket, sought: str, name: str) -> list[str]:
    """Look, and press the button with the name."""
    value = next(
        value for value, messages_after in offered(client, ticket, sought) if messages_after == name
    )
    return told(client, ticket, sought, value)


@pytest.mark.parametrize(
    ("sought", "is_found"),
    [
        ("KLM-482", True),
        ("klm482", True),
        ("KLM-48", False),
        ("040 123 4567", True),
        ("+358401234567", True),
        ("040 123", False),
        ("0401234568", False),
        ("aino mäkinen", True),
        ("Aino Makinen", True),
        ("Aino", False),
        ("Aino Mäkine", False),
        ("Aino Mäkisen", False),
        ("a@example.org", False),
        ("%", False),
        ("\0", False),
    ],
)
def test_only_what_is_typed_wholly_finds_somebody(sought: str, is_found: bool) -> None:
    party = visit().parties.get()

    assert matching_parties(sought) == ([party] if is_found else [])


def test_who_stays_anonymous_is_found_by_the_code_alone() -> None:
    party = visit(is_anonymous=True).parties.get()

    assert matching_parties("Aino Mäkinen") == []
    assert matching_parties("0401234567") == []
    assert matching_parties("KLM-482") == [party]


@pytest.mark.parametrize(
    "status", [Status.REQUESTED, Status.OFFERED, Status.DONE, Status.CANCELLED, Status.NO_SHOW]
)
def test_only_agreed_visits_are_known(status: Status) -> None:
    appointment = visit()
    if status in (Status.REQUESTED, Status.OFFERED, Status.DONE, Status.NO_SHOW):
        Appointment.objects.filter(pk=appointment.pk).update(status=status)
    else:
        Appointment.objects.filter(pk=appointment.pk).update(status=status, claim=None)

    for sought in ("KLM-482", "Aino Mäkinen", "040 123 4567"):
        assert matching_parties(sought) == []


def test_of_two_the_buttons_tell_not_who_asked_first() -> None:
    """The values are no ids, other ones at each number and for each user, and the order is drawn."""
    place, appointment = running_walk_in(2), visit()
    asking = appointment.parties.get()
    invited = PartyFactory(appointment=appointment, name="Aapo Niemi")
    one, other = place.take(), place.take()
    first, second = professional_client(place, 0), professional_client(place, 1)

    parties = matching_parties("KLM-482")
    drawn = [as_candidates(one, parties, place.user) for _ in range(64)]
    assert {candidate.name for candidate, _next in drawn} == {"Aapo Niemi", "Aino Mäkinen"}
    values = {name: value for value, name in offered(first, one, "KLM-482")}
    for value in values.values():
        assert re.fullmatch(r"[0-9a-f]{64}", value)
        assert str(asking.pk) != value != str(invited.pk)
    assert values.items().isdisjoint({n: v for v, n in offered(first, other, "KLM-482")}.items())
    assert values.items().isdisjoint({n: v for v, n in offered(second, one, "KLM-482")}.items())


def test_a_name_is_said_only_where_both_are_known() -> None:
    """Who is only invited has given none: the one with a name would be the one who asked."""
    place, appointment = running_walk_in(2), visit(other_parent=OtherParent.PASS_ON)
    asking = appointment.parties.get()
    invited = PartyFactory(appointment=appointment, name="")
    one, other = place.take(), place.take()
    client = professional_client(place)

    for sought in ("KLM-482", "Aino Mäkinen", "040 123 4567"):
        (button,) = offered(client, one, sought)
        assert button[1] == "Known from KLM-482"
        assert "Aino" not in look(client, one, sought).replace('value="Aino Mäkinen"', "")
    assert tells(client, one, "KLM-482", "Known from KLM-482") == []
    assert tells(client, other, "KLM-482", "Known from KLM-482") == []
    # Nobody knows which of them is which; that they are two is known, so that they are kept apart.
    told_of = {Ticket.objects.get(pk=t.pk).party_id for t in (one, other)}
    assert told_of == {asking.pk, invited.pk}


def test_the_other_parent_whom_we_are_still_to_contact_is_not_told_of() -> None:
    place = running_walk_in()
    visit(other_parent=OtherParent.UNIT)
    assert [name for _v, name in offered(professional_client(place), place.take(), "KLM-482")] == [
        "Known from KLM-482"
    ]


def test_a_person_is_found_and_linked_and_both_is_logged() -> None:
    place, appointment = running_walk_in(), visit()
    ticket, client = place.take(), professional_client(place)
    party = appointment.parties.get()

    html = look(client, ticket, "Aino Mäkinen")
    assert "KLM-482" in html
    # No more than is needed to know them by: no contact, no matter
    for kept in ("1234567", "a@example.org", appointment.service.name):
        assert kept not in html
    assert tells(client, ticket, "Aino Mäkinen", "Aino Mäkinen") == []

    ticket.refresh_from_db()
    assert ticket.party == party
    assert "known from KLM-482" in client.get(f"/queue/numbers/{ticket.pk}/").content.decode()
    search, link = ("KLM-482", "search", "walk-in"), ("KLM-482", "link", "walk-in")
    assert logged() == [search, search, link]
    assert [e.what for e in ticket.events.order_by("pk")] == ["take", "known"]

    messages_after(client, f"/queue/numbers/{ticket.pk}/who/tell/", forget="1")
    ticket.refresh_from_db()
    assert ticket.party is None


def logged() -> list[tuple[str, str, str]]:
    rows = AccessLogEntry.objects.order_by("pk").values_list("record", "action", "reason")
    return list(rows)


def test_only_somebody_whom_the_text_means_is_linked() -> None:
    place, appointment = running_walk_in(), visit()
    ticket, client = place.take(), professional_client(place)
    (stranger,) = offered(client, ticket, "KLM-482")
    visit(reference="VXA-777").parties.update(name="Eino Korpi", phone="+358401234568")

    for sought, value in (
        ("Eino Korpi", stranger[0]),
        ("", stranger[0]),
        ("KLM-482", ""),
        ("KLM-482", "x"),
        ("KLM-482", str(appointment.parties.get().pk)),
    ):
        assert told(client, ticket, sought, value) == ["Choose the person from the search results."]
    ticket.refresh_from_db()
    assert ticket.party is None


def test_nobody_found_is_said() -> None:
    place = running_walk_in()
    html = look(professional_client(place), place.take(), "Nobody Atall")
    assert "There is no exact match" in html


def test_an_identity_code_is_refused() -> None:
    place = running_walk_in()
    ticket, client = place.take(), professional_client(place)
    answer = client.post(f"/queue/numbers/{ticket.pk}/who/", {"sought": "131052-308T"})
    assert answer.status_code == 422
    assert "identity code" in answer.content.decode()


def test_every_look_counts_and_is_logged_whichever_way_and_whether_it_finds_or_not() -> None:
    place = running_walk_in()
    visit()
    ticket, client = place.take(), professional_client(place)
    for _ in range(5):
        look(client, ticket, "KLM-482")
        look(client, ticket, "Nobody Atall")
        told(client, ticket, "KLM-482", "x")
        told(client, ticket, "Nobody Atall", "x")
    for page, data in (("", {"sought": "KLM-482"}), ("tell/", {"sought": "x", "party": "x"})):
        assert messages_after(client, f"/queue/numbers/{ticket.pk}/who/{page}", **data) == [
            "Too many searches in a minute. Wait a moment."
        ]
    reads = [
        ("KLM-482", "search", "walk-in"),
        ("-", "search", "walk-in"),
        ("KLM-482", "link", "walk-in"),
        ("-", "link", "walk-in"),
    ]
    assert logged() == reads * 5


PATHS = ["/queue/numbers/{}/who/", "/queue/numbers/{}/who/tell/"]


@pytest.mark.parametrize("path", PATHS)
def test_who_may(path: str) -> None:
    place = running_walk_in()
    visit()
    ticket = place.take()
    data = {"sought": "KLM-482", "party": "x"}
    path = path.format(ticket.pk)
    for role in (Role.MANAGER, Role.PARTNER):
        assert signed_in(role).client.post(path, data).status_code == 403
    assert Client().post(path, data)["Location"].startswith("/accounts/login/")
    ticket.refresh_from_db()
    assert (ticket.party, AccessLogEntry.objects.count()) == (None, 0)
    for role in (Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY):
        client = signed_in(role).client
        assert client.get(path).status_code == 405
        assert client.post(path, data).status_code in (200, 302)
    assert signed_in(Role.GUIDE).client.post("/queue/numbers/99999/who/").status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_a_number_at_a_colleagues_desk_is_theirs(path: str) -> None:
    place, appointment = running_walk_in(2), visit()
    ticket = place.take()
    place.serve(0)
    client = professional_client(place, 1)
    data = {"sought": "KLM-482", "party": appointment.parties.get().pk}
    assert messages_after(client, path.format(ticket.pk), **data) == [
        "That number is at a colleague's desk."
    ]
    ticket.refresh_from_db()
    assert ticket.party is None


def test_after_its_end_a_number_is_nobodys() -> None:
    place, party = running_walk_in(), visit().parties.get()
    ticket, waiting = place.take(), place.take()
    own_ticket.leave(ticket.pk)
    with pytest.raises(WalkInError):
        keep_apart.identify_party(ticket.pk, party, user=place.user)
    keep_apart.identify_party(waiting.pk, party, user=place.user)
    lifecycle.end_day(place.day.pk, user=place.user)
    waiting.refresh_from_db()
    assert waiting.party is None
    with pytest.raises(WalkInError):
        keep_apart.identify_party(waiting.pk, party, user=place.user)


def test_two_linked_visits_are_one_matter() -> None:
    place = running_walk_in(2)
    one, other = place.take(), place.take()
    mine, theirs = two_visits(place)
    keep_apart.identify_party(one.pk, mine, user=place.user)
    assert QueueSnapshot(place.day).apart == {}
    keep_apart.identify_party(other.pk, theirs, user=place.user)

    assert QueueSnapshot(place.day).apart == {one.pk: ["2"], other.pk: ["1"]}
    with pytest.raises(NobodyToCallError) as nobody:
        place.next(0)
    assert nobody.value.kept_apart == [1, 2]
    with pytest.raises(KeptApartError):
        calling.call(place.duties[0].pk, other.pk, user=place.user)


def test_nobody_who_is_kept_apart_is_promised_a_time_nor_told_why() -> None:
    place = running_walk_in(2)
    one, other = place.take(), place.take()
    with later(1):
        before = Client().get(ticket_path(one)).content.decode()
        mine, theirs = two_visits(place)
        keep_apart.identify_party(one.pk, mine, user=place.user)
        keep_apart.identify_party(other.pk, theirs, user=place.user)
        after = Client().get(ticket_path(one)).content.decode()

    assert "Todennäköinen odotus" in before
    assert "Todennäköinen odotus" not in after
    assert "Odotusaikaa ei vielä tiedetä" in after
    snapshot = QueueSnapshot(place.day)
    assert not snapshot.is_near(one)
    assert snapshot.be_back_by(one) is None


def test_linked_visits_warn_also_who_did_not_say_separately_today() -> None:
    place = running_walk_in()
    one, other = (place.take(meeting=Company.TOGETHER) for _ in range(2))
    mine, theirs = two_visits(place)
    keep_apart.identify_party(one.pk, mine, user=place.user)
    keep_apart.identify_party(other.pk, theirs, user=place.user)

    assert set(QueueSnapshot(place.day).apart) == {one.pk, other.pk}


def test_the_other_parent_who_has_arrived_for_their_own_visit_is_an_alert() -> None:
    place = running_walk_in()
    ticket = place.take()
    mine, _theirs = two_visits(place, status=Status.ARRIVED, reference="VXA-777")
    keep_apart.identify_party(ticket.pk, mine, user=place.user)

    assert QueueSnapshot(place.day).apart == {ticket.pk: ["VXA-777"]}
    with pytest.raises(KeptApartError):
        calling.call(place.duties[0].pk, ticket.pk, user=place.user)


def test_who_has_arrived_for_their_own_visit_is_not_kept_apart_from_themselves() -> None:
    place = running_walk_in()
    ticket = place.take()
    mine, _theirs = two_visits(place)
    Appointment.objects.filter(pk=mine.appointment_id).update(status=Status.ARRIVED)
    keep_apart.identify_party(ticket.pk, mine, user=place.user)

    assert QueueSnapshot(place.day).apart == {}


def test_the_alert_comes_again_when_somebody_else_is_told() -> None:
    """What was settled about one person says nothing about another."""
    place = running_walk_in()
    one, other = place.take(), place.take()
    mine, theirs = two_visits(place)
    keep_apart.identify_party(one.pk, mine, user=place.user)
    keep_apart.settle_separation(one.pk, user=place.user)
    keep_apart.identify_party(other.pk, theirs, user=place.user)
    assert set(QueueSnapshot(place.day).apart) == {other.pk}

    keep_apart.identify_party(one.pk, mine, user=place.user)
    assert set(QueueSnapshot(place.day).apart) == {one.pk, other.pk}


@pytest.mark.parametrize("known", [1, 3])
def test_queries_of_the_alert_do_not_grow(known: int, django_assert_num_queries: Any) -> None:
    place = running_walk_in()
    for n in range(known):
        place.take()
        place.take()
        appointment = visit(reference=f"KLM-48{n}")
        for ticket in Ticket.objects.order_by("-pk")[:2]:
            party = PartyFactory(appointment=appointment)
            keep_apart.identify_party(ticket.pk, party, user=place.user)
    now = QueueSnapshot(place.day)
    assert len(now.tickets) == 2 * known
    with django_assert_num_queries(2):
        assert len(now.apart) == 2 * known


def test_the_alert_is_seen_and_the_call_refused_in_words() -> None:
    place = running_walk_in()
    one, other = place.take(), place.take()
    mine, theirs = two_visits(place)
    client = professional_client(place)
    tells(client, one, "KLM-482", mine.name)
    keep_apart.identify_party(other.pk, theirs, user=UserFactory())

    html = client.get("/queue/").content.decode()
    assert "asked to come separately" in html
    assert "Next: number" not in html
    assert messages_after(client, "/queue/next/") == [
        "The people waiting asked to come separately, and the other party is waiting "
        "in the same room."
    ]
    assert Ticket.objects.filter(day=place.day).at_desk().count() == 0
    assert clock.now() == at(9)
    assert in_english(client)
