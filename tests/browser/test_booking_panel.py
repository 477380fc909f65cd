"""With a caller on the line: booked by keyboard alone, each key and each round trip counted."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from bookings.models import Answer, Appointment, SeparateVisit, Status
from office.core import clock, dates
from office.models import Role
from tests.browser.checks import Survey, all_stops_are_seen, focus_is_seen
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Worker
from tests.factories import ProfessionalFactory, booked

pytestmark = pytest.mark.browser

KEYS, TRIPS = 20, 4


@dataclass
class Hands:
    """A keyboard that counts. Letters of names and numbers are not counted, all else is."""

    page: Page
    keys: int = 0
    trips: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._sent)

    def _sent(self, request: Request) -> None:
        """Count a round trip.

        The page that an answer leads on to belongs to it, as with any redirect:
        static/js/saving.js only does by itself what the browser would do.
        """
        that = ("/desk/book/done/", "/seen/")
        leads_on = request.redirected_from or any(part in request.url for part in that)
        if request.resource_type in ("document", "xhr", "fetch") and not leads_on:
            self.trips.append(request.url)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += key.count("+") + 1
            press(self.page, key)

    def tab(self, to: Locator) -> None:
        for _ in range(20):
            self.press("Tab")
            focus_is_seen(self.page)
            if to.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab does not lead to {to}")

    def say(self, name_or_number: str) -> None:
        self.page.keyboard.type(name_or_number)


@pytest.fixture
def secretary(house: House, new_page: NewPage) -> Worker:
    worker = Worker(new_page(DESK))
    worker.come_in(house.users[Role.SECRETARY])
    return worker


def named(page: Page, name: str) -> Locator:
    return page.locator(f"[name='{name}']")


def test_two_new_parents_are_booked_in_few_keys(
    house: House, secretary: Worker, record_property: Callable[[str, object], None]
) -> None:
    page = secretary.page
    # Another service is the usual one, so that this one has to be looked for
    usual = house.counselling
    house.custody.order = 5
    house.custody.save()
    secretary.open("/my-day/")
    secretary.open("/desk/")
    expect(page.locator("[data-keys-open]")).to_be_visible()
    hands = Hands(page)

    hands.press("n")
    expect(named(page, "service")).to_be_focused()
    expect(named(page, "service")).to_have_value(str(usual.pk))
    # Three letters of the service; its times come by themselves
    hands.press("s", "o", "p")
    expect(named(page, "service")).to_have_value(str(house.custody.pk))
    hands.press("1")
    # The first of the five times, and on to the caller
    expect(named(page, "caller-name")).to_be_focused()
    chosen = page.locator("input[name=slot]:checked")
    expect(chosen).to_have_attribute("data-key", "1")
    assert (chosen.get_attribute("value") or "").startswith(f"{house.custody.pk}:")
    hands.say("Aino Virtala")
    hands.tab(named(page, "caller-phone"))
    hands.say("040 1234567")
    hands.tab(named(page, "caller-email"))
    hands.say("aino@example.org")
    hands.tab(named(page, "caller-all_safe"))
    hands.press("Space", "v")
    expect(named(page, "other-name")).to_be_focused()
    hands.say("Otso Ek")
    hands.tab(named(page, "other-phone"))
    hands.say("0407654321")
    hands.tab(named(page, "other-email"))
    hands.tab(named(page, "other-all_safe"))
    hands.press("Space")
    expect(page.locator("#caller-found")).not_to_be_empty()
    hands.press("Control+Enter")

    secretary.sees("Booked")
    appointment = Appointment.objects.get()
    expect(page.locator("#main .code")).to_have_text(appointment.reference)
    caller, other = appointment.parties.order_by("pk")
    assert (caller.name, str(caller.phone), caller.email_is_safe) == (
        "Aino Virtala",
        "+358401234567",
        True,
    )
    assert (other.name, other.answer, other.sms_is_safe) == ("Otso Ek", Answer.ASKED, True)
    record_property("keys", hands.keys)
    record_property("round trips", len(hands.trips))
    assert hands.keys <= KEYS
    # The page, the times, the search for the caller, the booking
    assert len(hands.trips) <= TRIPS, hands.trips

    # Back does not book again, and "another" begins anew
    page.go_back()
    page.go_forward()
    assert Appointment.objects.count() == 1
    secretary.sees("Booked")
    hands.press("b")
    expect(named(page, "caller-name")).to_have_value("")


def test_any_tuesday_afternoon_of_a_month_and_not_the_same_one_as_last_time(
    house: House, secretary: Worker, record_property: Callable[[str, object], None]
) -> None:
    """In one place, in a month that is still ahead, for somebody who has been here before."""
    page, harbour = secretary.page, house.points[1]
    other = ProfessionalFactory(
        name="Toinen Valvoja", services=[house.custody], points=[harbour], hours=(8, 16)
    )
    last = booked(
        start=clock.now() - timedelta(days=60),
        professionals=[house.guide],
        service=house.custody,
        status=Status.DONE,
    )
    last.parties.update(name="Väinö Mäkinen", phone="+358401234567", email="", email_is_safe=False)
    month = (clock.today().replace(day=1) + timedelta(days=40)).month
    name = dates.MONTHS["fi"][month - 1]
    secretary.open("/desk/")
    expect(page.locator("[data-keys-open]")).to_be_visible()
    hands = Hands(page)

    hands.press("n")
    expect(named(page, "service")).to_have_value(str(house.custody.pk))
    hands.tab(named(page, "where"))
    hands.say("sat")
    hands.tab(named(page, "earliest"))
    hands.say(name)
    hands.tab(named(page, "until"))
    hands.say(name)
    hands.tab(named(page, "pattern"))
    hands.say("ti ip")
    hands.tab(named(page, "professional"))
    hands.say("ei")
    expect(named(page, "professional")).to_have_value("-last")
    # Out of the field, and by a key to the caller
    hands.press("Escape", "c")
    hands.say("vaino maki")
    expect(page.locator("#caller-found button")).to_have_count(1)
    hands.press("ArrowDown", "Enter")
    expect(page.locator("#panel-times")).to_contain_text(f"Viimeksi: {house.guide.name}")
    expect(page.locator("#panel-times .next-time").first).to_contain_text(other.name)
    hands.press("Escape", "1")
    expect(named(page, "other-name")).to_be_focused()
    hands.say("Otso Ek")
    hands.tab(named(page, "other-phone"))
    hands.say("0407654321")
    hands.press("Control+Enter")

    secretary.sees("Booked")
    new = Appointment.objects.get(status=Status.CONFIRMED)
    start = clock.local(new.starts_at or clock.now())
    assert (start.month, start.weekday(), start.hour >= 12) == (month, 1, True)
    assert (new.service_point, list(new.professionals.all())) == (harbour, [other])
    record_property("keys", hands.keys)
    record_property("round trips", len(hands.trips))
    assert hands.keys <= 18
    # Each choice shows its times, and the days how they were read
    assert len(hands.trips) <= 14, hands.trips


def test_the_line_is_cut_and_the_booking_taken_up_again(house: House, secretary: Worker) -> None:
    page = secretary.page
    secretary.open("/desk/book/")
    press(page, "1")
    page.keyboard.type("Aino Virtala")
    press(page, "Escape")
    press(page, "x")
    row = page.locator(".parked__list a")
    expect(row).to_have_text("Aino Virtala")
    expect(named(page, "caller-name")).to_have_value("")
    row.click()
    expect(named(page, "caller-name")).to_have_value("Aino Virtala")
    expect(page.locator("input[name=slot]:checked")).to_have_count(1)
    named(page, "other_parent").select_option("none")
    page.locator("[data-book]").click()
    secretary.sees("Booked")
    secretary.open("/desk/book/")
    expect(row).to_have_count(0)


def test_enter_alone_books_nothing_and_ctrl_enter_twice_books_once(
    house: House, secretary: Worker
) -> None:
    page = secretary.page
    secretary.open("/desk/book/")
    press(page, "2")
    page.keyboard.type("Aino Virtala")
    press(page, "Enter")
    named(page, "other_parent").select_option("none")
    press(page, "Enter")
    assert Appointment.objects.count() == 0
    press(page, "Control+Enter")
    press(page, "Control+Enter")
    secretary.sees("Booked")
    assert Appointment.objects.count() == 1


def test_the_times_are_leafed_through_from_where_one_stands(
    house: House, secretary: Worker
) -> None:
    """In a list and on a time the arrows to the sides leaf, and the service stays as it was."""
    page = secretary.page
    secretary.open("/desk/book/")
    expect(named(page, "service")).to_be_focused()
    first = page.locator("#panel-times input[name=slot]").first
    shown = [first.get_attribute("value") or ""]
    press(page, "ArrowRight")
    expect(first).not_to_have_value(shown[0])
    expect(named(page, "service")).to_have_value(str(house.custody.pk))
    shown.append(first.get_attribute("value") or "")

    first.focus()
    press(page, "ArrowRight")
    expect(first).not_to_have_value(shown[1])
    expect(first).to_be_focused()
    press(page, "ArrowLeft")
    expect(first).to_have_value(shown[1])
    press(page, "2")
    expect(named(page, "caller-name")).to_be_focused()


def test_a_known_caller_is_chosen_by_arrows(house: House, secretary: Worker) -> None:
    known, asking, _invited = visit(house, coming(3, 9))
    asking.name, asking.sms_is_safe = "Väinö Mäkinen", True
    asking.save()
    page = secretary.page
    secretary.open("/desk/book/")
    press(page, "1")
    page.keyboard.type("vaino makinne")
    found = page.locator("#caller-found button")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(known.reference)
    press(page, "ArrowDown")
    expect(found).to_be_focused()
    focus_is_seen(page)
    press(page, "Enter")
    expect(named(page, "caller-name")).to_have_value("Väinö Mäkinen")
    expect(named(page, "caller-email")).to_have_value(asking.email)
    expect(page.locator("[name='caller-safe'][value=sms]")).to_be_checked()
    expect(page.locator("[name='caller-safe'][value=call]")).not_to_be_checked()
    # Nothing of the other parent's, and on to them
    expect(named(page, "other-name")).to_be_focused()
    expect(named(page, "other-name")).to_have_value("")


def test_a_time_chosen_while_others_are_coming_is_kept(house: House, secretary: Worker) -> None:
    page = secretary.page
    secretary.open("/desk/book/")
    held: list[Route] = []
    page.route("**/desk/book/times/**", lambda route: held.append(route))
    first = page.locator("[name=slot][data-key='1']")
    with page.expect_request("**/desk/book/times/**"):
        page.locator("[name=meeting][value=separate]").check()
        first.check()
    value = first.get_attribute("value")
    held[0].continue_()
    expect(page.locator("#other-times [name=slot_other][data-key='6']")).to_be_visible()
    expect(page.locator(f"[name=slot][value='{value}']")).to_be_checked()


def test_separate_visits_are_booked_together(house: House, secretary: Worker) -> None:
    page = secretary.page
    secretary.open("/desk/book/")
    page.locator("[name=meeting][value=separate]").check()
    own = page.locator("#other-times")
    expect(own).to_be_visible()
    page.locator("[name=slot][data-key='1']").check()
    theirs = own.locator("[name=slot_other][data-key='6']")
    expect(theirs).to_be_visible()
    theirs.check()
    for who, name in (("caller", "Aino Virtala"), ("other", "Otso Ek")):
        named(page, f"{who}-name").fill(name)
        named(page, f"{who}-email").fill(f"{who}@example.org")
        named(page, f"{who}-all_safe").check()
    page.locator("[data-book]").click()
    secretary.sees("Booked")
    expect(page.locator("#main .code")).to_have_count(2)
    assert SeparateVisit.objects.count() == 2


def test_fields_that_do_not_apply_are_not_shown(house: House, secretary: Worker) -> None:
    page = secretary.page
    secretary.open("/desk/book/")
    expect(page.locator("#other")).to_be_visible()
    expect(named(page, "anonymous")).to_be_hidden()
    named(page, "service").select_option(str(house.counselling.pk))
    expect(page.locator("#other")).to_be_hidden()
    named(page, "anonymous").check()
    expect(named(page, "caller-phone")).to_be_hidden()
    named(page, "service").select_option(str(house.custody.pk))
    expect(page.locator("#other")).to_be_visible()
    named(page, "other_parent").select_option("unit")
    # Its name alone can be kept for later
    expect(named(page, "other-name")).to_be_visible()
    expect(named(page, "other-phone")).to_be_hidden()
    named(page, "other_parent").select_option("none")
    expect(named(page, "other-name")).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_without_scripts(house: House, new_page: NewPage, size: tuple[int, int]) -> None:
    worker = Worker(new_page(size, java_script_enabled=False))
    worker.come_in(house.users[Role.SECRETARY])
    page = worker.page
    worker.open("/desk/book/")
    named(page, "where").select_option(str(house.points[1].pk))
    named(page, "caller-name").fill("Aino Virtala")
    worker.press("Show the times")
    expect(named(page, "caller-name")).to_have_value("Aino Virtala")
    expect(page.locator(".next-time").first).to_contain_text("Satama")
    page.locator("[name=slot]").nth(1).check()
    named(page, "other_parent").select_option("unit")
    page.locator("[data-book]").click()
    worker.sees("Booked")
    assert Appointment.objects.get().service_point == house.points[1]


def test_the_pages_hold(house: House, secretary: Worker) -> None:
    page = secretary.page
    survey = Survey(page)
    page.goto("/desk/book/")
    survey.look("/desk/book/", everywhere=True)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    # The day's work without scrolling: the button is in sight
    box = page.locator("[data-book]").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= DESK[1]
    page.goto("/desk/book/")
    assert all_stops_are_seen(page) > 20

    first, _asking, invited = visit(house, coming(3, 9), meeting="separate")
    invited.answer = Answer.NOT_ASKED
    invited.save()
    survey.at(f"/desk/book/?for={first.reference}")
    page.locator("[data-book]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    survey.look("the panel with errors")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.locator("[name=slot]").first.check()
    page.locator("[data-book]").click()
    expect(page).to_have_url(re.compile("/desk/book/done/"))
    survey.look("booked", everywhere=True)
    survey.at(f"/desk/requests/{first.reference}/")
    survey.done()


def test_what_books_is_in_sight_and_the_letters_are_read_by_a_key(
    house: House, secretary: Worker
) -> None:
    page = secretary.page
    for size in (DESK, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        secretary.open("/desk/book/")
        expect(page.locator("[data-book]")).to_be_in_viewport(ratio=1)
        # Nothing that is tabbed to lies under it.
        all_stops_are_seen(page)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    secretary.open("/desk/book/")
    named(page, "service").select_option(str(house.counselling.pk))
    expect(named(page, "slot").first).to_have_value(re.compile(f"^{house.counselling.pk}:"))
    named(page, "slot").first.check()
    named(page, "caller-name").fill("Aino Virtala")
    named(page, "caller-email").fill("aino@example.org")
    named(page, "caller-all_safe").check()

    # Out of the box by Alt, as from any field.
    press(page, "Alt+e")

    expect(page.locator("#panel-letters .letter").first).to_contain_text("Aino Virtala")
    expect(page.locator("[data-book]")).to_be_in_viewport(ratio=1)
    expect(named(page, "caller-name")).to_have_value("Aino Virtala")
    assert not Appointment.objects.exists()
