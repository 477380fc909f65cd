"""The walk-in's morning by keyboard: two supervisors at two desks, and what axe says of their screens."""

from datetime import timedelta

import pytest
from django.db.models import Sum
from playwright.sync_api import Page, expect

from office.core import clock
from office.models import AccessLogEntry, RateCount, Role
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House
from tests.browser.keys import press
from tests.browser.people import Worker
from tests.factories import ProfessionalFactory, UserFactory
from walkin.actions.take_number import take_number
from walkin.days import planning
from walkin.days.lifecycle import open_day
from walkin.models import (
    Company,
    Desk,
    Destination,
    PointRules,
    Source,
    Ticket,
    TicketEvent,
    WalkInDay,
)
from walkin.tickets.matters import Matter

pytestmark = pytest.mark.browser


def _morning(house: House, numbers: int) -> WalkInDay:
    """Open a walk-in of two desks right now, with numbers taken."""
    point = house.points[0]
    PointRules.objects.create(service_point=point, closes_when_full=False, call_gap_seconds=0)
    Destination.objects.create(service_point=point, name="Kela", where="2. kerros")
    for order, name in enumerate(("1", "2")):
        Desk.objects.create(service_point=point, name=name, order=order)
    second = UserFactory(username="second", roles=[Role.SUPERVISOR], language="fi")
    colleague = ProfessionalFactory(user=second, name="Toinen Valvoja", points=[point])
    now = clock.now()
    day = planning.add_day(
        point,
        start=now - timedelta(minutes=30),
        end=now + timedelta(hours=4),
        professionals=[house.supervisor, colleague],
    )
    house.users["second"] = second
    open_day(day.pk)
    for _ in range(numbers):
        take_number(
            day.pk,
            matter=Matter("unsure", "", other="unsure"),
            language="fi",
            meeting=Company.SEPARATE,
            source=Source.KIOSK,
        )
    return day


def _at_the_queue(house: House, page: Page, user: str) -> Worker:
    worker = Worker(page)
    worker.come_in(house.users[user])
    worker.open("/queue/")
    return worker


def test_two_supervisors_serve_by_keys_alone(house: House, new_page: NewPage) -> None:
    day = _morning(house, 3)
    one = _at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    two = _at_the_queue(house, new_page(DESK), "second")

    for worker, number in ((one, "1"), (two, "2")):
        press(worker.page, "c")
        expect(worker.page.locator(".queue__number")).to_contain_text(number)
    press(one.page, "s")
    expect(one.page.locator("progress")).to_be_visible()
    press(one.page, "y")
    expect(one.page.locator("input[name=agreement_made]")).to_be_checked()
    press(one.page, "1")
    expect(one.page.locator("#mine-head")).to_contain_text("3")

    press(two.page, "x")
    expect(two.page.locator(".queue__time")).to_contain_text("2")
    press(two.page, "b")
    # The heading has a 2 before it is put back as well: only then is nobody at the desk.
    expect(two.page.locator(".queue__number")).to_have_count(0)
    expect(two.page.locator("#mine-head")).to_contain_text("2")
    press(one.page, "c")
    expect(one.page.locator(".queue__number")).to_contain_text("2")
    press(one.page, "o")
    expect(one.page.locator("h1.queue__number")).to_contain_text("2")
    press(one.page, "h")
    expect(one.page.locator("#mine-head")).to_contain_text("3")

    states = dict(Ticket.objects.filter(day=day).values_list("number", "state"))
    assert states == {1: "done", 2: "handed_on", 3: "waiting"}
    first = Ticket.objects.get(day=day, number=1)
    assert (first.agreement_made, first.outcome) == (True, "advice")


def test_a_visit_ends_with_five_presses(house: House, new_page: NewPage) -> None:
    """One came and one did not, maintenance was agreed in part, and it goes on in court."""
    day = _morning(house, 1)
    worker = _at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    page = worker.page
    press(page, "c")
    expect(page.locator(".queue__number")).to_contain_text("1")
    press(page, "s")
    expect(page.locator("progress")).to_be_visible()
    for key, box in (
        ("w", "input[name=one_did_not_come]"),
        ("m", "input[name=agreements][value=maintenance]"),
        ("k", "input[name=next_step][value=court]"),
    ):
        press(page, key)
        expect(page.locator(box)).to_be_checked()
    press(page, "6")
    expect(page.locator("button[name=children]")).to_have_count(6)
    press(page, "2")
    expect(page.locator("#mine-head")).to_be_visible()
    ended = Ticket.objects.get(day=day)
    assert (ended.state, ended.outcome, ended.came) == ("done", "partly", "some")
    assert (ended.agreements, ended.next_step) == ({"maintenance": 2}, "court")


def test_the_same_key_on_the_next_page_is_another_press(house: House, new_page: NewPage) -> None:
    """A form sent twice is done once; this one says the same as the last, and is not the same form."""
    day = _morning(house, 3)
    worker = _at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    for number in ("1", "2", "3"):
        expect(worker.page.locator("#mine-head")).to_contain_text(number)
        press(worker.page, "c")
        expect(worker.page.locator(".queue__number")).to_contain_text(number)
        press(worker.page, "s")
        expect(worker.page.locator("progress")).to_be_visible()
        press(worker.page, "1")
        expect(worker.page.locator(".queue__number")).to_have_count(0)
    assert set(Ticket.objects.filter(day=day).values_list("state", flat=True)) == {"done"}


