"""Who takes part in a visit that is booked in the panel, and as what."""

from typing import Any

import pytest
from django.test import Client

from bookings.models import Answer, Appointment, PartyRole
from office.models import OtherSide, OutboxMessage, Service
from office.models import Role as StaffRole
from tests.bookings.conftest import House
from tests.bookings.desk_cast import signed_in
from tests.bookings.staff_booking.test_panel import PAGE, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(house: House) -> Client:
    client = signed_in(StaffRole.SECRETARY).client
    client.cookies["django_language"] = "en"
    return client


def book(client: Client, data: dict[str, Any]) -> Appointment:
    response = client.post(PAGE, data)
    assert response.status_code == 302, response.content.decode()
    return Appointment.objects.latest("pk")


def roles(appointment: Appointment) -> list[str]:
    return list(appointment.parties.order_by("pk").values_list("role", flat=True))


def test_a_service_says_who_the_other_side_usually_is(house: House, client: Client) -> None:
    Service.objects.filter(pk=house.service.pk).update(other_side=OtherSide.POSSIBLE_FATHER)
    assert '<span id="other-is">Possible father</span>' in client.get(PAGE).content.decode()
    assert roles(book(client, typed(house))) == [PartyRole.PARENT, PartyRole.POSSIBLE_FATHER]
    # Where he is who calls, the other is the parent.
    data = typed(house, hour=10, caller__role=PartyRole.POSSIBLE_FATHER)
    assert roles(book(client, data)) == [PartyRole.POSSIBLE_FATHER, PartyRole.PARENT]
    # What is chosen counts, also where the other's invitation is passed on.
    data = typed(
        house, hour=11, other__role=PartyRole.HUSBAND, other_parent="pass_on", other__name=""
    )
    data |= {"other-phone": "", "other-safe": []}
    assert roles(book(client, data)) == [PartyRole.PARENT, PartyRole.HUSBAND]
    again = client.post("/desk/book/times/", typed(house)).content.decode()
    assert '<span id="other-is" hx-swap-oob="true">Possible father</span>' in again


def test_somebody_else_takes_part_in_their_own_right(house: House, client: Client) -> None:
    young = {
        "further-role": PartyRole.YOUNG,
        "further-name": "Nuori Virtala",
        "further-phone": "0401112223",
        "further-safe": ["sms"],
        "further-is_told_openly": "on",
    }
    # One more is asked for, and what was typed stays; both are booked.
    page = client.post(PAGE, typed(house) | young | {"do": "more"}).content.decode()
    assert "Nuori Virtala" in page
    assert ('name="further2-role"' in page, 'name="further3-role"' in page) == (True, False)
    lawyer = {
        "further2-role": PartyRole.LAWYER,
        "further2-comes_with": "caller",
        "further2-name": "Laki",
    }
    appointment = book(client, typed(house) | young | lawyer)
    party = appointment.parties.get(role=PartyRole.YOUNG)
    assert (party.name, party.answer, party.is_told_openly) == ("Nuori Virtala", Answer.ASKED, True)
    assert OutboxMessage.objects.filter(to="+358401112223").exists()
    assert appointment.parties.get(role=PartyRole.LAWYER).accompanies == appointment.parties.get(
        is_requester=True
    )
    page = client.post(
        PAGE,
        typed(house)
        | young
        | {"further2-role": "", "further3-role": ""}
        | {"further4-role": "", "do": "more"},
    )
    assert ">One more<" not in " ".join(page.content.decode().split())


def test_a_support_person_comes_with_one_of_them_and_is_told_with_their_say(
    house: House, client: Client
) -> None:
    support = {
        "further-role": PartyRole.SUPPORT,
        "further-name": "Tuki",
        "further-phone": "0401112223",
    }
    support |= {"further-safe": ["sms"]}
    appointment = book(client, typed(house) | support | {"further-comes_with": "other"})
    party = appointment.parties.get(role=PartyRole.SUPPORT)
    assert party.accompanies == appointment.parties.get(name="Eino Korpi")
    assert party.answer == Answer.NOT_ASKED
    assert not OutboxMessage.objects.filter(to="+358401112223").exists()
    lawyer = support | {"further-role": PartyRole.LAWYER, "further-comes_with": "caller"}
    lawyer |= {"further-may_be_notified": "on"}
    appointment = book(client, typed(house, hour=10) | lawyer)
    assert appointment.parties.get(role=PartyRole.LAWYER).answer == Answer.ACCEPTED
    assert OutboxMessage.objects.filter(to="+358401112223").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"further-name": "Joku"}, "Say as what they take part."),
        ({"further-role": "support"}, "Say with whom they come."),
        ({"further-role": "young"}, "Give the name."),
        (
            {"further-role": "support", "further-comes_with": "other", "other_parent": "none"},
            "The other parent is not part of this booking yet.",
        ),
        (
            {"further-role": "husband", "further-name": "Aviomies", "other-role": "husband"},
            "Nobody more can take part in that role.",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_booked(
    house: House, client: Client, changed: dict[str, Any], said: str
) -> None:
    response = client.post(PAGE, typed(house) | changed)
    assert response.status_code in (409, 422)
    assert said in response.content.decode()
    assert not Appointment.objects.exists()


def test_who_comes_along_comes_to_the_visit_of_theirs(house: House, client: Client) -> None:
    data = typed(house) | {
        "meeting": "separate",
        "slot_other": typed(house, hour=13)["slot"],
        "further-role": PartyRole.SUPPORT,
        "further-comes_with": "other",
    }
    data["overrides_gap"] = "on"
    assert client.post(PAGE, data).status_code == 302
    own = Appointment.objects.get(parties__name="Eino Korpi")
    assert own.parties.get(role=PartyRole.SUPPORT).accompanies.name == "Eino Korpi"
    assert own.parties.count() == 2
