"""The link of a meeting by video: whose it is, who sees it when, and that it is missed in time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import override

import bookings.migrations
from bookings.appointments import reminders
from bookings.desk.task_groups import work_list
from bookings.lifecycle import video_links
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Answer, Appointment, OtherParent, Undoable
from bookings.parties.records import link_path
from bookings.rescheduling import actions as rescheduling
from bookings.rescheduling import plan as change_plan
from office.core import clock
from office.messaging.outbox import text_of
from office.models import (
    AccessLogEntry,
    Channel,
    OutboxMessage,
    Professional,
    Role,
)
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in, url
from tests.factories import PartyFactory, ProfessionalFactory, booked

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
LINK = "https://video.example.org/meet/abc123"
ROOM = "https://video.example.org/room/lead"
OTHER_ROOM = "https://video.example.org/room/colleague"
COMES = "The link to the meeting is shown here from the day before"
LATE = "The link to the meeting is not here yet"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(Role.SECRETARY)


def by_video(house: House, *, day: int = 24, **fields: Any) -> Appointment:
    """Make a visit tomorrow, for today is Monday: the day from which both parties see the link."""
    appointment = booked(
        start=at(9, day=day),
        professionals=[house.professional],
        channel=Channel.VIDEO,
        service=house.service,
        **fields,
    )
    PartyFactory(appointment=appointment, answer=Answer.ACCEPTED)
    return appointment


def save(desk: Desk, appointment: Appointment, link: str) -> Any:
    appointment.refresh_from_db()
    data = {"version": appointment.version, "link": link}
    answer = desk.client.post(url(appointment, "video/"), data, headers=EN)
    appointment.refresh_from_db()
    return answer


def undo(desk: Desk) -> None:
    desk.client.post(f"/desk/undo/{Undoable.objects.latest('pk').key}/")


def pages_of(appointment: Appointment) -> list[str]:
    pages = []
    for party in appointment.parties.order_by("pk"):
        client = Client()
        client.cookies["django_language"] = "en"
        pages.append(client.get(link_path(party)).content.decode())
    return pages


def told(appointment: Appointment, words: str) -> list[bool]:
    return [words in page for page in pages_of(appointment)]


def set_room(person: Professional, room: str = ROOM) -> None:
    Professional.objects.filter(pk=person.pk).update(video_room=room)


def missing(days: int = 5) -> list[Appointment]:
    return list(video_links.without_link(clock.now(), days=days))


def test_both_see_it_from_the_day_before(house: House, desk: Desk, monday: Any) -> None:
    appointment = by_video(house, day=25)
    save(desk, appointment, LINK)
    assert told(appointment, LINK) == [False, False]
    assert told(appointment, f"{COMES}: Tuesday 24") == [True, True]
    monday.move_to(at(0, day=24))
    assert told(appointment, f'href="{LINK}"') == [True, True]
    assert told(appointment, "If the meeting does not open, call us") == [True, True]
    assert told(appointment, house.unit.phone) == [True, True]
    monday.move_to(at(10, 59))
    assert told(appointment, LINK) == [True, True]
    # The room may be another family's by then.
    monday.move_to(at(11, 1))
    assert told(appointment, LINK) == [False, False]


def test_the_page_says_what_one_needs(house: House, desk: Desk) -> None:
    appointment = by_video(house)
    assert told(appointment, LATE) == [True, True]
    assert told(appointment, "a camera and a microphone") == [True, True]
    assert told(appointment, "Test beforehand") == [False, False]
    house.unit.video_test_page = "https://video.example.org/test"
    house.unit.save()
    assert told(appointment, 'href="https://video.example.org/test"') == [True, True]


def test_the_professionals_own_room_is_enough(house: House, desk: Desk) -> None:
    appointment = by_video(house)
    assert missing() == [appointment]
    set_room(house.professional)
    assert missing() == []
    assert told(appointment, f'href="{ROOM}"') == [True, True]
    assert ROOM in desk.client.get(url(appointment), headers=EN).content.decode()
    # Typed for this visit, it goes before.
    save(desk, appointment, LINK)
    assert (told(appointment, LINK), told(appointment, ROOM)) == ([True, True], [False, False])
    save(desk, appointment, "")
    assert told(appointment, ROOM) == [True, True]


def test_the_professional_sees_it_at_once(house: House, desk: Desk) -> None:
    supervisor = signed_in(Role.SUPERVISOR)
    house.professional.user = supervisor.user
    house.professional.save()
    appointment = by_video(house, day=23)

    def day() -> str:
        return supervisor.client.get("/my-day/", headers=EN).content.decode()

    assert "No video link yet" in day()
    save(desk, appointment, LINK)
    assert ("No video link yet" in day(), f'href="{LINK}"' in day()) == (False, True)
    # Their own room, which they keep themselves.
    save(desk, appointment, "")
    refused = supervisor.client.post("/office/own-video-room/", {"video_room": "http://x.fi"})
    assert refused.context["form"].errors.keys() == {"video_room"}
    saved = supervisor.client.post("/office/own-video-room/", {"video_room": ROOM})
    assert (saved.status_code, f'href="{ROOM}"' in day()) == (302, True)


def test_only_who_meets_people_has_a_room(house: House) -> None:
    for role, code in ((Role.SECRETARY, 404), (Role.MANAGER, 403)):
        answer = signed_in(role).client.post("/office/own-video-room/", {"video_room": ROOM})
        assert answer.status_code == code
    assert Client().get("/office/own-video-room/").status_code == 302
    with pytest.raises(IntegrityError), transaction.atomic():
        set_room(house.professional, "http://x.example.org")


def test_while_it_is_missing_it_is_work(house: House, desk: Desk, monday: Any) -> None:
    appointment = by_video(house, day=30)
    booked(start=at(12, day=30), professionals=[house.professional])
    assert (missing(days=6), missing(days=7)) == ([], [appointment])
    monday.move_to(at(8))
    (group,) = work_list(house.unit).groups
    (row,) = group.rows
    assert (row.title, row.wait, row.is_late) == ("Elatussopimus", "in 5 days", False)
    monday.move_to(at(8, day=30))
    desk = signed_in(Role.SECRETARY)
    (row,) = work_list(house.unit).groups[0].rows
    assert (row.wait, row.is_late) == ("today", True)
    page = desk.client.get("/desk/", headers=EN).content.decode()
    assert "Visits by video without a link" in page
    save(desk, appointment, LINK)
    assert missing() == []
    undo(desk)
    assert missing() == [appointment]


def test_at_another_time_the_link_does_not_hold(house: House, desk: Desk) -> None:
    appointment = by_video(house)
    save(desk, appointment, LINK)
    later = timedelta(hours=1)
    Appointment.objects.update(
        starts_at=appointment.starts_at + later, ends_at=appointment.ends_at + later
    )
    assert told(appointment, LINK) == [False, False]
    assert missing() == [appointment]


def test_links_typed_by_an_earlier_version_go_on(house: House) -> None:
    appointment = by_video(house)
    Appointment.objects.update(video_link=LINK, video_link_at=appointment.starts_at)
    (name,) = Path(bookings.migrations.__file__).parent.glob("*_video_link_of_a_professional.py")
    import_module(f"bookings.migrations.{name.stem}").note_leads(apps, None)
    assert (missing(), told(appointment, LINK)) == ([], [True, True])


def test_it_is_dropped_with_the_professional_and_with_the_channel(house: House, desk: Desk) -> None:
    house.service.channels = Channel.of_services()
    house.service.save()
    colleague = ProfessionalFactory(
        services=[house.service], points=[house.point], hours=(8, 16), video_room=OTHER_ROOM
    )
    appointment = by_video(house)
    save(desk, appointment, LINK)

    def change(**wanted: Any) -> None:
        now = change_plan.present(Appointment.objects.get(pk=appointment.pk))
        assert now is not None
        rescheduling.change(appointment.pk, replace(now, **wanted), user=desk.user)
        appointment.refresh_from_db()

    change(professionals=(colleague.pk,))
    assert (appointment.video_link, appointment.video_link_at) == ("", None)
    assert told(appointment, OTHER_ROOM) == [True, True]
    change(professionals=(house.professional.pk,))
    assert (told(appointment, OTHER_ROOM), missing()) == ([False, False], [appointment])
    save(desk, appointment, LINK)
    appointment.parties.update(phone="+358400000009", call_is_safe=True)
    change(channel=Channel.PHONE)
    assert (appointment.video_link, appointment.video_link_with) == ("", None)


def test_the_reminder_of_the_day_before_has_it(house: House, desk: Desk, monday: Any) -> None:
    appointment = by_video(house, day=25)
    set_room(house.professional)
    by_text = appointment.parties.latest("pk")
    by_text.phone, by_text.sms_is_safe, by_text.language = "+358400000009", True, "en"
    by_text.save()
    appointment.parties.update(language="en")

    def letters() -> list[str]:
        OutboxMessage.objects.all().update(sent_at=clock.now())
        reminders.send_reminders()
        new = OutboxMessage.objects.filter(sent_at=None).order_by("pk")
        assert not any("video.example" in message.subject for message in new)
        return [text_of(m) if m.channel == "sms" else m.body for m in new]

    monday.move_to(at(9, day=23))
    mail, _text = letters()
    assert ROOM not in mail
    assert "comes to your own page the day before" in mail
    monday.move_to(at(9, day=24))
    mail, text = letters()
    assert (ROOM in mail, house.unit.phone in mail) == (True, True)
    assert ("by video. The link" in text, ROOM in text) == (True, False)
    # Another link afterwards: whoever was told the former is told the new one, and no more than once.
    assert letters() == []
    desk = signed_in(Role.SECRETARY)
    OutboxMessage.objects.all().update(sent_at=clock.now())
    save(desk, appointment, LINK)
    new = OutboxMessage.objects.filter(sent_at=None, dropped_at=None)
    assert [LINK in message.body for message in new.order_by("pk")] == [True, False]
    undo(desk)
    assert not new.exists()
    assert letters() == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_its_text_message_is_one_segment(house: House, language: str, settings: Any) -> None:
    settings.SITE_URL = "https://ajanvaraus.itauusimaa.fi"
    appointment = by_video(house)
    appointment.parties.update(
        phone="+358400000009", sms_is_safe=True, language=language, answer=Answer.ACCEPTED
    )
    for party in appointment.parties.all():
        reminders.notices.remind(appointment, party, once_key=f"x{party.pk}")
    texts = [text_of(message) for message in OutboxMessage.objects.filter(channel="sms")]
    assert len(texts) == 2
    assert [text for text in texts if len(text) > 160] == []


def test_no_log_tells_it(house: House, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    appointment = by_video(house)
    save(desk, appointment, LINK)
    pages_of(appointment)
    written = [
        *AccessLogEntry.objects.values_list(),
        *appointment.events.values_list("reason", "details"),
        *caplog.messages,
    ]
    assert LINK not in str(written)


@pytest.mark.parametrize(
    "link", ["http://video.example.org/x", "javascript:alert(1)", "ftp://a.example.org", "nonsense"]
)
def test_only_encrypted_addresses(house: House, desk: Desk, link: str) -> None:
    appointment = by_video(house)
    assert save(desk, appointment, link).status_code == 422
    assert appointment.video_link == ""


def test_the_database_keeps_that_too(house: House) -> None:
    appointment = by_video(house)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=appointment.pk).update(video_link="http://x.example.org")


def test_only_a_visit_by_video_has_one(house: House, desk: Desk) -> None:
    appointment = booked(start=at(9, day=23), professionals=[house.professional])
    with pytest.raises(NotPossibleError):
        video_links.set_video_link(appointment.pk, LINK, user=desk.user)
    assert "/video/" not in desk.client.get(url(appointment), headers=EN).content.decode()


def test_an_invitation_that_was_handed_over_does_not_show_it(house: House, desk: Desk) -> None:
    appointment = by_video(house, other_parent=OtherParent.PASS_ON)
    save(desk, appointment, LINK)
    invited = PartyFactory(appointment=appointment, name="", email="", is_requester=False)
    assert LINK not in Client().get(link_path(invited), headers=EN).content.decode()


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.PARTNER, Role.MANAGER])
def test_only_secretaries_type_it(house: House, role: Role) -> None:
    appointment = by_video(house)
    assert save(signed_in(role), appointment, LINK).status_code == 403
    assert Client().post(url(appointment, "video/"), {}).status_code == 302
    assert appointment.video_link == ""
