"""The call log: one call at a time, ended once, nameless, and noted by what is done meanwhile."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Call, CallOutcome, QueueHour
from bookings.models.undoables import Undoable
from bookings.phone import calls
from bookings.phone.calls import About
from bookings.phone.figures import calls_between
from bookings.phone.system_counts import Numbers, save_numbers
from office.models import Role, User
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import request_for, signed_in, url
from tests.bookings.phone_cast import WEDNESDAY, PhoneHouse, phone_house
from tests.factories import AppointmentFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
CALLS = "/desk/phone/calls/"
HTMX = {"HX-Request": "true"}
Clock = time_machine.Traveller


@pytest.fixture
def now() -> Iterator[Clock]:
    """Wednesday at 9.40."""
    with time_machine.travel(at(9, 40), tick=False) as traveller:
        yield traveller


@pytest.fixture
def user(now: Clock) -> User:
    return UserFactory(roles=[Role.SECRETARY])


@pytest.fixture
def phone(now: Clock) -> PhoneHouse:
    return phone_house()


def ending(outcome: str, **fields: str) -> dict[str, str]:
    return {"outcome": outcome, "language": "fi", "service": "", "referred_to": "", **fields}


# Beginning and ending


def test_a_call_begins_and_ends(user: User, now: Clock) -> None:
    service = ServiceFactory()
    call = calls.start(user)
    now.shift(timedelta(minutes=4, seconds=10))
    assert calls.end(call.pk, user=user, outcome="booked", about=About(service, "sv"))
    call.refresh_from_db()
    assert call.ended_at
    assert (call.ended_at - call.started_at, call.outcome) == (timedelta(seconds=250), "booked")
    assert (call.service, call.language, call.was_forgotten) == (service, "sv", False)


def test_nothing_in_a_call_says_who_called() -> None:
    names = {field.name for field in Call._meta.get_fields()}
    assert names == {
        "id", "user", "started_at", "ended_at", "was_forgotten", "outcome", "service",
        "language", "referred_to", "appointment", "corrected_at",
    }  # fmt: skip


def test_a_double_press_begins_one_call(user: User) -> None:
    first = calls.start(user)
    assert calls.start(user) == first
    # The second press may land on the bar that the first one brought.
    assert calls.start(user, seen=first.pk) == first
    assert Call.objects.count() == 1


def test_another_tab_shows_the_call_that_goes_on(user: User, now: Clock) -> None:
    first = calls.start(user)
    now.shift(timedelta(minutes=2))
    assert calls.start(user, seen=None) == first
    assert calls.start(user, seen=first.pk + 1) == first


def test_the_next_call_ends_one_that_was_forgotten(user: User, now: Clock) -> None:
    first = calls.start(user)
    now.shift(timedelta(minutes=2))
    second = calls.start(user, seen=first.pk)
    first.refresh_from_db()
    assert second != first
    assert (first.ended_at, first.was_forgotten, first.outcome) == (at(9, 42), True, "")
    # Twice: the second press has seen the first call and finds the second one.
    now.shift(timedelta(seconds=30))
    assert calls.start(user, seen=first.pk) == second


def test_the_next_call_ends_one_whose_outcome_is_noted(user: User, now: Clock) -> None:
    first = calls.start(user)
    calls.note_outcome(user, CallOutcome.LINKS)
    now.shift(timedelta(minutes=2))
    calls.start(user, seen=first.pk)
    first.refresh_from_db()
    assert (first.outcome, first.was_forgotten) == ("links", False)


def test_a_call_is_forgotten_after_an_hour(user: User, now: Clock) -> None:
    first = calls.start(user)
    now.shift(timedelta(minutes=61))
    assert not Call.objects.going_on().exists()
    assert calls.note_outcome(user, CallOutcome.BOOKED) is False
    assert calls.end_forgotten() == 1
    assert calls.end_forgotten() == 0
    first.refresh_from_db()
    assert (first.ended_at, first.was_forgotten) == (at(10, 40), True)


def test_a_lapsed_call_makes_room_for_the_next(user: User, now: Clock) -> None:
    first = calls.start(user)
    now.shift(timedelta(minutes=90))
    second = calls.start(user)
    first.refresh_from_db()
    assert (first.ended_at, first.was_forgotten) == (at(10, 40), True)
    assert second.started_at == at(11, 10)


def test_an_ended_call_is_ended_once(user: User, now: Clock) -> None:
    call = calls.start(user)
    calls.end(call.pk, user=user, outcome="moved")
    now.shift(timedelta(minutes=1))
    assert calls.end(call.pk, user=user, outcome="booked") is False
    call.refresh_from_db()
    assert (call.outcome, call.ended_at) == ("moved", at(9, 40))


def test_each_secretary_has_a_call_of_their_own(user: User) -> None:
    other = UserFactory(roles=[Role.SECRETARY])
    assert calls.start(user) != calls.start(other)
    assert calls.note_outcome(other, CallOutcome.MOVED)
    assert Call.objects.get(user=user).outcome == ""


# What other work says of the call


def test_what_is_done_meanwhile_is_noted_and_the_call_goes_on(user: User) -> None:
    appointment = AppointmentFactory(language="sv")
    call = calls.start(user)
    assert calls.note_outcome(user, CallOutcome.BOOKED, appointment=appointment)
    call.refresh_from_db()
    assert (call.ended_at, call.outcome, call.language) == (None, "booked", "sv")
    assert (call.appointment, call.service) == (appointment, appointment.service)


@pytest.mark.parametrize(
    ("done", "outcome"),
    [
        (["links", "booked"], "booked"),
        (["booked", "links"], "booked"),
        (["cancelled", "booked"], "booked"),
        (["moved", "cancelled"], "moved"),
        (["links"], "links"),
    ],
)
def test_the_stronger_outcome_stays(user: User, done: list[str], outcome: str) -> None:
    calls.start(user)
    for what in done:
        calls.note_outcome(user, what)
    assert Call.objects.get().outcome == outcome


def test_without_a_call_nothing_is_noted(user: User) -> None:
    assert calls.note_outcome(user, CallOutcome.BOOKED) is False
    assert not Call.objects.exists()


def test_the_secretary_has_the_last_word(user: User) -> None:
    call = calls.start(user)
    calls.note_outcome(user, CallOutcome.CANCELLED, appointment=AppointmentFactory())
    calls.end(call.pk, user=user, outcome="guided")
    call.refresh_from_db()
    assert (call.outcome, call.appointment) == ("guided", None)


def test_deciding_during_a_call_is_noted(house: House) -> None:
    desk = signed_in(Role.SECRETARY)
    appointment = request_for(house)
    calls.start(desk.user)
    desk.client.post(url(appointment, "confirm/"), {"version": appointment.version})
    assert Call.objects.get().outcome == "booked"
    assert Call.objects.get().appointment == appointment
    appointment.refresh_from_db()
    calls.end(Call.objects.get().pk, user=desk.user, outcome="booked")
    Call.objects.all().delete()
    calls.start(desk.user)
    desk.client.post(
        url(appointment, "cancel/"), {"version": appointment.version, "cancelled_by": "unit"}
    )
    assert Call.objects.get().outcome == "cancelled"


def test_what_was_taken_back_is_noted_no_longer(house: House) -> None:
    desk = signed_in(Role.SECRETARY)
    appointment = request_for(house)
    calls.start(desk.user)
    desk.client.post(url(appointment, "confirm/"), {"version": appointment.version})
    key = Undoable.objects.get().key
    desk.client.post(reverse("staff:take_back", args=[key]))
    call = Call.objects.get()
    assert (call.outcome, call.appointment, call.ended_at) == ("", None, None)


def test_what_did_not_succeed_is_not_noted(house: House) -> None:
    desk = signed_in(Role.SECRETARY)
    appointment = request_for(house)
    calls.start(desk.user)
    desk.client.post(url(appointment, "confirm/"), {"version": appointment.version + 1})
    assert Call.objects.get().outcome == ""


# Correcting


def test_a_wrong_outcome_is_corrected_on_its_day(user: User, now: Clock) -> None:
    call = calls.start(user)
    calls.end(call.pk, user=user, outcome="booked")
    calls.correct(call.pk, user=user, outcome="referred", about=About(None, "en", "Kela"))
    call.refresh_from_db()
    assert (call.outcome, call.referred_to, call.language) == ("referred", "Kela", "en")
    assert call.corrected_at
    now.shift(timedelta(days=1))
    with pytest.raises(NotPossibleError):
        calls.correct(call.pk, user=user, outcome="moved", about=About(None, "fi"))
    with pytest.raises(NotPossibleError):
        calls.discard(call.pk, user=user)


def test_what_was_no_call_is_taken_out(user: User) -> None:
    calls.discard(calls.start(user).pk, user=user)
    assert not Call.objects.exists()


def test_nobody_corrects_a_colleagues_call(phone: PhoneHouse) -> None:
    theirs = calls.start(UserFactory(roles=[Role.SECRETARY]))
    for path, data in (
        ("end/", ending("booked")),
        ("about/", {}),
        ("discard/", {}),
        ("", ending("moved")),
    ):
        assert phone.client.post(f"{CALLS}{theirs.pk}/{path}", data).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.outcome, theirs.ended_at) == ("", None)


# The pages


def test_the_bar_is_on_every_page_while_a_call_goes_on(phone: PhoneHouse, now: Clock) -> None:
    phone.client.post(f"{CALLS}start/", {"next": "/desk/"})
    now.shift(timedelta(minutes=3, seconds=5))
    for path in ("/desk/", "/desk/phone/", CALLS, "/desk/links/"):
        page = " ".join(phone.client.get(path).content.decode().split())
        assert "3:05 </strong>" in page
        for key in range(1, 9):
            assert f'data-key="t {key}"' in page
    assert 'data-key="t"' not in page


def test_without_scripts_the_bar_leads_back(phone: PhoneHouse) -> None:
    response = phone.client.post(f"{CALLS}start/", {"next": "/desk/links/?s=1"})
    assert response["Location"] == "/desk/links/?s=1"
    call = Call.objects.get()
    response = phone.client.post(
        f"{CALLS}{call.pk}/end/", {**ending("guided"), "next": "https://example.org/"}
    )
    assert response["Location"] == "/desk/"
    assert Call.objects.get().outcome == "guided"


def test_with_htmx_the_bar_comes_alone(phone: PhoneHouse) -> None:
    begun = phone.client.post(f"{CALLS}start/", {"next": "/desk/"}, headers=HTMX)
    page = " ".join(begun.content.decode().split())
    assert begun.status_code == 200
    assert 'id="call-bar"' in page
    assert 'hx-swap-oob="true"' in page
    assert "<html" not in page
    call = Call.objects.get()
    ended = phone.client.post(f"{CALLS}{call.pk}/end/", ending("booked"), headers=HTMX)
    assert "Call ended: booked." in ended.content.decode()
    assert 'data-key="t"' in ended.content.decode()


def test_matter_and_language_are_kept_as_soon_as_chosen(phone: PhoneHouse) -> None:
    service = ServiceFactory()
    call = calls.start(phone.user)
    data = {"service": str(service.pk), "language": "sv"}
    assert phone.client.post(f"{CALLS}{call.pk}/about/", data).status_code == 204
    call.refresh_from_db()
    assert (call.service, call.language) == (service, "sv")
    page = " ".join(phone.client.get("/desk/").content.decode().split())
    assert f'<option value="{service.pk}" selected>' in page


def test_an_identity_code_is_refused(phone: PhoneHouse) -> None:
    call = calls.start(phone.user)
    data = ending("referred", referred_to="131052-308T")
    page = " ".join(
        phone.client.post(f"{CALLS}{call.pk}/end/", data, headers=HTMX).content.decode().split()
    )
    assert "leave out personal identity codes" in page
    call.refresh_from_db()
    assert (call.ended_at, call.referred_to) == (None, "")


def test_an_unknown_outcome_ends_nothing(phone: PhoneHouse) -> None:
    call = calls.start(phone.user)
    phone.client.post(f"{CALLS}{call.pk}/end/", ending("nonsense"), headers=HTMX)
    assert Call.objects.get(pk=call.pk).ended_at is None


def test_a_call_is_corrected_on_its_page(phone: PhoneHouse) -> None:
    call = calls.start(phone.user)
    assert phone.client.get(f"{CALLS}{call.pk}/").status_code == 404
    calls.end(call.pk, user=phone.user, outcome="booked")
    assert phone.client.get(f"{CALLS}{call.pk}/").status_code == 200
    assert phone.client.post(f"{CALLS}{call.pk}/", ending("x")).status_code == 422
    response = phone.client.post(
        f"{CALLS}{call.pk}/", ending("referred", referred_to="Perheneuvola")
    )
    assert response["Location"] == CALLS
    page = " ".join(phone.client.get(CALLS).content.decode().split())
    assert "Referred to: Perheneuvola" in page
    assert "corrected" in page


def seed(user: User, now: Clock) -> None:
    """Add calls of a morning: 9.00 booked 2 min, 9.30 booked 4 min, 10.10 moved 1 min, one forgotten."""
    for when, minutes, outcome in (
        (at(9, 0), 2, "booked"),
        (at(9, 30), 4, "booked"),
        (at(10, 10), 1, "moved"),
    ):
        now.move_to(when)
        call = calls.start(user)
        now.shift(timedelta(minutes=minutes))
        calls.end(call.pk, user=user, outcome=outcome)
    now.move_to(at(11))
    calls.start(user)
    now.move_to(at(12, 5))
    calls.end_forgotten()


def test_the_picture_adds_up_to_the_rows(phone: PhoneHouse, now: Clock) -> None:
    seed(phone.user, now)
    figures = calls_between(WEDNESDAY, WEDNESDAY)
    assert figures.calls == Call.objects.count() == 4
    assert sum(hour.calls for hour in figures.by_hour) == figures.calls
    assert figures.by_outcome == {"booked": 2, "moved": 1, "": 1}
    assert figures.by_matter == {None: 4}
    assert figures.by_language == {"fi": 4}
    assert [(h.hour, h.calls) for h in figures.by_hour] == [(9, 2), (10, 1), (11, 1)]
    # The call that was forgotten has no length.
    medians = [h.median for h in figures.by_hour]
    assert medians == [timedelta(minutes=3), timedelta(minutes=1), None]
    assert figures.median == timedelta(minutes=2)
    page = " ".join(phone.client.get(CALLS).content.decode().split())
    assert page.count('class="cell cell--booked"') == 2 + 1  # and one in the legend
    assert "booked 2" in page
    assert "not ended in time" in page


def test_figures_of_other_days_stay_out(user: User, now: Clock) -> None:
    seed(user, now)
    day = timedelta(days=1)
    assert calls_between(WEDNESDAY - day, WEDNESDAY - day).calls == 0
    assert calls_between(WEDNESDAY - day, WEDNESDAY + day).calls == 4


def test_the_log_takes_the_same_queries_for_one_and_three(phone: PhoneHouse, now: Clock) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert phone.client.get(CALLS).status_code == 200
        return len(queries)

    def another() -> None:
        call = calls.start(phone.user)
        calls.note_outcome(phone.user, "booked", appointment=AppointmentFactory())
        calls.end(call.pk, user=phone.user, outcome="booked")
        now.shift(timedelta(minutes=20))

    another()
    one = count()
    another()
    another()
    assert count() == one


# Unanswered


def queue_form(**fields: str) -> dict[str, str]:
    return {"day": "2026-11-25", **fields}


def test_queue_figures_are_typed_in_and_altered(phone: PhoneHouse) -> None:
    data = queue_form(waited_9="5", hung_up_9="2", longest_wait_9="8", seen_9="")
    response = phone.client.post(f"{CALLS}queue/", data)
    assert response["Location"] == f"{CALLS}?day=2026-11-25"
    row = QueueHour.objects.get()
    assert (row.hour, row.waited, row.hung_up, row.longest_wait) == (9, 5, 2, 8)
    assert (row.day, row.noted_by) == (WEDNESDAY, phone.user)
    data = queue_form(waited_9="6", hung_up_9="2", longest_wait_9="8", seen_9="5 2 8")
    phone.client.post(f"{CALLS}queue/", data)
    assert QueueHour.objects.get().waited == 6
    figures = calls_between(WEDNESDAY, WEDNESDAY)
    assert (figures.waited, figures.hung_up, figures.longest_wait) == (6, 2, 8)
    phone.client.post(f"{CALLS}queue/", queue_form(seen_9="6 2 8"))
    assert not QueueHour.objects.exists()


def test_who_hung_up_is_not_said_before_it_is_known(phone: PhoneHouse) -> None:
    def said() -> str:
        page = " ".join(phone.client.get(f"{CALLS}?day=2026-11-25").content.decode().split())
        return page.split("hung up unanswered</dt> <dd>")[1].split("<")[0]

    assert said() == "–"
    save_numbers(WEDNESDAY, {9: Numbers(3, 0, 4)}, seen={}, user=phone.user)
    assert said() == "0"


def test_anothers_figures_are_not_overwritten_silently(phone: PhoneHouse) -> None:
    other = UserFactory(roles=[Role.SECRETARY])
    save_numbers(WEDNESDAY, {9: Numbers(1, 1, 1)}, seen={}, user=other)
    mine = queue_form(waited_9="5", hung_up_9="0", longest_wait_9="2", seen_9="")
    response = phone.client.post(f"{CALLS}queue/", mine)
    page = " ".join(response.content.decode().split())
    assert response.status_code == 409
    assert "Somebody else has written other figures" in page
    assert 'name="seen_9" value="1 1 1"' in page
    assert 'value="5"' in page
    assert QueueHour.objects.get().waited == 1
    phone.client.post(f"{CALLS}queue/", {**mine, "seen_9": "1 1 1"})
    assert QueueHour.objects.get().waited == 5


def test_the_same_figures_twice_are_no_clash(user: User) -> None:
    wanted = {9: Numbers(1, 1, 1)}
    save_numbers(WEDNESDAY, wanted, seen={}, user=user)
    save_numbers(WEDNESDAY, wanted, seen={}, user=user)
    with pytest.raises(ChangedMeanwhileError):
        save_numbers(WEDNESDAY, {9: None}, seen={9: Numbers(2, 2, 2)}, user=user)


def test_odd_figures_are_refused(phone: PhoneHouse) -> None:
    response = phone.client.post(f"{CALLS}queue/", queue_form(waited_9="-1"))
    assert response.status_code == 422
    assert "Give whole numbers" in response.content.decode()
    assert not QueueHour.objects.exists()


@pytest.mark.parametrize("day", ["", "x", "2026-02-30", "9999-12-31", "0001-01-01"])
def test_odd_days_show_today(phone: PhoneHouse, day: str) -> None:
    response = phone.client.get(CALLS, {"day": day})
    assert response.status_code == 200
    assert response.context["is_today"]
