"""The desk opens on what needs doing."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.desk.find_views import SEARCHES_AT_MOST
from bookings.desk.task_groups import ROWS_SHOWN
from bookings.models import Appointment, OtherParent, Status
from office.core import clock
from office.models import AccessLogEntry, OutboxMessage, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, Desk, request_for, signed_in
from tests.factories import AppointmentFactory, PartyFactory, booked


def page(path: str = "/desk/", **headers: str) -> str:
    return signed_in(Role.SECRETARY).client.get(path, headers=headers).content.decode()


def troubled(**fields: Any) -> OutboxMessage:
    now = clock.now()
    return OutboxMessage.objects.create(
        **{
            "kind": "confirmed",
            "channel": "email",
            "to": "aino@example.org",
            "language": "fi",
            "body": "",
            "created_at": now,
            "send_after": now,
            "last_error": "refused 550",
            "failed_at": now,
            **fields,
        }
    )


def test_nothing_waits(house: House) -> None:
    assert 'class="empty"' in page()
    assert AccessLogEntry.objects.count() == 0


def test_first_row_is_open_and_its_reading_is_logged(house: House) -> None:
    appointment = request_for(house)
    desk = signed_in(Role.SECRETARY)

    html = desk.client.get("/desk/").content.decode()

    assert f'<span class="code">{appointment.reference}</span>' in html
    assert ONE.name in html
    entry = AccessLogEntry.objects.exclude(action="list").get()
    assert (entry.user, entry.record, entry.action, entry.reason) == (
        desk.user,
        appointment.reference,
        "read",
        "booking",
    )


def test_list_names_people_and_nothing_else_of_them(house: House) -> None:
    request_for(house)

    html = page("/desk/work/")

    assert [name in html for name in ("Virtala", "Korpi")] == [True, True]
    assert [part for part in (ONE.name, TWO.name, "+358", "@example") if part in html] == []


def test_a_backlog_shows_its_oldest_rows_and_the_chosen_one(house: House) -> None:
    made = [AppointmentFactory() for _ in range(ROWS_SHOWN + 3)]
    client = signed_in(Role.SECRETARY).client
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    html = client.get("/desk/work/").content.decode()
    assert html.count('<li class="') == ROWS_SHOWN
    assert f'<span class="count">{len(made)}</span>' in html
    assert "and 3 more: they come into sight as these are done." in html
    logged = AccessLogEntry.objects.filter(action="list").count()
    assert logged == ROWS_SHOWN

    last = made[-1].reference
    html = client.get(f"/desk/work/?at=requests.{last}").content.decode()
    assert html.count('<li class="') == ROWS_SHOWN + 1
    assert f'id="row-requests{last.lower()}"' in html
    assert "and 2 more" in html


def test_names_in_the_list_are_logged_once_a_day(
    house: House, monday: time_machine.Traveller
) -> None:
    appointment = request_for(house)
    desk = signed_in(Role.SECRETARY)

    for _ in range(3):
        desk.client.get("/desk/work/")
    logged = AccessLogEntry.objects.values_list("user", "record", "action")
    assert list(logged) == [(desk.user.pk, appointment.reference, "list")]

    signed_in(Role.SECRETARY).client.get("/desk/work/")
    monday.shift(timedelta(days=1))
    client = signed_in(Role.SECRETARY).client
    client.force_login(desk.user)
    client.get("/desk/work/")
    assert [entry.user == desk.user for entry in AccessLogEntry.objects.order_by("at")] == [
        True,
        False,
        True,
    ]


def test_row_that_is_gone_leaves_no_other_one_chosen(house: House) -> None:
    """The card beside it is still the old one's."""
    request_for(house)

    html = page("/desk/work/?at=requests.NTL-765")

    assert ('aria-current="true"' in html, 'class="work"' in html) == (False, True)
    assert "?at=requests.NTL-765" in html
    assert 'aria-current="true"' in page("/desk/?at=requests.NTL-765")


def test_chosen_row_by_address(house: House) -> None:
    request_for(house, 9)
    second = request_for(house, 11, other=None)

    html = page(f"/desk/?at=requests.{second.reference}")

    assert f'<span class="code">{second.reference}</span>' in html


