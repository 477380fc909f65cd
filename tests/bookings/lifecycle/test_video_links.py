"""The link of a meeting by video: promised on the page, typed at the desk, missed on the work list."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from bookings.lifecycle import video_links
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, OtherParent
from bookings.parties.records import link_path
from office.core import clock
from office.models import Channel, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in, url
from tests.factories import PartyFactory, booked

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
LINK = "https://video.example.org/meet/abc123"
PROMISE = "The link to the meeting is shown here before the visit."


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(Role.SECRETARY)


def by_video(house: House, **fields: Any) -> Appointment:
    return booked(
        start=at(9, day=23),
        professionals=[house.professional],
        channel=Channel.VIDEO,
        **fields,
    )


def save(desk: Desk, appointment: Appointment, link: str) -> Any:
    appointment.refresh_from_db()
    data = {"version": appointment.version, "link": link}
    answer = desk.client.post(url(appointment, "video/"), data, headers=EN)
    appointment.refresh_from_db()
    return answer


def page_of(appointment: Appointment) -> str:
    party = appointment.parties.get(is_requester=True)
    client = Client()
    client.cookies["django_language"] = "en"
    page: str = client.get(link_path(party)).content.decode()
    return page


def test_it_is_promised_then_shown(house: House, desk: Desk) -> None:
    appointment = by_video(house)
    page = page_of(appointment)
    assert (PROMISE in page, house.unit.phone in page) == (True, True)
    assert save(desk, appointment, LINK).status_code == 302
    page = page_of(appointment)
    assert (PROMISE in page, f'href="{LINK}"' in page) == (False, True)


def test_the_professional_sees_it(house: House, desk: Desk) -> None:
    supervisor = signed_in(Role.SUPERVISOR)
    house.professional.user = supervisor.user
    house.professional.save()
    appointment = by_video(house)
    day = supervisor.client.get("/my-day/", headers=EN).content.decode()
    assert "No video link yet" in day
    save(desk, appointment, LINK)
    day = supervisor.client.get("/my-day/", headers=EN).content.decode()
    assert ("No video link yet" in day, f'href="{LINK}"' in day) == (False, True)


def test_while_it_is_missing_it_is_work(house: House, desk: Desk) -> None:
    appointment = by_video(house)
    booked(start=at(12, day=23), professionals=[house.professional])
    assert list(video_links.without_link(clock.now())) == [appointment]
    page = desk.client.get("/desk/", headers=EN).content.decode()
    assert "Visits by video without a link" in page
    save(desk, appointment, LINK)
    assert list(video_links.without_link(clock.now())) == []
    save(desk, appointment, "")
    assert list(video_links.without_link(clock.now())) == [appointment]


def test_at_another_time_the_link_does_not_hold(house: House, desk: Desk) -> None:
    appointment = by_video(house)
    save(desk, appointment, LINK)
    later = timedelta(days=1)
    Appointment.objects.update(
        starts_at=appointment.starts_at + later, ends_at=appointment.ends_at + later
    )
    assert (LINK in page_of(appointment), PROMISE in page_of(appointment)) == (False, True)
    assert list(video_links.without_link(clock.now())) == [appointment]


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
