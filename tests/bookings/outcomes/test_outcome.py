"""The outcome of a booked visit: in a few presses, by whom it concerns, correctable for some days."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from bookings.appointments import attendance, undo
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, Came, EventKind, Outcome, Status, Undoable, VisitOutcome
from bookings.outcomes.actions import VisitResult, note_outcome
from bookings.outcomes.presenters import KEYS, KEYS_OF_PARTIES
from bookings.retention.removal import remove_appointments
from bookings.retention.requests import as_text
from office.models import AccessLogEntry, Role, Unit, User
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.factories import PartyFactory, ProfessionalFactory, ServiceFactory, UserFactory, booked

EN = {"accept-language": "en"}
AGREED = {"outcome": "agreement", "agreements": ["custody", "maintenance"], "children": "2"}


@pytest.fixture
def user(house: House) -> User:
    house.professional.user = UserFactory(roles=[Role.SUPERVISOR])
    house.professional.save()
    return house.professional.user


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def visit(house: House) -> Appointment:
    """Make a visit of two parents that has begun."""
    house.service.agreements = ["maintenance"]
    house.service.save()
    appointment = booked(
        start=at(8, day=23),
        professionals=[house.professional],
        room=house.room,
        service=house.service,
        service_point=house.point,
    )
    appointment.parties.update(name="Aino Virtala")
    PartyFactory(appointment=appointment, name="Eino Korpi", answer="accepted")
    return appointment


def path(visit: Appointment) -> str:
    return f"/my-day/visits/{visit.reference}/outcome/"


def send(client: Client, visit: Appointment, **fields: object) -> str:
    """Send the form as the page has it, and return the page that follows."""
    seen = VisitOutcome.objects.current().filter(appointment=visit).values_list("pk", flat=True)
    data = {"seen": seen.first() or "", **fields}
    response = client.post(path(visit), data, follow=True, headers=EN)
    return " ".join(response.content.decode().split())


def status_of(visit: Appointment) -> str:
    return str(Appointment.objects.get(pk=visit.pk).status)


def test_a_visit_ends_with_its_agreements(client: Client, visit: Appointment, user: User) -> None:
    day = client.get("/my-day/", headers=EN).content.decode()
    assert path(visit) in day
    visit.also.add(ServiceFactory(agreements=["parenthood"]))
    page = " ".join(client.get(path(visit), headers=EN).content.decode().split())
    assert "none is ticked here: maintenance, with an amount; parenthood." in page
    # Four presses: D on My day, A, 2, Enter.
    assert 'data-key="d"' in day
    pressed = {key: f'data-key="{key}"' in page for key in ("a", "2", "Enter")}
    assert all(pressed.values()), pressed
    assert "Aino Virtala" in page
    assert "Eino Korpi" in page

    after = send(client, visit, **AGREED)

    (found,) = VisitOutcome.objects.all()
    assert (found.outcome, found.came, found.agreements, found.noted_by) == (
        Outcome.AGREEMENT,
        Came.ALL,
        {"custody": 2, "maintenance": 2},
        user,
    )
    assert status_of(visit) == Status.DONE
    assert "agreement confirmed" in after
    kinds = list(visit.events.values_list("what", flat=True))[-2:]
    assert kinds == [EventKind.OUTCOME_NOTED, EventKind.DONE]
    changes = AccessLogEntry.objects.filter(record=visit.reference, action="change", user=user)
    assert changes.filter(details__step=EventKind.OUTCOME_NOTED).exists()

    # The same once more, as by a double click.
    send(client, visit, **AGREED)
    assert VisitOutcome.objects.count() == 1


def test_who_did_not_come_is_noted_by_party(client: Client, visit: Appointment) -> None:
    one, two = visit.parties.order_by("name")
    send(client, visit, outcome="not_held", absent=[one.pk], next_step="visit")
    found = VisitOutcome.objects.get()
    assert (found.came, list(found.absent.all()), found.next_step) == (Came.SOME, [one], "visit")
    # Who came is not told that nobody did.
    assert status_of(visit) == Status.DONE
    assert "jäi saapumatta" in as_text(one).lower()
    assert "jäi saapumatta" not in as_text(two).lower()

    send(client, visit, absent=[one.pk, two.pk])
    found = VisitOutcome.objects.current().get()
    assert (found.came, found.outcome, status_of(visit)) == (Came.NONE, "not_held", "no_show")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "Choose how the visit ended."),
        ({"outcome": "partly", "children": "2"}, "Tick what was agreed."),
        ({"outcome": "agreement"}, "for how many children"),
        ({"outcome": "agreement", "agreements": ["custody"]}, "for how many children"),
        ({"outcome": "not_held"}, "Tick who did not come."),
        ({"outcome": "booked"}, "booked"),
    ],
)
def test_what_does_not_fit_is_asked_for(
    client: Client, visit: Appointment, fields: dict[str, object], why: str
) -> None:
    assert why in send(client, visit, **fields)
    assert not VisitOutcome.objects.exists()


def test_an_agreement_without_a_kind_is_on_what_the_visit_was_for(
    client: Client, visit: Appointment
) -> None:
    visit.also.add(ServiceFactory(agreements=["custody", "maintenance"]))
    page = client.get(path(visit), headers=EN).content.decode()
    assert "checked" not in page.split('name="agreements"', 1)[1].split('name="children"')[0]
    send(client, visit, outcome="agreement", children="2")
    assert VisitOutcome.objects.current().get().agreements == {"custody": 2, "maintenance": 2}

    # What is corrected says its kinds itself.
    assert "Tick what was agreed." in send(client, visit, outcome="agreement", children="2")
    send(client, visit, outcome="partly", agreements=["custody"], children="1")
    assert VisitOutcome.objects.current().get().agreements == {"custody": 1}


def test_without_usual_kinds_an_agreement_asks_for_one(
    client: Client, visit: Appointment, house: House
) -> None:
    house.service.agreements = []
    house.service.save()
    assert "Tick what was agreed." in send(client, visit, outcome="agreement", children="2")
    assert "none is ticked here" not in client.get(path(visit), headers=EN).content.decode()


def test_agreements_count_only_with_an_outcome_that_allows_them(
    client: Client, visit: Appointment
) -> None:
    send(client, visit, outcome="not_agreed", agreements=["maintenance"], next_step="court")
    found = VisitOutcome.objects.get()
    assert (found.agreements, found.next_step) == ({}, "court")
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitOutcome.objects.update(agreements={"custody": 1})

    send(client, visit, outcome="partly", count_contact="3", agreements=["custody"], children="1")
    assert VisitOutcome.objects.current().get().agreements == {"custody": 1, "contact": 3}


def test_names_of_parties_stay_hidden_while_one_has_none(
    client: Client, visit: Appointment
) -> None:
    visit.parties.filter(name="Eino Korpi").update(name="")
    page = client.get(path(visit), headers=EN).content.decode()
    assert "Aino" not in page
    send(client, visit, outcome="not_held", absent=["one"])
    found = VisitOutcome.objects.get()
    assert (found.came, found.absent.count()) == (Came.SOME, 0)
    send(client, visit, absent=["all"])
    assert VisitOutcome.objects.current().get().absent.count() == 2


def test_it_is_undone_within_seconds(client: Client, visit: Appointment, user: User) -> None:
    send(client, visit, outcome="advice")
    first = VisitOutcome.objects.get()
    send(client, visit, outcome="interrupted")
    undo.undo(Undoable.objects.latest("pk").key, user=user)
    assert VisitOutcome.objects.get() == first
    assert (VisitOutcome.objects.current().get(), status_of(visit)) == (first, "done")

    # Taken back later, as a step of the day: the row stays in the history and counts no more.
    attendance.undo_mark(visit.pk, user=user)
    assert status_of(visit) == Status.CONFIRMED
    assert not VisitOutcome.objects.current().exists()

    send(client, visit, outcome="advice")
    undo.undo(Undoable.objects.latest("pk").key, user=user)
    assert not VisitOutcome.objects.current().exists()
    assert status_of(visit) == Status.CONFIRMED
    with pytest.raises(NotPossibleError):
        attendance.undo_mark(visit.pk, user=user)


def test_a_mark_that_nobody_came_is_an_outcome_too(visit: Appointment, user: User) -> None:
    attendance.mark(visit.pk, "no_show", user=user)
    found = VisitOutcome.objects.get()
    assert (found.came, found.absent.count()) == (Came.NONE, 2)


def test_it_is_corrected_for_some_days_and_the_history_stays(
    client: Client, visit: Appointment, monday: time_machine.Traveller, user: User
) -> None:
    Unit.objects.update(outcome_days=2)
    send(client, visit, outcome="advice")
    monday.shift(timedelta(days=2))
    client.force_login(user)
    page = send(client, visit, **AGREED)
    assert "agreement confirmed" in client.get(path(visit), headers=EN).content.decode().lower()
    assert VisitOutcome.objects.count() == 2, page
    assert visit.events.filter(what=EventKind.OUTCOME_CORRECTED).count() == 1

    # Somebody else's page still has the former one.
    response = client.post(path(visit), {"outcome": "other"}, headers=EN)
    assert response.status_code == 422
    assert "Somebody else has noted" in response.content.decode()

    # The days count from the first time: then nothing is offered that would be refused.
    day, undo_mark = f"/my-day/?day={visit.starts_at:%Y-%m-%d}", f"{visit.reference}/undo/"
    card, take_back = f"/desk/requests/{visit.reference}/", "Take the mark back"
    assert undo_mark in client.get(day).content.decode()
    assert take_back in signed_in(Role.SECRETARY).client.get(card, headers=EN).content.decode()
    monday.shift(timedelta(days=1))
    client.force_login(user)
    assert undo_mark not in client.get(day).content.decode()
    assert take_back not in signed_in(Role.SECRETARY).client.get(card, headers=EN).content.decode()
    assert "have passed" in client.get(path(visit), headers=EN).content.decode()
    current = VisitOutcome.objects.current().get()
    with pytest.raises(NotPossibleError):
        note_outcome(visit.pk, VisitResult(Outcome.OTHER), user=user, seen=current.pk)
    # Nor is it lost by taking the visit's end back.
    with pytest.raises(NotPossibleError):
        attendance.undo_mark(visit.pk, user=user)


def test_only_those_whom_it_concerns_may_note_it(visit: Appointment, client: Client) -> None:
    secretary = signed_in(Role.SECRETARY).client
    manager = signed_in(Role.MANAGER).client
    colleague = UserFactory(roles=[Role.SUPERVISOR])
    ProfessionalFactory(user=colleague)
    other = Client()
    other.force_login(colleague)
    desk = f"/desk/requests/{visit.reference}/outcome/"
    assert other.get(path(visit)).status_code == 404
    assert other.post(path(visit), {"outcome": "advice"}).status_code == 404
    assert [who.get(desk).status_code for who in (client, other, manager)] == [403] * 3
    assert manager.get(path(visit)).status_code == 403
    assert Client().get(desk).status_code == 302

    card = secretary.get(f"/desk/requests/{visit.reference}/").content.decode()
    assert desk in card
    assert secretary.post(desk, {"outcome": "advice"}).status_code == 302
    assert VisitOutcome.objects.get().outcome == "advice"


def test_nothing_is_noted_before_the_day(house: House, client: Client, user: User) -> None:
    ahead = booked(start=at(9), professionals=[house.professional], service=house.service)
    assert client.get(path(ahead)).status_code == 302
    with pytest.raises(NotPossibleError):
        note_outcome(ahead.pk, VisitResult(Outcome.ADVICE), user=user)


def test_of_a_removed_visit_only_a_nameless_figure_stays(
    client: Client, visit: Appointment
) -> None:
    send(client, visit, outcome="advice")
    send(client, visit, absent=[], **AGREED)
    send(client, visit, absent=[visit.parties.earliest("pk").pk], **AGREED)
    remove_appointments([visit.pk])
    found = VisitOutcome.objects.get()
    assert (found.appointment, found.noted_by, found.absent.count()) == (None, None, 0)
    assert (found.day.isoformat(), found.agreements) == ("2026-11-01", AGREED_COUNTS)


AGREED_COUNTS = {"custody": 2, "maintenance": 2}


def test_no_key_of_the_page_is_one_of_the_frame() -> None:
    keys = [key for group in KEYS.values() for key in group.values() if key] + [*KEYS_OF_PARTIES]
    assert len(keys) == len(set(keys))
    assert not set(keys) & {"g", "l", "n", "t", "u", "y"}
