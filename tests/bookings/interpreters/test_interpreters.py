"""An interpreter is ordered, confirmed, moved, cancelled and marked; until then it is the desk's work."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import override

from bookings.desk.worklist import people
from bookings.interpreters import orders
from bookings.interpreters.figures import interpreters_between
from bookings.interpreters.needs import InterpreterStep, interpreter_of, interpreters_of, unsettled
from bookings.interpreters.presenters import interpreter_work
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import (
    Answer,
    Appointment,
    EventKind,
    InterpreterOrder,
    Party,
    Status,
    Undoable,
)
from bookings.parties.records import blank_party
from bookings.retention.requests import stored_data
from office.core import clock
from office.models import Channel, InterpreterAgency, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in, url
from tests.factories import PartyFactory, booked, link_of

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
State = InterpreterOrder.State


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(Role.SECRETARY)


@pytest.fixture
def agency(db: None) -> InterpreterAgency:
    return InterpreterAgency.objects.create(name="Tulkkikeskus Oy", phone="09 000 000")


def visit(house: House, language: str = "ar", **fields: Any) -> Appointment:
    """Make a visit on Wednesday at nine; today is Monday. One of two parties needs an interpreter."""
    start = fields.pop("start", at(9))
    appointment = booked(
        start=start, professionals=[house.professional], service_point=house.point, **fields
    )
    PartyFactory(appointment=appointment, answer=Answer.ACCEPTED, interpreter=language)
    return appointment


def press(desk: Desk, appointment: Appointment, do: str, language: str = "ar", **more: Any) -> int:
    appointment.refresh_from_db()
    data = {"version": appointment.version, "language": language, **more}
    answer = desk.client.post(url(appointment, f"interpreter/{do}/"), data, headers=EN)
    appointment.refresh_from_db()
    return answer.status_code


def step_of(appointment: Appointment, language: str = "ar") -> InterpreterStep:
    fresh = Appointment.objects.get(pk=appointment.pk)
    return interpreter_of(fresh, language).step(clock.now())


def move(appointment: Appointment, **fields: Any) -> None:
    Appointment.objects.filter(pk=appointment.pk).update(**fields)


def my_day(house: House) -> str:
    """Return the own day of the visit's professional."""
    if house.professional.user is None:
        house.professional.user = signed_in(Role.SUPERVISOR).user
        house.professional.save()
    client = Client()
    client.force_login(house.professional.user)
    return client.get("/my-day/?day=2026-11-25", headers=EN).content.decode()


def own_page(party: Party) -> str:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client.get(link_of(party)).content.decode()


def test_from_the_need_to_the_visit(
    house: House, desk: Desk, agency: InterpreterAgency, monday: Any
) -> None:
    appointment = visit(house)
    booked(start=at(12), professionals=[house.professional])
    (work,) = interpreter_work(clock.now())
    assert (work.visit, work.days_left, work.is_near) == (appointment, "in 2 days", True)
    page = desk.client.get("/desk/", headers=EN).content.decode()
    assert "Order an interpreter: Arabic" in page
    needs, other = (
        appointment.parties.get(interpreter="ar"),
        appointment.parties.get(interpreter=""),
    )
    assert "We order the interpreter for you: Arabic." in own_page(needs)
    card = desk.client.get(url(appointment), headers=EN).content.decode()
    told = ("Interpreter: Arabic", "To order", "09 000 000", ">Agency</label>")
    assert all(words in card for words in told)

    press(desk, appointment, "order", agency=agency.pk)
    order = appointment.interpreter_orders.get()
    assert (order.state, order.agency, order.starts_at) == (
        State.ORDERED,
        agency,
        appointment.starts_at,
    )
    assert step_of(appointment) == InterpreterStep.CONFIRM
    assert "interpreter: Arabic, ordered, not confirmed" in my_day(house)
    assert "We have ordered an interpreter for you: Arabic." in own_page(needs)
    press(desk, appointment, "confirm")
    assert "interpreter: Arabic, confirmed" in my_day(house)
    assert "An interpreter comes: Arabic. It has been confirmed." in own_page(needs)
    assert "nterpreter" not in own_page(other)
    assert (step_of(appointment), unsettled(clock.now())) == (InterpreterStep.NOTHING, [])

    # On the day one key presses one thing.
    monday.move_to(at(9, 5))
    card = signed_in(Role.SECRETARY).client.get(url(appointment), headers=EN).content.decode()
    assert ("The interpreter came" in card, card.count('data-key="f"')) == (True, 1)

    monday.move_to(at(10, 30))
    move(appointment, status=Status.DONE)
    (work,) = interpreter_work(clock.now())
    assert work.tags[0].text == "Did the interpreter come? Arabic"
    # Two days on she has signed in anew.
    desk = signed_in(Role.SECRETARY)
    press(desk, appointment, "came")
    assert unsettled(clock.now()) == []
    press(desk, appointment, "absent")
    assert appointment.interpreter_orders.get().state == State.ABSENT
    said = [event.what for event in appointment.events.order_by("pk")]
    assert said == [
        EventKind.INTERPRETER_ORDERED,
        EventKind.INTERPRETER_SETTLED,
        EventKind.INTERPRETER_CAME,
        EventKind.INTERPRETER_ABSENT,
    ]
    history = desk.client.get(url(appointment), headers=EN).content.decode()
    assert "Interpreter ordered: Tulkkikeskus Oy" in history


