"""Bad days: the session has ended, the network is gone, a hand presses twice. Nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, Route, expect

from bookings.models import Appointment, Status
from office.core import clock
from office.models import Role
from office.staff.session_expiry import UNTIL
from tests.browser.checks import axe, tab_to
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import PASSWORD, House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Parent, Worker
from tests.factories import UserFactory

pytestmark = pytest.mark.browser
TEXT = "Soitetaan huomenna uudelleen"


@pytest.fixture
def secretary(house: House, new_page: NewPage) -> Worker:
    worker = Worker(new_page(DESK))
    worker.sign_in("secretary", "/desk/")
    return worker


@pytest.fixture
def request_(house: House) -> Appointment:
    return visit(house, coming(2, 9), status=Status.REQUESTED)[0]


def path_of(appointment: Appointment) -> str:
    return f"/desk/requests/{appointment.reference}/"


def note(worker: Worker, appointment: Appointment) -> Locator:
    """Return the field of the note, with something typed."""
    worker.open(path_of(appointment))
    field = worker.page.locator("[name=note]")
    field.fill(TEXT)
    return field


def save(worker: Worker) -> None:
    worker.page.locator("form:has([name=note]) button").click()


def trouble(page: Page, what: str) -> Locator:
    return page.locator(f"[data-trouble={what}]")


def end_sessions() -> None:
    Session.objects.update(expire_date=clock.now() - timedelta(minutes=1))


def sign_in_again(worker: Worker, username: str = "secretary") -> None:
    """Sign in in the tab that the notice opens, and return to the one with the form."""
    with worker.page.expect_popup() as opened:
        worker.follow("Sign in (opens a new tab)")
    tab = opened.value
    tab.locator("input[name=login]").fill(username)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("main form button").click()
    heading = worker.word("You are signed in again")
    expect(tab.get_by_role("heading", name=heading)).to_be_visible()
    tab.close()


def saved(appointment: Appointment) -> str:
    appointment.refresh_from_db()
    return str(appointment.secretary_note)


def test_the_session_has_ended_in_mid_form(secretary: Worker, request_: Appointment) -> None:
    field = note(secretary, request_)
    end_sessions()
    save(secretary)
    expect(trouble(secretary.page, "over")).to_be_visible()
    expect(field).to_have_value(TEXT)
    assert axe(secretary.page) == []

    sign_in_again(secretary)
    expect(field).to_have_value(TEXT)
    save(secretary)

    expect(secretary.page.locator(".messages")).to_contain_text(secretary.word("The note is kept."))
    assert saved(request_) == TEXT
    assert request_.events.filter(what="noted").count() <= 1


def test_a_form_that_is_refused_is_posted_once(secretary: Worker, request_: Appointment) -> None:
    page = secretary.page
    field = note(secretary, request_)
    field.fill(f"{TEXT} 131052-308T")
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    save(secretary)
    error = page.locator("[data-error-summary], .error").first
    expect(error).to_be_visible()
    expect(field).to_have_value(f"{TEXT} 131052-308T")
    assert len(posts) == 1
    page.reload()
    expect(error).to_be_visible()
    assert len(posts) == 1


def test_another_user_s_sign_in_sends_nothing(secretary: Worker, request_: Appointment) -> None:
    other = UserFactory(username="salla", roles=[Role.SECRETARY], language="fi")
    other.set_password(PASSWORD)
    other.save()
    note(secretary, request_)
    end_sessions()
    save(secretary)
    sign_in_again(secretary, "salla")
    save(secretary)
    expect(trouble(secretary.page, "other")).to_be_visible()
    assert saved(request_) == ""


def test_two_tabs_both_keep_what_was_typed(secretary: Worker, request_: Appointment) -> None:
    field = note(secretary, request_)
    second = Worker(secretary.page.context.new_page())
    second.open(f"{path_of(request_)}parties/{request_.parties.first().pk}/")
    second.page.locator("[name=name]").fill("Aino Uusinimi")
    end_sessions()
    save(secretary)
    sign_in_again(secretary)
    # The second tab's mark against forgery is from before the new sign-in.
    second.page.locator("main form .actions button").click()
    expect(second.page).to_have_url(re.compile(f"{path_of(request_)}$"))
    assert request_.parties.filter(name="Aino Uusinimi").exists()
    # Somebody (the other tab) has changed it meanwhile: the typed text stays beside the news.
    save(secretary)
    expect(field).to_have_value(TEXT)


def test_without_scripts_what_was_sent_is_kept(
    house: House, new_page: NewPage, request_: Appointment
) -> None:
    worker = Worker(new_page(DESK, java_script_enabled=False))
    worker.sign_in("secretary", "/desk/")
    note(worker, request_)
    end_sessions()
    save(worker)
    page = worker.page
    page.locator("input[name=login]").fill("secretary")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    worker.sees("What you wrote is kept")
    worker.reads(TEXT)
    assert saved(request_) == ""
    worker.press("Send it now")
    expect(page.locator(".messages")).to_contain_text(worker.word("The note is kept."))
    assert saved(request_) == TEXT


def test_the_network_is_gone_while_saving(secretary: Worker, request_: Appointment) -> None:
    field = note(secretary, request_)
    context = secretary.page.context
    context.set_offline(True)
    save(secretary)
    expect(trouble(secretary.page, "lost")).to_be_visible()
    expect(field).to_have_value(TEXT)
    context.set_offline(False)
    save(secretary)
    expect(secretary.page.locator(".messages")).to_contain_text(secretary.word("The note is kept."))
    assert saved(request_) == TEXT


def test_the_answer_is_lost_and_a_second_press_does_it_once(
    secretary: Worker, request_: Appointment
) -> None:
    page = secretary.page
    secretary.open(path_of(request_))

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/confirm/", lose)
    confirm = page.locator("form[action$='/confirm/'] [data-key=c]")
    confirm.click()
    expect(trouble(page, "lost")).to_be_visible()
    page.unroute("**/confirm/")
    confirm.click()
    # It gets the answer that the first press should have had.
    expect(page.locator("form.undo")).to_contain_text(request_.reference)
    assert request_.events.filter(what="confirmed").count() == 1


@pytest.mark.parametrize("how", ["double click", "Enter twice"])
def test_deciding_twice_has_one_effect(secretary: Worker, request_: Appointment, how: str) -> None:
    page = secretary.page
    secretary.open(path_of(request_))
    confirm = page.locator("form[action$='/confirm/'] [data-key=c]")
    if how == "double click":
        confirm.dblclick()
    else:
        confirm.focus()
        press(page, "Enter")
        press(page, "Enter")
    expect(page.locator("form.undo")).to_contain_text(request_.reference)
    assert request_.events.filter(what="confirmed").count() == 1


def test_back_after_deciding_says_that_it_has_changed(
    secretary: Worker, request_: Appointment
) -> None:
    page = secretary.page
    secretary.open(path_of(request_))
    old = page.locator("form[action$='/confirm/'] [name=version]").get_attribute("value")
    page.locator("form[action$='/confirm/'] [data-key=c]").click()
    expect(page.locator("form.undo")).to_be_visible()
    page.go_back()
    page.go_forward()
    # Back shows the request as it is now; even an old form does nothing a second time.
    secretary.open(path_of(request_))
    page.evaluate(
        """([path, version]) => {
          const form = document.querySelector("form[action$='/note/']:has([name=version])");
          form.action = path;
          form.querySelector("[name=version]").value = version;
        }""",
        [f"{path_of(request_)}confirm/", old],
    )
    save(secretary)
    secretary.sees("%(code)s has changed since you opened it", code=request_.reference)
    assert request_.events.filter(what="confirmed").count() == 1


def ends_in(page: Page, seconds: int) -> SessionStore:
    """Let the session of this browser end so soon; it is read by the next page."""
    key = next(
        c["value"] for c in page.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME
    )
    store = SessionStore(key)
    store[UNTIL] = int(clock.now().timestamp()) + seconds
    store.save()
    return store


def test_the_end_of_the_session_is_announced_and_put_off(
    secretary: Worker, request_: Appointment
) -> None:
    page = secretary.page
    expect(trouble(page, "soon")).to_be_hidden()
    store = ends_in(page, 200)
    field = note(secretary, request_)
    expect(trouble(page, "soon")).to_be_visible()
    assert axe(page) == []
    tab_to(page, secretary.button("Stay signed in"), most=150)
    press(page, "Enter")
    expect(trouble(page, "soon")).to_be_hidden()
    expect(page.locator("#main")).to_be_focused()
    expect(field).to_have_value(TEXT)
    fresh = SessionStore(store.session_key)
    assert fresh[UNTIL] - clock.now().timestamp() > 7 * 3600


def test_a_list_that_reads_itself_says_that_the_session_is_over(
    secretary: Worker, request_: Appointment
) -> None:
    page = secretary.page
    secretary.open("/desk/")
    end_sessions()
    page.locator("#worklist a[hx-get]").first.click()
    expect(trouble(page, "over")).to_be_visible()
    expect(
        page.get_by_role("heading", name=secretary.word("Work list"), exact=True)
    ).to_be_visible()


def test_a_parent_without_a_network_loses_nothing(house: House, new_page: NewPage) -> None:
    parent = Parent(new_page())
    parent.open(f"/book/{house.custody.slug}/times/?where=any")
    parent.choose_time()
    parent.field("Your name").fill("Aino Aalto")
    parent.field("E-mail address").fill("aino@example.org")
    parent.choice("You may send me e-mail").check()
    parent.page.context.set_offline(True)
    parent.press("Continue")
    expect(parent.page.locator("[data-offline]")).to_be_visible()
    assert axe(parent.page) == []
    parent.page.context.set_offline(False)
    parent.press("Continue")
    parent.sees("About the visit")


def test_with_a_caller_on_the_line_the_session_ends(house: House, secretary: Worker) -> None:
    """Parts of the panel come by htmx, the booking is sent by the script: both keep what is typed."""
    page = secretary.page
    secretary.open("/desk/book/")
    page.locator("[name=service]").select_option(str(house.custody.pk))
    page.locator("input[name=slot]").first.check()
    name = page.locator("[name=caller-name]")
    name.fill("Aino Virtala")
    page.locator("[name=caller-phone]").fill("040 1234567")
    end_sessions()
    # What looks for callers while one types is told first.
    page.locator("[name=caller-email]").press_sequentially("aino@example.org")
    expect(trouble(page, "over")).to_be_visible()
    expect(name).to_have_value("Aino Virtala")
    sign_in_again(secretary)
    page.locator("[name=caller-all_safe]").check()
    page.locator("[name=other-name]").fill("Otso Ek")
    page.locator("[name=other-phone]").fill("0407654321")
    page.locator("[name=other-all_safe]").check()
    press(page, "Control+Enter")
    secretary.sees("Booked")
    assert Appointment.objects.get().parties.filter(name="Aino Virtala").exists()


def test_booking_twice_with_a_caller_on_the_line_books_once(
    house: House, secretary: Worker
) -> None:
    page = secretary.page
    secretary.open("/desk/book/")
    page.locator("[name=service]").select_option(str(house.custody.pk))
    page.locator("input[name=slot]").first.check()
    for who, number in (("caller", "040 1234567"), ("other", "040 7654321")):
        page.locator(f"[name={who}-name]").fill(f"Vanhempi {number[-3:]}")
        page.locator(f"[name={who}-phone]").fill(number)
        page.locator(f"[name={who}-all_safe]").check()
    press(page, "Control+Enter")
    press(page, "Control+Enter")
    secretary.sees("Booked")
    page.go_back()
    page.go_forward()
    secretary.sees("Booked")
    assert Appointment.objects.count() == 1
