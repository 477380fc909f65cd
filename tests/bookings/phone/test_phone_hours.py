"""Phone hours: closed early, opened for longer, taken back; and everybody is told the same."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.phone.frame import frame_of
from office.calendar.working_time import open_state
from office.models import Absence, Closure, HoursChange, HoursKind, Resource, Role
from office.setup import phone_hours
from office.setup.absences import add_absence
from tests.bookings.conftest import at
from tests.bookings.desk_cast import signed_in
from tests.bookings.phone_cast import WEDNESDAY, PhoneHouse, phone_house
from tests.factories import ProfessionalFactory, WeeklyHoursFactory

pytestmark = pytest.mark.django_db
PAGE = "/desk/phone/"


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """Wednesday at 10.20 and some seconds."""
    with time_machine.travel(at(10, 20) + timedelta(seconds=40), tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone(now: time_machine.Traveller) -> PhoneHouse:
    return phone_house()


def changes() -> list[tuple[str, str, str]]:
    return [
        (c.effect, f"{c.starts:%H.%M}", f"{c.ends:%H.%M}")
        for c in HoursChange.objects.order_by("starts", "pk")
    ]


def told(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def front(language: str = "en") -> str:
    page = Client(headers={"accept-language": language}).get("/").content.decode()
    return " ".join(page.split())


def agreed(phone: PhoneHouse) -> object:
    """Check that the frame, the public pages and the hours agree; return when the phone closes."""
    state = open_state(HoursKind.PHONE)
    assert frame_of(phone.user).phone == OpenStateLike(state)
    return state.closes


class OpenStateLike:
    """The frame looks a shorter time ahead: only a next opening within it is compared."""

    def __init__(self, state: Any) -> None:
        self.state = state

    def __eq__(self, other: object) -> bool:
        return other.closes == self.state.closes and other.next in (None, self.state.next)


def test_open_until_twelve(phone: PhoneHouse) -> None:
    assert agreed(phone) == at(12)
    assert "Open now, closes at 12:00" in front()
    page = phone.client.get(PAGE).content.decode()
    assert "Phone open until 12:00" in page


def test_closing_early_is_followed_at_once(phone: PhoneHouse) -> None:
    revision = Resource.objects.get(pk=phone.professional.pk).revision
    response = phone.client.post(f"{PAGE}close/")
    assert response["Location"] == PAGE
    assert changes() == [("cuts", "10.20", "12.00")]
    assert agreed(phone) is None
    assert "Open now" not in front()
    assert "Opens Wed 2 Dec, 9:00–12:00" in front()
    assert "Phone closed" in phone.client.get(PAGE).content.decode()
    assert Resource.objects.get(pk=phone.professional.pk).revision > revision


def test_closing_twice_is_closing_once(phone: PhoneHouse) -> None:
    phone.client.post(f"{PAGE}close/")
    response = phone.client.post(f"{PAGE}close/")
    assert told(response)[-1] == "The phone is closed already."
    assert changes() == [("cuts", "10.20", "12.00")]


def test_closing_is_taken_back(phone: PhoneHouse) -> None:
    phone.client.post(f"{PAGE}close/")
    change = HoursChange.objects.get()
    assert "Open again" in phone.client.get(PAGE).content.decode()
    phone.client.post(f"{PAGE}changes/{change.pk}/back/")
    assert changes() == []
    assert agreed(phone) == at(12)
    again = phone.client.post(f"{PAGE}changes/{change.pk}/back/")
    assert again.status_code == 404


def test_kept_open_for_longer(phone: PhoneHouse) -> None:
    phone.client.post(f"{PAGE}extra/", {"who": phone.professional.pk, "until": "13:00"})
    assert changes() == [("adds", "12.00", "13.00")]
    assert agreed(phone) == at(13)
    assert "Open now, closes at 13:00" in front()
    # Twice the same changes nothing more.
    phone.client.post(f"{PAGE}extra/", {"who": phone.professional.pk, "until": "13:00"})
    assert changes() == [("adds", "12.00", "13.00")]


def test_closing_ends_extra_hours_and_weekly_ones(phone: PhoneHouse) -> None:
    phone.client.post(f"{PAGE}extra/", {"who": phone.professional.pk, "until": "14:00"})
    phone.client.post(f"{PAGE}close/")
    assert changes() == [("cuts", "10.20", "12.00")]
    assert agreed(phone) is None


def test_extra_hours_are_shortened_when_they_are_closed(
    phone: PhoneHouse, now: time_machine.Traveller
) -> None:
    phone.client.post(f"{PAGE}extra/", {"who": phone.professional.pk, "until": "14:00"})
    now.move_to(at(13, 5))
    phone.client.post(f"{PAGE}close/")
    assert changes() == [("adds", "12.00", "13.05")]
    assert agreed(phone) is None


def test_opened_when_closed(phone: PhoneHouse, now: time_machine.Traveller) -> None:
    now.move_to(at(14, 10))
    assert agreed(phone) is None
    phone.client.post(f"{PAGE}extra/", {"who": phone.professional.pk, "until": "15:00"})
    assert changes() == [("adds", "14.10", "15.00")]
    assert agreed(phone) == at(15)


def test_no_extra_hours_into_the_past(phone: PhoneHouse) -> None:
    response = phone.client.post(f"{PAGE}extra/", {"who": phone.professional.pk, "until": "10:00"})
    assert "the time has passed" in told(response)[-1]
    assert changes() == []


def test_a_closed_point_is_not_opened_by_the_secretary(phone: PhoneHouse) -> None:
    Closure.objects.create(first_day=WEDNESDAY, last_day=WEDNESDAY)
    response = phone.client.post(f"{PAGE}extra/", {"who": phone.professional.pk, "until": "13:00"})
    assert "closed on that day" in told(response)[-1]
    assert changes() == []
    assert agreed(phone) is None


def test_only_one_of_two_stops(phone: PhoneHouse) -> None:
    other = ProfessionalFactory(points=[phone.point])
    WeeklyHoursFactory(
        professional=other, service_point=phone.point, kind=HoursKind.PHONE, weekday=2
    )
    phone.client.post(f"{PAGE}close/", {"who": phone.professional.pk})
    assert HoursChange.objects.get().professional == phone.professional
    assert agreed(phone) == at(16)
    phone.client.post(f"{PAGE}close/")
    assert agreed(phone) is None


def day_form(phone: PhoneHouse, **fields: str) -> dict[str, object]:
    return {
        "effect": "adds",
        "who": phone.professional.pk,
        "day": "2026-11-27",
        "starts": "13",
        "ends": "14.30",
        **fields,
    }


def test_extra_hours_of_another_day(phone: PhoneHouse) -> None:
    response = phone.client.post(f"{PAGE}day/", day_form(phone))
    assert response["Location"] == f"{PAGE}?week=2026-11-27"
    assert told(response) == ["Ritva Puhelin answers the phone on Fri 27 Nov: 13:00–14:30."]
    page = phone.client.get(response["Location"]).content.decode()
    assert "extra 13:00–14:30" in page


def test_a_part_of_another_day_is_closed(phone: PhoneHouse) -> None:
    data = day_form(phone, effect="cuts", day="2026-12-02", starts="9.00", ends="10")
    response = phone.client.post(f"{PAGE}day/", data)
    assert told(response) == ["Ritva Puhelin answers the phone on Wed 2 Dec: 10:00–12:00."]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"effect": "cuts"}, "There are no phone hours then that could be closed."),
        ({"day": "2026-11-24"}, "Give a day from today on, within a year."),
        ({"starts": "15"}, "The hours must end after they begin."),
        ({"starts": "half past"}, "Write the time like this: 8.30."),
        ({"day": "2026-12-25"}, "The service point is closed on that day."),
    ],
)
def test_what_cannot_be(phone: PhoneHouse, fields: dict[str, str], word: str) -> None:
    response = phone.client.post(f"{PAGE}day/", day_form(phone, **fields))
    assert response.status_code == 422
    assert word in response.content.decode()
    assert changes() == []


def test_who_is_away_does_not_answer(phone: PhoneHouse) -> None:
    add_absence(phone.professional, start=at(10), end=at(12), reason=Absence.Reason.SICK)
    assert agreed(phone) is None
    assert "Open now" not in front()


def test_appointments_are_not_touched(phone: PhoneHouse) -> None:
    """Hours for appointments of the same person stay as they are."""
    WeeklyHoursFactory(
        professional=phone.professional, service_point=phone.point, weekday=2, starts=time(13)
    )
    phone.client.post(f"{PAGE}close/")
    assert HoursChange.objects.get().kind == HoursKind.PHONE


def test_the_same_queries_for_one_and_for_three(phone: PhoneHouse) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert phone.client.get(PAGE).status_code == 200
        return len(queries)

    phone.client.post(f"{PAGE}close/")
    count()  # what was said of the closing is shown once
    one = count()
    for _ in range(2):
        other = ProfessionalFactory(points=[phone.point])
        WeeklyHoursFactory(
            professional=other, service_point=phone.point, kind=HoursKind.PHONE, weekday=2
        )
        phone_hours.close_now([other.pk])
    assert count() == one


def test_the_frame_asks_once_and_for_the_hours(phone: PhoneHouse) -> None:
    with CaptureQueriesContext(connection) as queries:
        frame_of(phone.user)
    # Hours, changes, closures and absences are of the set-up, which a page mostly has in memory.
    assert len(queries) == 1 + 4


POSTS = ["close/", "extra/", "day/", "changes/1/back/", "calls/start/", "calls/1/end/"]
POSTS += ["calls/1/about/", "calls/1/discard/", "calls/queue/"]
PAGES = ["", "calls/", "calls/bar/", "calls/1/"]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER, Role.PARTNER])
def test_colleagues_of_other_roles_do_not(db: None, role: Role) -> None:
    client = signed_in(role).client
    assert [client.get(PAGE + path).status_code for path in PAGES] == [403] * len(PAGES)
    assert [client.post(PAGE + path).status_code for path in POSTS] == [403] * len(POSTS)
    assert client.get("/desk/links/").status_code == 403


def test_strangers_are_asked_to_sign_in(db: None, client: Client) -> None:
    for path in PAGES:
        assert client.get(PAGE + path)["Location"] == f"/accounts/login/?next={PAGE}{path}"
    for path in POSTS:
        # What is posted cannot be come back to.
        assert client.post(PAGE + path)["Location"] == "/accounts/login/?next=/"
    assert client.get("/desk/links/")["Location"] == "/accounts/login/?next=/desk/links/"


def test_changes_are_posted(phone: PhoneHouse) -> None:
    assert [phone.client.get(PAGE + path).status_code for path in POSTS] == [405] * len(POSTS)


def test_only_changes_of_the_phone_are_taken_back(phone: PhoneHouse) -> None:
    other = HoursChange.objects.create(
        professional=phone.professional,
        effect="cuts",
        date=WEDNESDAY,
        starts=time(9),
        ends=time(10),
    )
    assert phone.client.post(f"{PAGE}changes/{other.pk}/back/").status_code == 404
    assert HoursChange.objects.filter(pk=other.pk).exists()


def test_a_change_that_is_over_stays(phone: PhoneHouse, now: time_machine.Traveller) -> None:
    phone.client.post(f"{PAGE}close/")
    change = HoursChange.objects.get()
    now.shift(timedelta(hours=2))
    response = phone.client.post(f"{PAGE}changes/{change.pk}/back/")
    assert told(response)[-1] == "That is over already, so it stays as it was."
    now.shift(timedelta(days=1))
    phone.client.force_login(phone.user)
    assert phone.client.post(f"{PAGE}changes/{change.pk}/back/").status_code == 404
    assert HoursChange.objects.filter(pk=change.pk).exists()


def test_other_staff_have_no_frame(db: None) -> None:
    page = signed_in(Role.GUIDE).client.get("/my-day/").content.decode()
    assert "phone-status" not in page
    assert "call-bar" not in page


def test_odd_weeks_do_not_break(phone: PhoneHouse) -> None:
    for week in ("0001-01-01", "9999-12-31", "x", "2026-02-30"):
        assert phone.client.get(f"{PAGE}?week={week}").status_code == 200


@pytest.mark.parametrize(("day", "monday"), [(27, "23.11."), (28, "30.11."), (29, "30.11.")])
def test_on_a_weekend_the_coming_week_is_shown(
    phone: PhoneHouse, now: time_machine.Traveller, day: int, monday: str
) -> None:
    now.move_to(at(10, day=day))
    page = signed_in(Role.SECRETARY).client.get(PAGE).content.decode()
    assert f"{monday}" in page
    assert ("23.11." in page) == (monday == "23.11.")
