"""Asking for a time online, as a parent's browser does it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.translation import gettext, override
from pytest_django import DjangoAssertNumQueries

from bookings.appointments import decisions
from bookings.appointments.answers import take_up_invitation
from bookings.appointments.requests import (
    REQUESTS_OF_A_CONTACT_A_DAY,
    REQUESTS_OF_AN_ADDRESS_AN_HOUR,
)
from bookings.availability.holds import HOLDS_OF_AN_ADDRESS_AN_HOUR, LIVE_HOLDS_OF_AN_ADDRESS
from bookings.lifecycle.references import invitation_code
from bookings.models import Answer, Appointment, Hold, OtherParent, Status
from bookings.parties.records import PartyDetails, link_path
from bookings.self_service.personal_links import renew_invitation
from office.core.own_codes import own_code
from office.core.tokens import keyed
from office.models import Attendance, Channel, Occupancy, OutboxMessage
from tests.bookings.conftest import House, at
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UserFactory,
)
from tests.spent import spend

CONTACT = {
    "name": "Vanhempi Yksi",
    "phone": "040 000 0001",
    "email": "yksi@example.org",
    "safe": ["sms", "email"],
}
VISIT = {"language": "fi", "meeting": "together", "message": "Vain sihteerille."}
# As the address of the test client is kept.
HERE = keyed("address", "127.0.0.1")
UNIT_ASKS = {"other_parent": "unit"}


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def choose(client: Client, house: House, hour: int = 9, **more: Any) -> Any:
    return client.post(house.url("times/"), {"slot": house.value(hour), "where": "any", **more})


def fill(client: Client, house: House, **pages: dict[str, Any]) -> None:
    """Fill in the pages after the time."""
    client.post(house.url("details/"), {**CONTACT, **pages.get("contact", {})})
    client.post(house.url("visit/"), {**VISIT, **pages.get("visit", {})})
    client.post(house.url("other/"), {**UNIT_ASKS, **pages.get("other", {})})


def send(client: Client, house: House) -> Any:
    client.get(house.url("check/"))
    return client.post(house.url("check/"))


def test_from_the_matter_to_the_sent_request(client: Client, house: House) -> None:
    assert house.service.name in client.get("/book/").content.decode()
    assert client.get(house.url()).status_code == 200
    answer = client.post(house.url(), {"where": house.point.slug})
    assert answer.url == house.url("times/")
    answer = choose(client, house, where=house.point.slug)
    assert answer.url == house.url("details/")
    assert client.post(house.url("details/"), CONTACT).url == house.url("visit/")
    assert client.post(house.url("visit/"), VISIT).url == house.url("other/")
    assert client.post(house.url("other/"), UNIT_ASKS).url == house.url("check/")
    page = " ".join(client.get(house.url("check/")).content.decode().split())
    assert "Vanhempi Yksi" in page
    answer = client.post(house.url("check/"))
    assert answer.url == house.url("sent/")

    appointment = Appointment.objects.get()
    assert appointment.status == Status.REQUESTED
    assert (appointment.starts_at, appointment.ends_at) == (at(9), at(10))
    assert list(appointment.professionals.all()) == [house.professional]
    assert appointment.room == house.room
    assert Occupancy.objects.filter(expires_at__isnull=False).count() == 0
    party = appointment.parties.get()
    assert (party.name, str(party.phone), party.message) == (
        "Vanhempi Yksi",
        "+358400000001",
        "Vain sihteerille.",
    )
    assert (party.call_is_safe, party.sms_is_safe, party.email_is_safe) == (False, True, True)
    assert Hold.objects.count() == 0

    code = own_code(party.link_nonce)
    page = " ".join(client.get(house.url("sent/")).content.decode().split())
    assert code in page
    link = re.search(r'href="http://testserver(/appointment/[^"]+)"', page)
    assert link is not None
    assert client.get(link[1]).status_code == 200
    # Reloading shows it again; going back to the forms does not send it again.
    assert code in client.get(house.url("sent/")).content.decode()
    assert client.post(house.url("check/")).url == house.url("sent/")
    assert Appointment.objects.count() == 1


def test_the_requester_is_told_by_safe_channels_alone(client: Client, house: House) -> None:
    choose(client, house)
    fill(client, house, contact={"safe": ["email"]})
    send(client, house)
    assert set(OutboxMessage.objects.values_list("channel", "to")) == {
        ("email", "yksi@example.org")
    }


def test_which_professional_it_is_is_not_shown(client: Client, house: House) -> None:
    choose(client, house)
    fill(client, house)
    pages = [client.get(house.url(name)).content.decode() for name in ("times/", "check/")]
    send(client, house)
    pages.append(client.get(house.url("sent/")).content.decode())
    assert [house.professional.name in page for page in pages] == [False] * 3


def test_services_not_asked_online_do_not_exist_here(client: Client, house: House) -> None:
    hidden = ServiceFactory(asked_online=False)
    gone = ServiceFactory(is_active=False)
    for service in (hidden, gone):
        for page in ("", "times/", "no-time/", "details/", "visit/", "other/", "check/", "sent/"):
            assert client.get(f"/book/{service.slug}/{page}").status_code == 404
    assert client.get("/book/no-such/").status_code == 404


def test_looking_changes_nothing(client: Client, house: House) -> None:
    for page in ("", "times/", "no-time/", "details/", "visit/", "other/", "check/", "sent/"):
        client.get(house.url(page))
    assert (Hold.objects.count(), Occupancy.objects.count(), Appointment.objects.count()) == (
        0,
        0,
        0,
    )


def test_a_time_is_held_for_a_quarter_of_an_hour(client: Client, house: House) -> None:
    choose(client, house)
    hold = Hold.objects.get()
    assert hold.expires_at == at(8, 15, day=23)
    assert {o.expires_at for o in Occupancy.objects.all()} == {at(8, 15, day=23)}
    assert "until 8:15" in client.get(house.url("details/")).content.decode()


def test_a_held_time_is_not_offered_to_others_and_is_shown_to_its_visitor(
    client: Client, house: House
) -> None:
    choose(client, house)
    other = Client()
    assert house.value(9) not in other.get(house.url("times/")).content.decode()
    mine = " ".join(client.get(house.url("times/")).content.decode().split())
    assert re.search(rf'value="{house.value(9)}" required checked', mine)


def test_choosing_another_time_lets_the_first_go(client: Client, house: House) -> None:
    choose(client, house, 9)
    choose(client, house, 11)
    hold = Hold.objects.get()
    assert hold.starts_at == at(11)
    assert Occupancy.objects.count() == 2
    assert house.value(9) in Client().get(house.url("times/")).content.decode()


def test_a_time_that_overlaps_the_visitors_own_can_be_chosen(client: Client, house: House) -> None:
    choose(client, house, 9)
    answer = client.post(house.url("times/"), {"slot": house.value(9, 30), "where": "any"})
    assert answer.status_code == 302
    assert Hold.objects.get().starts_at == at(9, 30)


def test_when_the_new_time_is_taken_the_old_one_is_still_held(client: Client, house: House) -> None:
    choose(client, house, 9)
    choose(Client(), house, 11)
    answer = choose(client, house, 11)
    assert answer.status_code == 409
    assert "That time was just taken" in answer.content.decode()
    assert set(Hold.objects.values_list("starts_at", flat=True)) == {at(9), at(11)}


def test_choosing_the_same_time_again_does_not_prolong_the_hold(
    client: Client, house: House, monday: time_machine.Traveller
) -> None:
    choose(client, house)
    monday.shift(timedelta(minutes=10))
    choose(client, house)
    assert Hold.objects.get().expires_at == at(8, 15, day=23)


def test_nobody_empties_the_calendar_by_holding(client: Client, house: House) -> None:
    answers = [
        choose(
            Client(),
            house,
            8 + n,
        ).status_code
        for n in range(LIVE_HOLDS_OF_AN_ADDRESS + 2)
    ]
    assert answers == [302] * LIVE_HOLDS_OF_AN_ADDRESS + [429] * 2
    assert Hold.objects.count() == LIVE_HOLDS_OF_AN_ADDRESS


def test_a_lapsed_time_that_nobody_took_is_still_sent(
    client: Client, house: House, monday: time_machine.Traveller
) -> None:
    choose(client, house)
    fill(client, house)
    client.get(house.url("check/"))
    monday.shift(timedelta(minutes=20))
    assert client.post(house.url("check/")).url == house.url("sent/")
    assert Appointment.objects.get().starts_at == at(9)


def test_a_lapsed_time_that_another_took_is_not_sent(
    client: Client, house: House, monday: time_machine.Traveller
) -> None:
    choose(client, house)
    fill(client, house)
    client.get(house.url("check/"))
    monday.shift(timedelta(minutes=20))
    choose(Client(), house)
    answer = client.post(house.url("check/"), follow=True)
    assert answer.redirect_chain[-1][0] == house.url("times/")
    assert "went to somebody else" in answer.content.decode()
    assert Appointment.objects.count() == 0


def test_two_tabs_with_two_services_hold_one_time(client: Client, house: House) -> None:
    second = ServiceFactory(slug="custody", attendance=Attendance.BOTH)
    house.professional.services.add(second)
    choose(client, house, 9)
    client.post("/book/custody/times/", {"slot": house.value(12), "where": "any"})
    assert Hold.objects.get().service == second
    # The first tab is told so when it goes on, and its answers are kept.
    answer = client.post(house.url("details/"), CONTACT, follow=True)
    assert "Choose a time again" in answer.content.decode()
    assert "Vanhempi Yksi" in client.get("/book/custody/details/").content.decode()


@pytest.mark.parametrize(
    ("page", "field", "data"),
    [
        ("details/", "name", {**CONTACT, "name": "Vanhempi 010190-123A"}),
        ("visit/", "message", {**VISIT, "message": "Lapsi 131052A308T"}),
        ("visit/", "needs", {**VISIT, "needs": "010190 - 123 A"}),
        (
            "other/",
            "name",
            {"other_parent": "given", "phone": "0400000002", "name": "X 010190+123A"},
        ),
    ],
)
def test_an_identity_code_is_refused_and_the_rest_stays(
    client: Client, house: House, page: str, field: str, data: dict[str, Any]
) -> None:
    choose(client, house)
    answer = client.post(house.url(page), data)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert [e.code for e in form.errors.as_data()[field]] == ["identity_code"]
    for name, value in data.items():
        assert form[name].value() == value
    assert "leave out personal identity codes" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"name": ""}, {"name"}),
        ({"phone": "", "email": ""}, {"phone"}),
        ({"phone": "12"}, {"phone"}),
        ({"email": "ei osoite"}, {"email"}),
        ({"safe": []}, {"safe"}),
        ({"phone": "", "safe": ["call"]}, {"phone"}),
        ({"email": "", "safe": ["email"]}, {"email"}),
    ],
)
def test_what_is_wrong_in_the_details_is_said(
    client: Client, house: House, change: dict[str, Any], wrong: set[str]
) -> None:
    choose(client, house)
    answer = client.post(house.url("details/"), {**CONTACT, **change})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == wrong


@pytest.mark.parametrize(
    "change", [{"phone": "", "safe": ["email"]}, {"email": "", "safe": ["sms"]}]
)
def test_one_way_to_be_reached_is_enough(
    client: Client, house: House, change: dict[str, Any]
) -> None:
    choose(client, house)
    assert client.post(house.url("details/"), {**CONTACT, **change}).url == house.url("visit/")


def test_the_other_parents_details_are_their_own_record(client: Client, house: House) -> None:
    choose(client, house)
    fill(
        client,
        house,
        other={"other_parent": "given", "name": "Vanhempi Kaksi", "email": "kaksi@example.org"},
    )
    send(client, house)
    appointment = Appointment.objects.get()
    other = appointment.parties.get(is_requester=False)
    assert (other.name, other.email, other.answer) == (
        "Vanhempi Kaksi",
        "kaksi@example.org",
        Answer.NOT_ASKED,
    )
    # Nothing goes to the other parent before the secretary has confirmed.
    assert set(OutboxMessage.objects.values_list("to", flat=True)) == {
        "yksi@example.org",
        "+358400000001",
    }


def test_an_invitation_to_pass_on_is_a_link_and_a_code(client: Client, house: House) -> None:
    choose(client, house)
    fill(client, house, other={"other_parent": "pass_on"})
    send(client, house)
    page = " ".join(client.get(house.url("sent/")).content.decode().split())
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page)
    assert code is not None
    appointment = Appointment.objects.get()
    assert appointment.other_parent == OtherParent.PASS_ON
    assert code[0] not in str(vars(appointment))
    invited = appointment.parties.get(is_requester=False)
    assert (invited.name, str(invited.phone), invited.email) == ("", "", "")
    answer = client.post("/appointment/", {"code": code[0].lower().replace("-", " ")})
    assert answer.status_code == 302
    assert answer.url in page
    mail = OutboxMessage.objects.get(kind="received", channel="email")
    with override("fi"):
        said = gettext("The code of the invitation that you pass on stands on your own page.")
    assert said in mail.body
    assert code[0] not in mail.body

    # Renewed by the secretary, the page in the first one's browser shows the one that works.
    renew_invitation(appointment.pk, user=UserFactory())
    again = " ".join(client.get(house.url("sent/")).content.decode().split())
    invited.refresh_from_db()
    assert code[0] not in again
    assert invitation_code(invited.link_nonce) in again
    assert link_path(invited) in again
    # Taken up, it stays the same: nobody learns of that by it.
    details = PartyDetails(name="Kaksi", email="kaksi@example.org", email_is_safe=True)
    decisions.confirm(appointment.pk, user=UserFactory())
    take_up_invitation(invited.pk, details)
    assert invitation_code(invited.link_nonce) in client.get(house.url("sent/")).content.decode()


def test_no_time_suits_me(client: Client, house: House) -> None:
    choose(client, house)
    wish = {"days": ["0", "2"], "parts": ["morning"], "words": "Iltavuorossa torstaisin."}
    assert client.post(house.url("no-time/"), wish).url == house.url("details/")
    assert Hold.objects.count() == 0
    fill(client, house)
    assert send(client, house).url == house.url("sent/")
    appointment = Appointment.objects.get()
    assert (appointment.starts_at, appointment.claim, appointment.preferred) == (None, None, wish)
    assert appointment.service_point is None


def test_a_wish_is_shown_to_check_with_its_place(client: Client, house: House) -> None:
    client.post(house.url(), {"where": house.point.slug})
    wish = {"days": ["0", "2"], "parts": ["morning"], "words": "Iltavuorossa torstaisin."}
    client.post(house.url("no-time/"), wish)
    fill(client, house)
    page = " ".join(client.get(house.url("check/")).content.decode().split())
    assert "Mon, Wed · morning · Iltavuorossa torstaisin." in page
    assert house.point.name in page
    send(client, house)
    assert Appointment.objects.get().service_point == house.point


def test_choices_that_are_missing_are_asked_for_as_choices(client: Client, house: House) -> None:
    answer = client.post(house.url("no-time/"), {}).content.decode()
    assert (answer.count("Choose at least one."), "required" in answer.lower()) == (4, False)
    choose(client, house)
    assert "Choose one." in client.post(house.url("other/"), {}).content.decode()


def test_of_two_ways_to_be_reached_none_is_called_optional(client: Client, house: House) -> None:
    choose(client, house)
    for name in ("details/", "other/"):
        assert "(optional)" not in client.get(house.url(name)).content.decode()
    assert "(optional)" in client.get(house.url("visit/")).content.decode()


def test_a_call_is_at_no_place_and_each_time_stands_there_once(
    client: Client, house: House
) -> None:
    far = ServicePointFactory(name_fi="Loviisan toimipiste")
    RoomFactory(service_point=far)
    ProfessionalFactory(services=[house.service], points=[far], hours=(8, 16))
    page = " ".join(client.get(house.url("times/?where=any")).content.decode().split())
    assert page.count("<small>Porvoon toimipiste</small>") > 0
    page = " ".join(
        client.get(house.url("times/?where=phone&week=2026-W49")).content.decode().split()
    )
    assert "<small>Porvoon toimipiste</small>" not in page
    assert page.count("20261202T0700Z") == 1


def test_the_number_to_call_is_a_link(client: Client, house: House) -> None:
    house.unit.phone = "019 000 0000"
    house.unit.save()
    choose(client, house)
    fill(client, house)
    send(client, house)
    number = '<a class="nowrap" href="tel:0190000000">019 000 0000</a>'
    for name in ("/book/", house.url("sent/"), f"/services/{house.service.slug}/", "/appointment/"):
        assert number in client.get(name).content.decode(), name


def test_choosing_a_time_after_all_drops_the_wish(client: Client, house: House) -> None:
    client.post(house.url("no-time/"), {"days": ["0"], "parts": ["morning"]})
    choose(client, house)
    fill(client, house)
    send(client, house)
    assert Appointment.objects.get().preferred == {}


def test_anonymous_is_a_nickname_and_nothing_else(client: Client, house: House) -> None:
    house.service.may_be_anonymous = True
    house.service.save()
    client.post(house.url(), {"where": house.point.slug})
    choose(client, house, where=house.point.slug)
    assert "stay anonymous" in client.get(house.url("details/")).content.decode()
    client.post(house.url("anonymous/"), {"nickname": "Kuusi"})
    assert client.post(house.url("visit/"), {"language": "fi"}).url == house.url("check/")
    send(client, house)
    appointment = Appointment.objects.get()
    party = appointment.parties.get()
    assert appointment.is_anonymous
    assert (party.name, str(party.phone), party.email, party.is_reachable) == (
        "Kuusi",
        "",
        "",
        False,
    )
    assert OutboxMessage.objects.count() == 0
    assert "only key" in client.get(house.url("sent/")).content.decode()


def test_anonymous_only_where_the_service_allows_it(client: Client, house: House) -> None:
    choose(client, house)
    assert client.get(house.url("anonymous/")).url == house.url("details/")
    assert client.post(house.url("anonymous/"), {"nickname": "Kuusi"}).url == house.url("details/")


def test_a_robot_that_fills_the_trap_sends_nothing(client: Client, house: House) -> None:
    choose(client, house)
    fill(client, house)
    client.get(house.url("check/"))
    assert client.post(house.url("check/"), {"website": "http://spam.example"}).url == "/book/"
    assert Appointment.objects.count() == 0


def test_one_contact_cannot_send_without_end(client: Client, house: House) -> None:
    statuses = []
    for number in range(REQUESTS_OF_A_CONTACT_A_DAY + 1):
        visitor = Client(headers={"accept-language": "en"})
        choose(visitor, house, 8 + number)
        fill(visitor, house)
        statuses.append(send(visitor, house).status_code)
    assert statuses == [302] * REQUESTS_OF_A_CONTACT_A_DAY + [429]
    assert Appointment.objects.count() == REQUESTS_OF_A_CONTACT_A_DAY
    # From elsewhere the same contact is not refused: it would tell that somebody has asked before.
    visitor = Client(headers={"accept-language": "en"}, REMOTE_ADDR="192.0.2.7")
    choose(visitor, house, 8)
    fill(visitor, house)
    assert send(visitor, house).status_code == 302


def test_one_address_cannot_send_without_end(client: Client, house: House) -> None:
    hour = timedelta(hours=1)
    choose(client, house)
    fill(client, house)
    spend("request", HERE, limit=REQUESTS_OF_AN_ADDRESS_AN_HOUR, every=hour)
    assert send(client, house).status_code == 429
    assert not Appointment.objects.exists()


def test_one_address_cannot_hold_without_end(client: Client, house: House) -> None:
    hour = timedelta(hours=1)
    spend("hold", HERE, limit=HOLDS_OF_AN_ADDRESS_AN_HOUR, every=hour)
    assert choose(client, house).status_code == 429
    assert not Hold.objects.exists()


def test_a_slot_that_is_no_slot_is_refused(client: Client, house: House) -> None:
    for value in ("", "nonsense", "20261125T0700Z-x", "20261125T0700Z-99999999999999", "9-9"):
        answer = client.post(house.url("times/"), {"slot": value, "where": "any"})
        assert answer.status_code == 400
    # Well-formed, and never offered: at night, in the past, at a point that is not there.
    for value in (house.value(3), "20200101T0700Z-1", house.value(9).split("-")[0] + "-999"):
        answer = client.post(house.url("times/"), {"slot": value, "where": "any"})
        assert answer.status_code == 409
    assert Hold.objects.count() == 0


def test_filter_by_place_channel_and_language(client: Client, house: House) -> None:
    far = ServicePointFactory(name_fi="Loviisan toimipiste")
    RoomFactory(service_point=far)
    ProfessionalFactory(services=[house.service], points=[far], hours=(13, 14), languages=["sv"])
    here, there = house.value(9), f"{house.value(13).split('-')[0]}-{far.pk}"

    def shown(query: str) -> tuple[bool, bool]:
        page = " ".join(
            client.get(house.url(f"times/?week=2026-W48&{query}")).content.decode().split()
        )
        return here in page, there in page

    assert shown("where=any") == (True, True)
    assert shown(f"where={house.point.slug}") == (True, False)
    assert shown(f"where={far.slug}") == (False, True)
    assert shown("where=any&language=sv") == (False, True)
    assert shown("where=any&language=en") == (False, False)
    # By phone no room is needed.
    far.rooms.get().delete()
    assert shown("where=any") == (True, False)
    assert shown(f"where={Channel.PHONE}") == (True, True)


def test_weeks_can_be_stepped_and_not_past_the_ends(client: Client, house: House) -> None:
    first = client.get(house.url("times/?week=2026-W48")).content.decode()
    assert 'aria-label="Previous week"' not in first
    assert "week=2026-W49" in first
    for week in ("2020-W01", "nonsense", "2026-W99"):
        assert client.get(house.url(f"times/?week={week}")).status_code == 200
    last = client.get(house.url("times/?week=2099-W01")).content.decode()
    assert 'aria-label="Next week"' not in last
    assert "week=2027-W06" in last


def test_the_page_costs_the_same_with_more_professionals(
    client: Client, house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12) as one:
        client.get(house.url("times/"))
    for _ in range(3):
        ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
    with django_assert_max_num_queries(12) as four:
        client.get(house.url("times/"))
    assert len(one) == len(four)


def test_without_any_free_time_the_page_says_what_else_to_do(client: Client, house: House) -> None:
    house.professional.weekly_hours.all().delete()
    page = " ".join(client.get(house.url("times/")).content.decode().split())
    assert "There are no free times now" in page
    assert house.url("no-time/") in page


def test_a_language_other_than_finnish_shows_the_pages_in_it(client: Client, house: House) -> None:
    client.cookies["django_language"] = "fi"
    assert '<html lang="fi">' in client.get(house.url("times/")).content.decode()


def test_who_comes_separately_does_not_pass_this_visit_on(client: Client, house: House) -> None:
    choose(client, house)
    fill(client, house, other={"other_parent": "pass_on"})
    client.post(house.url("visit/"), {**VISIT, "meeting": "separate"})
    assert client.get(house.url("check/")).url == house.url("other/")
    assert 'value="pass_on"' not in client.get(house.url("other/")).content.decode()
    assert client.post(house.url("other/"), {"other_parent": "pass_on"}).status_code == 200


def test_who_comes_separately_is_not_told_that_both_get_the_same(
    client: Client, house: House
) -> None:
    other = {"other_parent": "given", "name": "Vanhempi Kaksi", "email": "kaksi@example.org"}
    choose(client, house)
    fill(client, house, visit={"meeting": "separate"}, other=other)
    page = " ".join(client.get(house.url("other/")).content.decode().split())
    assert ("is not told when you come" in page, "get the same" in page) == (True, False)
    send(client, house)
    page = " ".join(client.get(house.url("sent/")).content.decode().split())
    assert ("a visit of their own" in page, "get the same" in page) == (True, False)


def test_who_comes_alone_does_not_read_that_both_come(client: Client, house: House) -> None:
    house.service.attendance = Attendance.EITHER
    house.service.save()
    choose(client, house)
    fill(client, house)
    assert "The parents come together" in client.get(house.url("check/")).content.decode()
    client.post(house.url("other/"), {"other_parent": "none"})
    page = " ".join(client.get(house.url("check/")).content.decode().split())
    assert ("You come alone" in page, "come together" in page) == (True, False)


def test_what_the_visit_needs_is_chosen_and_shown_to_check(client: Client, house: House) -> None:
    choose(client, house)
    fill(client, house, visit={"access": ["step_free", "pram"]})
    page = " ".join(client.get(house.url("check/")).content.decode().split())
    assert ("a step-free way in" in page, "room for a pram" in page) == (True, True)
    send(client, house)
    assert Appointment.objects.get().parties.get().access == ["step_free", "pram"]
