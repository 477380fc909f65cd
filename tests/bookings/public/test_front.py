"""The public's first pages: open or not, how soon a time is free, what each service is."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from bookings.availability.holds import hold_slot
from bookings.availability.search import Wish, find
from bookings.availability.soonest import KEY, soonest_times
from office.models import Channel, Closure, HoursKind, Service, Unit
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    WeeklyHoursFactory,
)

pytestmark = pytest.mark.django_db

# Wednesday 25.11.2026, 10.00 in Helsinki.
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
JUST_BEFORE = NOW - timedelta(minutes=5)
THURSDAY = 3


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def unit_at_work(services: int = 1, **fields: Any) -> list[Service]:
    """Make a unit with one point, one room and one professional who gives all its services.

    It answers at once, so that the next free time is the first one.
    """
    UnitFactory(answer_within_hours=0)
    point = ServicePointFactory(slug="keskusta", name_fi="Keskusta")
    RoomFactory(service_point=point)
    made = [ServiceFactory(**fields) for _ in range(services)]
    ProfessionalFactory(services=made, points=[point], hours=(8, 16))
    return made


def said(client: Client, path: str = "/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@time_machine.travel(NOW, tick=False)
def test_the_front_says_how_soon_a_time_is_free(english: Client) -> None:
    (service,) = unit_at_work(matter_en="We want to agree")
    page = said(english)
    # The clock shows 10.00 and the notice is nothing: the next half hour that is free.
    assert "First free time Wed 25 Nov at 10:00" in page
    assert "We want to agree" in page
    assert reverse("public:service", args=[service.slug]) in page
    assert reverse("book:start") in page


@time_machine.travel(NOW, tick=False)
def test_the_first_free_time_begins_after_the_answer(english: Client) -> None:
    unit_at_work(matter_en="We want to agree")
    Unit.objects.update(answer_within_hours=8, answer_margin_hours=2)
    # Ten working hours from Wednesday at ten.
    assert "First free time Thu 26 Nov at 12:00" in said(english)


@time_machine.travel(NOW, tick=False)
def test_a_held_time_is_not_the_first_free_one() -> None:
    (service,) = unit_at_work()
    before = soonest_times()[service.pk]
    wish, unit = Wish(service, Channel.IN_PERSON), Unit.get()
    hold_slot(wish, find(wish, unit).slots[0], unit, visitor="v", address="a")
    cache.clear()
    assert soonest_times()[service.pk] == before + timedelta(hours=1)


def test_the_first_free_time_is_worked_out_once_a_minute() -> None:
    with time_machine.travel(JUST_BEFORE, tick=False) as clock:
        unit_at_work()
        first = soonest_times()
        assert list(first.values()) == [NOW]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert soonest_times() == first
        assert len(queries) == 1
        Service.objects.all().update(is_active=False)
        clock.shift(59)
        assert soonest_times() == first
        clock.shift(1)
        assert soonest_times() == {}


def test_a_time_that_is_far_away_is_found_too() -> None:
    with time_machine.travel(NOW, tick=False):
        (service,) = unit_at_work()
        Closure.objects.create(first_day=date(2026, 11, 25), last_day=date(2027, 1, 10))
        assert soonest_times() == {service.pk: datetime(2027, 1, 11, 6, tzinfo=UTC)}


def test_while_one_works_it_out_the_others_get_the_former_answer() -> None:
    with time_machine.travel(JUST_BEFORE, tick=False) as clock:
        unit_at_work()
        first = soonest_times()
        assert list(first.values()) == [NOW]
        Service.objects.all().update(is_active=False)
        clock.shift(61)
        cache.add(f"{KEY}.renewing", True, 10)
        assert soonest_times() == first


def test_a_time_that_has_begun_is_not_shown_as_free() -> None:
    with time_machine.travel(JUST_BEFORE, tick=False) as clock:
        unit_at_work()
        cache.add(f"{KEY}.renewing", True, 600)
        assert list(soonest_times().values()) == [NOW]
        clock.shift(301)
        assert soonest_times() == {}


@pytest.mark.parametrize(
    ("at", "words", "tags"),
    [
        # Phone hours Monday to Thursday 9–12, walk-in on Thursday 8–12, clocks of Helsinki.
        ((25, 9, 30), ["Open now, closes at 12:00", "Opens tomorrow, 8:00–12:00"], [1, 1]),
        ((25, 8, 59), ["Opens today, 9:00–12:00", "Opens tomorrow, 8:00–12:00"], [0, 2]),
        ((25, 12, 0), ["Opens tomorrow, 9:00–12:00", "Opens tomorrow, 8:00–12:00"], [0, 2]),
        ((26, 9, 0), ["Open now, closes at 12:00", "Open now, closes at 12:00"], [2, 0]),
        ((26, 12, 0), ["Opens Mon 30 Nov, 9:00–12:00", "Opens Thu 3 Dec, 8:00–12:00"], [0, 2]),
    ],
)
def test_phone_and_walk_in_say_whether_they_are_open(
    english: Client, at: tuple[int, int, int], words: list[str], tags: list[int]
) -> None:
    UnitFactory()
    point = ServicePointFactory(name_fi="Keskusta")
    who = ProfessionalFactory()
    for weekday in range(4):
        WeeklyHoursFactory(
            professional=ProfessionalFactory(),
            service_point=point,
            kind=HoursKind.PHONE,
            weekday=weekday,
            starts=time(9),
            ends=time(12),
        )
    WeeklyHoursFactory(
        professional=who,
        service_point=point,
        kind=HoursKind.WALK_IN,
        weekday=THURSDAY,
        starts=time(8),
        ends=time(12),
    )
    day, hour, minute = at
    with time_machine.travel(datetime(2026, 11, day, hour - 2, minute, tzinfo=UTC), tick=False):
        page = said(english)
    assert f"<small>{words[0]}</small>" in page
    assert f"<small>Keskusta · {words[1]}</small>" in page
    ways = page.split('class="ways"')[1].split("</ul>")[0]
    assert [ways.count("tag--good"), ways.count("tag--quiet")] == tags
    # What to do in an emergency is said where nothing is open.
    assert ("We are closed at the moment" in page) == (tags[0] == 0)


@time_machine.travel(NOW, tick=False)
def test_walk_ins_are_told_by_point_the_soonest_first(english: Client) -> None:
    UnitFactory()
    for name, weekday in (("Loviisa", 4), ("Porvoo", 3)):
        WeeklyHoursFactory(
            service_point=ServicePointFactory(name_fi=name),
            kind=HoursKind.WALK_IN,
            weekday=weekday,
            starts=time(8),
            ends=time(12),
        )
    page = said(english)
    assert page.index("Porvoo · Opens tomorrow") < page.index("Loviisa · Opens Fri 27 Nov")


@time_machine.travel(NOW, tick=False)
def test_a_holiday_and_a_closure_close_the_phone(english: Client) -> None:
    UnitFactory()
    point = ServicePointFactory()
    WeeklyHoursFactory(
        service_point=point, kind=HoursKind.PHONE, weekday=2, starts=time(9), ends=time(12)
    )
    Closure.objects.create(
        service_point=None,
        first_day=date(2026, 11, 25),
        last_day=date(2026, 11, 25),
        reason_en="Staff training",
    )
    page = said(english)
    assert "Opens Wed 2 Dec, 9:00–12:00" in page
    assert "closed on Wed 25 Nov" in page
    assert "Staff training" in page


@time_machine.travel(NOW, tick=False)
def test_a_unit_that_is_not_set_up_yet_has_a_front_too(english: Client) -> None:
    page = said(english)
    assert "Please call us." in page


@pytest.mark.parametrize("path", ["/", "/services/"])
@time_machine.travel(NOW, tick=False)
def test_the_number_of_queries_does_not_grow(client: Client, path: str) -> None:
    unit_at_work(1)
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    made = [ServiceFactory() for _ in range(3)]
    for _ in range(3):
        point = ServicePointFactory()
        ProfessionalFactory(services=made, points=[point], hours=(8, 16))
        WeeklyHoursFactory(service_point=point, kind=HoursKind.WALK_IN)
        Closure.objects.create(
            service_point=point, first_day=date(2026, 11, 26), last_day=date(2026, 11, 27)
        )
    cache.clear()
    client.get(path)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(one)
    assert len(one) <= 20


@time_machine.travel(NOW, tick=False)
def test_the_list_tells_apart_what_may_be_asked_for_online(english: Client) -> None:
    (online,) = unit_at_work(name_en="Agreement", summary_en="Short.")
    court = ServiceFactory(name_en="Report to the court", asked_online=False)
    gone = ServiceFactory(name_en="Gone", is_active=False)
    page = said(english, "/services/")
    assert page.index("You can ask for a time online") < page.index("Agreement")
    assert page.index("These begin in another way") < page.index("Report to the court")
    assert page.index("Agreement") < page.index("Report to the court")
    assert "First free time Wed 25 Nov at 10:00" in page
    assert gone.name_en not in page
    assert all(reverse("public:service", args=[s.slug]) in page for s in (online, court))


@time_machine.travel(NOW, tick=False)
def test_a_service_page_tells_all_that_one_needs(english: Client) -> None:
    (service,) = unit_at_work(
        name_en="Agreement",
        description_en="First.\n\nSecond.",
        who_comes_en="Both parents.",
        what_to_bring_en="Papers\n\n Payslip ",
        duration=90,
        channels=[Channel.IN_PERSON, Channel.VIDEO],
        professionals_needed=2,
        may_be_anonymous=True,
        suits_walk_in=True,
    )
    ProfessionalFactory(
        services=[service], points=[ServicePointFactory(name_fi="Loviisa")], hours=(8, 16)
    )
    ServicePointFactory(name_fi="Elsewhere")
    WeeklyHoursFactory(
        service_point=ServicePointFactory(name_fi="Monitori"),
        kind=HoursKind.WALK_IN,
        weekday=THURSDAY,
        starts=time(8),
        ends=time(12),
    )
    page = said(english, f"/services/{service.slug}/")
    for words in (
        "1 h 30 min",
        "<p>First.</p>",
        "Both parents.",
        "<li>Papers</li> <li>Payslip</li>",
        "At a service point<br>By video",
        "Keskusta</a>",
        "Loviisa</a>",
        "Two professionals together",
        "without telling who you are",
        "Monitori: Opens tomorrow, 8:00–12:00",
        reverse("book:service", args=[service.slug]),
    ):
        assert words in page
    assert "Elsewhere" not in page


@time_machine.travel(NOW, tick=False)
def test_a_service_that_is_not_asked_for_online_says_how_it_begins(english: Client) -> None:
    (service,) = unit_at_work(asked_online=False, channels=[Channel.PHONE])
    page = said(english, f"/services/{service.slug}/")
    assert "You cannot ask for this online" in page
    assert "019 000 0000" in page
    assert "/book/" not in page
    assert "Keskusta" not in page


def test_a_point_whose_hours_are_over_is_not_told(english: Client) -> None:
    service = ServiceFactory()
    old = ProfessionalFactory(services=[service])
    WeeklyHoursFactory(
        professional=old,
        service_point=ServicePointFactory(name_fi="Left"),
        valid_until=date(2026, 11, 24),
    )
    with time_machine.travel(NOW, tick=False):
        assert "Left" not in said(english, f"/services/{service.slug}/")


def test_no_service_of_that_name_is_404(client: Client) -> None:
    gone = ServiceFactory(is_active=False)
    unknown, inactive = client.get("/services/no-such/"), client.get(f"/services/{gone.slug}/")
    assert (unknown.status_code, inactive.status_code) == (404, 404)
    assert client.post("/").status_code == 405


def test_words_of_the_unit_are_escaped(english: Client) -> None:
    words = "<script>alert(1)</script>"
    service = ServiceFactory(matter_en=words, name_en=words, summary_en=words)
    for path in ("/", "/services/", f"/services/{service.slug}/"):
        page = said(english, path)
        assert escape(words) in page
        assert words not in page


@time_machine.travel(NOW, tick=False)
def test_nothing_is_fetched_from_elsewhere(english: Client) -> None:
    unit_at_work()
    page = said(english)
    head = page.split("<body")[0]
    assert "http" not in head
    assert 'src="http' not in page
