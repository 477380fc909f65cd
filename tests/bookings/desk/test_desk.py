"""The desk opens on what needs doing."""

import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Appointment, OtherParent, Status
from office.core import clock
from office.models import AccessLogEntry, OutboxMessage, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, request_for, signed_in
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
    entry = AccessLogEntry.objects.get()
    assert (entry.user, entry.record, entry.action, entry.reason) == (
        desk.user,
        appointment.reference,
        "read",
        "booking",
    )


def test_list_itself_holds_no_client_data_and_is_not_logged(house: House) -> None:
    request_for(house)

    html = page("/desk/work/")

    assert [part for part in (ONE.name, TWO.name, "+358", "@example") if part in html] == []
    assert AccessLogEntry.objects.count() == 0


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


@pytest.mark.parametrize("typed", ["virtala", "0400000001", "+358 400 000 001", "aino@example.org"])
def test_finding_by_person_is_logged(house: House, typed: str) -> None:
    appointment = request_for(house)
    PartyFactory(name="Joku Muu", phone="+358401234567", email="muu@example.org")

    response = signed_in(Role.SECRETARY).client.post("/desk/find/", {"q": typed})

    html = response.content.decode()
    assert (appointment.reference in html, "Joku Muu" in html) == (True, False)
    logged = AccessLogEntry.objects.values_list("record", "action")
    assert list(logged) == [(appointment.reference, "search")]


def test_the_address_of_finding_leads_to_the_desk(house: House) -> None:
    """Reloaded, or come back to by another language's link: names are not in addresses."""
    response = signed_in(Role.SECRETARY).client.get("/desk/find/")
    assert (response.status_code, response["Location"]) == (302, "/desk/")


def test_finding_too_little_finds_nothing(house: House) -> None:
    request_for(house)

    response = signed_in(Role.SECRETARY).client.post("/desk/find/", {"q": "ai"})

    assert (response.status_code, b'class="empty"' in response.content) == (200, True)


def one_of_each(house: House, day: int) -> None:
    """A row in every group."""
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
    one = queries()
    one_of_each(house, 25)
    one_of_each(house, 26)

    assert queries() == one
