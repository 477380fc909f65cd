"""Somebody on duty falls ill: the duty ends, no number is lost, and everybody concerned sees it."""

from datetime import timedelta

import pytest

from office.core import clock
from office.models import Absence, Occupancy, Role
from office.setup.absences import add_absence, end_absence
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory
from tests.walkin.cast import (
    RunningWalkIn,
    at,
    frozen_at,
    in_english,
    messages_after,
    press,
    professional_client,
    running_walk_in,
)
from walkin.actions import calling, serving
from walkin.days import absences, duties, lifecycle
from walkin.days.current import on_duty
from walkin.models import Duty, Outcome, TicketEvent
from walkin.staff_pages.screen import QueueScreen
from walkin.states import TicketState

pytestmark = pytest.mark.django_db


def falls_ill(place: RunningWalkIn, desk: int = 0, until: int = 16) -> None:
    add_absence(place.people[desk], start=clock.now(), end=at(until), reason="sick")


def names(place: RunningWalkIn) -> list[str]:
    return [d.professional.name for d in on_duty(place.day, clock.now())]


def test_a_sick_note_ends_the_duty_now_and_gives_the_time_to_the_absence() -> None:
    with frozen_at(9):
        place = running_walk_in(2)
        falls_ill(place)
        assert names(place) == [place.people[1].name]
    duty = Duty.objects.get(professional=place.people[0])
    assert (duty.during.lower, duty.during.upper) == (at(8), at(9))
    absence = Absence.objects.get()
    rows = Occupancy.objects.filter(resource=place.people[0].pk, during__endswith__gt=at(9))
    assert {row.claim for row in rows} == {absence.claim}


def test_whoever_was_called_or_on_hold_stands_in_the_own_place_again() -> None:
    with frozen_at(9):
        place = running_walk_in(2)
        first, second = place.take(), place.take()
        place.serve()
        serving.hold(first.pk, user=place.user)
        place.next()
        falls_ill(place)
        for ticket in (first, second):
            ticket.refresh_from_db()
            assert ticket.state == TicketState.WAITING
            row = TicketEvent.objects.filter(ticket=ticket).latest("pk")
            assert (row.what, row.by, row.reason) == ("put_back", "system", "absence")
        assert calling.call_next(place.duties[1].pk, user=place.user) == first


def test_a_visit_that_goes_on_is_left_for_the_others_to_see_to() -> None:
    with frozen_at(9):
        place = running_walk_in(2)
        place.take()
        ticket = place.serve()
        colleague = professional_client(place, 1)
        assert press(colleague, ticket, "back") == ["That number is at a colleague's desk."]
        falls_ill(place)
        page = colleague.get("/queue/").content.decode()
        assert f"{place.people[0].name} is away and not on duty." in page
        assert f"<strong>Number {ticket.number}</strong> was left at desk 1" in page
        assert press(colleague, ticket, "back") == []
        ticket.refresh_from_db()
        assert ticket.state == TicketState.WAITING
        assert "was left at desk" not in colleague.get("/queue/").content.decode()


def test_it_is_finished_by_a_colleague_as_well() -> None:
    with frozen_at(9):
        place = running_walk_in(2)
        place.take()
        ticket = place.serve()
        colleague = professional_client(place, 1)
        falls_ill(place)
        assert (
            "The professional is away."
            in colleague.get(f"/queue/numbers/{ticket.pk}/").content.decode()
        )
        assert press(colleague, ticket, "done", outcome=Outcome.ADVICE) == []


def test_whoever_sits_down_at_the_desk_goes_on_with_the_visit() -> None:
    with frozen_at(9):
        place = running_walk_in(2)
        place.take()
        ticket = place.serve()
        falls_ill(place)
        other = ProfessionalFactory()
        new = duties.put_on_duty(
            place.day.pk, other, start=clock.now(), end=at(12), desk=place.desks[0]
        )
        ticket.refresh_from_db()
        assert (ticket.professional, ticket.state) == (other, TicketState.SERVING)
        assert TicketEvent.objects.filter(ticket=ticket).latest("pk").what == "taken_over"
        place.done(ticket)
        place.take()
        assert calling.call_next(new.pk, user=place.user).desk == place.desks[0]


def test_the_manager_sees_who_is_away_and_what_was_left() -> None:
    with frozen_at(9):
        manager = in_english(signed_in(Role.MANAGER).client)
        place = running_walk_in(1)
        place.take()
        place.serve()
        falls_ill(place)
        page = manager.get(f"/office/walk-in/{place.day.pk}/").content.decode()
        assert f"{place.people[0].name} is away and not on duty." in page
        assert "number 1, desk 1" in page
        assert "nobody" in manager.get("/office/walk-in/").content.decode()


def test_an_hour_away_is_cut_out_and_the_duty_goes_on_after_it() -> None:
    with frozen_at(9):
        place = running_walk_in(1)
        add_absence(place.people[0], start=at(10), end=at(11), reason="training")
    spans = [(d.during.lower, d.during.upper) for d in Duty.objects.all()]
    assert spans == [(at(8), at(10)), (at(11), at(12))]
    assert {d.desk for d in Duty.objects.all()} == {place.desks[0]}


def test_of_a_planned_day_the_duty_is_no_more_at_once() -> None:
    with frozen_at(7):
        place = running_walk_in(1, opened=False)
        add_absence(place.people[0], start=at(0), end=at(16), reason="sick")
        assert not Duty.objects.exists()
        assert not place.day.duties.exists()


def test_an_absence_noted_before_the_day_opened_counts_when_it_does() -> None:
    with frozen_at(7):
        place = running_walk_in(2, opened=False)
        add_absence(place.people[0], start=at(9), end=at(16), reason="leave")
    with frozen_at(9):
        lifecycle.open_day(place.day.pk)
        lifecycle.tick()
        assert names(place) == [place.people[1].name]


def test_back_again_nothing_is_cut() -> None:
    with frozen_at(9):
        place = running_walk_in(1)
        add_absence(place.people[0], start=at(10), end=at(11), reason="leave")
        end_absence(Absence.objects.get())
        absences.apply_absences()
        assert Duty.objects.count() == 2


def test_the_desk_of_the_absent_one_is_offered_to_those_who_come() -> None:
    with frozen_at(9):
        place = running_walk_in(1)
        falls_ill(place)
        screen = QueueScreen(signed_in(Role.GUIDE).user, place.point)
        assert screen.free_desks == place.desks
        guide = signed_in(Role.GUIDE)
        ProfessionalFactory(user=guide.user)
        assert (
            messages_after(in_english(guide.client), "/queue/desk/", desk=place.desks[0].pk) == []
        )
        assert on_duty(place.day, clock.now() + timedelta(minutes=1)).count() == 1