def test_same_appointment_stays_chosen_when_its_group_changes(house: House) -> None:
    request_for(house, 9)
    second = request_for(house, 11, other=None)

    html = page(f"/desk/?at=moves.{second.reference}")

    assert f'<span class="code">{second.reference}</span>' in html


def test_keys_lead_to_the_rows_beside(house: House) -> None:
    first, second, third = (request_for(house, hour) for hour in (9, 11, 13))

    html = page(f"/desk/?at=requests.{second.reference}")

    keys = dict(re.findall(r'\?at=([^"&]*)"[^>]*data-key="([jk])"', html))
    assert keys == {f"requests.{first.reference}": "k", f"requests.{third.reference}": "j"}


def test_htmx_gets_the_list_and_the_card_only(house: House) -> None:
    request_for(house)

    html = page("/desk/", HX_Request="true")

    assert ("<html" in html, 'hx-swap-oob="true"' in html) == (False, True)


def test_back_button_of_htmx_gets_the_whole_page(house: House) -> None:
    assert "<html" in page("/desk/", HX_Request="true", HX_History_Restore_Request="true")


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (at(8, day=23), "8 h left"),
        (at(13, 50, day=23), "2 h 10 min left"),
        (at(16, day=23), "promised by"),
    ],
)
def test_promise_counts_down_in_working_hours(
    house: House, monday: time_machine.Traveller, now: Any, said: str
) -> None:
    appointment = request_for(house)
    Appointment.objects.filter(pk=appointment.pk).update(answer_due_at=at(16, day=23))
    monday.move_to(now)

    client = signed_in(Role.SECRETARY).client
    html = client.get("/desk/work/", headers={"accept-language": "en"}).content.decode()

    assert said in html


def test_request_twice_is_pointed_out_here_and_to_nobody_else(house: House) -> None:
    first = request_for(house, 9)
    second = request_for(house, 11, requester=TWO, other=None)

    client = signed_in(Role.SECRETARY).client
    html = client.get(
        f"/desk/?at=requests.{first.reference}", headers={"accept-language": "en"}
    ).content.decode()

    assert "Both parents seem to have asked separately" in html
    assert f'/desk/requests/{second.reference}/"' in html


def test_failed_message_is_in_red_at_once_and_can_be_sent_again(house: House) -> None:
    appointment = request_for(house)
    message = troubled(about=appointment.reference, last_error="timeout")
    desk = signed_in(Role.SECRETARY)

    html = desk.client.get("/desk/").content.decode()
    assert 'class="group group--bad"' in html
    assert 'class="count count--bad"' in html or 'href="/desk/messages/"' not in html

    response = desk.client.post(f"/desk/messages/{message.pk}/again/")
    message.refresh_from_db()
    again = OutboxMessage.objects.get(body=message.body, dropped_at=None)
    assert (response.status_code, message.dropped_at, again.to) == (302, clock.now(), message.to)


def test_failed_message_seen_to_by_hand_leaves_the_list(house: House) -> None:
    message = troubled()
    desk = signed_in(Role.SECRETARY)

    desk.client.post(f"/desk/messages/{message.pk}/seen/")

    message.refresh_from_db()
    assert message.dropped_at == clock.now()
    assert desk.client.post(f"/desk/messages/{message.pk}/seen/").status_code == 404


@pytest.mark.parametrize("typed", ["{ref}", " {low} ", "{bare}"])
def test_finding_by_reference(house: House, typed: str) -> None:
    reference = request_for(house).reference
    text = typed.format(ref=reference, low=reference.lower(), bare=reference.replace("-", ""))

    response = signed_in(Role.SECRETARY).client.post("/desk/find/", {"q": text})

    assert (response.status_code, response["Location"]) == (302, f"/desk/requests/{reference}/")


