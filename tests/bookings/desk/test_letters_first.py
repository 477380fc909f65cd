"""Every act that writes to people can be read first; what is read is what is sent later."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from bookings.appointments import answers, decisions
from bookings.availability.search import Wish
from bookings.models import Appointment, AppointmentEvent, MoveRequest, Party
from office.models import Absence, AccessLogEntry, Channel, OutboxMessage, Role
from tests.bookings.change_cast import Team, agreed, team
from tests.bookings.conftest import House
from tests.bookings.desk_cast import ONE, TWO, Desk, request_for, signed_in, url
from tests.factories import UserFactory

EN = {"accept-language": "en"}
AWAY = {"first": "2026-11-25", "last": "2026-11-25", "reason": "sick"}


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def desk(crew: Team) -> Desk:
    return signed_in(Role.SECRETARY)


def state() -> tuple[int, int, int]:
    """Return what would differ if anything had been done."""
    return (
        OutboxMessage.objects.count(),
        AppointmentEvent.objects.count(),
        Party.objects.count(),
    )


def offers(crew: Team) -> tuple[Appointment, str, dict[str, Any], str, dict[str, Any]]:
    visit = request_for(crew.house, None)
    picks = [f"in_person:fi:{crew.house.value(hour, day=26)}" for hour in (9, 12)]
    fields = {"slot": picks, "channel": "in_person", "language": "fi"}
    return visit, "times/", {**fields, "preview": "offer"}, "times/", {**fields, "do": "offer"}


def at_once(crew: Team) -> tuple[Appointment, str, dict[str, Any], str, dict[str, Any]]:
    visit = agreed(crew)
    pick = f"in_person:fi:{crew.house.value(9, day=26)}"
    fields = {"slot": [pick], "channel": "in_person", "language": "fi"}
    return visit, "times/", {**fields, "preview": "book"}, "times/", {**fields, "do": "book"}


def keeping(crew: Team) -> tuple[Appointment, str, dict[str, Any], str, dict[str, Any]]:
    visit = agreed(crew)
    party = visit.parties.get(is_requester=True)
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    move: MoveRequest = answers.ask_to_move(
        party.pk, wish, crew.house.slot(13), unit=crew.house.unit
    )
    return visit, "preview/keep_time/", {"move": move.pk}, f"moves/{move.pk}/keep/", {}


def again(crew: Team) -> tuple[Appointment, str, dict[str, Any], str, dict[str, Any]]:
    visit = agreed(crew)
    pk = visit.parties.get(is_requester=True).pk
    return visit, "preview/notify_again/", {"party": pk}, f"parties/{pk}/again/", {}


def new_link(crew: Team) -> tuple[Appointment, str, dict[str, Any], str, dict[str, Any]]:
    visit = agreed(crew)
    pk = visit.parties.get(is_requester=True).pk
    return visit, "preview/close_link/", {"party": pk}, f"parties/{pk}/link/", {}


def new_parent(crew: Team) -> tuple[Appointment, str, dict[str, Any], str, dict[str, Any]]:
    visit = request_for(crew.house, other=None, other_parent="unit")
    decisions.confirm(visit.pk, user=UserFactory())
    fields = {"name": TWO.name, "email": TWO.email, "safe": ["email"], "language": "fi"}
    return visit, "parties/add/", {**fields, "preview": "1"}, "parties/add/", fields


ACTS = [offers, at_once, keeping, again, new_link, new_parent]


@pytest.mark.parametrize("make", ACTS, ids=lambda make: make.__name__)
def test_what_is_read_first_is_what_is_sent(
    crew: Team, desk: Desk, make: Callable[[Team], Any]
) -> None:
    visit, read_at, read, done_at, do = make(crew)
    visit.refresh_from_db()
    seen = {"version": visit.version}
    before, known = state(), set(OutboxMessage.objects.values_list("pk", flat=True))

    response = desk.client.post(url(visit, read_at), {**seen, **read}, headers=EN)

    html = response.content.decode()
    assert (response.status_code, state()) == (200, before)
    # By the page without scripts it is done with the same fields.
    assert f'action="{url(visit, done_at)}"' in html
    for name, value in do.items():
        first = value[0] if isinstance(value, list) else value
        assert f'name="{name}" value="{first}"' in html
    part = {**EN, "HX-Request": "true"}
    letters = desk.client.post(url(visit, read_at), {**seen, **read}, headers=part).content.decode()
    assert ("<html" in letters, 'class="letter"' in letters, state()) == (False, True, before)

    assert desk.client.post(url(visit, done_at), {**seen, **do}).status_code == 302
    new = OutboxMessage.objects.exclude(pk__in=known).filter(dropped_at=None)
    assert new.exists()
    for message in new:
        line = message.body.strip().splitlines()[0]
        assert (message.subject in html, line in html, message.to in html) == (True, True, True)


def test_what_is_missing_is_said_and_no_letter_is_written(crew: Team, desk: Desk) -> None:
    visit = request_for(crew.house, None)
    part = {**EN, "HX-Request": "true"}
    fields = {"version": visit.version, "channel": "in_person", "language": "fi"}

    for do, said in (
        ("offer", "Choose from one to 3 times."),
        ("book", "Choose one time to book."),
    ):
        html = desk.client.post(
            url(visit, "times/"), {**fields, "preview": do}, headers=part
        ).content.decode()
        assert (said in html, 'class="letter"' in html) == (True, False)
    alone = request_for(crew.house, 11, other=None, other_parent="unit")
    html = desk.client.post(
        url(alone, "parties/add/"), {"version": alone.version, "preview": "1"}, headers=part
    ).content.decode()
    assert ("notice--bad" in html, "<html" in html) == (True, False)


def test_the_one_who_is_only_just_added_is_named(crew: Team, desk: Desk) -> None:
    visit, path, fields, _done_at, _do = new_parent(crew)
    visit.refresh_from_db()

    html = desk.client.post(url(visit, path), {"version": visit.version, **fields}).content.decode()

    assert f"<bdi>{TWO.name}</bdi>" in html


def test_all_letters_of_an_absence_are_read_first(crew: Team, desk: Desk) -> None:
    first, second = agreed(crew, 9), agreed(crew, 11)
    table = {"professional": crew.lead.pk, **AWAY}
    html = desk.client.get("/desk/away/", table, headers=EN).content.decode()
    assert 'name="preview"' in html
    sent = {
        **table,
        **dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html)),
        f"choice-{first.reference}": "cancel",
        f"choice-{second.reference}": f"same:{crew.colleague.pk}",
    }
    before = state()

    html = desk.client.post("/desk/away/", {**sent, "preview": "1"}, headers=EN).content.decode()

    assert (state(), Absence.objects.exists()) == (before, False)
    of_first, of_second = (
        html.partition(f'id="letters-{visit.reference}"')[2].partition("</section>")[0]
        for visit in (first, second)
    )
    assert (ONE.email in of_first, ONE.email in of_second) == (True, False)
    assert crew.colleague.email in of_second
    records = set(AccessLogEntry.objects.values_list("record", flat=True))
    assert {first.reference, second.reference} <= records
    # What is said to be done is carried on.
    carried = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))
    desk.client.post("/desk/away/", carried)
    first.refresh_from_db()
    assert first.is_cancelled
    assert list(second.professionals.all()) == [crew.colleague]


def test_letters_of_an_absence_that_has_changed_meanwhile(crew: Team, desk: Desk) -> None:
    visit = agreed(crew, 9)
    sent = {
        "professional": crew.lead.pk,
        **AWAY,
        "seen": "old",
        f"choice-{visit.reference}": "cancel",
    }
    part = {**EN, "HX-Request": "true"}

    html = desk.client.post("/desk/away/", {**sent, "preview": "1"}, headers=part).content.decode()

    assert "The bookings of those days have changed since you opened the table" in html
    assert ('class="letter"' in html, Absence.objects.exists()) == (False, False)
