"""Calls that were promised: a task from the end of a call until it is made."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Call, CallTask
from bookings.phone import call_tasks, calls
from bookings.phone.call_tasks import Promise
from bookings.phone.calls import About
from office.core import clock
from office.models import AccessLogEntry, Role, User
from office.staff.access_log import pseudonym
from tests.bookings.conftest import at
from tests.bookings.desk_cast import Desk, signed_in
from tests.factories import ServiceFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    """Wednesday at 9.40, and the secretary signed in."""
    with time_machine.travel(at(9, 40), tick=False):
        UnitFactory()
        yield signed_in(Role.SECRETARY)


def ended(user: User, outcome: str = "call_back") -> Call:
    call = calls.start(user)
    calls.end(call.pk, user=user, outcome=outcome, about=About(ServiceFactory(), "sv"))
    call.refresh_from_db()
    return call


def test_a_call_that_ends_so_leaves_a_task(desk: Desk) -> None:
    call = ended(desk.user)
    task = CallTask.objects.get()
    assert (task.call, task.user, task.service, task.language) == (
        call,
        desk.user,
        call.service,
        "sv",
    )
    assert (task.due_day, str(task.phone), task.words) == (date(2026, 11, 25), "", "")
    html = desk.client.get("/desk/").content.decode()
    assert f"/desk/phone/tasks/{task.pk}/" in html


def test_another_outcome_leaves_none(desk: Desk) -> None:
    ended(desk.user, "no_help")
    assert CallTask.objects.count() == 0


def test_a_corrected_outcome_takes_it_along_unless_something_was_written(desk: Desk) -> None:
    call = ended(desk.user)
    about = About(None, "fi")
    calls.correct(call.pk, user=desk.user, outcome="no_help", about=about)
    assert CallTask.objects.count() == 0
    calls.correct(call.pk, user=desk.user, outcome="call_back", about=about)
    calls.correct(call.pk, user=desk.user, outcome="call_back", about=about)
    task = CallTask.objects.get()
    call_tasks.write(task.pk, Promise(clock.today(), words="Aino"), user=desk.user)
    calls.correct(call.pk, user=desk.user, outcome="no_help", about=about)
    assert CallTask.objects.count() == 1
    # No call at all, and still somebody was promised something
    calls.discard(call.pk, user=desk.user)
    task.refresh_from_db()
    assert task.call is None


def test_the_bar_leads_to_writing_it_down(desk: Desk) -> None:
    call = calls.start(desk.user)
    data = {"outcome": "call_back", "language": "fi", "service": "", "referred_to": ""}
    path = f"/desk/phone/calls/{call.pk}/end/"
    html = desk.client.post(path, data, headers={"HX-Request": "true"}).content.decode()
    task = CallTask.objects.get()
    page = f"/desk/phone/tasks/{task.pk}/"
    assert page in html
    assert desk.client.get(page).status_code == 200

    wrong = desk.client.post(page, {"phone": "12", "due_day": "8", "words": "131052-308T"})
    assert wrong.status_code == 422
    given = {
        "words": "Aino Virtala, elatus",
        "phone": "040 123 4567",
        "due_day": "huomenna",
        "part": "b_afternoon",
    }
    desk.client.post(page, given)
    task.refresh_from_db()
    assert (task.words, str(task.phone), task.due_day, task.part) == (
        "Aino Virtala, elatus",
        "+358401234567",
        date(2026, 11, 26),
        "b_afternoon",
    )
    html = " ".join(desk.client.get("/desk/").content.decode().split())
    for words in ("Aino Virtala, elatus", "040 123 4567", "to 26.11.", "iltapäivä"):
        assert words in html
    entry = AccessLogEntry.objects.filter(record=task.record, action="change").latest("pk")
    assert entry.subjects == [pseudonym("+358401234567")]


def test_not_reached_it_stays_and_reached_it_goes(desk: Desk) -> None:
    ended(desk.user)
    task = CallTask.objects.get()
    page = f"/desk/phone/tasks/{task.pk}/"
    desk.client.post(f"{page}again/")
    task.refresh_from_db()
    assert (task.tries, task.done_at) == (1, None)
    assert "ei tavoitettu: 1 ×" in " ".join(desk.client.get("/desk/").content.decode().split())

    for _press in range(2):
        assert desk.client.post(f"{page}done/").status_code == 302
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (clock.now(), desk.user)
    assert page not in desk.client.get("/desk/").content.decode()
    # Nothing more is done to it
    assert desk.client.get(page).status_code == 404
    desk.client.post(f"{page}again/")
    with pytest.raises(NotPossibleError):
        call_tasks.write(task.pk, Promise(clock.today()), user=desk.user)
    task.refresh_from_db()
    assert task.tries == 1


def test_the_earliest_promise_comes_first(desk: Desk) -> None:
    today = clock.today()
    for day, part in ((1, ""), (0, "b_afternoon"), (0, "a_morning"), (0, "")):
        CallTask.objects.create(
            user=desk.user, created_at=clock.now(), due_day=today + timedelta(day), part=part
        )
    assert [(task.due_day, task.part) for task in call_tasks.open_tasks()] == [
        (today, ""),
        (today, "a_morning"),
        (today, "b_afternoon"),
        (today + timedelta(1), ""),
    ]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER])
def test_it_is_the_secretaries_own(desk: Desk, role: Role) -> None:
    ended(desk.user)
    page = f"/desk/phone/tasks/{CallTask.objects.get().pk}/"
    other = signed_in(role).client
    assert other.get(page).status_code == 403
    assert {other.post(f"{page}{do}").status_code for do in ("", "again/", "done/")} == {403}
    assert {desk.client.get(f"{page}{do}").status_code for do in ("again/", "done/")} == {405}


def test_it_is_forgotten_two_weeks_after(desk: Desk) -> None:
    ended(desk.user)
    task = CallTask.objects.get()
    before = clock.now()
    assert list(call_tasks.old_tasks(before)) == []
    assert list(call_tasks.old_tasks(before + timedelta(days=1))) == [task]
    call_tasks.write(task.pk, Promise(clock.today() + timedelta(days=3)), user=desk.user)
    assert list(call_tasks.old_tasks(before + timedelta(days=1))) == []
    call_tasks.finish(task.pk, user=desk.user)
    assert list(call_tasks.old_tasks(before + timedelta(seconds=1))) == [task]
