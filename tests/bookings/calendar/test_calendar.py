"""The calendar's page: what stands in it, and what does not."""

import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.models import AppointmentProfessional, Meeting, Party, Status
from office.models import (
    AccessLogEntry,
    Channel,
    Closure,
    HoursKind,
    LengthRule,
    Occupancy,
    Professional,
    Role,
    Room,
    Service,
    WeeklyHours,
)
from office.setup.absences import add_absence
from office.setup.room_closures import close_room
from tests.bookings.conftest import MONDAY, House, at
from tests.bookings.desk_cast import signed_in
from tests.factories import (
    PartyFactory,
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    WeeklyHoursFactory,
    booked,
)

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
    """Sign in a secretary who comes later: a session does not last for days."""
    monday.move_to(moment)
    return signed_in(Role.SECRETARY).client


@pytest.fixture
def client(house: House, monday: Any) -> Client:
    return signed_in(Role.SECRETARY).client


def test_a_block_tells_time_service_names_and_room_and_leads_to_the_request(
    house: House, client: Client
) -> None:
    appointment = visit(house, language="sv")
    Party.objects.update(name="Aino Virtala")
    PartyFactory(appointment=appointment, name="Eino Ranta-Korpi")

    html = text(client)

    said = (
        f"{house.professional.name}, ke 25.11., 9.00–10.00, varattu, Elatussopimus, "
        f"Virtala – Ranta-Korpi, ruotsi, {house.room.name}, {appointment.reference}"
    )
    assert f'<span class="sr-only">{said}</span>' in html
    assert f'href="/desk/requests/{appointment.reference}/"' in html
    assert (
        '<b>9.00–10.00</b> <span class="bit__what">Elatu.</span> '
        '<span class="bit__mark">sv</span> '
        '<span class="bit__line"><span class="bit__who">Virtala – Ranta-Korpi</span> '
        f'<span class="bit__place">{house.room.name}</span>'
    ) in html
    # The code is in the tip and in what is spoken, and takes no room.
    assert html.count(appointment.reference) == 4
    assert 'title="9.00–10.00 Elatussopimus, Virtala – Ranta-Korpi' in html


def test_hours_of_other_kinds_are_named_and_nobody_is_said_to_be_away(
    house: House, client: Client
) -> None:
    WeeklyHoursFactory(
        professional=house.professional,
        service_point=house.point,
        kind=HoursKind.PHONE,
        weekday=2,
        starts=time(16),
        ends=time(18),
    )
    html = text(client)
    assert '<span class="bit__what">puhelinaika</span>' in html
    assert "poissa</span>" not in html

    add_absence(house.professional, start=at(8), end=at(9), reason="")
    assert '<span class="bit__what">poissa</span>' in text(client)


def test_a_closed_room_says_why_in_its_row(house: House, client: Client) -> None:
    close_room(house.room, start=at(12), end=at(16), reason="vesivahinko")

    html = text(client, f"{WEEK}&who=rooms")

    assert '<span class="bit__what">suljettu: vesivahinko</span>' in html
    assert f"{house.room.name}, ke 25.11., 12.00–16.00, suljettu, vesivahinko" in html


def test_the_unit_s_own_short_name_stands_in_the_cell(house: House, client: Client) -> None:
    Service.objects.update(short_name_fi="Elatus")
    visit(house)

    assert '<span class="bit__what">Elatus</span>' in text(client)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"interpreter": "ar"}, "tulkki"),
        ({"access": ["sign"]}, "tulkki: viittomakieli"),
        ({"is_protected": True}, "yhteystiedot on suojattu"),
    ],
)
def test_what_must_not_be_missed_has_a_sign(
    house: House, client: Client, fields: dict[str, Any], word: str
) -> None:
    visit(house)
    assert word not in text(client).split("cal__legend")[0]

    Party.objects.update(**fields)

    assert word in text(client).split("cal__legend")[0]


def test_separate_visits_and_visits_by_phone_have_a_sign(house: House, client: Client) -> None:
    visit(house, meeting=Meeting.SEPARATE, channel=Channel.PHONE)

    html = text(client)

    assert '<span class="bit__mark">erikseen</span>' in html
    assert '<span class="bit__place">puhelu' in html


def test_whoever_gave_no_name_is_nameless(house: House, client: Client) -> None:
    visit(house, is_anonymous=True)
    Party.objects.update(name="")

    assert '<span class="bit__who">nimetön</span>' in text(client)


def test_whose_names_are_shown_is_logged_once_a_day(house: House, monday: Any) -> None:
    desk = signed_in(Role.SECRETARY)
    appointment = visit(house)

    for path in (WEEK, DAY, f"{WEEK}&who=rooms"):
        assert Party.objects.get().name.split()[-1] in text(desk.client, path)
    rows = AccessLogEntry.objects.values_list("user", "record", "action", "reason")
    assert list(rows) == [(desk.user.pk, appointment.reference, "list", "calendar")]

    client = signed_in_at(monday, at(8, day=24))
    text(client)
    assert AccessLogEntry.objects.count() == 2


