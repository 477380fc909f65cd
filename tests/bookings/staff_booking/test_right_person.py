"""The right person is booked: chosen, excluded, the same as last time; and times that are varied."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.availability.codec import found_time_value, slot_value
from bookings.availability.limits import DayPart, Limits, Pattern, read_pattern
from bookings.availability.slots import Slot
from bookings.models import Appointment, Status
from bookings.models.matters import Matters
from bookings.parties import conflicts
from office.core import clock
from office.models import AccessLogEntry, Channel, Professional, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.bookings.staff_booking.test_panel import PAGE, typed
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    UserFactory,
    booked,
)

pytestmark = pytest.mark.django_db
TIMES = "/desk/book/times/?fresh=1"


@pytest.fixture
def client(house: House) -> Client:
    return signed_in(Role.SECRETARY).client


@pytest.fixture
def other(house: House) -> Professional:
    RoomFactory(service_point=house.point)
    return ProfessionalFactory(
        name="Börje Berg", services=[house.service], points=[house.point], hours=(8, 16)
    )


def value(house: House, hour: int, who: str = "") -> str:
    slot = slot_value(house.slot(hour))
    return found_time_value(Matters(house.service), Channel.IN_PERSON, "fi", slot, who)


def shown(client: Client, house: House, **fields: Any) -> str:
    response = client.post(TIMES, typed(house) | {"do": ""} | fields)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def met(house: House, who: Professional, *, days_ago: int, **fields: Any) -> Appointment:
    """Make a visit of Aino Virtala's that took place, led by `who`."""
    start = clock.now() - timedelta(days=days_ago)
    fields.setdefault("status", Status.DONE)
    appointment = booked(start=start, professionals=[who], service=house.service, **fields)
    appointment.parties.update(name="Aino Virtala", phone="+358401234567")
    return appointment


def test_the_one_who_is_chosen_is_booked(house: House, client: Client, other: Professional) -> None:
    for hour, who in ((9, house.professional), (11, other)):
        html = shown(client, house, professional=str(who.pk), earliest="25.11.")
        assert f'value="{value(house, hour, str(who.pk))}"' in html
        names = set(re.findall(r"<small>[^<]* · ([^<·]+) · ", html))
        assert names == {who.name}

        data = typed(house, professional=str(who.pk)) | {"slot": value(house, hour, str(who.pk))}
        assert client.post(PAGE, data).status_code == 302
        assert list(Appointment.objects.get(starts_at=at(hour)).professionals.all()) == [who]


def test_the_one_who_is_excluded_is_not_booked(
    house: House, client: Client, other: Professional
) -> None:
    for hour, who, instead in (
        (9, house.professional, other),
        (11, other, house.professional),
    ):
        slot = value(house, hour, f"-{who.pk}")
        client.post(PAGE, typed(house, professional=f"-{who.pk}") | {"slot": slot})
        assert list(Appointment.objects.get(starts_at=at(hour)).professionals.all()) == [instead]


def test_of_a_pair_the_chosen_one_is_always_part(
    house: House, client: Client, other: Professional
) -> None:
    house.service.professionals_needed = 2
    house.service.save()
    third = ProfessionalFactory(services=[house.service], points=[house.point], hours=(12, 16))
    html = shown(client, house, professional=str(third.pk), earliest="25.11.")
    assert f'value="{value(house, 12, str(third.pk))}"' in html
    assert f'value="{value(house, 9, str(third.pk))}"' not in html
    data = typed(house, professional=str(third.pk)) | {"slot": value(house, 13, str(third.pk))}
    client.post(PAGE, data)
    assert third in Appointment.objects.get().professionals.all()


def test_the_same_as_last_time_and_not_the_same(
    house: House, client: Client, other: Professional
) -> None:
    met(house, house.professional, days_ago=200)
    last = met(house, other, days_ago=30)
    # At this one nobody was met
    met(house, house.professional, days_ago=3, status=Status.NO_SHOW)

    html = shown(client, house, professional="last", earliest="25.11.")
    assert f'value="{value(house, 9, str(other.pk))}"' in html
    assert f"Viimeksi: {other.name}" in html
    assert list(AccessLogEntry.objects.values_list("record", "action")) == [
        (last.reference, "read")
    ]

    html = shown(client, house, professional="-last", earliest="25.11.")
    assert f'value="{value(house, 9, f"-{other.pk}")}"' in html
    data = typed(house, professional="-last") | {"slot": value(house, 9, f"-{other.pk}")}
    client.post(PAGE, data)
    new = Appointment.objects.get(starts_at=at(9))
    assert list(new.professionals.all()) == [house.professional]


def test_before_the_caller_is_known_nobody_is_the_last(
    house: House, client: Client, other: Professional
) -> None:
    met(house, other, days_ago=30)
    nobody = {"caller-name": "", "caller-phone": "", "caller-email": ""}
    html = shown(client, house, professional="-last", earliest="25.11.", **nobody)
    assert "Aiempaa käyntiä ei vielä tiedetä" in html
    assert f'value="{value(house, 9)}"' in html
    # A time that was found before is not booked for whoever was met the last time
    data = typed(house, professional="-last") | {"slot": value(house, 9)}
    response = client.post(PAGE, data)
    assert (response.status_code, Appointment.objects.filter(starts_at=at(9)).count()) == (422, 0)
    assert "Aika haettiin muille työntekijöille" in response.content.decode()


