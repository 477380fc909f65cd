"""The calendar's page: what stands in it, and what does not."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.models import Status
from office.models import AccessLogEntry, Closure, Professional, Role, Room, Service
from office.setup.absences import add_absence
from tests.bookings.conftest import MONDAY, House, at
from tests.bookings.desk_cast import ONE, TWO, request_for, signed_in
from tests.factories import ProfessionalFactory, RoomFactory, ServicePointFactory, booked

WEEK = "/desk/calendar/?day=2026-11-25"
DAY = f"{WEEK}&view=day"


def text(client: Client, path: str = WEEK, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def visit(house: House, **fields: Any) -> Any:
    return booked(
        start=fields.pop("start", at(9)),
        professionals=[house.professional],
        room=house.room,
        service=house.service,
        service_point=house.point,
        **fields,
    )


def signed_in_at(monday: Any, moment: datetime) -> Client:
    """A secretary who comes later: a session does not last for days."""
    monday.move_to(moment)
    return signed_in(Role.SECRETARY).client


@pytest.fixture
def client(house: House, monday: Any) -> Client:
    return signed_in(Role.SECRETARY).client


def test_a_block_tells_time_service_code_and_language_and_leads_to_the_request(
    house: House, client: Client
) -> None:
    appointment = visit(house, language="sv")

    html = text(client)

    name = f"{house.professional.name}, ke 25.11., 9.00–10.00, varattu, {house.room.name}"
    assert f'<span class="sr-only">{name}, </span>' in html
    assert f'href="/desk/requests/{appointment.reference}/"' in html
    assert '<b aria-hidden="true">9.00</b> <span class="bit__what">Elatussopimus</span>' in html
    assert f"<code>{appointment.reference}</code>" in html
    assert '<span class="bit__language">sv</span>' in html


def test_no_name_stands_in_it_and_nothing_is_logged(house: House, client: Client) -> None:
    request_for(house)

    for path in (WEEK, DAY, f"{WEEK}&who=rooms"):
        html = text(client, path)
        assert ONE.name not in html
        assert TWO.name not in html
    assert AccessLogEntry.objects.count() == 0


def test_the_week_is_monday_to_friday_and_the_weekend_where_something_is(
    house: House, client: Client
) -> None:
    columns = re.compile(r'<th role="columnheader"')
    assert len(columns.findall(text(client))) == 5

    visit(house, start=at(9, day=28))

    assert len(columns.findall(text(client))) == 6


def test_today_and_now_are_marked(house: House, client: Client, monday: Any) -> None:
    assert "is-today" not in text(client, "/desk/calendar/?day=2026-12-09")
    client = signed_in_at(monday, at(9, 35))
    assert 'class="day-3 is-today"' in text(client)
    assert 'class="cal__now from-6 hours-8"' in text(client, DAY)
    assert "cal__now" not in text(client, "/desk/calendar/?view=day&day=2026-11-26")


def test_the_day_lays_blocks_out_by_five_minutes(house: House, client: Client) -> None:
    visit(house, start=at(9, 20))

    spans = re.findall(r'<td role="gridcell" colspan="(\d+)" class="([\w-]+)"', text(client, DAY))

    assert spans == [("16", "is-free"), ("12", "is-booked"), ("68", "is-free")]


def test_long_days_are_in_sight(house: House, client: Client) -> None:
    visit(house, start=at(18, 30))

    html = text(client, DAY)

    assert '<th role="columnheader" scope="col" colspan="12">19</th>' in html


def test_one_service_point(house: House, client: Client) -> None:
    other = ServicePointFactory(name_fi="Loviisa")
    elsewhere = ProfessionalFactory(points=[other], hours=(8, 16))
    visit(house)

    html = text(client, f"{WEEK}&point={house.point.pk}")

    assert f'data-pk="{house.professional.pk}"' in html
    assert f'data-pk="{elsewhere.pk}"' not in html
    assert f'data-pk="{elsewhere.pk}"' in text(client)


def test_hours_at_another_point_are_not_free_here(house: House, client: Client) -> None:
    other = ServicePointFactory(name_fi="Loviisa")
    person = ProfessionalFactory(points=[other], hours=(8, 16))
    booked(start=at(9), professionals=[person], service_point=house.point)

    html = text(client, f"{WEEK}&point={house.point.pk}")

    row = html[html.index(f'data-pk="{person.pk}"') :].split("</tr>")[0]
    assert "bit--elsewhere" in row
    assert "bit--free" not in row


def test_rooms_have_a_view_of_their_own(house: House, client: Client) -> None:
    visit(house)
    unused = RoomFactory(service_point=house.point, is_active=False)

    html = text(client, f"{WEEK}&who=rooms")

    assert f'data-pk="{house.room.pk}"' in html
    assert f'data-pk="{house.professional.pk}"' not in html
    assert unused.name not in html
    assert f"varattu, {house.professional.name}" in html
    assert "10.00–16.00" in html


def test_a_room_is_not_free_where_the_point_is_closed(house: House, client: Client) -> None:
    Closure.objects.create(first_day=MONDAY, last_day=MONDAY + timedelta(days=6), reason="Remontti")

    html = text(client, f"{WEEK}&who=rooms")

    assert "bit--free" not in html.split("cal__legend")[0]
    assert "Remontti" in html


def test_a_chosen_service_lights_up(house: House, client: Client) -> None:
    visit(house)

    html = text(client, f"{DAY}&service=maintenance")

    assert "bit--free is-lit" in html
    assert '<span class="bit__what">8.00</span>' in html
    assert "ensimmäinen ke 25.11. 8.00" in html
    # Half an hour is too short for it.
    add_absence(house.professional, start=at(10, 30), end=at(16), reason="leave")
    assert '<span class="bit__what">10.00' not in text(client, f"{DAY}&service=maintenance")


def test_free_time_that_has_passed_is_not_offered(
    house: House, client: Client, monday: Any
) -> None:
    client = signed_in_at(monday, at(15, 30))

    html = text(client, DAY).split("cal__legend")[0]

    assert "bit--free" not in html


def test_looks_and_choices_stand_in_the_address(house: House, client: Client) -> None:
    html = text(client, f"{WEEK}&service=maintenance&point={house.point.pk}")

    kept = f"point={house.point.pk}&amp;service=maintenance"
    assert f'href="?view=week&amp;day=2026-12-02&amp;{kept}"' in html
    assert f'href="?view=week&amp;day=2026-11-18&amp;{kept}"' in html
    assert f'href="?view=day&amp;day=2026-11-25&amp;{kept}"' in html
    assert f'href="?view=week&amp;day=2026-11-25&amp;who=rooms&amp;{kept}"' in html
    assert client.session.keys() == {"_auth_user_id", "_auth_user_backend", "_auth_user_hash"}


@pytest.mark.parametrize(
    "query",
    [
        "day=yesterday",
        "day=9999-12-31",
        "view=year",
        "who=parents",
        "point=x",
        "point=%00",
        "point=99999999999999999999",
        "point=²",
        "service=%00",
        "service=no-such",
        "service=maintenance&channel=pigeon&language=xx",
    ],
)
def test_an_odd_address_is_the_week_of_today(house: House, client: Client, query: str) -> None:
    assert 'data-view="week"' in text(client, f"/desk/calendar/?{query}") or "point=9" in query


def test_htmx_gets_the_grid_alone(house: House, client: Client) -> None:
    response = client.get(WEEK, headers={"HX-Request": "true"})

    html = response.content.decode()
    assert "<html" not in html
    assert 'hx-get="/desk/calendar/?view=week&amp;day=2026-11-25"' in html
    assert "HX-Request" in response["Vary"]


def test_ended_visits_tell_how_they_ended(house: House, client: Client, monday: Any) -> None:
    client = signed_in_at(monday, at(12))
    visit(house, status=Status.NO_SHOW)

    html = text(client)

    assert "bit--booked is-over" in html
    with override("fi"):
        assert str(Status.NO_SHOW.label) in html


def test_nine_queries_whatever_the_size(
    house: House, client: Client, django_assert_num_queries: Any
) -> None:
    def fill(hour: int) -> None:
        person = ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
        booked(start=at(hour), professionals=[person], service=house.service)

    fill(9)
    for path in (WEEK, DAY, f"{WEEK}&who=rooms", f"{WEEK}&service=maintenance"):
        text(client, path)
        with django_assert_num_queries(9):
            text(client, path)
    fill(10)
    fill(11)
    for path in (WEEK, DAY, f"{WEEK}&who=rooms", f"{WEEK}&service=maintenance"):
        with django_assert_num_queries(9):
            text(client, path)


def test_whatever_staff_wrote_is_shown_as_words(house: House, client: Client) -> None:
    Room.objects.update(name='<b>"Huone"</b>')
    Service.objects.update(name_fi="<i>Elatus</i> & muuta")
    Professional.objects.update(name="<script>'x'</script>")
    visit(house)

    for path in (WEEK, DAY, f"{WEEK}&who=rooms"):
        grid = text(client, path).split("data-calendar")[1].split("cal__legend")[0]
        assert "&lt;i&gt;Elatus&lt;/i&gt; &amp; muuta" in grid
        for raw in ("<i>", '<b>"', "<script>"):
            assert raw not in grid
