"""The next visit, booked at the door: who comes follows, nothing is shown anew, undo takes it back."""

import re
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils.html import escape

from bookings.appointments.undo import undo
from bookings.availability.codec import found_time_value, slot_value
from bookings.availability.slots import Slot
from bookings.cases.queries import CaseStep, case_states
from bookings.models import (
    Answer,
    Appointment,
    Case,
    CasePerson,
    CaseResult,
    Party,
    PartyRole,
    Undoable,
)
from bookings.models.matters import Matters
from office.models import Channel, OutboxMessage, Role, Unit, User, WeeklyHours
from tests.bookings.cases.cast import AINO, EINO, notice
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.factories import PartyFactory, RoomFactory, ServicePointFactory, booked

pytestmark = pytest.mark.django_db

PANEL = "/desk/book/"


@pytest.fixture
def visit(house: House, monday: time_machine.Traveller) -> Appointment:
    """Make a visit of two parents, going on now, with the supervisor of the house."""
    made = booked(
        start=at(9),
        professionals=[house.professional],
        service=house.service,
        service_point=house.point,
        status="in_meeting",
        other_parent="given",
    )
    made.parties.update(name="Aino Virtala", message="Vain sihteerille", phone="+358400000001")
    PartyFactory(appointment=made, name="Eino Korpi", answer=Answer.ACCEPTED)
    monday.move_to(at(9, 30))
    return made


def supervisor(house: House) -> Client:
    desk = signed_in(Role.SUPERVISOR)
    house.professional.user = desk.user
    house.professional.save()
    return desk.client


def sent(house: House, hour: int = 9, *, day: int = 26, **fields: Any) -> dict[str, Any]:
    value = slot_value(house.slot(hour, day=day))
    who = str(house.professional.pk)
    return {
        "do": "book",
        "key": str(uuid4()),
        "service": house.service.pk,
        "language": "fi",
        "where": str(house.point.pk),
        "professional": who,
        "meeting": "together",
        "slot": found_time_value(Matters(house.service), Channel.IN_PERSON, "fi", value, who),
        "visits": "2",
        **fields,
    }


def test_the_supervisor_books_the_next_of_their_own_visit(house: House, visit: Appointment) -> None:
    client = supervisor(house)
    link = f"{PANEL}?after={visit.reference}"
    assert escape(link) in client.get("/my-day/").content.decode()
    html = client.get(link).content.decode()
    # Names as on the own day; no contact, no word, no search, no note.
    assert "Aino Virtala" in html
    assert "Eino Korpi" in html
    for hidden in ("400000001", "parent", "Vain sihteerille", 'name="find"', 'name="note"'):
        assert hidden not in html
    here = re.findall(r'value="(p\d+)" id="comer-p\d+"\s+checked', html)
    assert len(here) == 2
    form = sent(house, after=visit.reference, agreed_with=here, visits="4")
    for _press in range(2):
        response = client.post(PANEL, form)
        assert response.status_code == 302
    case = Case.objects.get()
    visit.refresh_from_db()
    assert (case.started_by, case.visits_planned, visit.case) == ("parents", 4, case)
    following = case.visits.exclude(pk=visit.pk).get()
    assert following.starts_at == at(9, day=26)
    people = following.parties.order_by("name")
    assert [(p.name, p.answer) for p in people] == [
        ("Aino Virtala", Answer.ACCEPTED),
        ("Eino Korpi", Answer.ACCEPTED),
    ]
    assert (str(people[0].phone), people[0].message) == ("+358400000001", "")
    assert OutboxMessage.objects.filter(about=following.reference).count() >= 2
    # The secretary's list names whose it is, without a notice.
    assert "Virtala, Korpi" in signed_in(Role.SECRETARY).client.get("/desk/cases/").content.decode()
    # A series goes on from there, and from the same door.
    done = client.get(response.headers["Location"]).content.decode()
    assert "Varaa käynti 3/4" in done
    assert escape(link) in done
    client.post(PANEL, sent(house, 11, after=visit.reference, agreed_with=here, visits="4"))
    assert case.visits.count() == 3
    assert "Käynti 1/4" in client.get("/my-day/").content.decode()


def test_the_deadline_of_the_matter_is_set_where_its_visit_is_booked(
    house: House, visit: Appointment
) -> None:
    client = supervisor(house)
    link = f"{PANEL}?after={visit.reference}"
    assert "next-time__late" not in client.get(link).content.decode()
    form = sent(house, after=visit.reference, due_on="1.12.2026")
    looked = client.post("/desk/book/times/", form | {"due_on": "25.11.2026"}).content.decode()
    assert "next-time__late" in looked
    assert client.post(PANEL, form | {"due_on": "1.1.2020"}).status_code == 422
    assert client.post(PANEL, form).status_code == 302
    case = Case.objects.get()
    assert case.due_on == date(2026, 12, 1)
    # It stands there for the next one, and goes where it is taken away.
    assert "1.12.2026" in client.get(link).content.decode()
    assert client.post(PANEL, sent(house, 11, after=visit.reference, due_on="")).status_code == 302
    case.refresh_from_db()
    assert case.due_on is None