def test_what_changes_about_the_visit_is_work_again(
    house: House, desk: Desk, agency: InterpreterAgency
) -> None:
    appointment = visit(house)
    pk, user = appointment.pk, desk.user
    orders.order_interpreter(pk, "ar", agency=agency, user=user)
    orders.confirm_order(pk, "ar", user=user)

    later = timedelta(days=1)
    was = {"starts_at": appointment.starts_at, "ends_at": appointment.ends_at}
    move(appointment, **{name: moment + later for name, moment in was.items()})
    assert step_of(appointment) == InterpreterStep.MOVE
    card = desk.client.get(url(appointment), headers=EN).content.decode()
    assert "Ordered for another time or place" in card
    assert "Ordered for: " in card
    with pytest.raises(NotPossibleError):
        orders.confirm_order(pk, "ar", user=user)
    press(desk, appointment, "move")
    assert step_of(appointment) == InterpreterStep.CONFIRM
    assert appointment.interpreter_orders.get().starts_at == was["starts_at"] + later

    move(appointment, channel=Channel.VIDEO)
    assert step_of(appointment) == InterpreterStep.MOVE
    move(appointment, channel=Channel.IN_PERSON)
    need = appointment.parties.filter(interpreter="ar")
    for gone in ({"interpreter": ""}, {"answer": Answer.DECLINED, "interpreter": "ar"}):
        need = Party.objects.filter(appointment=pk, is_requester=False)
        need.update(**gone)
        assert step_of(appointment) == InterpreterStep.CANCEL
    need.update(answer=Answer.ACCEPTED)
    assert step_of(appointment) == InterpreterStep.CONFIRM
    move(appointment, status=Status.CANCELLED, claim=None)
    assert step_of(appointment) == InterpreterStep.CANCEL
    assert [i.visit for i in unsettled(clock.now())] == [appointment]
    press(desk, appointment, "cancel")
    assert (step_of(appointment), unsettled(clock.now())) == (InterpreterStep.NOTHING, [])


