"""What a point's walk-in takes, and what it asks of people: on the kiosk, on a phone, for the manager."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from bookings.models import Undoable
from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory, UnitFactory
from tests.walkin.cast import (
    RunningWalkIn,
    frozen_at,
    in_english,
    press,
    professional_client,
    running_walk_in,
    service,
)
from walkin.actions import book_from_ticket
from walkin.models import Company, PointMatter, Presence, Ticket
from walkin.tickets.eligibility import StaffSkills, TicketNeeds, eligible_staff
from walkin.tickets.matters import matter_of, matters, needs_appointment, not_taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[RunningWalkIn]:
    with frozen_at(9):
        UnitFactory()
        yield running_walk_in()


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_point_takes_its_own_matters(place: RunningWalkIn) -> None:
    suits = service(name_en="Maintenance", matter_en="Money for the child", asked_online=True)
    plan = service(name_en="Plan", matter_en="The plan", asked_online=True)
    type(plan).objects.filter(pk=plan.pk).update(suits_walk_in=False)
    point, elsewhere = place.point, running_walk_in().point
    others = ["advice", "papers", "unsure"]
    assert [m.key for m in matters(point.pk)] == [suits.slug, *others]

    PointMatter.objects.create(service_point=point, service=suits, is_taken=False)
    PointMatter.objects.create(service_point=point, service=plan, bring_en="A draft\n\nA pen ")
    PointMatter.objects.create(service_point=point, other="papers", is_taken=False)
    assert [m.key for m in matters(point.pk)] == [plan.slug, "advice", "unsure"]
    assert matter_of(plan.slug, point.pk).conditions.bring == ("A draft", "A pen")
    # The other point and the unit go on as they were.
    assert [m.key for m in matters(elsewhere.pk)] == [m.key for m in matters()]
    assert [(e.service, e.points) for e in not_taken(point.pk)] == [(suits, (str(elsewhere),))]
    assert needs_appointment([point.pk, elsewhere.pk]) == []
    assert needs_appointment([elsewhere.pk]) == [plan]

    # Neither phone nor staff's form takes what the point does not.
    take = f"/walk-in/take/{place.day.code}/"
    phone = in_english(Client())
    page = text(phone.get(take))
    assert "The plan" in page
    assert f"Without an appointment: {elsewhere}" in page
    phone.post(take, {"key": "k", "matter": f"s{suits.pk}", "language": "en", "meeting": "alone"})
    staff = professional_client(place)
    sent = {"matter": suits.slug, "language": "fi", "meeting": "alone"}
    staff.post("/queue/numbers/take/", sent)
    assert not Ticket.objects.exists()
    about = text(phone.get("/walk-in/"))
    assert str(point) in about
    assert "Money for the child" in about


def test_what_a_matter_asks_for_is_asked_before_the_number(place: RunningWalkIn) -> None:
    money = service(matter_en="Money for the child")
    home = service(matter_en="Where the child lives")
    row = PointMatter.objects.create(
        service_point=place.point,
        service=money,
        presence=Presence.BOTH,
        needs_papers=True,
        needs_identity=True,
    )
    take, phone = f"/walk-in/take/{place.day.code}/", in_english(Client())
    page = text(phone.get(f"{take}?matter=s{money.pk}"))
    assert "Both parents must be here." in page
    assert "Show a valid proof of identity." in page
    assert 'name="papers"' in page
    sent = {"key": "k", "matter": f"s{money.pk}", "language": "en"}
    for answers, said in (
        ({"meeting": "together"}, "Say whether you have the papers with you."),
        ({"papers": "yes"}, "Choose how you are here."),
        ({"meeting": "alone", "papers": "yes"}, "Both parents must be here for this matter."),
        ({"meeting": "together", "papers": "no"}, "The papers must be filled in and with you."),
    ):
        page = text(phone.post(take, {**sent, **answers}, follow=True))
        assert said in page, answers
        assert not Ticket.objects.exists(), answers
    assert 'href="?matter=advice"' in page

    # Present but apart is present; a second service comes along, one that is not taken does not.
    answers = {"meeting": "separate", "papers": "yes", "also": [home.slug]}
    phone.post(take, {**sent, **answers})
    ticket = Ticket.objects.get()
    assert (ticket.service, list(ticket.also.all())) == (money, [home])
    assert ticket.meeting == Company.SEPARATE
    queue = text(professional_client(place).get("/queue/"))
    assert f"+ {home.name}" in queue
    # Without conditions nothing is asked.
    row.delete()
    phone.post(take, {**sent, "key": "other", "meeting": "alone"})
    assert Ticket.objects.count() == 2


def test_staff_add_a_matter_to_a_visit_and_take_it_back(place: RunningWalkIn) -> None:
    money, home = service(name="Maintenance"), service(name="Home")
    long = service(name="Long")
    type(long).objects.filter(pk=long.pk).update(suits_walk_in=False)
    client = professional_client(place)
    ticket = place.take(money)
    sent = {"matter": money.slug, "language": "fi", "meeting": "alone"}
    press(client, ticket, "correct", **sent, also=[home.slug])
    assert list(ticket.also.all()) == [home]
    assert "+ Home" in text(client.get("/queue/"))
    client.post(f"/desk/undo/{Undoable.objects.latest('pk').key}/")
    assert not ticket.also.exists()
    # What it turns out to be about may be anything, taken at this walk-in or not.
    place.came(place.next())
    assert f'value="{long.slug}"' in text(client.get("/queue/"))


def test_of_several_matters_the_first_decides() -> None:
    both, first, second = (
        StaffSkills(n, frozenset(given), frozenset())
        for n, given in enumerate([(1, 2), (1,), (2,)])
    )
    needs = TicketNeeds(1, also=frozenset({2}))
    assert eligible_staff(needs, [both, first, second]) == {0}
    assert eligible_staff(needs, [first, second]) == {1}
    assert eligible_staff(needs, [second]) == {2}


def test_the_manager_says_what_a_point_takes(place: RunningWalkIn) -> None:
    money = service(name_en="Maintenance")
    ProfessionalFactory(points=[place.point])
    manager = in_english(signed_in(Role.MANAGER).client)
    base = f"/office/walk-in/points/{place.point.pk}/matters/"
    assert f'href="{base}{money.slug}/"' in text(manager.get(base))
    assert manager.get(f"{base}no-such/").status_code == 404
    sent = {"presence": "both", "needs_papers": "on", "bring_fi": "Palkkalaskelma"}
    for _twice in range(2):
        assert manager.post(f"{base}{money.slug}/", sent).status_code == 302
    row = PointMatter.objects.get()
    assert (row.is_taken, row.presence, row.needs_papers) == (False, "both", True)
    page = text(manager.get(base))
    assert "Not taken" in page
    assert "papers ready" in page
    manager.post(f"{base}advice/", {"presence": "any"})
    assert "advice" not in [m.key for m in matters(place.point.pk)]
    # A booked visit is no matter that somebody chooses.
    assert manager.get(f"{base}booked/").status_code == 404
    for role in (Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY, Role.PARTNER):
        assert signed_in(role).client.post(f"{base}advice/", sent).status_code == 403


def test_only_who_says_so_is_booked_separately(place: RunningWalkIn) -> None:
    professional_client(place)
    who = place.people[0].user
    assert who is not None
    wished = {}
    for company in Company:
        ticket = place.take(meeting=company)
        place.came(place.next())
        wished[company.value] = book_from_ticket.find(who, str(ticket.pk)).wish["meeting"]
        place.done(ticket)
    assert wished == {"alone": "together", "together": "together", "separate": "separate"}