def test_whom_nobody_asked_is_asked(house: House, visit: Appointment) -> None:
    client = supervisor(house)
    mine = visit.parties.get(name="Eino Korpi")
    client.post(PANEL, sent(house, after=visit.reference, agreed_with=[f"p{mine.pk}"]))
    following = Appointment.objects.exclude(pk=visit.pk).get()
    answers = dict(following.parties.values_list("name", "answer"))
    assert answers == {"Eino Korpi": Answer.ACCEPTED, "Aino Virtala": Answer.ASKED}
    assert following.parties.get(is_requester=True).name == "Eino Korpi"


def test_who_may_not_gets_no_names_and_books_nothing(
    house: House, visit: Appointment, monday: time_machine.Traveller
) -> None:
    form = sent(house, after=visit.reference, agreed_with=[])
    colleague = signed_in(Role.SUPERVISOR).client
    own = supervisor(house)
    case = notice(house)
    for client, path in (
        (colleague, f"?after={visit.reference}"),
        (colleague, f"?case={case.reference}"),
        (own, f"?case={case.reference}"),
        (own, "?after=XXX-222"),
    ):
        html = client.get(PANEL + path).content.decode()
        assert "Virtala" not in html
    assert colleague.post(PANEL, form).status_code == 409
    assert own.post(PANEL, form | {"after": "", "case": case.reference}).status_code == 409
    assert signed_in(Role.MANAGER).client.post(PANEL, form).status_code == 403
    # Before it has begun, and the day after it, it is no door either.
    Appointment.objects.filter(pk=visit.pk).update(status="confirmed")
    assert own.post(PANEL, form).status_code == 409
    Appointment.objects.filter(pk=visit.pk).update(status="done")
    monday.move_to(at(9, day=26))
    assert supervisor(house).post(PANEL, sent(house, 11, after=visit.reference)).status_code == 409
    assert Appointment.objects.count() == 1


def test_undone_the_case_is_no_case(house: House, visit: Appointment) -> None:
    client = supervisor(house)
    client.post(PANEL, sent(house, after=visit.reference, agreed_with=[]))
    undoable = Undoable.objects.get()
    undo(undoable.key, user=User.objects.get(pk=undoable.user_id))
    visit.refresh_from_db()
    case = Case.objects.get()
    assert (visit.case, case.result) == (None, CaseResult.MISTAKE)
    assert list(case.events.values_list("what", flat=True))[-1] == "taken_back"


def test_the_secretary_books_the_first_visit_of_a_notice(house: House, visit: Appointment) -> None:
    desk = signed_in(Role.SECRETARY)
    case = notice(house, AINO, EINO, visits_planned=2)
    html = desk.client.get(f"{PANEL}?case={case.reference}").content.decode()
    assert "käynti 1/2" in html
    assert not re.findall(r'value="c\d+" id="comer-c\d+"\s+checked', html)
    response = desk.client.post(
        PANEL,
        sent(house, case=case.reference, professional="")
        | {
            "slot": found_time_value(
                Matters(house.service), Channel.IN_PERSON, "fi", slot_value(house.slot(9, day=26))
            )
        },
    )
    assert response.status_code == 302
    booked_visit = case.visits.get()
    assert not booked_visit.parties.filter(is_requester=True).exists()
    assert set(booked_visit.parties.values_list("answer", flat=True)) == {Answer.ASKED}
    # A letter tells them, whose code opens their own page.
    (state,) = case_states(Case.objects.filter(pk=case.pk))
    assert state.step == CaseStep.POST
    for person in CasePerson.objects.all():
        assert person.party is not None
        assert person.party.link_nonce == person.nonce
    html = desk.client.get(f"/desk/requests/{booked_visit.reference}/").content.decode()
    assert f"/desk/cases/{case.reference}/" in html
    assert "Käynti 1/2" in html
    assert Party.objects.filter(appointment=booked_visit).count() == 2
    # The same again from the card of a visit that is over.
    card = desk.client.get(f"/desk/requests/{visit.reference}/").content.decode()
    assert f"?after={visit.reference}" in card


def test_those_of_a_notice_come_in_their_roles(house: House, visit: Appointment) -> None:
    desk = signed_in(Role.SECRETARY)
    case = notice(house, AINO, replace(EINO, role=PartyRole.HUSBAND))
    slot = slot_value(house.slot(9, day=26))
    found = found_time_value(Matters(house.service), Channel.IN_PERSON, "fi", slot)
    form = sent(house, case=case.reference, professional="") | {"slot": found}
    assert desk.client.post(PANEL, form).status_code == 302
    roles = case.visits.get().parties.order_by("pk").values_list("role", flat=True)
    assert list(roles) == [PartyRole.PARENT, PartyRole.HUSBAND]


