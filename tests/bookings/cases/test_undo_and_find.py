"""What was done with a case is taken back within seconds; who has no visit yet is found all the same."""

import pytest

from bookings.appointments.undo import CannotUndoError, undo
from bookings.cases import actions
from bookings.cases.queries import CaseStep, case_states
from bookings.cases.undo import undoably
from bookings.models import Case, CaseEventKind, CasePerson, CaseResult, Undoable
from office.models import AccessLogEntry, Role
from tests.bookings.cases.cast import AINO, EINO, code_of, notice, printed
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in
from tests.factories import booked

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(Role.SECRETARY)


def step(case: Case) -> CaseStep:
    (state,) = case_states(Case.objects.filter(pk=case.pk))
    return state.step


def take_back(desk: Desk) -> str:
    """Press the button of the bar; where that leads."""
    undoable = Undoable.objects.latest("pk")
    location: str = desk.client.post(f"/desk/undo/{undoable.key}/")["Location"]
    return location


def test_posting_and_closing_are_undone(house: House, desk: Desk) -> None:
    case = notice(house, AINO, EINO)
    page = f"/desk/cases/{case.reference}/"
    html = desk.client.post(
        f"{page}do/posted/", printed(desk.client, page), follow=True
    ).content.decode()
    assert f"{case.reference}: kirjeet postitettu" in html
    assert take_back(desk) == page
    case.refresh_from_db()
    assert (step(case), case.answer_by) == (CaseStep.POST, None)

    # The addresses, which go at once, are there again.
    desk.client.post(f"{page}close/", {"result": "settled", "version": case.version})
    assert not case.people.exclude(post_to="").exists()
    take_back(desk)
    case.refresh_from_db()
    assert (case.is_open, case.result) == (True, "")
    assert set(case.people.values_list("post_to", flat=True)) == {AINO.post_to, EINO.post_to}
    assert list(case.events.values_list("what", flat=True)) == [
        "entered",
        "posted",
        "undone",
        "closed",
        "undone",
    ]
    assert not Undoable.objects.exclude(rows=[]).exists()

    # Several at once lead back to the list.
    other = notice(house, AINO)
    desk.client.post("/desk/cases/letters/posted/", printed(desk.client))
    assert take_back(desk) == "/desk/cases/"
    assert {step(one) for one in (case, other)} == {CaseStep.POST}


def test_what_has_changed_since_stays(house: House, desk: Desk) -> None:
    case = notice(house, AINO)
    page = f"/desk/cases/{case.reference}/"
    desk.client.post(f"{page}do/posted/", printed(desk.client, page))
    undoable = Undoable.objects.get()
    with pytest.raises(CannotUndoError):
        undo(undoable.key, user=signed_in(Role.SECRETARY).user)
    actions.plan_visits(case.pk, 3, None, user=desk.user)
    with pytest.raises(CannotUndoError):
        undo(undoable.key, user=desk.user)
    assert step(case) == CaseStep.AWAIT
    # What did nothing offers nothing to undo.
    page = f"/desk/cases/{case.reference}/"
    desk.client.post(f"{page}do/posted/", printed(desk.client, page))
    assert Undoable.objects.count() == 1


@pytest.mark.parametrize("typed", ["{reference}", "{bare}", "{code}", "virtala", "0401234567"])
def test_who_has_no_visit_yet_is_found(house: House, desk: Desk, typed: str) -> None:
    case = notice(house, AINO, EINO)
    case.people.filter(name=AINO.name).update(phone="+358401234567")
    words = {
        "reference": case.reference.lower(),
        "bare": case.reference.replace("-", ""),
        "code": code_of(case).lower(),
    }
    answer = desk.client.post("/desk/find/", {"q": typed.format(**words)})
    assert answer["Location"] == f"/desk/cases/{case.reference}/"


def test_cases_and_visits_stand_together(house: House, desk: Desk) -> None:
    case, closed = notice(house, AINO), notice(house, AINO)
    actions.close_case(closed.pk, CaseResult.NO_ANSWER, user=desk.user, version=1)
    visit = booked(start=at(10), professionals=[house.professional], service=house.service)
    visit.parties.update(name=AINO.name)
    answer = desk.client.post("/desk/find/", {"q": "virtala"})
    html = desk.client.get(answer["Location"]).content.decode()
    for reference in (case.reference, closed.reference, visit.reference):
        assert reference in html
    assert html.count("Asia päätetty") == 1
    assert AccessLogEntry.objects.filter(record=case.reference, action="search").exists()
    # Once they come to a visit, they are found with that alone.
    person = CasePerson.objects.get(case=case)
    person.party = visit.parties.get()
    person.save()
    found = desk.client.get(answer["Location"]).content.decode()
    assert case.reference not in found


def test_what_no_act_was_known_to_touch_is_undone_too(house: House, desk: Desk) -> None:
    """So that a new column of a case or of its people cannot be forgotten."""
    case = notice(house, AINO, EINO)
    before = (case.started_by, case.visits_planned)
    languages = list(case.people.values_list("pk", "language"))

    def act() -> None:
        actions.close_case(case.pk, CaseResult.SETTLED, user=desk.user, version=case.version)
        Case.objects.filter(pk=case.pk).update(started_by="other", visits_planned=7)
        case.people.update(language="sv")

    _result, undoable = undoably(act, what=CaseEventKind.CLOSED, cases=[case.pk], user=desk.user)
    assert undoable is not None
    undo(undoable.key, user=desk.user)
    case.refresh_from_db()
    assert (case.started_by, case.visits_planned) == before
    assert list(case.people.values_list("pk", "language")) == languages