def test_eight_who_wait_are_seen_without_scrolling(house: House, new_page: NewPage) -> None:
    _morning(house, 9)
    worker = _at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    press(worker.page, "c")
    expect(worker.page.locator(".queue__table tbody tr")).to_have_count(8)
    press(worker.page, "s")
    expect(worker.page.locator("progress")).to_be_visible()

    last = worker.page.locator(".queue__table tbody tr").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= DESK[1]


def test_what_is_ticked_stays_when_the_line_changes(house: House, new_page: NewPage) -> None:
    day = _morning(house, 1)
    worker = _at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    worker.page.clock.install()
    worker.open("/queue/")
    press(worker.page, "c")
    expect(worker.page.locator(".queue__time")).to_contain_text("1")
    press(worker.page, "s")
    worker.page.locator("input[name=links_given]").check()
    take_number(
        day.pk,
        matter=Matter("unsure", "", other="unsure"),
        language="sv",
        meeting=Company.SEPARATE,
        source=Source.KIOSK,
    )
    worker.page.clock.fast_forward("00:31")

    expect(worker.page.locator(".queue__table tbody tr")).to_have_count(1)
    expect(worker.page.locator("input[name=links_given]")).to_be_checked()


def test_the_pages_of_the_walk_in(house: House, new_page: NewPage) -> None:
    day = _morning(house, 4)
    worker = _at_the_queue(house, new_page(), Role.SUPERVISOR)
    survey = Survey(worker.page)
    survey.look("queue, free")
    press(worker.page, "c")
    expect(worker.page.locator(".queue__time")).to_contain_text("1")
    survey.look("queue, called")
    press(worker.page, "s")
    expect(worker.page.locator("progress")).to_be_visible()
    survey.look("queue, serving", everywhere=True)
    ticket = Ticket.objects.get(day=day, number=2)
    survey.at(f"/queue/numbers/{ticket.pk}/")
    survey.at(f"/queue/day/{day.pk}/end/")
    survey.done()


def test_the_managers_days(house: House, new_page: NewPage) -> None:
    day = _morning(house, 0)
    point = house.points[0]
    planning.add_day(
        point,
        start=clock.now() + timedelta(days=7),
        end=clock.now() + timedelta(days=7, hours=2),
        professionals=[],
    )
    worker = Worker(new_page())
    worker.come_in(house.users[Role.MANAGER])
    survey = Survey(worker.page)
    base = "/office/walk-in"
    for path in ("/", "/add/", f"/{day.pk}/", f"/{day.pk}/duty/", f"/points/{point.pk}/rules/"):
        survey.at(base + path)
    survey.done()


def test_one_look_for_a_visitor_is_counted_and_logged_once(house: House, new_page: NewPage) -> None:
    _morning(house, 1)
    worker = _at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    press(worker.page, "c")
    expect(worker.page.locator(".queue__number")).to_be_visible()
    worker.open(f"/queue/numbers/{Ticket.objects.get().pk}/")
    worker.page.locator("[name=sought]").fill("AB12 CD34")
    logged, tries = AccessLogEntry.objects.count(), RateCount.objects.aggregate(Sum("count"))
    worker.press("Find")
    worker.reads("There is no exact match. Ask for the reference code of the appointment.")
    assert AccessLogEntry.objects.count() == logged + 1
    assert RateCount.objects.aggregate(n=Sum("count"))["n"] == (tries["count__sum"] or 0) + 1


def test_a_wrong_key_is_undone_and_a_finished_visit_reopened(
    house: House, new_page: NewPage
) -> None:
    day = _morning(house, 2)
    worker = _at_the_queue(house, new_page(DESK), Role.SUPERVISOR)
    page, bar = worker.page, worker.page.locator("form.undo strong")
    for key, told in (("c", "called"), ("s", "visit started")):
        press(page, key)
        expect(bar).to_contain_text(worker.word(told, context="walk-in event"))
    # A wrong key ends the visit; the person is still at the desk.
    press(page, "1")
    expect(page.locator("#mine-head")).to_contain_text("2")
    expect(bar).to_contain_text(worker.word("advice given"))
    press(page, "u")
    expect(page.locator("progress")).to_be_visible()
    press(page, "2")
    expect(page.locator("#mine-head")).to_contain_text("2")
    # Another half an hour later they are back: out of the list of those who are done.
    summary = page.locator("#queue-finished-list summary")
    summary.click()
    page.locator("#queue-finished-list li a").first.click()
    expect(page.locator("h1.queue__number")).to_contain_text("1")
    press(page, "r")
    expect(page.locator("progress")).to_be_visible()

    # A number for somebody: the key only leads there, and Escape leads out again.
    press(page, "j")
    expect(page.locator("#id_matter")).to_be_focused()
    page.keyboard.press("Escape")
    press(page, "h")
    expect(page.locator(".queue__held")).to_contain_text("1")
    numbers = Ticket.objects.filter(day=day).order_by("number")
    assert [(t.state, t.outcome) for t in numbers] == [("on_hold", ""), ("waiting", "")]
    undone = TicketEvent.objects.get(what="undo", ticket=numbers[0])
    assert undone.undoes is not None
    assert undone.undoes.what == "done"