def test_everybody_follows_with_their_part_and_needs(house: House, visit: Appointment) -> None:
    """The young person, who comes along with whom, the children and the interpreter's time."""
    Unit.objects.update(interpreter_minutes=30)
    Appointment.objects.filter(pk=visit.pk).update(children=2)
    aino, eino = visit.parties.order_by("name")
    Party.objects.filter(pk=eino.pk).update(interpreter="ar")
    PartyFactory(appointment=visit, name="Nuori", role=PartyRole.YOUNG, answer=Answer.ACCEPTED)
    told, untold = (
        PartyFactory(appointment=visit, name=name, role=role, accompanies=aino, answer=answer)
        for name, role, answer in (
            ("Tuija Tuki", PartyRole.SUPPORT, Answer.ACCEPTED),
            ("Jussi Juristi", PartyRole.LAWYER, Answer.NOT_ASKED),
        )
    )
    client = supervisor(house)
    html = client.get(f"{PANEL}?after={visit.reference}").content.decode()
    assert "Tuija Tuki" not in html
    assert "Jussi Juristi" not in html
    assert re.search(r'name="children" value="2"', html)
    assert "1 h 30 min" in html
    assert len(re.findall(r'name="along" value="p\d+"', html)) == 2
    form = sent(
        house,
        after=visit.reference,
        agreed_with=[f"p{aino.pk}"],
        along=[f"p{told.pk}", f"p{untold.pk}"],
        children="2",
    )
    matters = Matters(house.service, minutes=house.service.duration + 30)
    who = str(house.professional.pk)
    value = slot_value(house.slot(9, day=26))
    form["slot"] = found_time_value(matters, Channel.IN_PERSON, "fi", value, who)
    assert client.post(PANEL, form).status_code == 302
    following = Appointment.objects.exclude(pk=visit.pk).get()
    people = {party.name: party for party in following.parties.all()}
    assert {name: (p.role, p.answer) for name, p in people.items()} == {
        "Aino Virtala": (PartyRole.PARENT, Answer.ACCEPTED),
        "Eino Korpi": (PartyRole.PARENT, Answer.ASKED),
        "Nuori": (PartyRole.YOUNG, Answer.ASKED),
        "Tuija Tuki": (PartyRole.SUPPORT, Answer.ACCEPTED),
        "Jussi Juristi": (PartyRole.LAWYER, Answer.NOT_ASKED),
    }
    assert people["Tuija Tuki"].accompanies == people["Aino Virtala"]
    assert (following.children, following.matters.duration) == (2, house.service.duration + 30)
    # Who is not ticked stays away, and who is foreign is nobody here.
    visit.refresh_from_db()
    form |= sent(house, 12, after=visit.reference, agreed_with=[], along=["p0", "c1"])
    form["slot"] = found_time_value(
        matters, Channel.IN_PERSON, "fi", slot_value(house.slot(12, day=26)), who
    )
    assert client.post(PANEL, form).status_code == 302
    assert (
        Appointment.objects.latest("pk").parties.filter(role__in=PartyRole.companions()).count()
        == 0
    )


def test_another_place_is_agreed_with_who_is_protected(house: House, visit: Appointment) -> None:
    visit.parties.filter(name="Eino Korpi").update(is_protected=True)
    other = ServicePointFactory(name_fi="Satama")
    RoomFactory(service_point=other)
    WeeklyHours.objects.filter(professional=house.professional, weekday=3).update(
        service_point=other
    )
    elsewhere = slot_value(Slot(at(9, day=26), other.pk))
    who = str(house.professional.pk)
    form = sent(house, after=visit.reference, agreed_with=[], where=str(other.pk))
    form["slot"] = found_time_value(Matters(house.service), Channel.IN_PERSON, "fi", elsewhere, who)
    # A professional is not told why; the secretary is asked, as at the first visit.
    refused = supervisor(house).post(PANEL, form)
    assert refused.status_code == 409
    assert "suojat" not in refused.content.decode()
    assert 'name="place_agreed"' not in refused.content.decode()
    desk = signed_in(Role.SECRETARY).client
    refused = desk.post(PANEL, form)
    assert refused.status_code == 409
    assert 'name="place_agreed"' in refused.content.decode()
    assert Appointment.objects.count() == 1
    assert desk.post(PANEL, form | {"place_agreed": "on"}).status_code == 302
    following = Appointment.objects.exclude(pk=visit.pk).get()
    assert following.events.filter(what="place_agreed").exists()


def test_the_place_of_the_visit_before_is_known(house: House, visit: Appointment) -> None:
    visit.parties.filter(name="Eino Korpi").update(is_protected=True)
    form = sent(house, after=visit.reference, agreed_with=[])
    assert supervisor(house).post(PANEL, form).status_code == 302
