"""The secretary marks who came, cancels with by whom and why; what nobody marked is work."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings.appointments import attendance
from bookings.appointments.cancellations import cancellations
from bookings.desk import worklist
from bookings.models import Appointment, AppointmentEvent, Outcome, Status, Undoable
from bookings.outcomes.actions import VisitResult, note_outcome
from office.core import clock
from office.models import Claim, ClaimKind, OutboxMessage, Role
from tests.bookings.change_cast import Team, agreed, team
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in, url
from tests.bookings.personal_cast import text
from tests.factories import AppointmentFactory, link_of

EN = {"Accept-Language": "en"}
YEAR = timedelta(days=365)


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def visit(crew: Team) -> Appointment:
    return agreed(crew)


@pytest.fixture
def desk(db: None) -> Desk:
    return signed_in(Role.SECRETARY)


def mark(desk: Desk, visit: Appointment, step: str) -> str:
    fields = {"step": step, "version": visit.version}
    response = desk.client.post(url(visit, "attendance/"), fields, follow=True, headers=EN)
    visit.refresh_from_db()
    return " ".join(response.content.decode().split())


def page(desk: Desk, path: str) -> str:
    return " ".join(desk.client.get(path, headers=EN).content.decode().split())


def test_nothing_is_marked_before_its_day(desk: Desk, visit: Appointment) -> None:
    assert "attendance/" not in page(desk, url(visit))
    assert "This cannot be done now" in mark(desk, visit, "done")
    assert visit.status == Status.CONFIRMED


@pytest.mark.parametrize(
    ("step", "status"), [("done", Status.DONE), ("no_show", Status.NO_SHOW), ("x", "confirmed")]
)
def test_what_nobody_marked_is_work_until_it_is(
    desk: Desk, visit: Appointment, monday: time_machine.Traveller, step: str, status: str
) -> None:
    monday.move_to(at(9, 59))
    assert list(worklist.unmarked(clock.now())) == []
    monday.move_to(at(10))
    assert list(worklist.unmarked(clock.now())) == [visit]
    html = page(desk, "/desk/")
    assert "Past visits that nobody marked" in html
    assert all(f'value="{one}"' in html for one in ("arrived", "done", "no_show"))

    mark(desk, visit, step)

    assert visit.status == status
    assert (list(worklist.unmarked(clock.now())) == []) == (status != "confirmed")
    assert OutboxMessage.objects.count() == 0


def test_a_held_visit_without_an_outcome_is_work_from_the_next_day_on(
    visit: Appointment, monday: time_machine.Traveller
) -> None:
    monday.move_to(at(12))
    mark(signed_in(Role.SECRETARY), visit, "done")
    assert "Past visits without an outcome" not in page(signed_in(Role.SECRETARY), "/desk/")
    monday.move_to(at(8, day=26))
    desk = signed_in(Role.SECRETARY)
    assert "Past visits without an outcome" in page(desk, "/desk/")
    note_outcome(visit.pk, VisitResult(Outcome.ADVICE), user=desk.user)
    assert list(worklist.unmarked(clock.now())) == []
    # A colleague's way back out of it makes it work again.
    attendance.undo_mark(visit.pk, user=desk.user)
    assert list(worklist.unmarked(clock.now())) == [visit]


def test_of_a_backlog_only_the_oldest_and_the_wanted_one_are_read(house: House) -> None:
    began = clock.now() - timedelta(days=5)
    made = [
        AppointmentFactory(
            status=status,
            claim=Claim.objects.create(kind=ClaimKind.APPOINTMENT),
            starts_at=began + timedelta(hours=number),
            ends_at=began + timedelta(hours=number, minutes=45),
        )
        for status in (Status.CONFIRMED, Status.DONE)
        for number in range(4)
    ]

    read = worklist.first_unmarked(clock.now(), 2, made[3].reference)

    wanted = [made[0], made[4], made[1], made[5], made[3]]
    assert read == [(visit, 4) for visit in wanted]


def test_a_mark_is_taken_back(
    desk: Desk, visit: Appointment, monday: time_machine.Traveller
) -> None:
    monday.move_to(at(12))
    html = mark(desk, visit, "no_show")
    assert f"{visit.reference}: attendance marked." in html
    desk.client.post(f"/desk/undo/{Undoable.objects.get().key}/")
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED
    mark(desk, visit, "done")
    assert 'value="back"' in page(desk, url(visit))
    mark(desk, visit, "back")
    assert visit.status == Status.CONFIRMED


def test_what_is_long_past_is_left_as_it_is(
    visit: Appointment, monday: time_machine.Traveller
) -> None:
    monday.shift(20 * 86400)
    assert list(worklist.unmarked(clock.now())) == []


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER])
def test_colleagues_and_strangers_mark_nothing_here(visit: Appointment, role: Role) -> None:
    assert signed_in(role).client.post(url(visit, "attendance/")).status_code == 403
    assert Client().post(url(visit, "attendance/")).status_code == 302
    assert signed_in(Role.SECRETARY).client.get(url(visit, "attendance/")).status_code == 405


def cancel(desk: Desk, visit: Appointment, **fields: str) -> int:
    sent = {"version": visit.version, **fields}
    status: int = desk.client.post(url(visit, "cancel/"), sent, headers=EN).status_code
    visit.refresh_from_db()
    return status


def test_by_whom_is_never_preset(desk: Desk, visit: Appointment) -> None:
    html = page(desk, url(visit))
    choices = html[html.index('name="cancelled_by"') :].split("</fieldset>")[0]
    assert "checked" not in choices
    assert (cancel(desk, visit), visit.status) == (422, Status.CONFIRMED)
    assert (cancel(desk, visit, cancelled_by="x"), visit.status) == (422, Status.CONFIRMED)


def test_by_whom_and_why_is_for_the_figures_alone(desk: Desk, visit: Appointment) -> None:
    assert cancel(desk, visit, cancelled_by="client", why="illness") == 302

    event = visit.events.get(what="cancelled")
    assert event.details == {"cancelled_by": "client", "why": "illness", "late": False}
    bodies = " ".join(OutboxMessage.objects.values_list("body", flat=True))
    pages = " ".join(text(Client(), link_of(party)) for party in visit.parties.all())
    for word in ("illness", "sairaus", "sjukdom", "asiakas", "klienten"):
        assert word not in bodies
        assert word not in pages


def test_the_figures_of_what_was_cancelled(
    desk: Desk, visit: Appointment, crew: Team, monday: time_machine.Traveller
) -> None:
    assert "No visit has been cancelled" in page(desk, "/desk/cancelled/")
    cancel(desk, visit, cancelled_by="client", why="illness")
    taken_back = agreed(crew, hour=12)
    cancel(desk, taken_back, cancelled_by="unit", why="staff")
    key = Undoable.objects.latest("pk").key
    desk.client.post(f"/desk/undo/{key}/")
    late = agreed(crew, hour=14)
    monday.move_to(at(13, 59))
    late.refresh_from_db()
    assert (cancel(signed_in(Role.SECRETARY), late, cancelled_by="client"), late.status) == (
        302,
        "cancelled",
    )
    # Of the year before this month's.
    old = visit.events.get(what="cancelled")
    AppointmentEvent.objects.create(
        appointment=visit, what=old.what, status=old.status, by=old.by, at=at(9, month=11) - YEAR
    )

    found = cancellations()
    assert found.count == 2
    assert (found.months[0].count, found.months[0].late) == (2, 1)
    assert found.months[0].by_whom() == [2, 0, 0]
    assert found.reasons == [("", [1, 0, 0]), ("illness", [1, 0, 0])]
    html = page(signed_in(Role.MANAGER), "/desk/cancelled/")
    assert "November 2026" in html
    assert "Illness" in html
    assert visit.reference not in html
    assert signed_in(Role.SUPERVISOR).client.get("/desk/cancelled/").status_code == 403
