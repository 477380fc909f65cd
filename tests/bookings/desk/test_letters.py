"""Letters read before they are written, what is added to them, and what has become of them."""

import re
from typing import Any

import pytest
from django.test import Client

from bookings.appointments import answers, decisions
from bookings.appointments.added_sentences import Words, adding, names_somebody
from bookings.appointments.undo import undo, undoably
from bookings.availability.search import Wish
from bookings.models import (
    AddedSentence,
    Appointment,
    AppointmentEvent,
    Party,
    Status,
    UndoKind,
)
from bookings.retention import requests as own_data
from office.core import clock
from office.models import (
    AccessLogEntry,
    Channel,
    OutboxMessage,
    Role,
    StandardSentence,
)
from tests.bookings.conftest import House
from tests.bookings.desk_cast import ONE, TWO, request_for, signed_in, url
from tests.factories import PartyFactory, UserFactory, booked, link_of

OWN = "Ovi on tällä viikolla sisäpihan puolella."


@pytest.fixture
def visit(house: House) -> Appointment:
    """Make a confirmed visit of which both parents know; nothing about it waits to leave."""
    appointment = request_for(house)
    decisions.confirm(appointment.pk, user=UserFactory())
    appointment.refresh_from_db()
    return appointment


@pytest.fixture
def sentence(db: None) -> StandardSentence:
    found: StandardSentence = StandardSentence.objects.create(
        name="Uusi aika",
        text_fi="Soita uudesta ajasta.",
        text_sv="Ring om en ny tid.",
        text_en="Call about a new time.",
    )
    return found


def post(appointment: Appointment, page: str, client: Client | None = None, **data: Any) -> Any:
    client = client or signed_in(Role.SECRETARY).client
    if page == "cancel/":
        # For the figures: neither is ever preset.
        data = {"cancelled_by": "client", "why": "other", **data}
    seen = Appointment.objects.get(pk=appointment.pk).version
    return client.post(
        url(appointment, page), {"version": seen, **data}, headers={"accept-language": "en"}
    )


def written(kind: str, to: str) -> OutboxMessage:
    return OutboxMessage.objects.get(kind=kind, to=to, dropped_at=None)


def page_of(party: Party) -> str:
    return Client().get(link_of(party)).content.decode()


@pytest.mark.parametrize("what", ["confirm", "decline"])
def test_what_is_read_is_what_is_sent(house: House, what: str) -> None:
    """The same code writes both; nothing has changed by reading."""
    appointment = request_for(house)
    before = set(OutboxMessage.objects.values_list("pk", flat=True))
    events = AppointmentEvent.objects.count()

    html = post(appointment, f"preview/{what}/", reason="no_times").content.decode()

    appointment.refresh_from_db()
    assert (appointment.status, AppointmentEvent.objects.count()) == (Status.REQUESTED, events)
    assert set(OutboxMessage.objects.values_list("pk", flat=True)) == before

    post(appointment, f"{what}/", reason="no_times")
    new = OutboxMessage.objects.exclude(pk__in=before)
    assert new.exists()
    for message in new:
        first = message.body.strip().splitlines()[0]
        assert (message.subject in html, first in html, message.to in html) == (True, True, True)


def test_reading_first_shows_no_link_and_no_code(house: House) -> None:
    html = post(request_for(house), "preview/confirm/").content.decode()

    assert ("/a/" in html, "{link}" in html, "{code}" in html) == (False, False, False)
    assert "[personal link]" in html


def test_the_page_of_letters_can_send_them(visit: Appointment) -> None:
    """Where no script shows them in place: the same fields go on to the deed."""
    html = post(visit, "preview/cancel/", words=OWN, words_language="fi").content.decode()

    assert f'action="/desk/requests/{visit.reference}/cancel/"' in html
    assert f'name="words" value="{OWN}"' in html
    part = signed_in(Role.SECRETARY).client.post(
        url(visit, "preview/cancel/"), {"version": visit.version}, headers={"HX-Request": "true"}
    )
    assert "<html" not in part.content.decode()


