"""A series of visits booked at once: its dates are looked at, and all are booked or none."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from bookings.appointments import decisions, impartiality
from bookings.desk_kit.letters import letters_about
from bookings.models import Appointment, Case, CaseResult, Party, Status, Undoable
from office.core import clock, tokens
from office.messaging.outbox import text_of
from office.models import OutboxMessage, Role, User
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.bookings.staff_booking.test_panel import PAGE, typed
from tests.factories import booked

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
WEEK = timedelta(weeks=1)


@pytest.fixture
def client(house: House) -> Client:
    return signed_in(Role.SECRETARY).client


def asked(house: House, number: int = 4, **fields: Any) -> dict[str, Any]:
    """Return a weekly series from Wednesday 25.11. at 9 on, for two who are written to by e-mail."""
    data = typed(house, 9, **fields) | {"rhythm": "1", "number": str(number)}
    by_mail = {"other-email": "eino@example.org", "other-safe": ["email"], "other-phone": ""}
    del data["caller-all_safe"]
    return data | by_mail | {"caller-safe": ["email"]} | fields


def look(client: Client, data: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the form on the page of dates, with the first time of each date; and the page."""
    html = client.post(PAGE, data | {"do": "series"}, headers=EN).content.decode()
    selects = re.findall(r'<select id="series-\d+".*?</select>', html, re.DOTALL)
    later = [match[1] for one in selects if (match := re.search(r'value="([^"]+)"', one))]
    begins = re.search(r'name="series_from" value="([^"]*)"', html)
    assert begins is not None
    return data | {"do": "book_series", "later": later, "series_from": begins[1]}, html


def own_link(party: Party) -> str:
    return f"/a/{tokens.link_token('party', party.link_nonce)}/"


def taken(house: House, weeks: int) -> Appointment:
    return booked(
        start=at(9) + weeks * WEEK,
        professionals=[house.professional],
        service=house.service,
        service_point=house.point,
    )


def test_a_series_is_looked_at_booked_told_in_one_letter_and_undone(
    house: House, client: Client
) -> None:
    busy = taken(house, 2)
    form, html = look(client, asked(house))
    states = re.findall(r'<span class="tag[^"]*">.*?</svg>\s*([a-z]+)\s*</span>', html, re.DOTALL)
    assert states[-3:] == ["free", "taken", "free"]
    assert len(form["later"]) == 3
    assert Appointment.objects.count() == 1

    first = client.post(PAGE, form, headers=EN)
    assert client.post(PAGE, form, headers=EN)["Location"] == first["Location"]
    visits = list(Appointment.objects.exclude(pk=busy.pk).order_by("starts_at"))
    assert len(visits) == 4
    assert [v.starts_at - at(9) for v in visits if v.starts_at][::3] == [0 * WEEK, 3 * WEEK]
    near = visits[2].starts_at
    assert near is not None
    assert near != at(9) + 2 * WEEK
    assert abs(near - at(9) - 2 * WEEK) < WEEK
    case = Case.objects.get()
    assert {v.case for v in visits} == {case}
    assert (case.visits_planned, {v.status for v in visits}) == (4, {Status.CONFIRMED})
    done = client.get(first["Location"], headers=EN).content.decode()
    assert all(v.reference in done for v in visits)

    # One letter to each, with the way to each visit's own page, and to nobody else's.
    letters = OutboxMessage.objects.exclude(kind="staff_booked")
    assert sorted(letters.values_list("to", flat=True)) == ["aino@example.org", "eino@example.org"]
    for letter, name in (
        (letters.get(to="aino@example.org"), "Aino"),
        (letters.get(to="eino@example.org"), "Eino"),
    ):
        text = text_of(letter)
        own = Party.objects.filter(appointment__in=visits, name__startswith=name)
        others = Party.objects.filter(appointment__in=visits).exclude(pk__in=own)
        assert [own_link(party) in text for party in own] == [True] * 4
        assert not [party for party in others if own_link(party) in text]
        assert "{link" not in text
        assert house.service.name not in text
    # The card of each visit has it, and the proof counts it for each.
    last = visits[3]
    shown = letters_about(last, list(last.parties.all()))
    assert {one.party for one in shown if one.party} == {party.pk for party in last.parties.all()}
    text = f"/desk/requests/{last.reference}/letters/{letters[0].pk}/"
    assert "[personal link]" in client.get(text, headers=EN).content.decode()
    letters.update(sent_at=clock.now())
    found = impartiality.notices_to_both(visits)
    assert [[(n.kind, n.is_alike) for n in found[v.pk]] for v in visits] == [
        [("confirmed", True)]
    ] * 4
    letters.update(sent_at=None)

    user = User.objects.get(roles=[Role.SECRETARY])
    client.post(f"/desk/undo/{Undoable.objects.latest('pk').key}/")
    for visit in visits:
        visit.refresh_from_db()
    assert {v.status for v in visits} == {Status.CANCELLED}
    assert not letters.filter(dropped_at=None).exists()
    case.refresh_from_db()
    assert (case.is_open, case.result) == (False, CaseResult.MISTAKE)
    # The times are free again.
    form, _html = look(client, asked(house))
    assert client.post(PAGE, form).status_code == 302
    # What is decided of one visit before the letter leaves does not take it back: it tells of the others.
    waiting = letters.filter(dropped_at=None)
    again = Appointment.objects.filter(status=Status.CONFIRMED, starts_at=at(9)).get()
    decisions.cancel(again.pk, user=user)
    assert waiting.filter(kind="confirmed").count() == 2
    assert waiting.filter(kind="cancelled").count() == 2


def test_by_text_message_each_visit_has_its_own(house: House, client: Client) -> None:
    form, _html = look(client, asked(house, 3, **{"caller-safe": ["email", "sms"]}))
    client.post(PAGE, form)
    sent = OutboxMessage.objects.filter(kind="confirmed").order_by("pk")
    to_caller = [message.channel for message in sent if message.to != "eino@example.org"]
    assert to_caller == ["email", "sms", "sms", "sms"]


def test_all_or_none_and_only_what_was_looked_at(house: House, client: Client) -> None:
    def refused(data: dict[str, Any], status: int, said: str) -> None:
        response = client.post(PAGE, data, headers=EN)
        assert (response.status_code, Appointment.objects.count()) == (status, before)
        assert escape(said) in response.content.decode()

    before = 0
    form, _html = look(client, asked(house))
    # Not looked at; another first time; another matter; out of order; a code for one visit alone.
    refused(asked(house), 422, "Look at the dates of the series once more.")
    other = form | {"slot": typed(house, 11)["slot"]}
    refused(other, 422, "Look at the dates of the series once more.")
    refused(
        form | {"children": "2", "later": ["x"]}, 422, "Look at the dates of the series once more."
    )
    backwards = form | {"later": form["later"][::-1]}
    refused(backwards, 422, "Each visit must be on a later day than the one before it.")
    pass_on = form | {"other_parent": "pass_on", "other-name": "", "other-email": ""}
    refused(pass_on, 422, "For a series give the other parent’s details")
    # Taken meanwhile: nothing of the series is booked, and the dates are as they are now.
    taken(house, 3)
    before = 1
    refused(form, 409, "was just taken, and nothing is booked")
    assert not OutboxMessage.objects.exists()
    # Left out, it is booked later: the matter knows how many there are to be.
    form, _html = look(client, asked(house))
    assert client.post(PAGE, form | {"later": [*form["later"][:1], "", ""]}).status_code == 302
    assert Appointment.objects.filter(case=Case.objects.get()).count() == 2