def test_after_a_visit_that_was_moved_an_interpreter_is_ordered_anew(
    house: House, desk: Desk, agency: InterpreterAgency, monday: Any
) -> None:
    appointment = visit(house)
    needs = appointment.parties.get(interpreter="ar")
    press(desk, appointment, "order", agency=agency.pk)
    monday.move_to(at(9, 10))
    desk = signed_in(Role.SECRETARY)
    press(desk, appointment, "absent")
    assert step_of(appointment) == InterpreterStep.NOTHING
    assert "interpreter: Arabic, did not come" in my_day(house)

    # Nobody interprets: the visit is moved by an hour.
    hour = timedelta(hours=1)
    assert appointment.starts_at is not None
    assert appointment.ends_at is not None
    move(appointment, starts_at=appointment.starts_at + hour, ends_at=appointment.ends_at + hour)
    assert step_of(appointment) == InterpreterStep.ORDER
    (work,) = interpreter_work(clock.now())
    assert work.tags[0].text == "Order an interpreter: Arabic"
    assert "interpreter: Arabic, not ordered yet" in my_day(house)
    assert "We order the interpreter for you: Arabic." in own_page(needs)
    # Of the new time it is not yet known who comes.
    card = desk.client.get(url(appointment), headers=EN).content.decode()
    assert "The interpreter came" not in card
    press(desk, appointment, "came")
    assert appointment.interpreter_orders.get().state == State.ABSENT
    press(desk, appointment, "order", agency=agency.pk)
    assert step_of(appointment) == InterpreterStep.CONFIRM
    former, order = appointment.interpreter_orders.all()
    assert (former.state, order.starts_at) == (State.ABSENT, appointment.starts_at)
    assert "interpreter: Arabic, ordered, not confirmed" in my_day(house)
    assert "We have ordered an interpreter for you: Arabic." in own_page(needs)
    assert [w.tags[0].text for w in interpreter_work(clock.now())] == ["Not confirmed: Arabic"]

    # That they stayed away once stays in the figures of the agency.
    monday.move_to(at(10, 30))
    desk = signed_in(Role.SECRETARY)
    assert press(desk, appointment, "came") == 302
    monday.move_to(at(12))
    today = clock.today()
    (row,) = interpreters_between(today, today).by_agency
    assert (row.ordered, row.came, row.absent) == (2, 1, 1)


def test_a_cancelled_order_stays_beside_the_next_one(
    house: House, desk: Desk, agency: InterpreterAgency
) -> None:
    appointment = visit(house)
    for do in ("order", "cancel", "order"):
        press(desk, appointment, do, agency=agency.pk)
    found = appointment.interpreter_orders.all()
    assert [order.state for order in found] == [State.CANCELLED, State.ORDERED]
    assert step_of(appointment) == InterpreterStep.CONFIRM
    assert "not confirmed" in my_day(house)
    with pytest.raises(IntegrityError), transaction.atomic():
        found.update(state=State.ORDERED)
    desk.client.post(f"/desk/undo/{Undoable.objects.latest('pk').key}/")
    assert step_of(appointment) == InterpreterStep.ORDER


def test_each_press_can_be_taken_back(
    house: House, desk: Desk, agency: InterpreterAgency, monday: Any
) -> None:
    appointment = visit(house)
    press(desk, appointment, "order", agency=agency.pk)
    desk.client.post(f"/desk/undo/{Undoable.objects.latest('pk').key}/")
    assert not appointment.interpreter_orders.exists()
    press(desk, appointment, "order", agency=agency.pk)
    monday.shift(timedelta(minutes=2))
    press(desk, appointment, "cancel")
    assert step_of(appointment) == InterpreterStep.ORDER
    desk.client.post(f"/desk/undo/{Undoable.objects.latest('pk').key}/")
    assert appointment.interpreter_orders.get().state == State.ORDERED


def test_what_cannot_be_noted_is_refused(house: House, desk: Desk) -> None:
    appointment = visit(house)
    pk, user = appointment.pk, desk.user
    for refused in (
        lambda: orders.order_interpreter(pk, "so", agency=None, user=user),
        lambda: orders.confirm_order(pk, "ar", user=user),
        lambda: orders.move_order(pk, "ar", user=user),
        lambda: orders.cancel_order(pk, "ar", user=user),
        lambda: orders.mark_interpreter(pk, "ar", came=True, user=user),
    ):
        with pytest.raises(NotPossibleError):
            refused()
    orders.order_interpreter(pk, "ar", agency=None, user=user)
    for refused in (
        # A second press; and before the visit nobody has come.
        lambda: orders.order_interpreter(pk, "ar", agency=None, user=user),
        lambda: orders.mark_interpreter(pk, "ar", came=True, user=user),
    ):
        with pytest.raises(NotPossibleError):
            refused()
    assert appointment.interpreter_orders.count() == 1
    assert press(desk, appointment, "nonsense") == 404


