"""A phone hour by the keyboard alone: calls, links, closing early, figures; and axe on its pages."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from bookings.models import Call, QueueHour
from office.core import clock
from office.models import (
    GuidanceLink,
    GuidanceSituation,
    HoursChange,
    HoursKind,
    OutboxMessage,
    Professional,
    Role,
    WeeklyHours,
)
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House
from tests.browser.keys import press
from tests.browser.people import Worker
from tests.factories import ProfessionalFactory, WeeklyHoursFactory

pytestmark = pytest.mark.browser


def answers(house: House) -> Professional:
    """Let the secretary answer the phone all day, and nobody else, whatever day and hour it is."""
    WeeklyHours.objects.filter(kind=HoursKind.PHONE).delete()
    person = ProfessionalFactory(
        user=house.users[Role.SECRETARY], name="Ritva Puhelin", points=house.points[:1]
    )
    WeeklyHoursFactory(
        professional=person,
        service_point=house.points[0],
        kind=HoursKind.PHONE,
        weekday=clock.today().weekday(),
        starts=time(0),
        ends=time(23, 59),
    )
    situation = GuidanceSituation.objects.create(name_fi="Huoli rahasta", order=1)
    link = GuidanceLink.objects.create(title_fi="Kela", url_fi="https://www.kela.fi/")
    link.situations.add(situation)
    GuidanceLink.objects.create(title_fi="Suomi.fi", url_fi="https://www.suomi.fi/")
    return person


def secretary(house: House, new_page: NewPage, language: str = "fi") -> Worker:
    worker = Worker(new_page(DESK, language), language)
    worker.come_in(house.users[Role.SECRETARY])
    return worker


def test_a_phone_hour_by_keyboard(house: House, new_page: NewPage) -> None:
    answers(house)
    worker = secretary(house, new_page)
    page, keys = worker.page, worker.page.keyboard
    worker.open("/desk/")
    expect(page.locator("#phone-status")).to_contain_text("auki")

    # The first call: links for money worries, sent by e-mail
    press(page, "t")
    expect(page.locator(".call__time")).to_be_visible()
    press(page, "l")
    worker.sees("Send links")
    press(page, "1")
    expect(page.locator("#fit")).to_contain_text(worker.word("Links that fit"))
    expect(page.locator("#fit summary")).to_contain_text("(1)")
    press(page, "a")
    expect(page.locator("#send-links input[name=to], input[name=to]").first).to_be_focused()
    keys.type("asiakas@example.org")
    press(page, "Enter")
    # What leaves, and to where, is seen first.
    expect(page.locator("#preview")).to_be_focused()
    expect(page.locator("#preview")).to_contain_text("asiakas@example.org")
    press(page, "s")
    expect(page.locator("form.undo")).to_contain_text("asiakas@example.org")
    expect(page.locator(".call__noted")).to_contain_text(worker.word("links sent"))
    press(page, "t")
    press(page, "e")
    expect(page.locator(".call--ended")).to_be_visible()
    assert OutboxMessage.objects.get(kind="links").to == "asiakas@example.org"
    assert Call.objects.get().outcome == "links"

    # The next call: matter and language by key, referred to another service
    press(page, "t")
    expect(page.locator(".call__time")).to_be_visible()
    press(page, "t")
    press(page, "m")
    expect(page.locator("#call-service")).to_be_focused()
    press(page, "ArrowDown")
    press(page, "Escape")
    press(page, "t")
    press(page, "6")
    expect(page.locator("#call-referred")).to_be_focused()
    keys.type("Perheneuvola")
    press(page, "Enter")
    expect(page.locator(".call--ended")).to_contain_text("Perheneuvola")
    last = Call.objects.latest("pk")
    assert (last.outcome, last.referred_to, last.service) == (
        "referred",
        "Perheneuvola",
        house.custody,
    )

    # A wrong press is no call
    press(page, "t")
    expect(page.locator(".call__time")).to_be_visible()
    press(page, "t")
    press(page, "0")
    expect(page.locator(".call__time")).to_have_count(0)
    assert Call.objects.count() == 2

    # The phone is closed early, and opened again
    press(page, "g")
    press(page, "p")
    worker.sees("Phone hours")
    press(page, "x")
    expect(page.locator("#phone-status")).to_contain_text("suljettu")
    assert HoursChange.objects.get().kind == HoursKind.PHONE
    press(page, "b")
    expect(page.locator("#phone-status")).to_contain_text("auki")
    assert not HoursChange.objects.exists()

    # What the phone system counted
    press(page, "c")
    worker.sees("Call log")
    press(page, "w")
    keys.type("5")
    press(page, "Tab")
    keys.type("2")
    press(page, "Tab")
    keys.type("7")
    press(page, "Enter")
    expect(page.locator(".notice--good")).to_be_visible()
    row = QueueHour.objects.get()
    assert (row.waited, row.hung_up, row.longest_wait) == (5, 2, 7)


def test_the_call_is_in_every_tab_and_once(house: House, new_page: NewPage) -> None:
    answers(house)
    worker = secretary(house, new_page)
    page = worker.page
    worker.open("/desk/")
    other = page.context.new_page()
    other.goto("/desk/phone/")
    page.bring_to_front()
    press(page, "t")
    press(page, "t")
    expect(page.locator(".call__time")).to_be_visible()
    # The other tab does not know of it yet; its press begins no second call.
    press(other, "t")
    expect(other.locator(".call__time")).to_be_visible()
    assert Call.objects.count() == 1
    page.reload()
    expect(page.locator(".call__time")).to_be_visible()
    expect(page.locator("[data-since]")).not_to_have_text("0:00")


def test_without_scripts(house: House, new_page: NewPage) -> None:
    answers(house)
    worker = Worker(new_page(DESK, "fi", java_script_enabled=False))
    worker.come_in(house.users[Role.SECRETARY])
    page = worker.page
    worker.open("/desk/phone/")
    page.locator("#call-start").click()
    page.locator("#call-service").select_option(str(house.custody.pk))
    page.locator(".call__outcomes button[value=guided]").click()
    expect(page.locator(".notice--good")).to_be_visible()
    call = Call.objects.get()
    assert (call.outcome, call.service) == ("guided", house.custody)


def test_the_pages_of_the_phone(house: House, new_page: NewPage) -> None:
    person = answers(house)
    worker = secretary(house, new_page)
    now = clock.now()
    for number, outcome in enumerate(("booked", "moved", "links", "referred", "")):
        Call.objects.create(
            user=house.users[Role.SECRETARY],
            started_at=now - timedelta(minutes=number + 2),
            ended_at=now - timedelta(minutes=number + 1),
            outcome=outcome,
            was_forgotten=not outcome,
        )
    HoursChange.objects.create(
        professional=person, kind=HoursKind.PHONE, effect="cuts", date=clock.today(),
        starts=time(23), ends=time(23, 30),
    )  # fmt: skip
    survey = Survey(worker.page)
    for path in ("/desk/phone/", "/desk/phone/calls/", "/desk/links/?s=1", "/desk/links/"):
        survey.page.goto(path)
        survey.look(path, everywhere=True)
    first = Call.objects.filter(ended_at__isnull=False).first()
    assert first is not None
    survey.at(f"/desk/phone/calls/{first.pk}/")
    worker.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    worker.open("/desk/")
    press(worker.page, "t")
    expect(worker.page.locator(".call__time")).to_be_visible()
    survey.look("a call goes on", everywhere=True)
    survey.at("/guidance/")
    link = GuidanceLink.objects.first()
    assert link is not None
    survey.at(f"/guidance/?n={link.pk}&l=fi")
    survey.done()
    manager = Worker(new_page(DESK))
    manager.come_in(house.users[Role.MANAGER])
    office = Survey(manager.page)
    for path in ("", "add/", f"{link.pk}/", "situations/", "situations/add/"):
        office.at(f"/office/guidance/{path}")
    office.done()
