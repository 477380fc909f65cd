"""The manager reads the access log, gives a client their extract, and sees what nothing explains."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.lifecycle.party_access import note_access_of
from bookings.models import (
    AppointmentProfessional,
    Call,
    Case,
    CaseEvent,
    CaseEventKind,
    CaseResult,
    Party,
    StartedBy,
    Status,
)
from office.access.search import Client as Whom
from office.access.search import entries, extract, unexplained
from office.core import clock
from office.models import AccessAction, AccessLogEntry, AccessReason, Role, User
from office.staff.access_log import ONE_PARTY, note_access, note_change, pseudonym
from tests.factories import (
    AppointmentFactory,
    PartyFactory,
    ProfessionalFactory,
    ServiceFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
A, R = AccessAction, AccessReason
PAGES = ["/office/access/", "/office/access/extract/", "/office/access/without-task/"]


@pytest.fixture
def boss() -> User:
    UnitFactory()
    return UserFactory(username="boss", roles=[Role.MANAGER])


@pytest.fixture
def client(boss: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(boss)
    return client


def test_others_do_not_read_the_log(boss: User) -> None:
    for path in PAGES:
        assert Client().get(path).status_code == 302
        for role in (Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER):
            other = Client()
            other.force_login(UserFactory(roles=[role]))
            assert other.get(path).status_code == 403
            assert other.post(path).status_code in (403, 405)


def _read(user: User, phone: str = "+358401234567", email: str = "aino@example.org") -> Party:
    party = PartyFactory(name="Aino Esimerkki", phone=phone, email=email)
    note_access(user, party.appointment.reference, action=A.READ, reason=R.BOOKING)
    return party


def test_who_read_is_found_by_number_address_and_code_after_the_data_is_gone(
    client: Client, boss: User
) -> None:
    reader = UserFactory(first_name="Sirpa", last_name="Sihteeri")
    party = _read(reader)
    _read(reader, "+358407654321", "muu@example.org")
    reference = party.appointment.reference
    party.appointment.delete()

    for text in ("040 1234567", "aino@example.org", "AINO@example.org", reference.lower()):
        page = client.post("/office/access/", {"client": text}).content.decode()
        assert page.count("Sirpa Sihteeri") == 1 + 1, text  # In the list of users, and one row.
        assert reference in page
    assert "1234567" not in str(list(AccessLogEntry.objects.values()))
    # Each search left its own row, without the number.
    searched = AccessLogEntry.objects.filter(action=A.LOG_READ, user=boss)
    assert searched.count() == 4


def test_what_is_no_client_is_said_at_the_field(client: Client) -> None:
    response = client.post("/office/access/", {"client": "Aino Esimerkki"})
    assert response.status_code == 422
    assert "Write a reference code" in response.content.decode()
    assert not AccessLogEntry.objects.exists()


def test_a_search_by_user_days_and_action_in_pages(client: Client, boss: User) -> None:
    reader = UserFactory()
    for number in range(51):
        note_access(reader, f"AAA-{number:03}", action=A.READ, reason=R.BOOKING)
    note_access(reader, "BBB-111", action=A.CHANGE, reason=R.BOOKING)
    today = clock.today()
    asked = {"user": reader.pk, "action": "read", "first": today, "last": today}
    page = client.post("/office/access/", asked).content.decode()
    assert "51 rows" in page
    assert "AAA-050" in page
    assert "AAA-000" not in page
    assert "AAA-000" in client.post("/office/access/", {**asked, "page": "2"}).content.decode()
    tomorrow = today + timedelta(days=1)
    assert not entries(first=tomorrow).exists()


def test_changed_roles_say_what_stood_before(client: Client, boss: User) -> None:
    other = UserFactory(first_name="Olli", last_name="Ohjaaja")
    note_change(boss, other, A.ROLES_CHANGED, before=["manager"], after=["manager", "secretary"])
    page = client.get("/office/access/").content.decode()
    assert "roles changed: manager → manager, secretary" in page
    assert "Olli Ohjaaja" in page


def test_an_extract_has_one_person_s_rows_and_is_itself_logged(client: Client, boss: User) -> None:
    reader = UserFactory(first_name="Sirpa", last_name="Sihteeri")
    party = _read(reader)
    other = PartyFactory(appointment=party.appointment, phone="+358407654321", is_requester=False)
    note_access(
        reader,
        party.appointment.reference,
        action=A.CORRECT,
        reason=R.BOOKING,
        subjects=[pseudonym("+358407654321")],
        of=ONE_PARTY,
    )
    asked = {"client": "040 1234567", "since": "2020-01-01"}
    page = client.post("/office/access/extract/", asked).content.decode()
    assert "Sirpa Sihteeri" in page
    assert "contact details corrected" not in page
    made = AccessLogEntry.objects.get(action=A.LOG_EXPORT)
    assert made.user == boss
    assert made.details == {"rows": 1}
    assert "1234567" not in made.record

    file = client.post("/office/access/extract/", {**asked, "as": "csv"})
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    text = file.content.decode()
    assert text.startswith("\ufeffTime;Who;Role;Record;What was done;Why\r\n")
    assert text.count("\r\n") == 2
    # The other parent gets their own, and by the code nobody gets what is about one of them alone.
    assert other.phone
    assert [r.action for r in extract(Whom(contact="+358407654321"), since=clock.today())] == [
        "correct"
    ]
    by_code = extract(Whom(reference=party.appointment.reference), since=clock.today())
    assert [row.action for row in by_code] == ["read"]


def test_a_changed_key_still_finds_what_the_former_one_wrote(settings: Any) -> None:
    UnitFactory()
    reader = UserFactory()
    settings.ACCESS_LOG_KEYS = ["old"]
    party = _read(reader)
    settings.ACCESS_LOG_KEYS = ["new", "old"]
    assert entries(client=Whom(contact=str(party.phone))).count() == 1
    settings.ACCESS_LOG_KEYS = ["new"]
    assert entries(client=Whom(contact=str(party.phone))).count() == 0


def _opened(user: User, party: Party) -> None:
    note_access(user, party.appointment.reference, action=A.READ, reason=R.BOOKING)


def _old_visit() -> Party:
    """Make a visit of long ago, with which nobody has anything to do today."""
    then = clock.now() - timedelta(days=60)
    appointment = AppointmentFactory(
        status=Status.DONE, starts_at=then, ends_at=then + timedelta(hours=1)
    )
    return PartyFactory(appointment=appointment)


def test_what_nobody_had_to_do_with_is_shown(client: Client) -> None:
    secretary = UserFactory(first_name="Sirpa", last_name="Utelias")
    party = _old_visit()
    _opened(secretary, party)
    _opened(secretary, party)
    found = unexplained(clock.today())
    assert [(one.user, one.record, one.times) for one in found] == [
        (secretary, party.appointment.reference, 2)
    ]
    page = client.get("/office/access/without-task/").content.decode()
    assert "Sirpa Utelias" in page
    assert party.appointment.reference in page
    assert unexplained(clock.today() - timedelta(days=1)) == []


def test_own_work_explains_itself(boss: User) -> None:
    today = clock.today()
    secretary = UserFactory(roles=[Role.SECRETARY])

    waiting = PartyFactory(appointment=AppointmentFactory(status=Status.REQUESTED))
    _opened(secretary, waiting)
    assert unexplained(today) == []

    acted = _old_visit()
    _opened(secretary, acted)
    note_access(secretary, acted.appointment.reference, action=A.MESSAGE, reason=R.BOOKING)
    assert unexplained(today) == []

    supervisor = UserFactory(roles=[Role.SUPERVISOR])
    own, professional = _old_visit(), ProfessionalFactory(user=supervisor)
    AppointmentProfessional.objects.create(appointment=own.appointment, professional=professional)
    _opened(supervisor, own)
    assert unexplained(today) == []
    # A request that waits at the desk is not a supervisor's work.
    _opened(supervisor, waiting)
    assert [one.user for one in unexplained(today)] == [supervisor]


def test_a_call_that_goes_on_explains_what_is_opened(boss: User) -> None:
    secretary = UserFactory(roles=[Role.SECRETARY])
    Call.objects.create(user=secretary, started_at=clock.now() - timedelta(minutes=1))
    _opened(secretary, _old_visit())
    assert unexplained(clock.today()) == []


def test_a_look_at_what_is_protected_explains_nothing(boss: User) -> None:
    """The gravest look was once taken for work, by which the opening vanished from the list."""
    secretary = UserFactory(roles=[Role.SECRETARY])
    party = _old_visit()
    _opened(secretary, party)
    note_access_of(party, secretary, action=A.REVEAL, reason=R.BOOKING)
    assert [(one.user, one.times) for one in unexplained(clock.today())] == [(secretary, 2)]


def test_cases_and_promised_calls_of_the_desk_explain_themselves(boss: User) -> None:
    secretary, guide = UserFactory(roles=[Role.SECRETARY]), UserFactory(roles=[Role.GUIDE])
    ago = clock.now() - timedelta(days=60)
    case = Case.objects.create(
        reference="DKL-482",
        started_by=StartedBy.COURT,
        service=ServiceFactory(),
        received_on=ago.date(),
        result=CaseResult.SETTLED,
        closed_at=ago,
        created_at=ago,
        updated_at=ago,
    )
    for user in (secretary, guide):
        note_access(user, case.reference, action=A.READ, reason=R.CASE)
        note_access(user, "call-task-1", action=A.READ, reason=R.PROMISED_CALL)
    found = {(one.user, one.record) for one in unexplained(clock.today())}
    assert found == {
        (secretary, case.reference),
        (guide, case.reference),
        (guide, "call-task-1"),
    }
    CaseEvent.objects.create(case=case, what=CaseEventKind.CHANGED, at=clock.now())
    assert {one.user for one in unexplained(clock.today())} == {guide}
