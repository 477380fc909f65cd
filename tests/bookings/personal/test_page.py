"""The personal page: who may see it, what it shows and what it never shows."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from bookings.models import Answer, Appointment, AppointmentEvent, MoveRequest, Party, Status
from bookings.self_service import personal_links
from office.core import tokens
from office.core.own_codes import own_code
from office.models import Channel
from tests.bookings.personal_cast import (
    NOW,
    VISIT,
    cast,
    nothing_written,
    offer,
    passed_on,
    request_only,
    text,
    to_offered,
    without_keys,
)
from tests.factories import AppointmentFactory, PartyFactory, link_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]

READ = ["", "calendar.ics", "cancel/", "move/", "details/"]
ONLY_SENT = ["answer/", "move/withdraw/", "choose/"]


@pytest.fixture
def at_ten() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def test_it_shows_time_place_code_and_what_comes_next(english: Client) -> None:
    party = cast().asking
    page = text(english, link_of(party))
    for words in (
        "Your time is confirmed",
        "Wed 2 Dec 2026 at 10:00–11:00",
        "Keskusta</strong><br>Esimerkkikatu 1, 06100 Porvoo",
        "Bus 3.",
        "No steps.",
        own_code(party.link_nonce),
        "019 000 0000",
    ):
        assert words in page


def test_it_is_not_stored_not_indexed_and_tells_no_other_site(client: Client) -> None:
    link = link_of(cast().asking)
    for path in ("", "calendar.ics", "cancel/", "move/"):
        response = client.get(link + path)
        assert response.status_code == 200
        assert "no-store" in response.headers["Cache-Control"]
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert response.headers["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex, nofollow">' in text(client, link)


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_strangers_get_404_and_cannot_tell_why(client: Client, method: str) -> None:
    people = cast()
    closed = request_only()
    old = link_of(closed)
    personal_links.close_link(closed.pk)
    ended = request_only(status=Status.CANCELLED, updated_at=NOW - timedelta(days=14))
    unknown = f"/appointment/{tokens.token_for('party', 'no such nonce')}/"
    other_kind = f"/appointment/{tokens.token_for('feed', people.asking.link_nonce)}/"
    guessed = ["/appointment/1/", f"/appointment/{people.asking.link_hash}/"]
    bodies = set()
    for link in (unknown, other_kind, old, link_of(ended), *guessed):
        for path in [*READ, *ONLY_SENT]:
            if method != "post" and path in ONLY_SENT:
                continue
            response = getattr(client, method)(link + path)
            if response.status_code != 405:
                assert response.status_code == 404
                bodies.add(without_keys(response.content.decode()))
    assert len(bodies) == 1
    assert Appointment.objects.filter(status=Status.CONFIRMED).count() == 1


def test_reading_changes_nothing(client: Client) -> None:
    confirmed = cast()
    requested = request_only(starts_at=VISIT, ends_at=VISIT + timedelta(hours=1))
    closed = request_only(status=Status.CANCELLED)
    invited, _code = passed_on()
    links = [*confirmed.links, link_of(requested), link_of(closed), link_of(invited)]
    for link in links:
        for path in READ:
            with nothing_written():
                for method in (client.get, client.head):
                    assert method(link + path).status_code in (200, 302, 404)
    to_offered(confirmed)
    offer(confirmed, VISIT)
    for link in confirmed.links:
        with nothing_written():
            client.get(link)
    assert AppointmentEvent.objects.count() == 0
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("path", ONLY_SENT)
def test_what_changes_something_is_never_a_link(client: Client, path: str) -> None:
    people = cast()
    with nothing_written():
        for query in ("", "?answer=no", "?offer=1"):
            assert client.get(link_of(people.invited) + path + query).status_code == 405


@pytest.mark.parametrize("path", ["cancel/", "move/", "details/", *ONLY_SENT])
def test_nobody_else_can_send_a_form_in_ones_name(path: str) -> None:
    people = cast()
    forger = Client(enforce_csrf_checks=True)
    response = forger.post(link_of(people.invited) + path, {"answer": "no", "offer": "1"})
    assert response.status_code == 403
    people.invited.refresh_from_db()
    assert people.invited.answer == Answer.ASKED


MARK = "xLEAKx"


@pytest.mark.parametrize("status", [*Status.open(), Status.CANCELLED, Status.DECLINED])
def test_nothing_of_the_other_party_and_no_matter_is_shown(client: Client, status: Status) -> None:
    people = cast()
    for model in (people.service, people.professional):
        for name in ("name", "title", "matter", "summary", "description", "who_comes"):
            for language in ("fi", "sv", "en"):
                if hasattr(model, f"{name}_{language}"):
                    setattr(model, f"{name}_{language}", MARK)
        model.name = MARK
        model.save()
    people.service.slug = MARK.lower()
    people.service.save()
    people.room.name = MARK
    people.room.save()
    other = {
        "name": MARK,
        "email": f"{MARK}@example.org",
        "phone": "+358401112223",
        "interpreter_words": MARK,
        "needs": MARK,
        "message": MARK,
    }
    if status == Status.OFFERED:
        to_offered(people)
        offer(people, VISIT)
    elif status in (Status.CANCELLED, Status.DECLINED):
        Appointment.objects.filter(pk=people.appointment.pk).update(status=status, claim=None)
    Appointment.objects.filter(pk=people.appointment.pk).update(
        status=status, secretary_note=MARK, preferred={"words": MARK}
    )
    for seen, hidden in ((people.asking, people.invited), (people.invited, people.asking)):
        Party.objects.filter(pk=hidden.pk).update(**other)
        Party.objects.filter(pk=seen.pk).update(
            name="Mine-Name", message="Mine-Message", email="m@example.org", phone=""
        )
        for path in READ:
            response = client.get(link_of(seen) + path)
            shown = response.content.decode() + str(response.headers)
            for mark in (MARK, MARK.lower(), "112223", "111 2223", "Mine-", "m@example.org"):
                assert mark not in shown


def test_both_parents_read_the_same(english: Client) -> None:
    people = cast()
    Party.objects.update(answer=Answer.ACCEPTED)
    pages = [without_keys(text(english, link), link) for link in people.links]
    answered = "<p>You have told us that you will come.</p> "
    item = re.search(r"<li> <form [^>]*/answer/(?:(?!</form>).)*</form> </li> ", pages[1])
    assert item is not None
    assert answered in pages[1]
    assert pages[0] == pages[1].replace(answered, "").replace(item[0], "")


def test_it_is_not_told_that_the_other_asked_to_move(english: Client) -> None:
    people = cast()
    Party.objects.update(answer=Answer.ACCEPTED)
    before = without_keys(text(english, people.links[1]), people.links[1])
    MoveRequest.objects.create(
        appointment=people.appointment,
        party=people.asking,
        starts_at=VISIT,
        ends_at=VISIT + timedelta(hours=1),
        channel=Channel.IN_PERSON,
        created_at=NOW,
    )
    assert "You have asked for another time" in text(english, people.links[0])
    assert without_keys(text(english, people.links[1]), people.links[1]) == before


@pytest.mark.parametrize(
    ("fields", "headline"),
    [
        ({"status": Status.REQUESTED}, "The request has arrived"),
        ({"status": Status.REQUESTED, "starts_at": VISIT}, "The time below is kept"),
        (
            {"status": Status.REQUESTED, "starts_at": NOW - timedelta(days=1)},
            "The time that was asked for has passed",
        ),
        ({"status": Status.OFFERED}, "The times that we offered are no longer kept"),
        ({"status": Status.CANCELLED, "starts_at": VISIT}, "This appointment has been cancelled"),
        ({"status": Status.DECLINED}, "We cannot give this appointment"),
        ({"status": Status.DONE, "starts_at": NOW - timedelta(days=1)}, "This appointment is over"),
        (
            {"status": Status.NO_SHOW, "starts_at": NOW - timedelta(days=1)},
            "This appointment is over",
        ),
    ],
)
def test_each_state_has_calm_words_of_its_own(
    english: Client, fields: dict[str, Any], headline: str
) -> None:
    if starts := fields.get("starts_at"):
        fields = {**fields, "ends_at": starts + timedelta(hours=1)}
    party = request_only(**fields)
    page = text(english, link_of(party))
    assert headline in page
    assert "None" not in page
    over = headline.startswith(("This", "We cannot", "The time that"))
    assert ("Ask for a new time" in page) == over
    assert ("What you can do" in page) == (not over)


@pytest.mark.parametrize(
    ("at", "headline"),
    [
        (timedelta(0), "The appointment is going on now"),
        (timedelta(minutes=59), "The appointment is going on now"),
        (timedelta(minutes=60), "This appointment is over"),
    ],
)
def test_the_visit_begins_and_ends(
    english: Client, at_ten: Any, at: timedelta, headline: str
) -> None:
    people = cast()
    at_ten.move_to(VISIT + at)
    page = text(english, link_of(people.invited))
    assert headline in page
    assert "Will you come?" not in page
    assert "cancel/" not in page


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (NOW + timedelta(hours=4), "We answer by Wed 25 Nov 2026 at 14:00 at the latest."),
        (NOW, "Our answer is late, and we are sorry."),
        (None, "We answer as soon as we can."),
    ],
)
def test_the_promise_is_told_also_when_it_was_not_kept(
    english: Client, due: Any, words: str
) -> None:
    assert words in text(english, link_of(request_only(answer_due_at=due)))


def test_the_reason_of_a_refusal_is_told(english: Client) -> None:
    party = request_only(status=Status.DECLINED)
    AppointmentEvent.objects.create(
        appointment=party.appointment,
        what="declined",
        status=Status.DECLINED,
        at=NOW,
        by=AppointmentEvent.By.STAFF,
        reason="other_area",
    )
    assert "This is taken care of in another area." in text(english, link_of(party))


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (Channel.PHONE, "We call you at this time."),
        (Channel.VIDEO, "The link to the meeting is shown here from the day before"),
    ],
)
def test_a_call_needs_no_place(english: Client, channel: Channel, words: str) -> None:
    people = cast(channel=channel)
    page = text(english, link_of(people.asking))
    assert words in page
    assert "Keskusta" not in page
    assert "Bus 3." not in page


def test_whoever_stays_anonymous_is_told_that_the_link_is_the_only_key(english: Client) -> None:
    party = request_only(is_anonymous=True)
    assert "the only key to your appointment" in text(english, link_of(party))


def test_it_speaks_the_partys_language_until_another_is_chosen(client: Client) -> None:
    party = PartyFactory(appointment=AppointmentFactory(), language="sv")
    response = client.get(link_of(party), headers={"accept-language": "en"})
    assert '<html lang="sv">' in response.content.decode()
    assert response.headers["Content-Language"] == "sv"
    client.post("/i18n/setlang/", {"language": "en", "next": link_of(party)})
    assert '<html lang="en">' in client.get(link_of(party)).content.decode()


def test_the_calendar_file_is_neutral_and_reads_back(english: Client) -> None:
    people = cast()
    uids = []
    for link in people.links:
        response = english.get(f"{link}calendar.ics")
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        (event,) = Calendar.from_ical(response.content).walk("VEVENT")
        assert event["DTSTART"].dt == VISIT
        assert event["DTEND"].dt == VISIT + timedelta(hours=1)
        assert str(event["SUMMARY"]) == "Appointment"
        uids.append(str(event["UID"]))
    assert uids[0] != uids[1]


@pytest.mark.parametrize("status", [Status.REQUESTED, Status.CANCELLED, Status.DONE])
def test_there_is_no_calendar_file_of_what_is_not_agreed(client: Client, status: Status) -> None:
    party = request_only(status=status, starts_at=VISIT, ends_at=VISIT + timedelta(hours=1))
    assert client.get(f"{link_of(party)}calendar.ics").status_code == 404
    assert "calendar.ics" not in text(client, link_of(party))


def test_the_number_of_queries_is_small_and_does_not_grow(client: Client) -> None:
    people = cast()
    with CaptureQueriesContext(connection) as one:
        client.get(people.links[0])
    for number in range(3):
        MoveRequest.objects.create(
            appointment=people.appointment,
            party=people.asking,
            starts_at=VISIT,
            ends_at=VISIT + timedelta(hours=1),
            channel=Channel.IN_PERSON,
            outcome=MoveRequest.Outcome.WITHDRAWN,
            created_at=NOW + timedelta(minutes=number),
        )
    with CaptureQueriesContext(connection) as many:
        client.get(people.links[0])
    assert len(many) == len(one)
    assert len(one) <= 8
