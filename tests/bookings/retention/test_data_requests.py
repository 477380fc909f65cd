"""A party's own request about their data: asked once, answered within a month, nothing of the other's."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from bookings.appointments import notices
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, DataRequest, OtherParent, Party, Status
from bookings.retention import requests as own_data
from office.core import clock
from office.models import AccessLogEntry, OutboxMessage, Role, User
from office.retention.purge import purge
from tests.factories import (
    AppointmentFactory,
    PartyFactory,
    ProfessionalFactory,
    UnitFactory,
    UserFactory,
    booked,
    link_of,
)

pytestmark = pytest.mark.django_db
Kind, Outcome = DataRequest.Kind, DataRequest.Outcome
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def unit() -> None:
    UnitFactory(retention_days=100)


def _joint(status: str = Status.DONE) -> tuple[Party, Party]:
    """Make a visit of two parents, over since yesterday."""
    then = clock.now() - timedelta(days=1)
    appointment = AppointmentFactory(
        status=status,
        other_parent=OtherParent.GIVEN,
        starts_at=then,
        ends_at=then + timedelta(hours=1),
        secretary_note="Sihteerin huomautus",
    )
    mine = PartyFactory(
        appointment=appointment,
        is_requester=True,
        name="Aino Omatieto",
        phone="+358401234567",
        email="aino@example.org",
        message="Omat sanani",
        language="en",
    )
    other = PartyFactory(
        appointment=appointment,
        name="Eino Toinen",
        phone="+358407654321",
        email="eino@example.org",
        message="Toisen sanat",
    )
    for party in (mine, other):
        OutboxMessage.objects.create(
            kind="confirmed",
            channel="email",
            to=party.email,
            language="en",
            subject="A time",
            body=f"For {party.email} {{link}}",
            about=appointment.reference,
            created_at=then,
            send_after=then,
        )
    return mine, other


def _desk(role: Role = Role.SECRETARY) -> tuple[Client, User]:
    user = UserFactory(roles=[role])
    client = Client(headers=ENGLISH)
    client.force_login(user)
    return client, user


def test_it_is_asked_from_the_own_page_once_and_due_in_a_month() -> None:
    mine, _other = _joint()
    path = f"{link_of(mine)}my-data/"
    client = Client(headers=ENGLISH)
    page = client.get(path).content.decode()
    # A link may be in other hands: nothing that is kept is shown by it.
    for kept in ("Aino", "aino@", "Omat"):
        assert kept not in page
    assert not DataRequest.objects.exists()
    with time_machine.travel(datetime(2026, 11, 25, 9, tzinfo=UTC), tick=False):
        mine.appointment.starts_at = None
        client.post(path, {"kind": "copy"})
        client.post(path, {"kind": "copy"})
        client.post(path, {"kind": "anything"})
    asked = DataRequest.objects.get()
    assert clock.local(asked.due_at).date().isoformat() == "2026-12-25"
    assert "You have asked for a copy of my data" in client.get(path).content.decode()


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.MANAGER])
def test_what_is_held_is_shown_and_handed_over_without_the_other_parent(role: Role) -> None:
    mine, _other = _joint()
    asked = own_data.ask(mine.pk, Kind.COPY)
    client, user = _desk(role)
    assert mine.appointment.reference in client.get("/desk/data-requests/").content.decode()
    page = client.get(f"/desk/data-requests/{asked.pk}/").content.decode()
    file = client.post(f"/desk/data-requests/{asked.pk}/export/")
    text = file.content.decode()
    assert file["Content-Disposition"] == 'attachment; filename="own-data.txt"'
    for said in (page, text):
        for held in ("Aino Omatieto", "040 123 4567", "aino@example.org", "Omat sanani"):
            assert held in said
        for foreign in (
            "Eino",
            "7654321",
            "eino@",
            "Toisen sanat",
            "Sihteerin huomautus",
            "{link}",
        ):
            assert foreign not in said
    rows = AccessLogEntry.objects.filter(user=user).order_by("pk")
    assert [(r.action, r.reason, r.details) for r in rows] == [
        ("read", "own data", {"of": "one party"}),
        ("export", "own data", {"of": "one party"}),
    ]
    client.post(f"/desk/data-requests/{asked.pk}/close/", {"outcome": "given"})
    asked.refresh_from_db()
    assert (asked.outcome, asked.answered_by) == (Outcome.GIVEN, user)


def test_under_non_disclosure_contacts_are_in_the_secretary_s_file_alone() -> None:
    mine, _other = _joint()
    Party.objects.filter(pk=mine.pk).update(is_protected=True)
    asked = own_data.ask(mine.pk, Kind.COPY)
    for role, answer in ((Role.SECRETARY, 200), (Role.MANAGER, 403)):
        client, _user = _desk(role)
        page = client.get(f"/desk/data-requests/{asked.pk}/").content.decode()
        assert "1234567" not in page
        assert "aino@example.org" not in page.split("<h2>Messages to you</h2>")[0]
        file = client.post(f"/desk/data-requests/{asked.pk}/export/")
        assert file.status_code == answer
        assert ("040 123 4567" in file.content.decode()) == (answer == 200)


def test_others_do_not_see_them() -> None:
    mine, _other = _joint()
    asked = own_data.ask(mine.pk, Kind.COPY)
    base = f"/desk/data-requests/{asked.pk}/"
    for role in (Role.SUPERVISOR, Role.GUIDE, Role.PARTNER):
        client, _user = _desk(role)
        for path in ("/desk/data-requests/", base):
            assert client.get(path).status_code == 403
        for path in (f"{base}export/", f"{base}close/"):
            assert client.post(path).status_code == 403
    for path in ("/desk/data-requests/", base):
        assert Client().get(path).status_code == 302


def test_deleting_one_of_two_leaves_the_other_s_whole() -> None:
    mine, other = _joint()
    link = link_of(mine)
    asked = own_data.ask(mine.pk, Kind.DELETION)
    client, user = _desk()
    close = f"/desk/data-requests/{asked.pk}/close/"
    client.post(close, {"outcome": "delete"})
    assert Party.objects.filter(name="Aino Omatieto").exists()

    client.post(close, {"outcome": "delete", "sure": "on"})
    asked.refresh_from_db()
    assert (asked.outcome, asked.answered_by) == (Outcome.PARTLY, user)
    mine.refresh_from_db()
    assert (mine.name, str(mine.phone), mine.email, mine.message) == ("", "", "", "")
    assert Client().get(link).status_code == 404
    other.refresh_from_db()
    assert (other.name, other.message) == ("Eino Toinen", "Toisen sanat")
    assert list(OutboxMessage.objects.values_list("to", flat=True)) == ["eino@example.org"]
    assert Appointment.objects.count() == 1
    # What the law keeps: that it was handled.
    assert AccessLogEntry.objects.filter(action="delete", user=user).exists()
    # A second press does nothing more.
    with pytest.raises(NotPossibleError):
        own_data.delete(asked.pk, user=user)


def test_who_is_alone_goes_with_the_appointment() -> None:
    mine = PartyFactory(appointment=AppointmentFactory(status=Status.CANCELLED), is_requester=True)
    asked = own_data.ask(mine.pk, Kind.DELETION)
    _client, user = _desk()
    assert own_data.delete(asked.pk, user=user) == Outcome.DELETED
    assert not Appointment.objects.exists()
    asked.refresh_from_db()
    assert (asked.party, asked.outcome) == (None, Outcome.DELETED)
    assert Client(headers=ENGLISH).get("/desk/data-requests/").status_code == 302


def test_a_visit_to_come_has_to_be_cancelled_first() -> None:
    appointment = booked(
        start=clock.now() + timedelta(days=3), professionals=[ProfessionalFactory()]
    )
    party = appointment.parties.get()
    asked = own_data.ask(party.pk, Kind.DELETION)
    client, user = _desk()
    page = client.get(f"/desk/data-requests/{asked.pk}/").content.decode()
    assert "It has to be cancelled first." in page
    client.post(f"/desk/data-requests/{asked.pk}/close/", {"outcome": "delete", "sure": "on"})
    assert Party.objects.filter(pk=party.pk).exclude(name="").exists()
    asked.refresh_from_db()
    assert asked.answered_at is None
    assert user


def test_the_work_list_says_until_when_to_answer() -> None:
    mine, _other = _joint()
    own_data.ask(mine.pk, Kind.COPY)
    client, _user = _desk()
    page = client.get("/desk/").content.decode()
    assert "1 request about own data: answer by" in page
    assert "Aino" not in page.split("worklist")[1].split("</div>")[0]


def test_an_answered_request_is_forgotten_in_its_time() -> None:
    mine, _other = _joint()
    asked = own_data.ask(mine.pk, Kind.COPY)
    own_data.answer(asked.pk, Outcome.GIVEN, user=UserFactory())
    DataRequest.objects.update(answered_at=clock.now() - timedelta(days=101))
    assert purge().counts == {"data-requests": 1}


def test_after_the_purge_no_table_knows_anybody() -> None:
    """Figures, logs and reports stay, and hold no person: every column of every table is searched."""
    mine, other = _joint()
    notices.notify_confirmed(mine.appointment)
    own_data.ask(mine.pk, Kind.COPY)
    client, _user = _desk()
    client.get(f"/desk/requests/{mine.appointment.reference}/")
    marks = ("Omatieto", "Toinen", "1234567", "7654321", "aino@", "eino@", "sanani", "Toisen")
    assert {mark for mark in marks if _tables_with(mark)} == set(marks)

    with time_machine.travel(clock.now() + timedelta(days=150), tick=False):
        purge()
        client.get("/dashboard/")
    assert {mark: found for mark in marks if (found := _tables_with(mark))} == {}
    assert AccessLogEntry.objects.filter(record=mine.appointment.reference).exists()
    assert other.pk


def _tables_with(mark: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1', [f"%{mark}%"]
            )
            if cursor.fetchone():
                found.append(table)
    return found
