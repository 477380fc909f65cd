"""The calls of a week or a month, for the secretary and the manager: on the page and as a file."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.models import Call, CallOutcome, QueueHour
from office.core import clock
from office.models import Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in

PATH = "/desk/phone/figures/"
EN = {"Accept-Language": "en"}


def call(house: House, day: int, outcome: str, minutes: int = 4, **fields: object) -> Call:
    start = at(9, day=day)
    return Call.objects.create(
        user=signed_in(Role.SECRETARY).user,
        started_at=start,
        ended_at=start + timedelta(minutes=minutes),
        outcome=outcome,
        **fields,
    )


@pytest.fixture
def calls(house: House, monday: object) -> None:
    """Make calls: two on Monday the 23rd, and one in another week of the same month."""
    call(house, 23, CallOutcome.BOOKED, 4, service=house.service, language="sv")
    call(house, 23, "", 6)
    call(house, 16, CallOutcome.GUIDED, 5)
    counted = {"waited": 5, "hung_up": 2, "longest_wait": 7}
    by = {"noted_by": signed_in(Role.SECRETARY).user, "noted_at": clock.now()}
    QueueHour.objects.create(day=date(2026, 11, 23), hour=9, **counted, **by)


def rows_of(path: str) -> list[str]:
    client = signed_in(Role.MANAGER).client
    text = client.get(path, headers=EN).content.decode("utf-8-sig")
    return text.split("\r\n")


def test_a_week_counts_its_own_calls(calls: None, house: House) -> None:
    rows = rows_of(f"{PATH}?from=2026-11-23&format=csv")
    assert rows[0] == "2026-11-23;2026-11-29"
    with override("en"):
        name = str(house.service.name)
    for row in (
        "Calls;Calls answered;2",
        "Calls;Median length;5 min",
        "Calls;Hung up unanswered;2",
        "Calls;Longest wait;7 min",
        "How they ended;Booked;1",
        "How they ended;Not noted;1",
        f"What they were about;{name};1",
        "What they were about;Another matter;1",
        "Languages;Swedish;1",
        "By the hour;9–10;2",
    ):
        assert row in rows
    assert not [row for row in rows if "guidance" in row.lower()]


def test_a_month_counts_them_all(calls: None) -> None:
    rows = rows_of(f"{PATH}?by=month&from=2026-11-23&format=csv")
    assert rows[0] == "2026-11-01;2026-11-30"
    assert "Calls;Calls answered;3" in rows
    assert "How they ended;Guidance given;1" in rows


def test_the_page_leads_to_other_weeks_and_never_to_the_future(calls: None) -> None:
    client = signed_in(Role.SECRETARY).client
    page = client.get(PATH, headers=EN).content.decode()
    assert "from=2026-11-16" in page
    assert "from=2026-11-30" not in page
    assert "from=2026-11-23" in client.get(f"{PATH}?from=2026-11-16").content.decode()
    for text in ("2099-01-01", "x", "0001-01-01", "9999-12-31"):
        assert client.get(f"{PATH}?from={text}").status_code == 200


def test_a_time_without_calls_says_so(house: House, monday: object) -> None:
    page = signed_in(Role.SECRETARY).client.get(PATH, headers=EN).content.decode()
    assert "No calls in this time" in page


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE])
def test_others_do_not_see_it(house: House, role: Role) -> None:
    assert signed_in(role).client.get(PATH).status_code == 403
    assert Client().get(PATH).status_code == 302
