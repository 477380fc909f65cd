"""The private calendar feed: busy times, no names, and gone when it is taken away."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from bookings.my_day.feed import feed_path, issue_feed, revoke_feed
from office.models import ClaimKind, Professional, Role
from tests.bookings.conftest import House, at
from tests.factories import UserFactory, booked, busy


@pytest.fixture
def feed(house: House) -> str:
    """Return the address of the professional's feed."""
    issue_feed(house.professional)
    return feed_path(house.professional)


def events(client: Client, path: str) -> list[tuple[object, object, str]]:
    """Return what the calendar program reads: start, end, summary."""
    calendar = Calendar.from_ical(client.get(path).content)
    return [
        (event.decoded("DTSTART"), event.decoded("DTEND"), str(event["SUMMARY"]))
        for event in calendar.walk("VEVENT")
    ]


def test_busy_times_parsed_back(house: House, feed: str, client: Client) -> None:
    booked(start=at(9), professionals=[house.professional], room=house.room)

    assert events(client, feed) == [(at(9), at(10), "Varattu")]


def test_both_sides_of_the_clock_change(house: House, feed: str, client: Client) -> None:
    with time_machine.travel(at(9, day=2)):
        for day in (23, 26):
            busy(house.professional, at(9, day=day, month=10), 60)
        starts = [start for start, _end, _summary in events(client, feed)]

    assert [(s.strftime("%H:%M"), str(s.utcoffset())) for s in starts] == [
        ("09:00", "3:00:00"),
        ("09:00", "2:00:00"),
    ]


def test_no_names_no_matter_no_code(house: House, feed: str, client: Client) -> None:
    appointment = booked(
        start=at(9), professionals=[house.professional], room=house.room, service=house.service
    )
    appointment.parties.update(name="Aino Virtala", email="aino@example.org")

    text = client.get(feed).content.decode()

    told = ["Aino", "aino", appointment.reference, "Elatussopimus", house.room.name]
    assert [word for word in told if word in text] == []


@pytest.mark.parametrize(
    ("kind", "is_shown"),
    [
        (ClaimKind.APPOINTMENT, True),
        (ClaimKind.WALK_IN, True),
        (ClaimKind.ABSENCE, True),
        (ClaimKind.EVENING, True),
        (ClaimKind.OTHER, True),
        (ClaimKind.REQUEST, False),
        (ClaimKind.OFFER, False),
        (ClaimKind.HOLD, False),
    ],
)
def test_what_is_agreed_is_shown(
    house: House, feed: str, client: Client, kind: ClaimKind, is_shown: bool
) -> None:
    busy(house.professional, at(9), 60, kind)

    assert bool(events(client, feed)) is is_shown


def test_only_own_times(house: House, feed: str, client: Client) -> None:
    busy(house.room, at(9), 60)

    assert events(client, feed) == []


def test_unchanged_feed_is_not_sent_again(
    house: House, feed: str, client: Client, monday: time_machine.Traveller
) -> None:
    busy(house.professional, at(9), 60)
    first = client.get(feed)
    monday.shift(timedelta(minutes=5))

    same = client.get(feed, headers={"If-None-Match": first["ETag"]})
    busy(house.professional, at(11), 60)
    changed = client.get(feed, headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, same.status_code, changed.status_code) == (200, 304, 200)
    assert same.content == b""


def test_headers(feed: str, client: Client) -> None:
    response = client.get(feed)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-cache"
    assert "sessionid" not in response.cookies


def test_unknown_revoked_replaced_and_departed_are_not_found(
    house: House, feed: str, client: Client
) -> None:
    assert client.get("/calendar/unknown.ics").status_code == 404
    issue_feed(house.professional)
    assert client.get(feed).status_code == 404

    new = feed_path(house.professional)
    assert client.get(new).status_code == 200
    Professional.objects.filter(pk=house.professional.pk).update(is_active=False)
    assert client.get(new).status_code == 404

    Professional.objects.filter(pk=house.professional.pk).update(is_active=True)
    revoke_feed(house.professional)
    assert (client.get(new).status_code, feed_path(house.professional)) == (404, "")


def test_token_itself_is_not_stored(house: House, feed: str) -> None:
    stored = Professional.objects.values_list("feed_hash", "feed_nonce").get()

    assert [text for text in stored if text in feed] == []
    assert len(feed) >= len("/calendar/.ics") + 43


def test_own_page_makes_shows_and_takes_away(house: House) -> None:
    client = Client()
    user = UserFactory(roles=[Role.PARTNER])
    house.professional.user = user
    house.professional.save()
    client.force_login(user)

    client.post("/my-day/feed/create/")
    house.professional.refresh_from_db()
    path = feed_path(house.professional)
    assert f"http://testserver{path}" in client.get("/my-day/feed/").content.decode()

    client.post("/my-day/feed/revoke/")
    assert path not in client.get("/my-day/feed/").content.decode()
    assert Client().get(path).status_code == 404


def test_user_without_a_professional_makes_none(house: House) -> None:
    client = Client()
    client.force_login(UserFactory(roles=[Role.GUIDE]))

    assert client.post("/my-day/feed/create/").status_code == 404
    assert client.post("/my-day/feed/revoke/").status_code == 404
