"""What a point's walk-in takes, and what it asks of people: on the kiosk, on a phone, for the manager."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

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
from walkin.actions.agencies import make_link
from walkin.models import Company, Destination, PointMatter, Presence, Ticket
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
    answers = {"meeting": "separate", "papers": "yes", "also": [f"s{home.pk}"]}
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


def test_a_second_matter_does_not_pass_by_what_it_asks_for(
    place: RunningWalkIn, client: Client, settings: Settings
) -> None:
    settings.DEMO = "porvoo"  # every browser is a kiosk
    home = service(matter_en="Where the child lives")
    money = service(matter_en="Money for the child")
    PointMatter.objects.create(
        service_point=place.point,
        service=money,
        presence=Presence.BOTH,
        needs_papers=True,
        needs_identity=True,
    )
    in_english(client)
    take, kiosk = f"/walk-in/take/{place.day.code}/", f"/walk-in/kiosk/{place.point.slug}/"
    for address, first in (
        (take, f"?matter=s{home.pk}"),
        (kiosk, f"?language=en&matter=s{home.pk}"),
    ):
        # It is said where the matter is added.
        page = text(client.get(address + first))
        assert 'name="papers"' not in page
        assert "Both parents must be here. The papers must be filled in and with you. Show" in page
        sent = {"key": "k", "matter": f"s{home.pk}", "also": f"s{money.pk}", "language": "en"}
        # The papers are asked about once it has been added; what was chosen is kept.
        page = text(client.post(address, {**sent, "meeting": "together"}, follow=True))
        assert "Say whether you have the papers with you." in page
        assert 'name="papers"' in page
        assert re.search(rf'name="also" value="s{money.pk}"[^>]* checked', page)
        for answers, said in (
            ({"meeting": "alone", "papers": "yes"}, "Both parents must be here for this matter."),
            ({"meeting": "together", "papers": "no"}, "The papers must be filled in and with you."),
        ):
            page = text(client.post(address, {**sent, **answers}, follow=True))
            assert said in page, answers
            # Which of them it is; the other one may be taken a number for.
            notice = page.split("notice--wait")[1].split("</div>")[0]
            assert "Money for the child" in notice
            assert "Where the child lives" not in notice
            assert re.search(rf'href="[^"]*matter=s{home.pk}"[^>]*>Take a queue number', page)
            assert not Ticket.objects.exists(), answers
    client.post(take, {**sent, "meeting": "together", "papers": "yes"})
    assert list(Ticket.objects.get().also.all()) == [money]


def test_an_agency_and_staff_add_further_matters(place: RunningWalkIn) -> None:
    home, money = service(name="Home", matter_en="Home"), service(name="Money", matter_en="Money")
    kela = Destination.objects.create(service_point=place.point, name="Kela", where="1")
    agency, desk = make_link(kela, place.day.pk, user=place.user).path, in_english(Client())
    assert "has_papers" not in text(desk.get(agency))
    PointMatter.objects.create(
        service_point=place.point, service=money, presence=Presence.BOTH, needs_papers=True
    )
    page = text(desk.get(agency))
    assert "<strong>Money</strong> Both parents must be here. The papers must be filled" in page
    sent = {"matter": home.slug, "also": money.slug, "language": "fi"}
    for answers, said in (
        ({"meeting": "alone", "has_papers": "on"}, "Both parents must be here for this matter."),
        ({"meeting": "together"}, "The papers must be filled in and with you."),
    ):
        for matters_sent in (sent, {**sent, "matter": money.slug, "also": []}):
            answer = desk.post(f"{agency}number/", {**matters_sent, **answers})
            assert (answer.status_code, said in text(answer)) == (422, True), (
                matters_sent,
                answers,
            )
    assert not Ticket.objects.exists()
    desk.post(f"{agency}number/", {**sent, "meeting": "together", "has_papers": "on"})
    ticket = Ticket.objects.get()
    assert (ticket.service, list(ticket.also.all())) == (home, [money])

    # Staff see who is before them, and decide.
    staff = professional_client(place)
    staff.post("/queue/numbers/take/", {**sent, "meeting": "alone"})
    ticket = Ticket.objects.get(number=2)
    assert (ticket.service, list(ticket.also.all())) == (home, [money])
    # Advice stands alone, and a matter is no further one of itself.
    for matter, also in (("advice", money.slug), (money.slug, money.slug)):
        staff.post(
            "/queue/numbers/take/", {**sent, "matter": matter, "also": also, "meeting": "alone"}
        )
        assert not Ticket.objects.latest("number").also.exists()
    assert Ticket.objects.count() == 4


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