def test_only_those_who_give_the_service_are_offered(
    house: House, client: Client, other: Professional
) -> None:
    counselling = ServiceFactory(slug="counselling")
    ProfessionalFactory(
        name="Olga Ohjaaja", services=[counselling], points=[house.point], hours=(8, 16)
    )
    html = client.get(PAGE).content.decode()
    assert ("Olga Ohjaaja" in html, "Ei Börje Berg" in html) == (False, True)
    # With another service others are offered, and whoever does not give it is left out aloud
    html = shown(client, house, service=str(counselling.pk), professional=str(other.pk))
    assert 'id="panel-professional" hx-swap-oob="true"' in html
    assert ("Olga Ohjaaja" in html, "ei anna tätä palvelua" in html) == (True, True)
    # The list is sent where it is another one alone
    assert "panel-professional" not in shown(client, house, offered_for=str(house.service.pk))


def test_who_stays_out_of_the_matter_is_not_booked_by_being_chosen(
    house: House, client: Client, other: Professional
) -> None:
    old = met(house, other, days_ago=30)
    conflicts.bar(old.pk, other.pk, user=UserFactory())
    assert 'name="slot"' not in shown(client, house, professional=str(other.pk))
    data = typed(house, professional=str(other.pk)) | {"slot": value(house, 9, str(other.pk))}
    assert client.post(PAGE, data).status_code == 409


def test_what_callers_have_done_before_is_the_secretarys_to_ask(
    house: House, other: Professional
) -> None:
    met(house, other, days_ago=30)
    guide = signed_in(Role.GUIDE).client
    assert 'value="last"' not in guide.get(PAGE).content.decode()
    html = shown(guide, house, professional="last", earliest="25.11.")
    assert (f"Viimeksi: {other.name}" in html, AccessLogEntry.objects.count()) == (False, 0)


def test_a_press_in_somebodys_row_of_the_calendar_leads_to_that_one(
    house: House, client: Client, other: Professional
) -> None:
    ServiceFactory(slug="another")
    page = client.get(f"/desk/calendar/?day={at(9):%Y-%m-%d}&view=day").content.decode()
    links = re.findall(r'href="(/desk/book/\?[^"]*)"', page)
    mine = [link.replace("&amp;", "&") for link in links if f"professional={other.pk}" in link]
    assert mine
    html = client.get(mine[0]).content.decode()
    assert f'<option value="{other.pk}" selected>' in html
    names = set(re.findall(r"<small>[^<]* · ([^<·]+) · ", " ".join(html.split())))
    assert names == {other.name}


def test_the_times_are_varied(house: House, client: Client) -> None:
    html = shown(client, house)
    firsts = re.findall(r'name="slot" value="[^"]*:(\d{8}T\d{4})Z-\d+" data-key', html)
    days = [(text[:8], text[9:11] >= "10") for text in firsts]
    assert (len(days), len(set(days))) == (5, 5)
    # The others of a half day stand beside its first one
    assert f'value="{value(house, 10)}"' in html


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("", Pattern()),
        ("ti", Pattern(frozenset({1}))),
        ("ti ip", Pattern(frozenset({1}), DayPart.AFTERNOON)),
        ("ip", Pattern(part=DayPart.AFTERNOON)),
        ("ma-ke, pe", Pattern(frozenset({0, 1, 2, 4}))),
        ("tis fm", Pattern(frozenset({1}), DayPart.MORNING)),
        ("Tuesday morning", Pattern(frozenset({1}), DayPart.MORNING)),
        ("joskus", None),
        ("ap ip", None),
        ("pe-ma", None),
    ],
)
def test_weekdays_and_parts_of_the_day(text: str, pattern: Pattern | None) -> None:
    assert read_pattern(text) == pattern


def test_limits_keep_what_is_wanted() -> None:
    slots = [Slot(at(hour, day=day), 1) for day in (24, 25, 30) for hour in (9, 12, 15)]
    limits = Limits(at(9).date(), at(9, day=30).date(), Pattern(part=DayPart.AFTERNOON))
    assert limits.kept(slots) == [
        Slot(at(hour, day=day), 1) for day in (25, 30) for hour in (12, 15)
    ]
    assert Limits(at(9).date(), at(9).date()).kept(slots) == slots[3:6]
    assert Limits(at(9).date(), None, Pattern(frozenset({0}))).kept(slots) == slots[6:]


def test_any_tuesday_afternoon_in_december(house: House, client: Client) -> None:
    html = shown(client, house, earliest="joulu", until="joulu", pattern="ti ip")
    assert "ti · iltapäivä · ti 1.12.2026 – to 31.12.2026" in html
    starts = re.findall(r'name="slot" value="[^"]*:(\d{8})T(\d\d)\d\dZ', html)
    assert starts
    assert {day for day, _hour in starts} <= {
        "20261201",
        "20261208",
        "20261215",
        "20261222",
        "20261229",
    }
    assert min(hour for _day, hour in starts) == "10"


@pytest.mark.parametrize(
    "wrong", [{"earliest": "31.2."}, {"until": "22.11."}, {"pattern": "joskus"}]
)
def test_under_an_unclear_day_no_other_days_are_shown(
    house: House, client: Client, wrong: dict[str, str]
) -> None:
    html = shown(client, house, **wrong)
    assert ('class="error"' in html, 'name="slot"' in html) == (True, False)
    # The chosen time stays while the form is put right
    html = " ".join(client.post(PAGE, typed(house) | wrong).content.decode().split())
    assert re.findall(r'name="slot" value="([^"]*)"', html) == [value(house, 9)]
