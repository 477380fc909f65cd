"""A party asks for a time that overlaps the one they have: half an hour later, say."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client

from bookings.appointments import decisions, undo
from bookings.appointments.answers import ask_to_move, cancel_visit
from bookings.availability.allocation import JustTakenError
from bookings.availability.search import Wish
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, MoveRequest, Party
from bookings.rescheduling import actions as rescheduling
from bookings.rescheduling import plan as change_plan
from office.models import Channel, Occupancy
from tests.bookings.change_cast import Team, agreed, team
from tests.bookings.conftest import House, at
from tests.factories import busy, link_of


@pytest.fixture
def crew(house: House) -> Team:
    """Leave nobody but the lead and no room but the first free on Wednesday."""
    crew = team(house)
    busy(crew.colleague, at(8), 480)
    busy(crew.spare, at(8), 480)
    return crew


def asking(appointment: Appointment) -> Party:
    found: Party = appointment.parties.get(is_requester=True)
    return found


def ask(crew: Team, appointment: Appointment, hour: int, minute: int = 0) -> MoveRequest:
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    slot = crew.house.slot(hour, minute)
    return ask_to_move(asking(appointment).pk, wish, slot, unit=crew.house.unit)


def busy_with(crew: Team) -> list[tuple[datetime, datetime]]:
    rows = Occupancy.objects.filter(resource=crew.lead.pk).order_by("during")
    return [(row.during.lower, row.during.upper) for row in rows]


@pytest.mark.parametrize(
    ("hour", "minute", "spans"),
    [
        (9, 30, [(at(9), at(10)), (at(10), at(10, 30))]),
        (8, 30, [(at(8, 30), at(9)), (at(9), at(10))]),
    ],
)
def test_both_times_are_kept_and_one_of_them_holds_in_the_end(
    crew: Team, hour: int, minute: int, spans: list[tuple[datetime, datetime]]
) -> None:
    appointment = agreed(crew)
    move = ask(crew, appointment, hour, minute)
    assert busy_with(crew) == spans

    decisions.accept_move(move.pk, user=crew.user)

    appointment.refresh_from_db()
    assert appointment.starts_at == at(hour, minute)
    assert busy_with(crew) == [(at(hour, minute), at(hour, minute) + timedelta(hours=1))]
    assert list(appointment.professionals.all()) == [crew.lead]
    assert appointment.room == crew.room


def test_kept_as_it_was(crew: Team) -> None:
    appointment = agreed(crew)
    move = ask(crew, appointment, 9, 30)

    decisions.keep_time(move.pk, user=crew.user)

    assert busy_with(crew) == [(at(9), at(10))]


def test_cancelled_both_are_free(crew: Team) -> None:
    appointment = agreed(crew)
    ask(crew, appointment, 9, 30)

    cancel_visit(asking(appointment).pk)

    assert busy_with(crew) == []


def test_accepted_and_taken_back(crew: Team) -> None:
    appointment = agreed(crew)
    move = ask(crew, appointment, 9, 30)
    spans = busy_with(crew)

    _told, undoable = undo.undoably(
        lambda: decisions.accept_move(move.pk, user=crew.user),
        what="moved",
        user=crew.user,
        appointments=[appointment.pk],
    )
    undo.undo(undoable.key, user=crew.user)

    appointment.refresh_from_db()
    move.refresh_from_db()
    assert (appointment.starts_at, busy_with(crew), move.outcome) == (at(9), spans, "open")
    decisions.accept_move(move.pk, user=crew.user)
    assert busy_with(crew) == [(at(9, 30), at(10, 30))]


def test_what_another_has_is_not_to_be_had(crew: Team) -> None:
    appointment = agreed(crew)
    busy(crew.lead, at(10), 30)

    with pytest.raises(JustTakenError):
        ask(crew, appointment, 9, 30)


def test_a_partner_comes_along(crew: Team) -> None:
    appointment = agreed(crew)
    stands = change_plan.present(appointment)
    assert stands is not None
    pair = replace(stands, professionals=(crew.lead.pk, crew.partner.pk))
    rescheduling.change(appointment.pk, pair, user=crew.user)

    decisions.accept_move(ask(crew, appointment, 9, 30).pk, user=crew.user)

    assert set(appointment.professionals.all()) == {crew.lead, crew.partner}


def test_the_own_time_is_no_wish(crew: Team) -> None:
    with pytest.raises(NotPossibleError):
        ask(crew, agreed(crew), 9)


def test_the_personal_page_offers_what_overlaps_and_not_the_same(
    crew: Team, client: Client
) -> None:
    appointment = agreed(crew)

    html = client.get(f"{link_of(asking(appointment))}move/?week=2026-W48").content.decode()

    assert (crew.house.value(9, 30) in html, crew.house.value(9) in html) == (True, False)