def sought(text: str, desk: Desk | None = None) -> str:
    """Return the list of what was found, as shown at the address that finding leads to."""
    client = (desk or signed_in(Role.SECRETARY)).client
    response = client.post("/desk/find/", {"q": text})
    assert response.status_code == 302
    return client.get(response["Location"], headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("virtala", "by the name"),
        ("virtla", "by a name like it"),
        ("0400000001", "by the phone number"),
        ("0001", "by the last digits of the phone number"),
        ("000 0001", "by the last digits of the phone number"),
        ("aino@example.org", "by the e-mail address"),
    ],
)
def test_finding_by_person_says_why_and_is_logged(house: House, typed: str, why: str) -> None:
    appointments = {request_for(house, hour).reference for hour in (9, 11)}
    PartyFactory(name="Joku Muu", phone="+358401234567", email="muu@example.org")

    html = sought(typed)

    assert all(reference in html for reference in appointments)
    assert (why in html, "Joku Muu" in html) == (True, False)
    logged = AccessLogEntry.objects.values_list("record", "action")
    assert set(logged) == {(reference, "search") for reference in appointments}


def test_a_single_hit_opens_itself(house: House) -> None:
    appointment = request_for(house)

    response = signed_in(Role.SECRETARY).client.post("/desk/find/", {"q": "virtala"})

    assert response["Location"] == f"/desk/requests/{appointment.reference}/"
    assert AccessLogEntry.objects.get().action == "search"


def test_what_was_searched_for_is_kept_out_of_addresses(house: House) -> None:
    """The list has an address to come back to, which says nothing and is the searcher's alone."""
    for hour in (9, 11):
        request_for(house, hour)
    desk = signed_in(Role.SECRETARY)

    found = desk.client.post("/desk/find/", {"q": "virtala"})["Location"]

    assert re.fullmatch(r"/desk/find/\w{16}/", found)
    assert desk.client.post("/desk/find/", {"q": "virtala"})["Location"] == found
    assert desk.client.get(found).status_code == 200
    assert signed_in(Role.SECRETARY).client.get(found)["Location"] == "/desk/"


def test_the_oldest_searches_are_forgotten(house: House) -> None:
    desk = signed_in(Role.SECRETARY)
    first = desk.client.post("/desk/find/", {"q": "haku 0"})["Location"]
    for number in range(1, SEARCHES_AT_MOST + 1):
        desk.client.post("/desk/find/", {"q": f"haku {number}"})

    assert desk.client.get(first)["Location"] == "/desk/"
    assert len(desk.client.session["searches"]) == SEARCHES_AT_MOST


def test_visits_of_a_person_stand_together_by_their_days(house: House) -> None:
    """What has no time yet first, then from the latest to the earliest; a digit for each."""
    late, early = request_for(house, 13), request_for(house, 9)
    open_one = request_for(house, None)
    other = request_for(house, 11, requester=replace(ONE, phone="+358400000009"))

    found = re.findall(r'data-key="(\d)" data-key-name="([^"]+)"', sought("aino virtala"))

    mine = [code for _key, code in found if code != other.reference]
    assert mine == [open_one.reference, late.reference, early.reference]
    assert [key for key, _code in found] == ["1", "2", "3", "4"]


def test_the_address_of_finding_leads_to_the_desk(house: House) -> None:
    """Reloaded, or come back to by another language's link: names are not in addresses."""
    response = signed_in(Role.SECRETARY).client.get("/desk/find/")
    assert (response.status_code, response["Location"]) == (302, "/desk/")


@pytest.mark.parametrize("typed", ["ai", "001", "+0001"])
def test_finding_too_little_finds_nothing(house: House, typed: str) -> None:
    request_for(house)

    assert 'class="empty"' in sought(typed)


def one_of_each(house: House, day: int) -> None:
    """Make a row in every group."""
    request_for(house, None, other=None)
    AppointmentFactory(status=Status.OFFERED, service=house.service)
    AppointmentFactory(other_parent=OtherParent.UNIT, service=house.service)
    visit = booked(start=at(9, day=day), professionals=[house.professional], service=house.service)
    PartyFactory(appointment=visit, answer="declined", answered_at=clock.now())
    assert visit.claim is not None
    visit.claim.orphaned_at = clock.now()
    visit.claim.save()
    troubled()


def test_queries_do_not_grow_with_the_work(house: House) -> None:
    client = signed_in(Role.SECRETARY).client

    def queries() -> int:
        client.get("/desk/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/desk/").status_code == 200
        return len(captured)

    one_of_each(house, 24)
    # Some of the second ones look like the first.
    one_of_each(house, 25)
    one = queries()
    one_of_each(house, 26)
    one_of_each(house, 27)

    assert queries() == one
