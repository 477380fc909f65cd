"""The secretary's side: a notice is entered, its letters are posted, nothing is lost, it is closed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from bookings.cases.actions import change_person
from bookings.cases.figures import cases_by_starter
from bookings.cases.invitations import may_choose
from bookings.cases.queries import (
    CaseStep,
    case_states,
    letters_to_post,
    old_addresses,
    remove_addresses,
)
from bookings.models import Appointment, Case, CaseEvent, CasePerson, CaseResult, PartyRole
from bookings.retention.removal import (
    old_cases,
    remove_appointments,
    remove_cases,
)
from office.core import clock
from office.models import AccessLogEntry, OtherSide, Role, Service
from tests.bookings.cases.cast import AINO, EINO, notice, printed
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.factories import UserFactory, booked

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(house: House) -> Client:
    return signed_in(Role.SECRETARY).client


def typed(house: House, **fields: Any) -> dict[str, Any]:
    """Return what a secretary types from a notice of birth."""
    data = {
        "key": str(uuid4()),
        "started_by": "dvv",
        "service": house.service.pk,
        "received_on": "",
        "due_on": "",
        "visits_planned": "1",
        "first-name": "Aino Virtala",
        "first-post_to": "Kotikatu 1 A 2\r\n\r\n06100 Porvoo",
        "second-name": "",
        "second-post_to": "",
    }
    return data | {name.replace("__", "-"): value for name, value in fields.items()}


def step(case: Case) -> CaseStep:
    (state,) = case_states(Case.objects.filter(pk=case.pk))
    return state.step


def test_a_notice_is_entered_once(house: House, client: Client) -> None:
    form = typed(house, due_on="15.1.2027", second__name="Eino Korpi")
    for _press in range(2):
        response = client.post("/desk/cases/enter/", form)
        assert response.status_code == 302
    case = Case.objects.get()
    assert (case.started_by, case.received_on.isoformat()) == ("dvv", "2026-11-23")
    assert list(case.people.values_list("name", "post_to")) == [
        ("Aino Virtala", "Kotikatu 1 A 2\n06100 Porvoo"),
        ("Eino Korpi", ""),
    ]
    html = client.get(response.headers["Location"]).content.decode()
    assert "Tulosta ja postita kirjeet" in html
    assert "53 päivää jäljellä" in html
    # On the work list by its code and step; no name there.
    desk = client.get("/desk/").content.decode()
    assert case.reference in desk
    assert "Virtala" not in desk
    assert AccessLogEntry.objects.filter(record=case.reference).exists()


def test_what_is_wrong_is_said_and_nothing_is_entered(house: House, client: Client) -> None:
    for wrong in (
        {"first__name": ""},
        {"due_on": "1.11.2026"},
        {"received_on": "30.11.2026"},
        {"second__post_to": "Rantatie 4"},
        {"first__post_to": "010190-999R"},
        {"visits_planned": "0"},
    ):
        assert client.post("/desk/cases/enter/", typed(house, **wrong)).status_code == 422
    assert not Case.objects.exists()


def test_others_than_secretaries_see_no_case(house: House) -> None:
    case = notice(house)
    person = case.people.first()
    for path in ("", "enter/", "letters/", f"{case.reference}/", f"{case.reference}/edit/"):
        for role in (Role.SUPERVISOR, Role.GUIDE, Role.MANAGER, Role.PARTNER):
            assert signed_in(role).client.get(f"/desk/cases/{path}").status_code == 403
    assert person is not None
    other = notice(house)
    stranger = f"/desk/cases/{other.reference}/people/{person.pk}/"
    assert signed_in(Role.SECRETARY).client.get(stranger).status_code == 404


def roles_of(case: Case) -> list[str]:
    return list(case.people.order_by("pk").values_list("role", flat=True))


def test_a_notice_of_birth_names_mother_husband_and_possible_father(
    house: House, client: Client
) -> None:
    Service.objects.filter(pk=house.service.pk).update(other_side=OtherSide.POSSIBLE_FATHER)
    form = typed(
        house,
        second__name="Eino Korpi",
        second__post_to="Rantatie 4\n06150 Porvoo",
        third__name="Otso Salo",
        third__post_to="Metsätie 9\n06150 Porvoo",
    )
    # As what the third one takes part nobody can guess; two husbands there are not.
    assert client.post("/desk/cases/enter/", form).status_code == 422
    husbands = {"second-role": PartyRole.HUSBAND, "third-role": PartyRole.HUSBAND}
    response = client.post("/desk/cases/enter/", form | husbands)
    assert response.status_code == 422
    assert "ei osallistu näin montaa samaan" in response.content.decode()
    assert not Case.objects.exists()
    assert client.post("/desk/cases/enter/", form | {"third-role": "husband"}).status_code == 302
    case = Case.objects.get()
    assert roles_of(case) == [PartyRole.PARENT, PartyRole.POSSIBLE_FATHER, PartyRole.HUSBAND]
    html = client.get(f"/desk/cases/{case.reference}/").content.decode()
    assert "mahdollinen isä" in html
    assert "aviomies" in html
    # A letter to each of them.
    assert letters_to_post().count() == 3


def test_a_person_is_added_until_a_visit_is_booked(house: House, client: Client) -> None:
    case = notice(house, AINO)
    page = f"/desk/cases/{case.reference}/"
    add = f"{page}people/add/"
    assert add in client.get(page).content.decode()
    person = {"name": "Eino Korpi", "post_to": "Rantatie 4\n06150 Porvoo"}
    assert client.post(add, person).status_code == 422
    assert client.post(add, person | {"role": "father"}).status_code == 302
    assert roles_of(case) == [PartyRole.PARENT, PartyRole.POSSIBLE_FATHER]
    # A role is corrected, as long as there are not enough in it already.
    eino = case.people.get(name="Eino Korpi")
    assert client.post(f"{page}people/{eino.pk}/", person | {"role": "husband"}).status_code == 302
    assert client.post(add, person | {"role": "husband"}).status_code == 422
    assert roles_of(case) == [PartyRole.PARENT, PartyRole.HUSBAND]
    visit = booked(start=at(10), professionals=[house.professional], service=house.service)
    Appointment.objects.filter(pk=visit.pk).update(case=case)
    case.people.filter(pk=eino.pk).update(party=visit.parties.get())
    assert add not in client.get(page).content.decode()
    client.post(add, person | {"role": "father"})
    # Once they come to a visit their part is changed there.
    client.post(f"{page}people/{eino.pk}/", person | {"role": "parent"})
    assert roles_of(case) == [PartyRole.PARENT, PartyRole.HUSBAND]


def test_who_does_not_choose_the_time_gets_a_letter_once_it_is_booked(
    house: House, client: Client
) -> None:
    case = notice(house, AINO, replace(EINO, role=PartyRole.YOUNG))
    assert [one.name for one in letters_to_post()] == [AINO.name]
    assert (
        "kirje, kun käynti on varattu"
        in client.get(f"/desk/cases/{case.reference}/").content.decode()
    )
    young = case.people.get(name=EINO.name)
    assert not may_choose(young)
    visit = booked(start=at(10), professionals=[house.professional], service=house.service)
    Appointment.objects.filter(pk=visit.pk).update(case=case)
    case.people.filter(pk=young.pk).update(party=visit.parties.get())
    assert {one.name for one in letters_to_post()} == {AINO.name, EINO.name}


def test_letters_are_posted_and_followed_up(
    house: House, client: Client, monday: time_machine.Traveller
) -> None:
    case = notice(house, AINO, EINO)
    page = f"/desk/cases/{case.reference}/"
    assert step(case) == CaseStep.POST
    client.post("/desk/cases/letters/posted/", printed(client))
    assert step(case) == CaseStep.AWAIT
    assert f"/desk/cases/{case.reference}/" not in client.get("/desk/").content.decode()
    # Not after all, and again.
    client.post(f"{page}do/not-posted/")
    assert step(case) == CaseStep.POST
    client.post(f"{page}do/posted/", printed(client, page))
    monday.shift(timedelta(days=house.unit.letter_answer_days + 1))
    client = signed_in(Role.SECRETARY).client
    assert step(case) == CaseStep.NO_ANSWER
    assert "Ei vastausta" in client.get("/desk/").content.decode()
    client.post(f"{page}do/wait/")
    assert step(case) == CaseStep.AWAIT
    client.post(f"{page}do/post-again/")
    assert step(case) == CaseStep.POST
    assert set(case.events.values_list("what", flat=True)) == {
        "entered",
        "posted",
        "not_posted",
        "waits",
        "post_again",
    }
    # What cannot be done says so and changes nothing.
    events = case.events.count()
    client.post(f"{page}do/wait/")
    assert client.post(f"{page}do/burn/").status_code == 404
    assert case.events.count() == events


def test_only_the_letters_that_were_printed_are_posted(
    house: House, client: Client, monday: time_machine.Traveller
) -> None:
    first, second = notice(house, AINO, EINO), notice(house, AINO)
    on_the_list = printed(client)
    response = client.get("/desk/cases/letters/", on_the_list)
    assert response.headers["Content-Type"] == "application/pdf"
    # Before the press a colleague enters a notice, and corrects an address.
    later = notice(house, EINO)
    person = second.people.get()
    change_person(person.pk, replace(AINO, post_to="Uusi tie 5"), user=UserFactory())
    html = client.post("/desk/cases/letters/posted/", on_the_list, follow=True).content.decode()
    assert "Kirje on muuttunut" in html
    assert {case.pk: step(case) for case in (first, second, later)} == {
        first.pk: CaseStep.AWAIT,
        second.pk: CaseStep.POST,
        later.pk: CaseStep.POST,
    }
    # A page that shows no letter posts none; one that is old opens none for printing.
    for stale in ({}, {"letters": "x,1-1-1,99999999999-1-0"}):
        client.post("/desk/cases/letters/posted/", stale)
    assert step(later) == CaseStep.POST
    assert client.get("/desk/cases/letters/", on_the_list).status_code == 302
    # Nor does the page of one case post another's.
    client.post(f"/desk/cases/{second.reference}/do/posted/", printed(client))
    assert (step(second), step(later)) == (CaseStep.AWAIT, CaseStep.POST)


def test_a_letter_whose_visit_was_moved_is_printed_again(house: House, client: Client) -> None:
    case = notice(house, AINO)
    visit = booked(start=at(10), professionals=[house.professional], service=house.service)
    Appointment.objects.filter(pk=visit.pk).update(case=case)
    case.people.update(party=visit.parties.first())
    on_the_list = printed(client)
    Appointment.objects.filter(pk=visit.pk).update(version=visit.version + 1)
    client.post("/desk/cases/letters/posted/", on_the_list)
    assert step(case) == CaseStep.POST
    client.post("/desk/cases/letters/posted/", printed(client))
    assert step(case) == CaseStep.VISIT


def test_a_case_is_closed_with_its_result_and_opened_again(house: House, client: Client) -> None:
    case = notice(house, AINO)
    page = f"/desk/cases/{case.reference}/"
    assert client.post(f"{page}close/", {"version": 1}).status_code == 422
    visit = booked(start=at(10), professionals=[house.professional], service=house.service)
    Appointment.objects.filter(pk=visit.pk).update(case=case)
    client.post(f"{page}close/", {"result": "settled", "version": 1})
    case.refresh_from_db()
    assert case.is_open, "a visit is ahead"
    Appointment.objects.filter(pk=visit.pk).update(status="done")
    client.post(f"{page}close/", {"result": "settled", "version": 0})
    case.refresh_from_db()
    assert case.is_open, "somebody has changed it meanwhile"
    client.post(f"{page}close/", {"result": "settled", "version": 1})
    case.refresh_from_db()
    assert (case.result, case.is_open) == (CaseResult.SETTLED, False)
    assert case.people.get().post_to == ""
    assert step(case) == CaseStep.NOTHING
    client.post(f"{page}edit/", typed(house, version="2"))
    client.post(f"{page}do/reopen/")
    case.refresh_from_db()
    assert (case.result, case.is_open) == ("", True)


def test_of_a_protected_person_the_way_round_is_said(house: House, client: Client) -> None:
    case = notice(house, AINO)
    person = case.people.get()
    page = f"/desk/cases/{case.reference}/"
    form = {"name": "Aino Virtala", "post_to": "DVV, PL 123\n00531 Helsinki", "is_protected": "on"}
    assert client.post(f"{page}people/{person.pk}/", form).status_code == 302
    html = client.get(page).content.decode()
    assert "turvakielto, kirje tätä kautta: DVV, PL 123, 00531 Helsinki" in html
    assert "DVV, PL 123" not in client.get("/desk/cases/").content.decode()
    assert "DVV, PL 123" not in client.get("/desk/").content.decode()


def test_near_and_late_deadlines_stand_on_the_work_list(
    house: House, client: Client, monday: time_machine.Traveller
) -> None:
    case = notice(house, EINO, due_on=clock.today() + timedelta(days=30))
    page = f"/desk/cases/{case.reference}/"
    client.post(f"{page}do/posted/", printed(client, page))
    assert f"/desk/cases/{case.reference}/" not in client.get("/desk/").content.decode()
    monday.shift(timedelta(days=17))
    assert "13 päivää jäljellä" in signed_in(Role.SECRETARY).client.get("/desk/").content.decode()
    monday.shift(timedelta(days=14))
    assert "1 päivä myöhässä" in signed_in(Role.SECRETARY).client.get("/desk/").content.decode()


def test_addresses_and_cases_are_not_kept_for_longer(
    house: House, monday: time_machine.Traveller
) -> None:
    case, answered = notice(house, AINO), notice(house, EINO)
    with_visit = notice(house)
    visit = booked(start=at(10), professionals=[house.professional], service=house.service)
    Appointment.objects.filter(pk=visit.pk).update(case=with_visit)
    answered.people.update(answered_at=clock.now())
    before = clock.now() - timedelta(days=60)
    assert {p.name for p in old_addresses(before)} == {EINO.name}
    monday.shift(timedelta(days=61))
    due = old_addresses(clock.now() - timedelta(days=60))
    assert due.count() == 4
    remove_addresses(list(due.values_list("pk", flat=True)))
    assert not CasePerson.objects.exclude(post_to="").exists()
    # History is not rewritten; only the purge removes it.
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseEvent.objects.all().delete()
    assert set(old_cases(clock.now())) == {case, answered}
    remove_cases([case.pk, answered.pk])
    assert list(Case.objects.all()) == [with_visit]
    remove_appointments([visit.pk])
    assert not Case.objects.exists()


def test_figures_by_who_started_them(house: House, monday: time_machine.Traveller) -> None:
    today = clock.today()
    kept = notice(house, started_by="court", due_on=today + timedelta(days=10))
    late = notice(house, started_by="court", due_on=today + timedelta(days=1))
    mistake = notice(house)
    visit = booked(start=at(10), professionals=[house.professional], service=house.service)
    Appointment.objects.filter(pk=visit.pk).update(case=kept)
    for case, result in ((kept, "reported"), (mistake, "mistake")):
        Case.objects.filter(pk=case.pk).update(closed_at=clock.now(), result=result)
    monday.shift(timedelta(days=3))
    (row,) = cases_by_starter(clock.today())
    assert (row.cases, row.visited, row.days) == (2, 1, 2)
    assert (row.deadlines, row.kept) == (2, 1)
    assert late.due_on is not None


def test_the_work_list_takes_one_query_for_all_cases(
    house: House, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        notice(house)
    with django_assert_num_queries(1):
        assert len(case_states()) == 3
