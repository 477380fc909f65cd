"""Who is told what, by which way, in which words; and above all what nobody is told."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from icalendar import Calendar

from bookings.appointments import notices, staff_notices
from bookings.lifecycle.decline_reasons import DeclineReason
from bookings.lifecycle.transitions import record
from bookings.models import Answer, Appointment, MoveRequest, Party, Status, TimeOffer
from office.messaging.outbox import link_of, text_of
from office.models import Channel, OutboxMessage
from tests.factories import (
    PartyFactory,
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    UserFactory,
    booked,
)
from tests.factories import link_of as page_of

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
START = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
# What must not stand in a subject or a text message, in any of the languages.
TELLING = re.compile(
    r"\b(ero|erota|avio\w*|lap\w*|lasten\w*|elat\w*|huol\w*|vanhem\w*|perhe\w*|skils\w*|barn\w*"
    r"|vårdnad\w*|famil\w*|divorc\w*|separat\w*|child\w*|custod\w*|parent\w*|maint\w*|law)\b",
    re.IGNORECASE,
)
TELLS: dict[str, Any] = {
    "confirmed": notices.notify_confirmed,
    "moved": notices.notify_moved,
    "cancelled": notices.notify_cancelled,
    "offered": notices.notify_offered,
    "received": notices.notify_received,
    "declined": lambda a: notices.notify_declined(a, DeclineReason.NO_TIMES),
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_a_fixed_time() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def appointment() -> Appointment:
    """Make two parents: Aino asked, by e-mail in Finnish; Bo was invited, by text message in Swedish."""
    UnitFactory(
        name_fi="Perheoikeudellinen yksikkö",
        name_sv="Familjerättsliga enheten",
        controller_fi="Esimerkkialue",
        controller_sv="Exempelområdet",
    )
    point = ServicePointFactory(
        name_fi="Toimipiste Keskus",
        name_sv="Verksamhetsstället Centrum",
        getting_there_fi="Bussi 1",
    )
    service = ServiceFactory(
        name_fi="Elatussopimus", what_to_bring_fi="Palkkalaskelma\nVerotuspäätös"
    )
    appointment = booked(
        start=START,
        professionals=[ProfessionalFactory(name="Ella Esimerkki")],
        room=RoomFactory(service_point=point, name="Huone 2"),
        service=service,
        service_point=point,
        reference="KLM-482",
    )
    record(appointment, "confirmed")
    appointment.parties.all().delete()
    PartyFactory(
        appointment=appointment,
        is_requester=True,
        answer=Answer.ACCEPTED,
        name="Aino Alkuperäinen",
        email="aino@example.org",
    )
    PartyFactory(
        appointment=appointment,
        answer=Answer.ASKED,
        name="Bo Bortbytt",
        email="",
        phone="+358401234567",
        sms_is_safe=True,
        language="sv",
    )
    return appointment


def aino(appointment: Appointment) -> Party:
    return appointment.parties.get(is_requester=True)


def bo(appointment: Appointment) -> Party:
    return appointment.parties.get(is_requester=False)


def sent(kind: str = "") -> list[OutboxMessage]:
    found = OutboxMessage.objects.filter(dropped_at__isnull=True).order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def test_confirmed_reaches_each_by_their_own_way(appointment: Appointment) -> None:
    assert notices.notify_confirmed(appointment) == []
    first, second = sent()
    assert (first.channel, first.to, first.language) == ("email", "aino@example.org", "fi")
    assert (second.channel, second.to, second.language) == ("sms", "+358401234567", "sv")
    assert [m.about for m in (first, second)] == ["KLM-482", "KLM-482"]
    for message, party in ((first, aino(appointment)), (second, bo(appointment))):
        short = page_of(party).replace("/appointment/", "/a/")
        assert link_of(message) == f"http://testserver{short}"
        assert text_of(message).count(link_of(message)) == 1


def test_the_email_says_when_and_where_and_the_page_says_the_rest(appointment: Appointment) -> None:
    notices.notify_confirmed(appointment)
    body = sent()[0].body
    for said in (
        "ke 25.11.2026 klo 9.30–10.30",
        "Paikka: Esimerkkikatu 1, 06100 Porvoo",
        "{code}",
        "{link}",
        "-- \nEsimerkkialue\n019 000 0000\n",
    ):
        assert body.count(said) == 1, said
    for unsaid in ("Toimipiste", "Bussi 1", "Palkkalaskelma", "Perheoikeudellinen"):
        assert body.count(unsaid) == 0, unsaid


def test_each_reads_their_own_language(appointment: Appointment) -> None:
    Party.objects.filter(is_requester=False).update(
        email="bo@example.org", email_is_safe=True, sms_is_safe=False
    )
    notices.notify_confirmed(appointment)
    swedish = sent()[1]
    assert swedish.body.count("ons 25.11.2026 kl. 9.30–10.30") == 1
    assert swedish.body.count("Det här meddelandet kommer från Exempelområdet.") == 1
    assert swedish.body.count("-- \nExempelområdet\n") == 1


def test_the_calendar_file_goes_with_the_email_only(appointment: Appointment) -> None:
    notices.notify_confirmed(appointment)
    email, sms = sent()
    assert sms.calendar == ""
    event = Calendar.from_ical(email.calendar).walk("VEVENT")[0]
    assert event.decoded("DTSTART") == START
    assert event["SEQUENCE"] == 1
    for word in ("Elatussopimus", "Aino", "Bo ", "Ella", "KLM-482", "/appointment/"):
        assert email.calendar.count(word) == 0, word


@pytest.mark.parametrize("kind", TELLS)
def test_subjects_and_text_messages_are_neutral(appointment: Appointment, kind: str) -> None:
    appointment.parties.update(
        phone="+358401234567", sms_is_safe=True, email="x@example.org", email_is_safe=True
    )
    TELLS[kind](appointment)
    messages = sent(kind)
    assert {m.channel for m in messages} == {"email", "sms"}
    for message in messages:
        exposed = message.subject if message.channel == "email" else message.body
        assert exposed != ""
        assert TELLING.findall(exposed) == []
        assert exposed.count("Toimipiste") == 0


@pytest.mark.parametrize("kind", TELLS)
def test_nobody_is_named_and_nobody_hears_of_the_other(appointment: Appointment, kind: str) -> None:
    TELLS[kind](appointment)
    for message in sent():
        # A calendar entry names its own receiver, nobody else.
        everything = message.subject + message.body + message.calendar.replace(message.to, "")
        for word in ("Aino", "Bo ", "Bortbytt", "Ella", "Elatussopimus", "example.org", "35840"):
            assert everything.count(word) == 0, word


@pytest.mark.parametrize("kind", TELLS)
def test_no_way_that_is_not_safe_is_used(appointment: Appointment, kind: str) -> None:
    appointment.parties.update(
        phone="+358401234567", email="x@example.org", sms_is_safe=False, email_is_safe=False
    )
    unreached = TELLS[kind](appointment)
    assert sent() == []
    knowing = [aino(appointment)] if kind == "received" else list(appointment.parties.all())
    assert unreached == knowing


def test_both_ways_are_used_where_both_are_safe(appointment: Appointment) -> None:
    Party.objects.filter(is_requester=True).update(phone="+358401111111", sms_is_safe=True)
    notices.notify_confirmed(appointment)
    assert [(m.channel, m.to) for m in sent()][:2] == [
        ("email", "aino@example.org"),
        ("sms", "+358401111111"),
    ]


def test_without_a_gateway_who_has_only_a_phone_must_be_called(
    appointment: Appointment, settings: Any
) -> None:
    settings.DEMO, settings.EMAIL_HOST = "", "mail.example.org"
    assert notices.notify_confirmed(appointment) == [bo(appointment)]
    assert [m.channel for m in sent()] == ["email"]


def test_who_gave_no_way_at_all_cannot_be_called(appointment: Appointment) -> None:
    Party.objects.filter(is_requester=False).update(phone="", sms_is_safe=False)
    assert notices.notify_confirmed(appointment) == []


def test_only_the_requester_hears_that_the_request_came_in(appointment: Appointment) -> None:
    appointment.answer_due_at = datetime(2026, 11, 17, 8, tzinfo=UTC)
    notices.notify_received(appointment)
    assert [m.to for m in sent()] == ["aino@example.org"]
    assert sent()[0].body.count("ti 17.11.2026 klo 10.00") == 1
    assert sent()[0].body.count("{code}") == 1
    assert sent()[0].calendar == ""


@pytest.mark.parametrize("kind", ["moved", "cancelled", "declined", "offered"])
def test_who_has_not_been_told_of_it_is_told_nothing(appointment: Appointment, kind: str) -> None:
    """Otherwise a cancelled request would tell the one parent that the other had asked."""
    Party.objects.filter(is_requester=False).update(answer=Answer.NOT_ASKED)
    assert TELLS[kind](appointment) == []
    assert [m.to for m in sent()] == ["aino@example.org"]


def test_the_invited_are_asked_and_the_requester_is_not(appointment: Appointment) -> None:
    """The same words for the one who is asked, whoever that is."""
    Party.objects.filter(is_requester=False).update(
        language="fi", email="bo@example.org", email_is_safe=True, sms_is_safe=False
    )
    notices.notify_confirmed(appointment)
    first, second = sent()
    assert first.body != second.body
    assert first.subject == second.subject
    OutboxMessage.objects.update(sent_at=NOW)
    Party.objects.filter(is_requester=False).update(answer=Answer.ACCEPTED)
    notices.notify_confirmed(appointment)
    first, second = sent()[2:]
    assert first.body == second.body


def test_a_cancellation_is_the_same_to_both(appointment: Appointment) -> None:
    Party.objects.filter(is_requester=False).update(
        language="fi",
        email="bo@example.org",
        email_is_safe=True,
        sms_is_safe=False,
        answer=Answer.ACCEPTED,
    )
    notices.notify_cancelled(appointment)
    first, second = sent()
    assert (first.subject, first.body) == (second.subject, second.body)
    event = Calendar.from_ical(first.calendar).walk("VEVENT")[0]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)


def test_the_file_of_a_moved_time_replaces_the_earlier_one(appointment: Appointment) -> None:
    notices.notify_confirmed(appointment)
    before = Calendar.from_ical(sent("confirmed")[0].calendar).walk("VEVENT")[0]
    OutboxMessage.objects.update(sent_at=NOW)
    appointment.starts_at, appointment.ends_at = (
        START + timedelta(days=1),
        START + timedelta(days=1, hours=1),
    )
    record(appointment, "moved")
    notices.notify_moved(appointment)
    after = Calendar.from_ical(sent("moved")[0].calendar).walk("VEVENT")[0]
    assert str(after["UID"]) == str(before["UID"])
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert after.decoded("DTSTART") == START + timedelta(days=1)


def test_two_contradictory_messages_do_not_leave(appointment: Appointment) -> None:
    notices.notify_confirmed(appointment)
    notices.notify_cancelled(appointment)
    assert [m.kind for m in sent()] == ["cancelled", "cancelled"]


def test_an_unsent_message_is_withdrawn_also_from_who_cannot_be_told(
    appointment: Appointment,
) -> None:
    notices.notify_confirmed(appointment)
    Party.objects.filter(is_requester=False).update(sms_is_safe=False)
    assert notices.notify_cancelled(appointment) == [bo(appointment)]
    assert [(m.kind, m.to) for m in sent()] == [("cancelled", "aino@example.org")]


def test_an_unsent_message_to_somebody_no_longer_asked_is_withdrawn(
    appointment: Appointment,
) -> None:
    notices.notify_confirmed(appointment)
    Party.objects.filter(is_requester=False).update(answer=Answer.NOT_ASKED)
    notices.notify_cancelled(appointment)
    assert [(m.kind, m.to) for m in sent()] == [("cancelled", "aino@example.org")]


def test_what_has_left_stays_as_it_was(appointment: Appointment) -> None:
    notices.notify_confirmed(appointment)
    OutboxMessage.objects.update(sent_at=NOW)
    notices.notify_cancelled(appointment)
    assert OutboxMessage.objects.filter(dropped_at__isnull=False).count() == 0


def test_another_appointments_messages_stay(appointment: Appointment) -> None:
    other = booked(start=START + timedelta(days=1), professionals=[], reference="AAA-999")
    notices.notify_confirmed(other)
    notices.notify_cancelled(appointment)
    assert [m.kind for m in sent()] == ["confirmed", "cancelled", "cancelled"]


def test_a_move_that_was_not_possible_is_told_to_the_asker_alone(appointment: Appointment) -> None:
    notices.notify_confirmed(appointment)
    move = MoveRequest.objects.create(
        appointment=appointment,
        party=bo(appointment),
        starts_at=START,
        ends_at=START + timedelta(hours=1),
        channel=Channel.IN_PERSON,
        created_at=NOW,
    )
    assert notices.notify_move_kept(move) == []
    assert [m.to for m in sent("move_kept")] == ["+358401234567"]
    # The confirmation is still true.
    assert len(sent("confirmed")) == 2


def test_offered_times_and_until_when_they_are_kept(appointment: Appointment) -> None:
    for days in (2, 1):
        start = START + timedelta(days=days)
        TimeOffer.objects.create(
            appointment=appointment,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            channel=Channel.IN_PERSON,
            created_at=NOW,
            expires_at=NOW + timedelta(days=3),
            closed_at=NOW if days == 2 else None,
        )
    appointment.status, appointment.starts_at, appointment.ends_at = Status.OFFERED, None, None
    notices.notify_offered(appointment)
    email = sent("offered")[0]
    assert email.body.count("to 26.11.2026 klo 9.30–10.30") == 1
    assert email.body.count("27.11.") == 0
    assert email.body.count("to 19.11.2026 klo 10.00") == 1
    assert email.calendar == ""


def test_the_reason_of_declining_is_said_in_the_parents_language(appointment: Appointment) -> None:
    appointment.parties.update(language="en")
    notices.notify_declined(appointment, DeclineReason.NO_TIMES)
    assert sent("declined")[0].body.count("We have no free times for this at the moment.") == 1


@pytest.mark.parametrize(
    ("channel", "words"), [(Channel.PHONE, "By phone: we call you"), (Channel.VIDEO, "By video")]
)
def test_by_phone_and_video_there_is_no_place(
    appointment: Appointment, channel: str, words: str
) -> None:
    appointment.parties.update(language="en")
    appointment.channel = channel
    notices.notify_confirmed(appointment)
    email, sms = sent()
    assert email.body.count(words) == 1
    assert email.body.count("Esimerkkikatu") + sms.body.count("Esimerkkikatu") == 0
    assert "LOCATION" not in Calendar.from_ical(email.calendar).walk("VEVENT")[0]


def test_professionals_hear_when_where_and_with_whom(appointment: Appointment) -> None:
    user = UserFactory(language="sv")
    colleague = ProfessionalFactory(name="Pari Parinen", email="pari@example.org", user=user)
    appointment.staff.create(professional=colleague)
    assert staff_notices.notify_professionals(appointment, staff_notices.StaffNews.BOOKED) == []
    first, second = sent("staff_booked")
    assert (second.to, second.language) == ("pari@example.org", "sv")
    for said in ("ke 25.11.2026 klo 9.30–10.30", "Huone 2", "Pari Parinen", "KLM-482"):
        assert first.body.count(said) == 1, said
    assert second.body.count("Ella Esimerkki") == 1
    for message in (first, second):
        everything = message.subject + message.body + message.calendar
        for word in ("Aino", "Bortbytt", "{link}", "/appointment/", "/a/", "aino@"):
            assert everything.count(word) == 0, word
        for word in ("Elatussopimus", "Toimipiste", "Verksamhetsstället"):
            assert (message.subject + message.calendar).count(word) == 0, word
        assert Calendar.from_ical(message.calendar).walk("VEVENT")[0].decoded("DTSTART") == START


def test_a_professional_without_an_address_is_named_to_the_desk(appointment: Appointment) -> None:
    alone = appointment.professionals.get()
    type(alone).objects.update(email="")
    assert staff_notices.notify_professionals(appointment, staff_notices.StaffNews.BOOKED) == [
        alone
    ]
    assert sent() == []


def test_professionals_hear_the_latest_only(appointment: Appointment) -> None:
    notices.notify_confirmed(appointment)
    staff_notices.notify_professionals(appointment, staff_notices.StaffNews.BOOKED)
    staff_notices.notify_professionals(appointment, staff_notices.StaffNews.CANCELLED)
    assert [m.kind for m in sent()] == ["confirmed", "confirmed", "staff_cancelled"]
    event = Calendar.from_ical(sent()[-1].calendar).walk("VEVENT")[0]
    assert event["STATUS"] == "CANCELLED"


def test_a_message_goes_to_the_address_that_held_when_it_was_written(
    appointment: Appointment,
) -> None:
    notices.notify_confirmed(appointment)
    Party.objects.filter(is_requester=True).update(email="new@example.org")
    assert sent()[0].to == "aino@example.org"