def test_sign_language_is_the_same_work(
    house: House, desk: Desk, agency: InterpreterAgency
) -> None:
    signs = InterpreterAgency.objects.create(name="Viittoma Oy", for_sign_language=True)
    InterpreterAgency.objects.create(name="Entinen Oy", is_active=False)
    appointment = visit(house, "")
    appointment.parties.update(access=["sign", "step_free"])
    assert [i.language_label for i in interpreters_of(appointment)] == ["sign language"]
    card = desk.client.get(url(appointment), headers=EN).content.decode()
    assert card.index(signs.name) < card.index(agency.name)
    assert "Entinen" not in card
    press(desk, appointment, "order", "sign", agency=signs.pk)
    assert step_of(appointment, "sign") == InterpreterStep.CONFIRM


def test_the_list_is_two_queries(house: House, django_assert_num_queries: Any) -> None:
    for hour in (9, 11, 13):
        PartyFactory(appointment=visit(house, start=at(hour)), interpreter="so")
    with django_assert_num_queries(2):
        works = interpreter_work(clock.now())
    assert [len(work.tags) for work in works] == [2, 2, 2]
    assert people([works[0].visit.reference])


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.PARTNER, Role.MANAGER])
def test_only_secretaries_note_it(house: House, role: Role) -> None:
    appointment = visit(house)
    assert press(signed_in(role), appointment, "order") == 403
    assert Client().post(url(appointment, "interpreter/order/"), {}).status_code == 302
    assert not appointment.interpreter_orders.exists()


def test_the_manager_keeps_the_agencies_and_sees_what_came_of_orders(
    house: House, desk: Desk, agency: InterpreterAgency, monday: Any
) -> None:
    appointment, other = visit(house), visit(house, start=at(13))
    for one in (appointment, other):
        orders.order_interpreter(one.pk, "ar", agency=agency, user=desk.user)
    monday.move_to(at(15))
    orders.mark_interpreter(appointment.pk, "ar", came=True, user=desk.user)
    orders.mark_interpreter(other.pk, "ar", came=False, user=desk.user)
    Appointment.objects.update(status=Status.DONE)
    today = clock.today()
    figures = interpreters_between(today, today)
    assert (figures.visits, figures.came) == (2, 1)
    (row,) = figures.by_agency
    assert (row.agency, row.ordered, row.came, row.absent) == (agency.name, 2, 1, 1)

    manager = signed_in(Role.MANAGER).client
    page = manager.get("/office/interpreters/", headers=EN).content.decode()
    assert "2 visits in which an interpreter was needed; one came to 1." in page
    fields = {"name": "Toinen Oy", "order_page": "http://tulkki.example.org", "is_active": "on"}
    answer = manager.post("/office/interpreters/add/", fields)
    assert answer.context["form"].errors.keys() == {"order_page"}
    fields["order_page"] = "https://tulkki.example.org"
    assert manager.post("/office/interpreters/add/", fields).status_code == 302
    again = manager.post("/office/interpreters/add/", fields)
    assert again.context["form"].errors.keys() == {"name"}


def test_own_data_has_the_own_order_alone(
    house: House, desk: Desk, agency: InterpreterAgency, monday: Any
) -> None:
    appointment = visit(house)
    orders.order_interpreter(appointment.pk, "ar", agency=agency, user=desk.user)
    other, mine = appointment.parties.order_by("pk")
    assert "Order of the interpreter" in str(stored_data(mine)[0])
    assert "Order of the interpreter" not in str(stored_data(other)[0])
    blank_party(mine)
    orders.remove_unneeded_orders(appointment)
    # The agency still has to be told.
    assert appointment.interpreter_orders.exists()
    monday.move_to(at(15))
    orders.remove_unneeded_orders(appointment)
    assert not appointment.interpreter_orders.exists()
