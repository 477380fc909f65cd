"""Call-backs in a browser: by a parent on a phone, by the secretary's keyboard, by the one who calls."""

import re
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from playwright.sync_api import expect

from bookings.availability.call_slots import free_calls
from bookings.call_backs.actions import Caller, reserve
from bookings.models import CallBack, CallStatus
from office.core import clock
from office.models import HoursChange, HoursKind, Occupancy, OutboxMessage, Role, Unit
from tests.browser.checks import Survey, focus_is_seen, tab_to
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming
from tests.browser.keys import press
from tests.browser.people import Parent, Person, Worker

pytestmark = pytest.mark.browser


@pytest.fixture
def calls(house: House) -> House:
    """Let the guide, who speaks both languages, call back on the coming days."""
    for days in (2, 3):
        HoursChange.objects.create(
            professional=house.guide,
            kind=HoursKind.CALL_BACK,
            date=clock.local(coming(days, 17)).date(),
            starts=time(17),
            ends=time(18),
            service_point=house.points[1],
        )
    return house


def go_through(parent: Person, *, errors: bool = True) -> CallBack:
    """Go from the front page to the sent call-back."""
    page = parent.page
    parent.open("/")
    page.locator(".ways a[href='/call-back/']").click()
    parent.sees("Reserve a call-back time")
    page.locator(".day .slot").nth(1).click()
    parent.sees("Whom do we call?")

    if errors:
        # Nothing filled in: each is told
        parent.press("Reserve this call-back time")
        parent.sees("There is a problem")
    parent.field("Your name, or a nickname").fill("Kettu")
    parent.field("Phone number").fill("040 123 4567")
    parent.choice("You may call me").check()
    parent.choice("You may send me text messages").check()
    parent.choice("Something else").check()
    parent.press("Reserve this call-back time")
    parent.sees("Your call-back time is reserved")
    return CallBack.objects.get()


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize("scripts", [True, False], ids=["", "without scripts"])
def test_a_call_is_reserved_on_a_phone_and_cancelled(
    calls: House, new_page: NewPage, language: str, scripts: bool
) -> None:
    parent = Person(new_page(language=language, java_script_enabled=scripts), language)
    call = go_through(parent)
    assert (call.name, call.language, call.sms_is_safe) == ("Kettu", language, True)
    told = OutboxMessage.objects.filter(about=call.reference, kind="call_reserved")
    assert [message.language for message in told] == [language]
    page = parent.page
    expect(page.locator("main")).not_to_contain_text("1234567")
    expect(page.locator("main")).not_to_contain_text(calls.guide.name)

    page.locator(".panel a[href*='/call-back/']").click()
    parent.sees("Your call-back time")
    expect(page.locator("main")).to_contain_text("040 ••• ••67")
    parent.follow("Cancel the call")
    parent.press("Yes, cancel")
    parent.sees("The call has been cancelled")
    call.refresh_from_db()
    assert call.status == CallStatus.CANCELLED


def test_two_parents_one_time(calls: House, new_page: NewPage) -> None:
    """The second is told, keeps what was typed, and takes the nearest time."""
    first, second = Parent(new_page()), Parent(new_page())
    for parent in (first, second):
        parent.open("/call-back/?language=fi")
        parent.page.locator(".day .slot").first.click()
        parent.field("Your name, or a nickname").fill("Kettu")
        parent.field("Phone number").fill("040 123 4567")
        parent.choice("You may call me").check()
        parent.choice("Something else").check()
    first.press("Reserve this call-back time")
    first.sees("Your call-back time is reserved")
    second.press("Reserve this call-back time")
    second.sees("That time was just taken")
    expect(second.field("Your name, or a nickname")).to_have_value("Kettu")
    second.page.locator(".notice .slot").first.click()
    second.press("Reserve this call-back time")
    second.sees("Your call-back time is reserved")
    assert CallBack.objects.values("starts_at").distinct().count() == 2


def test_back_after_sending_reserves_nothing_again(calls: House, new_page: NewPage) -> None:
    parent = Parent(new_page())
    go_through(parent, errors=False)
    page = parent.page
    page.go_back()
    page.go_forward()
    parent.sees("Your call-back time is reserved")
    assert CallBack.objects.count() == 1


