"""Day lists: what the reception and a professional need on paper, and nothing that must not lie about."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.appointments.separate_visits import link
from bookings.models import Appointment, Meeting, OtherParent, Party, Status
from bookings.parties import conflicts
from office.models import AccessLogEntry, Channel, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in
from tests.factories import PartyFactory, ProfessionalFactory, ServicePointFactory, booked


@pytest.fixture
def desk(house: House, monday: Any) -> Desk:
    return signed_in(Role.SECRETARY)


def visit(house: House, hour: int = 9, **fields: Any) -> Appointment:
    """Make a visit on Wednesday with two named parents."""
    appointment = booked(
        **{
            "start": at(hour),
            "professionals": [house.professional],
            "room": house.room,
            "service": house.service,
            "service_point": house.point,
            **fields,
        }
    )
    appointment.parties.update(name="Aino Virtala", phone="+358400000001", call_is_safe=True)
    PartyFactory(appointment=appointment, name="Eino Korpi", phone="+358400000002")
    return appointment


def of_point(house: House, day: str = "25.11.") -> dict[str, str]:
    return {"day": day, "of": f"point-{house.point.pk}"}


def of_person(house: House) -> dict[str, str]:
    return {"day": "25.11.", "of": f"person-{house.professional.pk}"}


def rows(desk: Desk, query: dict[str, str]) -> list[dict[str, str]]:
    """Return the list as taken to a spreadsheet: the page shows the same."""
    page = desk.client.get("/desk/calendar/days/", query)
    assert page.status_code == 200
    taken = (
        desk.client.get("/desk/calendar/days/table/", query).content.decode().removeprefix("\ufeff")
    )
    found = list(csv.DictReader(io.StringIO(taken), delimiter=";"))
    words = page.content.decode()
    for row in found:
        assert row["Koodi"] in words
    return found


def test_the_list_of_a_service_point(house: House, desk: Desk) -> None:
    appointment = visit(house, language="sv")
    appointment.parties.filter(name="Eino Korpi").update(interpreter="ar", access=["step_free"])
    visit(house, 12, channel=Channel.PHONE, room=None)
    elsewhere = ServicePointFactory()
    visit(house, 13, service_point=elsewhere, room=None)

    assert rows(desk, of_point(house)) == [
        {
            "Aika": "9.00–10.00",
            "Huone": house.room.name,
            "Nimet": "Aino Virtala, Eino Korpi",
            "Ammattilainen": house.professional.name,
            "Kieli": "ruotsi",
            "Huolehdittavaa": "tulkki: arabia; esteetön sisäänkäynti",
            "Koodi": appointment.reference,
        }
    ]
    # The reception need not know what it is about.
    assert (
        "Elatussopimus"
        not in desk.client.get("/desk/calendar/days/", of_point(house)).content.decode()
    )


def test_the_list_of_a_professional_has_matter_and_numbers(house: House, desk: Desk) -> None:
    colleague = ProfessionalFactory(name="Pia Pari")
    visit(house, channel=Channel.PHONE, room=None, professionals=[house.professional, colleague])

    (row,) = rows(desk, of_person(house))

    assert row["Asia"] == "Elatussopimus"
    assert row["Työpari"] == "Pia Pari"
    assert row["Huone"] == "puhelimitse"
    # One may be called, the other has not said so.
    assert row["Numero, johon soitetaan"].startswith("Aino Virtala: 040 000 0001")
    assert "Eino Korpi: ei numeroa" in row["Numero, johon soitetaan"]
    assert "0002" not in row["Numero, johon soitetaan"]


def test_a_protected_number_never_stands_on_paper(house: House, desk: Desk) -> None:
    appointment = visit(house, channel=Channel.PHONE, room=None)
    appointment.parties.filter(name="Aino Virtala").update(is_protected=True)

    for path in ("/desk/calendar/days/", "/desk/calendar/days/table/"):
        words = desk.client.get(path, of_person(house)).content.decode()
        assert "0001" not in words
        assert "suojattu" not in words


def test_one_name_alone_would_tell_who_asked(house: House, desk: Desk) -> None:
    appointment = visit(house, other_parent=OtherParent.UNIT)
    appointment.parties.filter(name="Eino Korpi").delete()

    for query in (of_point(house), of_person(house)):
        (row,) = rows(desk, query)
        assert "Virtala" not in row["Nimet"]


def test_no_words_of_a_parent_stand_in_it(house: House, desk: Desk) -> None:
    visit(house)
    Party.objects.update(message="Pelkään häntä", needs="Oma tuoli")
    Appointment.objects.update(secretary_note="Soita ensin äidille")

    for query in (of_point(house), of_person(house)):
        words = desk.client.get("/desk/calendar/days/", query).content.decode()
        for word in ("Pelkään", "Oma tuoli", "Soita ensin"):
            assert word not in words


def test_of_separate_visits_it_says_who_leaves_first(house: House, desk: Desk) -> None:
    house.unit.leaving_gap = 15
    house.unit.save()
    colleague = ProfessionalFactory()
    one = visit(house, meeting=Meeting.SEPARATE)
    two = visit(house, meeting=Meeting.SEPARATE, professionals=[colleague], room=None)
    link(one, two)

    needs = [row["Huolehdittavaa"] for row in rows(desk, of_point(house))]

    assert len(needs) == 2
    assert all(need.startswith("Eri saapumisajat; ") for need in needs)
    assert sum("ensin" in need for need in needs) == 1


def test_a_visit_from_which_somebody_is_kept_out_is_not_on_their_list(
    house: House, desk: Desk
) -> None:
    appointment = visit(house)
    conflicts.bar(appointment.pk, house.professional.pk, user=desk.user)

    assert rows(desk, of_person(house)) == []


def test_only_agreed_visits_are_on_it(house: House, desk: Desk) -> None:
    visit(house, status=Status.REQUESTED)

    assert rows(desk, of_point(house)) == []


def test_a_name_is_no_formula_in_a_spreadsheet(house: House, desk: Desk) -> None:
    visit(house)
    Party.objects.update(name="=1+1")

    (row,) = rows(desk, of_point(house))
    assert row["Nimet"].startswith("'=")


def test_looking_and_taking_along_are_logged(house: House, desk: Desk) -> None:
    appointment = visit(house)

    desk.client.get("/desk/calendar/days/", of_point(house))
    desk.client.get("/desk/calendar/days/table/", of_point(house))

    found = AccessLogEntry.objects.order_by("pk").values_list("record", "action", "reason")
    assert list(found) == [
        (appointment.reference, "read", "calendar"),
        (appointment.reference, "export", "calendar"),
    ]


@pytest.mark.parametrize("page", ["/desk/calendar/days/", "/desk/calendar/days/table/"])
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER, Role.PARTNER])
def test_it_is_the_secretary_s(house: House, monday: Any, role: Role, page: str) -> None:
    assert signed_in(role).client.get(page).status_code == 403
    assert Client().get(page).status_code == 302


@pytest.mark.parametrize(
    "query", ["day=31.2.", "day=%00", "of=point-x", "of=person-99999999999999"]
)
def test_an_odd_address_is_today_s_list(house: House, desk: Desk, query: str) -> None:
    response = desk.client.get(f"/desk/calendar/days/?{query}")

    assert response.status_code == 200
    assert house.point.name in response.content.decode()
    assert ('id="list-wrong"' in response.content.decode()) == query.startswith("day=3")


def test_a_unit_without_points_has_an_empty_page(db: None, desk: Desk, house: House) -> None:
    house.point.is_active = False
    house.point.save()

    with override("fi"):
        assert desk.client.get("/desk/calendar/days/").status_code == 200


def test_the_number_of_queries_is_fixed(
    house: House, desk: Desk, django_assert_num_queries: Any
) -> None:
    visit(house, 9, meeting=Meeting.SEPARATE)
    count = 0
    for query in (of_point(house), of_person(house)):
        with django_assert_num_queries(100, exact=False) as one:
            desk.client.get("/desk/calendar/days/", query)
        count = len(one)
        visit(house, 11 + 2 * (query == of_person(house)))
        visit(house, 12 + 2 * (query == of_person(house)), professionals=[house.professional])
        with django_assert_num_queries(count):
            desk.client.get("/desk/calendar/days/", query)
