"""The display: numbers and desks only, each call with a key of its own, so that it is heard once."""

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import Appointment
from tests.factories import UnitFactory, booked
from tests.walkin.cast import RunningWalkIn, at, frozen_at, later, running_walk_in, service
from walkin.actions import calling, serving
from walkin.actions.check_in import check_in
from walkin.actions.take_number import ticket_path
from walkin.days.lifecycle import close_intake, end_day
from walkin.models import Source

pytestmark = pytest.mark.django_db


def text(client: Client, own: RunningWalkIn, **headers: str) -> str:
    response = client.get(f"/walk-in/display/{own.point.slug}/", headers=headers)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def booked_at(own: RunningWalkIn, start: datetime) -> Appointment:
    visit = booked(start=start, professionals=[], service_point=own.point)
    visit.staff.create(professional=own.people[0])
    return visit


def keys(page: str) -> list[str]:
    return re.findall(r'data-call="([^"]+)"', page)


def test_the_called_number_and_its_desk_are_shown_and_said(client: Client) -> None:
    UnitFactory()
    with frozen_at(9):
        own = running_walk_in(2)
        for _ in range(4):
            own.take()
        own.serve(0)
        own.next(1)
        page = text(client, own)
    assert '<p class="display__number">2</p>' in page
    assert 'data-fi="Numero 2, piste 2."' in page
    assert 'data-sv="Nummer 2, disk 2."' in page
    assert "<span>3</span> <span>4</span>" in page


def test_the_next_numbers_stand_as_they_are_called(client: Client) -> None:
    UnitFactory()
    with frozen_at(9):
        own = running_walk_in(2, step_backs=1, calls=1)
        away, first, second, handed = (own.take() for _ in range(4))
        own.absent(own.next())
        serving.hand_over(handed.pk, own.people[1], user=own.user)
        due, far = (
            check_in(visit.pk, language="fi", source=Source.KIOSK).ticket
            for visit in (booked_at(own, at(9, 5)), booked_at(own, at(11)))
        )
        assert due
        assert far
        row = text(client, own).split('<p class="display__waiting">')[1].split("</p>")[0]
        # One who is due in two hours is not next; who lets others go first comes last.
        expected = [due, handed, first, second, away]
        assert re.findall(r"<span>(\d+)</span>", row) == [str(t.number) for t in expected]
        assert "+" not in row
        assert own.next() == due
        assert own.next(1) == handed
    with frozen_at(10, 55):
        row = text(client, own).split('<p class="display__waiting">')[1].split("</p>")[0]
        assert re.findall(r"<span>(\d+)</span>", row)[0] == str(far.number)


def test_a_repeated_call_is_a_new_one_to_hear(client: Client) -> None:
    UnitFactory()
    with frozen_at(9):
        own = running_walk_in()
        ticket = own.take()
        own.next()
        first = keys(text(client, own))
        assert keys(text(client, own)) == first
        with later(1):
            calling.call_again(ticket.pk, user=own.user)
            second = keys(text(client, own))
    assert len(first) == len(second) == 1
    assert first != second


def test_nothing_but_numbers_and_desks(client: Client) -> None:
    UnitFactory()
    with frozen_at(9):
        own = running_walk_in()
        ticket = own.take(service(matter_fi="Haluamme erota"))
        own.take()
        own.next()
        page = text(client, own)
    assert "Haluamme erota" not in page
    assert own.people[0].name not in page
    assert own.day.code not in page
    assert ticket_path(ticket) not in page


def test_closed_intake_an_ended_day_and_an_unknown_point(client: Client) -> None:
    UnitFactory()
    with frozen_at(9):
        own = running_walk_in()
        close_intake(own.day.pk)
        assert "Tänään ei anneta enää numeroita" in text(client, own)
        end_day(own.day.pk)
        assert "Walk-in on suljettu" in text(client, own)
    assert client.get("/walk-in/display/no-such-point/").status_code == 404


def test_asked_for_by_htmx_only_what_changes_comes(client: Client) -> None:
    UnitFactory()
    with frozen_at(9):
        own = running_walk_in()
        assert text(client, own, **{"HX-Request": "true"}).startswith('<div id="display"')


def test_the_queries_do_not_grow_with_the_queue(client: Client) -> None:
    UnitFactory()
    with frozen_at(9):
        own = running_walk_in(2)
        own.take()
        own.next(0)
        text(client, own)
        with CaptureQueriesContext(connection) as one:
            text(client, own)
        own.take()
        own.take()
        own.next(1)
        with CaptureQueriesContext(connection) as three:
            text(client, own)
    assert len(one) == len(three)