def test_what_cannot_be_done_has_no_letters(visit: Appointment) -> None:
    response = post(visit, "preview/confirm/")
    assert (response.status_code, 'class="letter"' in response.content.decode()) == (422, False)
    assert post(visit, "preview/nothing/").status_code == 404
    assert signed_in(Role.SUPERVISOR).client.post(url(visit, "preview/cancel/")).status_code == 403


def test_standard_sentence_is_in_each_reader_s_language(
    visit: Appointment, sentence: StandardSentence
) -> None:
    other = visit.parties.get(is_requester=False)
    Party.objects.filter(pk=other.pk).update(language="sv", language_is_known=True)

    post(visit, "cancel/", standard=sentence.pk)

    assert "Soita uudesta ajasta." in written("cancelled", ONE.email).body
    assert "Ring om en ny tid." in written("cancelled", TWO.email).body
    assert "Ring om en ny tid." in page_of(other)
    assert "Soita uudesta ajasta." in page_of(visit.parties.get(is_requester=True))


def test_later_change_of_the_standard_sentence_does_not_rewrite_what_was_sent(
    visit: Appointment, sentence: StandardSentence
) -> None:
    post(visit, "cancel/", standard=sentence.pk)
    sentence.delete()

    assert "Soita uudesta ajasta." in page_of(visit.parties.get(is_requester=True))


def test_own_words_are_on_both_own_pages_and_in_no_message(visit: Appointment) -> None:
    post(visit, "cancel/", words=OWN, words_language="fi")

    for party in visit.parties.all():
        assert OWN in page_of(party)
        assert "viesti meiltä" in written("cancelled", party.email).body
    assert not OutboxMessage.objects.filter(body__contains=OWN).exists()
    assert f'<p lang="fi">{OWN}</p>' in page_of(visit.parties.earliest("pk"))


def test_own_words_are_told_to_nobody_who_does_not_know_of_it(house: House) -> None:
    appointment = request_for(house)
    post(appointment, "decline/", reason="no_times", words=OWN)

    asking, other = appointment.parties.order_by("-is_requester")
    assert (OWN in page_of(asking), OWN in page_of(other)) == (True, False)


@pytest.mark.parametrize(
    "words",
    [
        "Hetu on 131052-308T.",
        "Soita numeroon 040 000 0002.",
        "Kirjoita osoitteeseen EINO@example.org.",
        "Eino on jo tulossa.",
        "Sovimme Korven kanssa.".replace("Korven", "Virtalan"),
        "x" * 301,
    ],
)
def test_words_that_name_somebody_are_refused(visit: Appointment, words: str) -> None:
    response = post(visit, "cancel/", words=words)

    visit.refresh_from_db()
    assert (response.status_code, visit.status) == (422, Status.CONFIRMED)
    # What was typed is not lost.
    assert words[:20] in response.content.decode()


def test_ordinary_words_are_not_taken_for_somebody(visit: Appointment) -> None:
    parties = list(visit.parties.all())

    assert not names_somebody("Tule klo 10.00, 2. kerros, huone 204.", parties)
    assert names_somebody("Soita 0400000001", parties)


def test_standard_and_own_are_not_both(visit: Appointment, sentence: StandardSentence) -> None:
    assert post(visit, "cancel/", words=OWN, standard=sentence.pk).status_code == 422


def test_undone_words_are_gone(visit: Appointment) -> None:
    user = UserFactory()
    words = Words.own(OWN, "fi")
    _result, undoable = undoably(
        lambda: adding(words, visit.pk, lambda: decisions.cancel(visit.pk, user=user)),
        what=UndoKind.CANCELLED,
        user=user,
        appointments=[visit.pk],
    )
    assert OWN in page_of(visit.parties.earliest("pk"))

    assert undoable is not None
    undo(undoable.key, user=user)

    assert OWN not in page_of(visit.parties.earliest("pk"))