def test_the_secretary_reserves_by_keyboard_alone(calls: House, new_page: NewPage) -> None:
    secretary = Worker(new_page(DESK))
    secretary.come_in(calls.users[Role.SECRETARY])
    secretary.open("/desk/call-backs/")
    page, keys = secretary.page, secretary.page.keyboard
    keys.press("u")
    expect(page.locator("#id_time")).to_be_focused()
    focus_is_seen(page)
    keys.press("ArrowDown")
    tab_to(page, page.locator("#id_name"), most=5)
    keys.type("Aino")
    tab_to(page, page.locator("#id_phone"), most=2)
    keys.type("0401234567")
    keys.press("Enter")
    expect(page.locator("form.undo")).to_be_visible()
    assert CallBack.objects.get().starts_at == free_calls(calls.unit, online=False).starts[
        0
    ] - timedelta(minutes=15)


def test_the_one_who_calls_marks_by_keys(calls: House, new_page: NewPage) -> None:
    call = reserve(
        Caller(name="Kettu", phone="+358401234567"),
        free_calls(calls.unit, online=False).starts[0],
        unit=calls.unit,
        made_from=uuid4(),
        user=calls.users[Role.SECRETARY],
    )
    # As if the days until then had passed.
    start, end = clock.now(), clock.now() + timedelta(minutes=15)
    CallBack.objects.filter(pk=call.pk).update(starts_at=start, ends_at=end)
    Occupancy.objects.filter(claim=call.claim).update(during=DateTimeTZRange(start, end))
    guide = Worker(new_page(DESK))
    guide.come_in(calls.users[Role.GUIDE])
    guide.open("/my-day/")
    page = guide.page
    for key, status in (
        ("c", CallStatus.CALLING),
        ("e", CallStatus.AGAIN),
        ("r", CallStatus.REACHED),
    ):
        press(page, key)
        words = {"calling": "soitetaan", "again": "ei tavoitettu", "reached": "tavoitettu"}
        tag = page.locator(f"#{call.reference} .tag").first
        expect(tag).to_contain_text(re.compile(f"^{words[status]}"))
    call.refresh_from_db()
    assert call.status == CallStatus.REACHED


def test_every_page_of_call_backs(calls: House, new_page: NewPage) -> None:
    parent = Parent(new_page())
    survey = Survey(parent.page)
    survey.at("/call-back/")
    survey.at("/call-back/?language=en")
    parent.open("/call-back/?language=fi")
    parent.page.locator(".day .slot").first.click()
    survey.look("details", everywhere=True)
    parent.press("Reserve this call-back time")
    parent.sees("There is a problem")
    survey.look("details, errors", everywhere=True)
    call = go_through(parent)
    survey.look("sent", everywhere=True)
    parent.page.locator(".panel a[href*='/call-back/']").click()
    survey.look("personal", everywhere=True)
    parent.follow("Cancel the call")
    survey.look("cancel")
    survey.done()

    secretary = Worker(new_page(DESK))
    secretary.come_in(calls.users[Role.SECRETARY])
    survey = Survey(secretary.page)
    for start in free_calls(calls.unit, online=False).starts[:2]:
        reserve(
            Caller(name="Aino", phone="+358401234567"), start, unit=calls.unit, made_from=uuid4()
        )
    CallBack.objects.filter(pk=call.pk).update(status=CallStatus.AGAIN)
    secretary.open("/desk/call-backs/")
    survey.look("desk", everywhere=True)
    survey.at(f"/desk/call-backs/{call.reference}/move/")
    survey.done()

    guide = Worker(new_page(DESK))
    guide.come_in(calls.users[Role.GUIDE])
    survey = Survey(guide.page)
    guide.open(f"/my-day/?day={clock.local(call.starts_at).date().isoformat()}")
    survey.look("own day", everywhere=True)
    survey.done()
    manager = Worker(new_page(DESK))
    manager.come_in(calls.users[Role.MANAGER])
    survey = Survey(manager.page)
    # The least that the form takes; no test depends on it elsewhere
    Unit.objects.update(answer_margin_hours=1)
    manager.open("/office/unit/")
    manager.page.locator("[name=call_backs_offered]").uncheck()
    manager.page.locator("main form .actions button").click()
    expect(manager.page.locator("table")).to_contain_text(call.reference)
    survey.look("switching off", everywhere=True)
    survey.done()
