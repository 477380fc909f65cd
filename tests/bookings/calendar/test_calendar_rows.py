"""Whose rows the calendar shows: filters, own rows, a jump to a name or a day, one line a row."""

from typing import Any

import pytest
from django.test import Client

from office.models import PartnerOrganisation, Professional, Role, User
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in
from tests.factories import ProfessionalFactory, ServiceFactory, ServicePointFactory, booked

WEEK = "/desk/calendar/?day=2026-11-25"


@pytest.fixture
def desk(house: House, monday: Any) -> Desk:
    return signed_in(Role.SECRETARY)


def rows(client: Client, more: str = "") -> set[int]:
    response = client.get(WEEK + more)
    assert response.status_code == 200
    return {row.pk for row in response.context["page"].rows}


def colleague(house: House, **fields: Any) -> Professional:
    person: Professional = ProfessionalFactory(points=[house.point], hours=(8, 16), **fields)
    return person


def test_a_filter_by_person_service_and_role(house: House, desk: Desk) -> None:
    counselling = ServiceFactory(slug="counselling")
    guide = colleague(house, services=[counselling], title_fi="ohjaaja")
    both = {house.professional.pk, guide.pk}

    assert rows(desk.client) == both
    assert rows(desk.client, f"&person={guide.pk}") == {guide.pk}
    assert rows(desk.client, "&gives=counselling") == {guide.pk}
    assert rows(desk.client, "&role=lastenvalvoja") == {house.professional.pk}
    assert rows(desk.client, "&gives=counselling&role=lastenvalvoja") == set()
    for unknown in ("&person=x", "&gives=no-such"):
        assert rows(desk.client, unknown) == both


def test_filters_stay_in_the_address(house: House, desk: Desk) -> None:
    html = desk.client.get(f"{WEEK}&gives=maintenance&role=ohjaaja").content.decode()

    assert "day=2026-12-02&amp;gives=maintenance&amp;role=ohjaaja" in html


def test_own_rows_are_kept_for_the_user_alone(house: House, desk: Desk) -> None:
    other = colleague(house)
    kept = desk.client.post(
        "/desk/calendar/own/",
        {"people": [other.pk, "x"], "compact": "1", "here": "?view=day&day=2026-11-25"},
    )

    assert kept.status_code == 302
    assert kept.headers["Location"] == "/desk/calendar/?view=day&day=2026-11-25"
    assert rows(desk.client) == {other.pk}
    assert rows(desk.client, "&rows=all") == {house.professional.pk, other.pk}
    # Whoever is asked for by name is shown all the same.
    assert rows(desk.client, f"&person={house.professional.pk}") == {house.professional.pk}
    assert "is-compact" in desk.client.get(WEEK).content.decode()
    assert "is-compact" not in desk.client.get(f"{WEEK}&dense=0").content.decode()
    colleagues = signed_in(Role.SECRETARY).client
    assert rows(colleagues) == {house.professional.pk, other.pk}


def test_nobody_chosen_is_everybody(house: House, desk: Desk) -> None:
    User.objects.filter(pk=desk.user.pk).update(calendar_people=[house.professional.pk])

    desk.client.post("/desk/calendar/own/", {"here": "https://elsewhere.example/"})

    desk.user.refresh_from_db()
    assert desk.user.calendar_people == []


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER, Role.PARTNER])
def test_own_rows_are_the_secretary_s(house: House, monday: Any, role: Role) -> None:
    assert signed_in(role).client.post("/desk/calendar/own/").status_code == 403
    assert Client().post("/desk/calendar/own/").status_code == 302


@pytest.mark.parametrize("typed", ["8.12.", "8.12.2026", "2026-12-08"])
def test_a_day_that_is_typed_is_shown(house: House, desk: Desk, typed: str) -> None:
    response = desk.client.get("/desk/calendar/", {"view": "day", "go": typed})

    assert response.headers["Location"] == "/desk/calendar/?view=day&day=2026-12-08"


def test_a_name_that_is_typed_leads_to_its_row(house: House, desk: Desk) -> None:
    person = colleague(house, name="Camilla Åkerbäck")
    hidden = colleague(house, name="Börje Öhman")
    User.objects.filter(pk=desk.user.pk).update(calendar_people=[person.pk])

    for typed in ("aker", "camilla åk"):
        there = desk.client.get(WEEK, {"go": typed})
        assert there.headers["Location"].endswith(f"#row-{person.pk}")
    # Beyond the own rows, too.
    assert f"person={hidden.pk}" in desk.client.get(WEEK, {"go": "ohman"}).headers["Location"]
    nobody = desk.client.get(WEEK, {"go": "<b>Eioo"})
    assert nobody.status_code == 200
    assert "&lt;b&gt;Eioo" in nobody.content.decode()


def test_a_row_tells_its_service_point_once(house: House, desk: Desk) -> None:
    loviisa = ServicePointFactory(name_fi="Loviisan toimipiste", city="Loviisa")
    booked(
        start=at(9, day=26),
        professionals=[house.professional],
        service=house.service,
        service_point=loviisa,
    )
    # Four days of five are spent at the one, a part of one at the other.
    html = " ".join(desk.client.get(WEEK).content.decode().split())
    row = html[html.index(f'id="row-{house.professional.pk}"') :].split("</tr>")[0]

    assert "toimipiste" not in row
    assert "<small>Porvoo · fi</small>" in row
    cells = row.split("<td")[1:]
    told = [("Porvoo" in cell, "Loviisa" in cell) for cell in cells]
    assert told == [(False, False)] * 3 + [(True, True), (False, False)]


def test_a_partner_without_anything_has_no_row(house: House, desk: Desk) -> None:
    partner = ProfessionalFactory(organisation=PartnerOrganisation.objects.create(name="Muu"))

    assert partner.pk not in rows(desk.client)


def test_a_compact_week_places_blocks_on_the_hours_of_the_day(house: House, desk: Desk) -> None:
    booked(start=at(9, 30), professionals=[house.professional], service=house.service)

    html = " ".join(desk.client.get(f"{WEEK}&dense=1").content.decode().split())

    assert "is-compact hours-8" in html
    assert "bit--booked from-6 len-4" in html
    # A day has no strips.
    assert "is-compact" not in desk.client.get(f"{WEEK}&view=day&dense=1").content.decode()