def test_words_of_an_earlier_message_are_not_said_of_the_next(visit: Appointment) -> None:
    user = UserFactory()
    AddedSentence.objects.create(
        event=visit.events.get(what="confirmed"), texts={"fi": OWN}, is_standard=False
    )
    assert OWN in page_of(visit.parties.earliest("pk"))

    decisions.cancel(visit.pk, user=user)

    assert OWN not in page_of(visit.parties.earliest("pk"))
    assert OWN in own_data.as_text(visit.parties.earliest("pk"))


def test_moving_adds_words_and_can_be_read_first(house: House, visit: Appointment) -> None:
    data = {
        "start": "2026-11-25T13:00",
        "channel": "in_person",
        "point": house.point.pk,
        "professional": house.professional.pk,
        "words": OWN,
    }
    shown = post(visit, "change/", preview="1", **data).content.decode()
    visit.refresh_from_db()
    assert visit.starts_at is not None
    assert (OWN in shown, clock.local(visit.starts_at).hour) == (True, 9)

    assert post(visit, "change/", **data).status_code == 302

    assert OWN in page_of(visit.parties.earliest("pk"))
    assert "viesti meiltä" in written("moved", ONE.email).body


def test_a_move_that_was_asked_for_can_be_read_first_and_takes_words(
    house: House, visit: Appointment
) -> None:
    party = visit.parties.get(is_requester=True)
    wish = Wish(house.service, Channel.IN_PERSON)
    move = answers.ask_to_move(party.pk, wish, house.slot(13), unit=house.unit)
    data = {"move": move.pk, "words": OWN}

    html = post(visit, "preview/accept_move/", **data).content.decode()
    visit.refresh_from_db()
    assert visit.starts_at is not None
    assert (OWN in html, clock.local(visit.starts_at).hour) == (True, 9)
    assert f'action="/desk/requests/{visit.reference}/moves/{move.pk}/accept/"' in html
    assert post(visit, "preview/accept_move/", move="0").status_code == 404
    accept = f"moves/{move.pk}/accept/"
    assert post(visit, accept, words=ONE.name).status_code == 422

    assert post(visit, accept, **data).status_code == 302
    visit.refresh_from_db()
    assert clock.local(visit.starts_at).hour == 13
    assert OWN in page_of(party)


def test_card_lists_each_one_s_messages_with_what_became_of_them(visit: Appointment) -> None:
    now = clock.now()
    mine = OutboxMessage.objects.filter(about=visit.reference, to=ONE.email, dropped_at=None)
    mine.update(sent_at=now)
    OutboxMessage.objects.filter(about=visit.reference, to=TWO.email).update(
        failed_at=now, last_error="refused 550"
    )

    client = signed_in(Role.SECRETARY).client
    html = client.get(url(visit), headers={"accept-language": "en"}).content.decode()

    people = html.split('<section class="person"')[1:]
    assert ["sent Mon" in people[0], "not sent: " in people[0]] == [True, False]
    assert ["sent Mon" in people[1], "refused the message (550)" in people[1]] == [False, True]
    assert "To a professional: booked" in people[1].partition("</section>")[2]


def test_what_a_message_says_is_read_on_demand_and_logged(visit: Appointment) -> None:
    message = OutboxMessage.objects.filter(about=visit.reference, to=ONE.email).latest("pk")
    client = signed_in(Role.SECRETARY).client

    html = client.get(url(visit, f"letters/{message.pk}/")).content.decode()

    assert (message.subject in html, "/a/" in html) == (True, False)
    entry = AccessLogEntry.objects.get(details__step="letter")
    assert (entry.record, entry.action) == (visit.reference, "read")
    other = OutboxMessage.objects.create(
        kind="links",
        channel="email",
        to="x@example.org",
        language="fi",
        body="",
        about="ZZZ-999",
        created_at=clock.now(),
        send_after=clock.now(),
    )
    assert client.get(url(visit, f"letters/{other.pk}/")).status_code == 404


