"""When no number is given: every screen says so and offers what there is, and nothing that is not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.models import HoursKind, Role, Service, Unit
from tests.bookings.desk_cast import signed_in
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    UnitFactory,
    WeeklyHoursFactory,
)
from tests.walkin.cast import THURSDAY, RunningWalkIn, at, frozen_at, in_english, running_walk_in
from walkin.actions.take_number import ticket_path
from walkin.days import planning
from walkin.days.lifecycle import close_intake, open_day

pytestmark = pytest.mark.django_db
NEXT = THURSDAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def _nine() -> Any:
    cache.clear()
    with frozen_at(9):
        yield


@pytest.fixture
def english(client: Client) -> Client:
    return in_english(client)


@pytest.fixture
def advice() -> Service:
    return ServiceFactory(
        slug="advice", suits_walk_in=True, asked_online=True, matter_en="We are parting"
    )


@pytest.fixture
def full(advice: Service) -> RunningWalkIn:
    """Close the intake; there are a next day, a free time and a free call-back."""
    UnitFactory(phone="019 000 0001", call_backs_offered=True)
    own = running_walk_in()
    own.point.street, own.point.name_en = "Rihkamakatu 4", "The harbour"
    own.point.save()
    RoomFactory(service_point=own.point)
    ProfessionalFactory(services=[advice], points=[own.point], hours=(8, 16))
    WeeklyHoursFactory(
        professional=ProfessionalFactory(), service_point=own.point, kind=HoursKind.CALL_BACK
    )
    planning.add_day(own.point, start=at(8, day=NEXT), end=at(12, day=NEXT), professionals=[])
    close_intake(own.day.pk)
    return own


def messages_after(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def pages(own: RunningWalkIn) -> list[str]:
    return ["/walk-in/", f"/walk-in/take/{own.day.code}/", f"/walk-in/kiosk/{own.point.slug}/"]


def test_each_page_tells_the_next_day_and_offers_the_other_ways(
    english: Client, full: RunningWalkIn
) -> None:
    for path in pages(full):
        page = messages_after(english, path)
        assert "No more numbers today" in page, path
        assert "<strong>Thu 3 Dec 2026 at 8:00–12:00</strong>" in page, path
        assert "first free" in page.lower(), path
        assert "Call the secretary: 019" in page, path
    page = messages_after(english, f"/walk-in/take/{full.day.code}/")
    assert "Rihkamakatu 4" in page
    assert 'href="/call-back/"' in page
    assert 'href="/book/"' in page


def test_the_chosen_matter_leads_to_its_own_booking(
    english: Client, full: RunningWalkIn, advice: Service
) -> None:
    page = messages_after(english, f"/walk-in/take/{full.day.code}/?matter=s{advice.pk}")
    assert 'href="/book/advice/"' in page
    sent = {"key": "k", "matter": f"s{advice.pk}", "language": "en", "meeting": "separate"}
    page = english.post(f"/walk-in/take/{full.day.code}/", sent).content.decode()
    assert 'href="/book/advice/"' in page
    advice.asked_online = False
    advice.save()
    page = messages_after(english, f"/walk-in/take/{full.day.code}/?matter=s{advice.pk}")
    assert "/book/" not in page


def test_call_backs_are_offered_only_where_there_are_any(
    english: Client, full: RunningWalkIn
) -> None:
    Unit.objects.update(call_backs_offered=False)
    cache.clear()
    for path in pages(full):
        page = messages_after(english, path)
        assert "/call-back/" not in page, path
        assert "call-back time" not in page, path


def test_the_kiosk_gives_codes_to_read_and_no_link_that_leads_away(
    english: Client, full: RunningWalkIn
) -> None:
    page = messages_after(english, f"/walk-in/kiosk/{full.point.slug}/")
    main = page.split("<main", 1)[1]
    assert main.count('class="qr"') == 2
    ways = re.findall(r'<a [^>]*href="([^"?]*)', main)
    assert set(ways) == {f"/walk-in/kiosk/{full.point.slug}/here/"}
    assert full.day.code not in page


def test_another_point_that_gives_numbers_is_told(english: Client, full: RunningWalkIn) -> None:
    other = running_walk_in()
    other.point.name_en = "The market"
    other.point.save()
    for path in pages(full)[1:]:
        assert "The market" in messages_after(english, path), path
    close_intake(other.day.pk)
    assert "The market" not in messages_after(english, f"/walk-in/take/{full.day.code}/")


def test_the_display_says_when_the_next_one_is_in_both_languages(
    english: Client, full: RunningWalkIn
) -> None:
    page = messages_after(english, f"/walk-in/display/{full.point.slug}/")
    assert "Seuraavan kerran to 3.12. 8.00–12.00" in page
    assert "Nästa gång tors" in page


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE])
def test_staff_see_what_to_offer(full: RunningWalkIn, role: Role) -> None:
    worker = in_english(signed_in(role).client)
    worker.post("/queue/place/", {"point": full.point.pk})
    page = messages_after(worker, "/queue/")
    assert "No more numbers: what to offer instead" in page
    assert "The next walk-in here: Thu 3 Dec 2026 at 8:00–12:00" in page
    assert "first free" in page
    live = messages_after(worker, "/queue/line/?seen=")
    assert 'id="queue-alternatives"' in live


def test_staff_see_nothing_of_it_while_numbers_are_given() -> None:
    UnitFactory()
    running_walk_in()
    worker = in_english(signed_in(Role.SECRETARY).client)
    assert "offer instead" not in messages_after(worker, "/queue/")


def test_who_has_a_number_is_not_sent_away(english: Client) -> None:
    UnitFactory()
    own = running_walk_in()
    ticket = own.take()
    close_intake(own.day.pk)
    assert "You are next" in messages_after(english, ticket_path(ticket))
    assert own.next() == ticket


def test_who_comes_before_the_numbers_are_given_is_told_so(english: Client) -> None:
    UnitFactory()
    own = running_walk_in(opened=False, opens_by_itself=False)
    path = f"/walk-in/take/{own.day.code}/"
    page = messages_after(english, path)
    assert "Numbers are not given yet" in page
    assert "Thu 26 Nov 2026 at 8:00–12:00" in page
    open_day(own.day.pk)
    assert "What is it about?" in messages_after(english, path)


def test_without_a_next_day_nothing_is_made_up(english: Client) -> None:
    UnitFactory(phone="")
    own = running_walk_in()
    close_intake(own.day.pk)
    page = messages_after(english, f"/walk-in/take/{own.day.code}/")
    assert "The next walk-in here" not in page
    assert "Call the secretary" not in page


def test_queries_do_not_grow_with_the_points(english: Client, full: RunningWalkIn) -> None:
    path = f"/walk-in/take/{full.day.code}/"
    messages_after(english, path)
    with CaptureQueriesContext(connection) as one:
        messages_after(english, path)
    for _ in range(3):
        running_walk_in(opened=False)
    with CaptureQueriesContext(connection) as four:
        messages_after(english, path)
    assert len(four) == len(one)