def test_a_row_that_is_not_shown_is_not_logged(house: House, client: Client) -> None:
    visit(house)
    other = ProfessionalFactory(hours=(8, 16))

    assert "bit__who" not in text(client, f"{WEEK}&person={other.pk}")
    assert AccessLogEntry.objects.count() == 0


def test_the_week_is_monday_to_friday_and_the_weekend_where_something_is(
    house: House, client: Client
) -> None:
    columns = re.compile(r'<th role="columnheader"')
    assert len(columns.findall(text(client))) == 5

    visit(house, start=at(9, day=28))

    assert len(columns.findall(text(client))) == 6

    # On a Sunday alone: Saturday has no column for its sake.
    AppointmentProfessional.objects.all().delete()
    Occupancy.objects.all().delete()
    visit(house, start=at(9, day=29))
    assert len(columns.findall(text(client))) == 6
    assert "su 29.11." in text(client)


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


def test_the_day_ends_when_the_last_hours_end(house: House, client: Client) -> None:
    hour = '<th role="columnheader" scope="col" colspan="12">{}</th>'
    assert hour.format(15) in text(client, DAY)

    WeeklyHours.objects.update(ends=time(13, 30))

    html = text(client, DAY)
    assert hour.format(13) in html
    assert hour.format(14) not in html


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
    assert 'class="bit__who"' in html
    assert f'<span class="bit__place">{house.professional.name}</span>' in html
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


def test_free_times_for_several_matters_are_long_enough_and_of_who_gives_all(
    house: House, client: Client
) -> None:
    more = ServiceFactory(slug="custody", duration=90, channels=[Channel.IN_PERSON])
    LengthRule.objects.create(minutes=120).services.set([house.service, more])
    add_absence(house.professional, start=at(9, 30), end=at(16), reason="leave")
    alone = text(client, f"{DAY}&service=maintenance")
    assert '<span class="bit__what">8.00, 8.30</span>' in alone
    # Nobody gives both.
    both = f"{DAY}&service=maintenance&also=custody"
    assert '<span class="bit__what">8.00' not in text(client, both)
    house.professional.services.add(more)
    assert '<span class="bit__what">8.00' not in text(client, both)
    LengthRule.objects.update(minutes=90)
    html = text(client, both)
    assert '<span class="bit__what">8.00</span>' in html
    assert "also=custody" in html.split('href="/desk/book/?')[1].split('"')[0]
    # Given in no common way: nothing is free.
    Service.objects.filter(pk=more.pk).update(channels=[Channel.VIDEO])
    assert '<span class="bit__what">8.00' not in text(client, both)


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


def test_the_same_queries_whatever_the_size(
    house: House, client: Client, django_assert_num_queries: Any
) -> None:
    def fill(hour: int) -> None:
        person = ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
        room = RoomFactory(service_point=house.point)
        booked(start=at(hour), professionals=[person], room=room, service=house.service)

    fill(9)
    for path in (WEEK, DAY, f"{WEEK}&who=rooms", f"{WEEK}&service=maintenance"):
        text(client, path)
        with django_assert_num_queries(15):
            text(client, path)
    fill(10)
    fill(11)
    # Whose names were not shown yet today is written down.
    text(client, WEEK)
    for path in (WEEK, DAY, f"{WEEK}&who=rooms", f"{WEEK}&service=maintenance"):
        with django_assert_num_queries(15):
            text(client, path)


def test_whatever_staff_wrote_is_shown_as_words(house: House, client: Client) -> None:
    Room.objects.update(name='<b>"Huone"</b>')
    Service.objects.update(name_fi="<i>Elatus</i> & muuta", short_name_fi="<i>&")
    Professional.objects.update(name="<script>'x'</script>")
    visit(house)
    Party.objects.update(name="<u>Nimi</u>")

    for path in (WEEK, DAY, f"{WEEK}&who=rooms"):
        grid = text(client, path).split("data-calendar")[1].split("cal__legend")[0]
        assert "&lt;i&gt;Elatus&lt;/i&gt; &amp; muuta" in grid
        for raw in ("<i>", '<b>"', "<script>", "<u>"):
            assert raw not in grid


def test_a_calendar_of_nobody_says_who_adds_people(house: House, client: Client) -> None:
    who_does = "Esihenkilö lisää työntekijät ja heidän aikansa."
    assert who_does not in text(client)
    # Filters alone may leave nobody: that is another matter.
    assert who_does not in text(client, f"{WEEK}&role=nobody")
    Professional.objects.update(is_active=False)
    assert who_does in text(client)
