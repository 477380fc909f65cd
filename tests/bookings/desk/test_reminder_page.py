"""Which reminders go, which cannot, and why; and sending one again where that is safe."""

import re
from typing import Any

from bookings.appointments.reminders import planned, send_reminders
from bookings.models import Answer, Appointment, Party
from office.core import clock
from office.models import OutboxMessage, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.factories import PartyFactory, booked


def tomorrow_s(house: House, **fields: Any) -> tuple[Appointment, Party]:
    """Make a visit on Wednesday, with a reminder on Tuesday; it is Monday now."""
    appointment = booked(start=at(9), professionals=[house.professional], service=house.service)
    party = appointment.parties.get()
    Party.objects.filter(pk=party.pk).update(**fields)
    return appointment, party


def rows(day: int = 0) -> list[str]:
    """Return the states shown for tomorrow (0) or today (1)."""
    client = signed_in(Role.SECRETARY).client
    html = client.get("/desk/reminders/", headers={"accept-language": "en"}).content.decode()
    section = html.split("<section")[1 + day]
    cells = re.findall(r'<td data-label="State">(.*?)</td>', section, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_how_each_goes_or_why_not(house: House) -> None:
    appointment, _party = tomorrow_s(house)
    for fields in (
        {"email": "", "phone": "+358400000001", "sms_is_safe": True},
        {"email_is_safe": False},
        {"answer": Answer.DECLINED},
        {"answer": Answer.NOT_ASKED},
    ):
        PartyFactory(appointment=appointment, **{"answer": Answer.ACCEPTED, **fields})

    assert rows() == [
        "goes by e-mail",
        "goes by text message",
        "no safe contact: nothing can be sent",
        "has declined: not reminded",
    ]


def test_what_was_cut_is_not_reminded_of(house: House) -> None:
    appointment, _party = tomorrow_s(house)
    assert appointment.claim is not None
    appointment.claim.orphaned_at = clock.now()
    appointment.claim.save()

    assert rows() == ["hours were cut: decide first"]


def test_plan_is_what_is_sent(house: House, monday: Any) -> None:
    tomorrow_s(house)
    (before,) = planned(at(9, day=24).date())
    assert before.message is None

    monday.move_to(at(9, 30, day=24))
    assert send_reminders() == 1

    (after,) = planned(at(9, day=24).date())
    assert after.message is not None
    assert before.contact is not None
    assert after.message.to == before.contact.to


def failed(house: House, monday: Any, error: str) -> tuple[OutboxMessage, Party]:
    _appointment, party = tomorrow_s(house)
    monday.move_to(at(9, 30, day=24))
    send_reminders()
    message = OutboxMessage.objects.get(kind="reminder")
    message.failed_at, message.last_error = clock.now(), error
    message.save()
    return message, party


def test_what_could_not_leave_can_be_sent_again(house: House, monday: Any) -> None:
    message, _party = failed(house, monday, "timeout")

    client = signed_in(Role.SECRETARY).client
    html = client.get("/desk/reminders/").content.decode()

    assert "No answer in time" in rows(1)[0]
    assert f'action="/desk/messages/{message.pk}/again/"' in html


def test_not_where_it_came_back_from(house: House, monday: Any) -> None:
    _message, party = failed(house, monday, "refused 550")
    assert "refused the message (550)" in rows(1)[0]
    assert "Send again" not in rows(1)[0]

    Party.objects.filter(pk=party.pk).update(email="uusi@example.org")

    assert "Send again" in rows(1)[0]


def test_reminders_are_the_secretary_s(house: House) -> None:
    assert signed_in(Role.GUIDE).client.get("/desk/reminders/").status_code == 403