def test_address_of_who_is_protected_is_in_no_list(visit: Appointment) -> None:
    visit.parties.update(is_protected=True)
    message = OutboxMessage.objects.filter(about=visit.reference, to=ONE.email).latest("pk")
    client = signed_in(Role.SECRETARY).client

    for page in ("", f"letters/{message.pk}/"):
        assert ONE.email not in client.get(url(visit, page)).content.decode()
    assert ONE.email not in post(visit, "preview/cancel/").content.decode()


def test_same_number_of_queries_for_any_number_of_messages(
    visit: Appointment, django_assert_max_num_queries: Any
) -> None:
    from bookings.desk_kit.letters import letters_about

    parties = list(visit.parties.all())
    with django_assert_max_num_queries(2):
        assert len(letters_about(visit, parties)) > 2


TELLING = {
    "text_fi": "Ota mukaan lapsen asioista tehdyt sopimukset.",
    "text_sv": "Ta med avtal om barnet.",
    "text_en": "Bring what was agreed about the child.",
}


@pytest.mark.parametrize("language", list(TELLING))
def test_a_sentence_that_tells_the_matter_stands_on_the_page_alone(
    visit: Appointment, sentence: StandardSentence, language: str
) -> None:
    """As one that was checked before such were refused, or came with another unit's contents."""
    StandardSentence.objects.filter(pk=sentence.pk).update(**{language: TELLING[language]})
    post(visit, "cancel/", standard=sentence.pk)
    told = [*TELLING.values(), "Soita uudesta ajasta."]
    for party in visit.parties.all():
        body = written("cancelled", party.email).body
        assert [text for text in told if text in body] == []
        assert "viesti meiltä" in body
    shown = TELLING["text_fi"] if language == "text_fi" else "Soita uudesta ajasta."
    assert shown in page_of(visit.parties.get(is_requester=True))


def test_manager_writes_standard_sentences(house: House) -> None:
    client = signed_in(Role.MANAGER).client
    texts = {"text_fi": "Soita.", "text_sv": "Ring.", "text_en": "Call."}

    missing = client.post("/office/sentences/add/", {"name": "A", **texts, "text_sv": ""})
    coded = client.post("/office/sentences/add/", {"name": "A", **texts, "text_fi": "131052-308T"})
    assert (missing.status_code, coded.status_code) == (200, 200)
    for language, text in TELLING.items():
        telling = client.post("/office/sentences/add/", {"name": "A", **texts, language: text})
        assert set(telling.context["form"].errors) == {language}
    assert not StandardSentence.objects.exists()

    assert client.post("/office/sentences/add/", {"name": "A", **texts}).status_code == 302
    row = StandardSentence.objects.get()
    assert not row.is_active
    where = f"/office/sentences/{row.pk}/"
    client.post(where, {"name": "B", **texts, "is_active": "on"})
    assert [str(one) for one in StandardSentence.objects.in_use()] == ["B"]
    client.post(f"{where}remove/")
    assert not StandardSentence.objects.exists()
    assert signed_in(Role.SECRETARY).client.get("/office/sentences/").status_code == 403


def test_who_comes_to_nothing_is_no_party_of_the_list(house: House) -> None:
    """A message to an address that is nobody's now stands with the others'."""
    appointment = booked(start=house.slot(9).start, professionals=[house.professional])
    PartyFactory(appointment=appointment)
    OutboxMessage.objects.create(
        kind="confirmed",
        channel="email",
        to="vanha@example.org",
        language="fi",
        body="",
        about=appointment.reference,
        created_at=clock.now(),
        send_after=clock.now(),
    )

    html = signed_in(Role.SECRETARY).client.get(url(appointment)).content.decode()

    assert re.search(r"vanha@example\.org", html)
