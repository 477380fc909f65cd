"""A word before the visit: written once, read by the secretary alone, answered by phone."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.appointments import answers
from bookings.desk.task_groups import work_list
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Call, CallOutcome, DataRequest, EventKind, Party, Status, WordBefore
from bookings.phone import calls
from bookings.retention import requests as own_data
from bookings.words_before.actions import (
    WORDS_A_DAY,
    WhyNot,
    WordRefusedError,
    note_answered,
    note_tried,
    send_word,
)
from office.models import AccessLogEntry, HoursKind, Role, Unit
from office.retention.purge import purge
from tests.bookings.desk_cast import Desk, signed_in
from tests.bookings.personal_cast import NOW, VISIT, Cast, cast
from tests.factories import AppointmentFactory, PartyFactory, WeeklyHoursFactory, link_of

WORDS = "Pelkään kohdata hänet odotushuoneessa"
EN = {"Accept-Language": "en"}


@pytest.fixture
def people(db: None) -> Iterator[Cast]:
    """Wednesday at ten; the phone opens next on Monday afternoon."""
    with time_machine.travel(NOW, tick=False):
        made = cast()
        WeeklyHoursFactory(
            professional=made.professional,
            service_point=made.point,
            kind=HoursKind.PHONE,
            weekday=0,
            starts=time(16),
            ends=time(18),
        )
        Party.objects.filter(pk=made.asking.pk).update(
            phone="+358401234567", call_is_safe=True, language="en"
        )
        made.asking.refresh_from_db()
        yield made


@pytest.fixture
def desk(people: Cast) -> Desk:
    return signed_in(Role.SECRETARY)


def page_of(party: Party) -> str:
    return f"{link_of(party)}word/"


def write(client: Client, party: Party, text: str = WORDS) -> int:
    return client.post(page_of(party), {"text": text}, headers=EN).status_code


def listed(unit: Unit) -> list[str]:
    groups = {group.key: group.rows for group in work_list(unit).groups}
    return [row.reference for row in groups.get("words", [])]


def at(people: Cast, page: str = "") -> str:
    return f"/desk/requests/KLM-482/parties/{people.asking.pk}/word/{page}"


def test_it_is_sent_and_cannot_be_read_back(client: Client, people: Cast) -> None:
    shown = client.get(page_of(people.asking), headers=EN).content.decode()
    for promise in ("reads your message in phone hours", "answers by phone", "never see it"):
        assert promise in " ".join(shown.split())
    assert f'href="{page_of(people.asking)}"' in client.get(link_of(people.asking)).content.decode()

    assert write(client, people.asking) == 302
    for path in (
        page_of(people.asking),
        link_of(people.asking),
        f"{link_of(people.asking)}my-data/",
    ):
        assert WORDS not in client.get(path).content.decode()
    assert (
        "sent to the secretary: Wed 25 Nov 2026"
        in client.get(page_of(people.asking), headers=EN).content.decode()
    )
    # Nothing of it reaches the other parent's page.
    other = client.get(link_of(people.invited)).content.decode()
    assert WORDS not in other
    assert "Wrote a word" not in other


def test_what_is_refused(client: Client, people: Cast) -> None:
    for text in ("", "x" * 501, "Lapsi on 131052-308T"):
        assert write(client, people.asking, text) == 422
    assert not WordBefore.objects.exists()
    # The same form sent twice is one word; the number a day has an end, and the next day begins anew.
    for number in range(WORDS_A_DAY):
        assert [write(client, people.asking, f"{number}") for _twice in range(2)] == [302, 302]
    assert WordBefore.objects.count() == WORDS_A_DAY
    assert write(client, people.asking, "one more") == 409
    with time_machine.travel(NOW + timedelta(days=1)):
        assert write(client, people.asking, "one more") == 302


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"call_is_safe": False}, WhyNot.NO_NUMBER),
        ({"phone": ""}, WhyNot.NO_NUMBER),
        ({}, WhyNot.OVER),
        ({"appointment__starts_at": NOW}, WhyNot.OVER),
        # The phone opens on Monday, the visit is on Friday before.
        ({"appointment__starts_at": NOW + timedelta(days=2)}, WhyNot.NO_HOURS),
    ],
)
def test_where_nobody_could_answer_it_says_how_else(
    client: Client, people: Cast, change: dict[str, object], why: WhyNot
) -> None:
    Unit.objects.update(phone="+358191234567")
    if not change:
        answers.cancel_visit(people.asking.pk)
    for name, value in change.items():
        row = people.asking if "__" not in name else people.appointment
        type(row).objects.filter(pk=row.pk).update(**{name.removeprefix("appointment__"): value})
    with pytest.raises(WordRefusedError) as refused:
        send_word(people.asking.pk, text=WORDS)
    assert refused.value.why is why
    assert not WordBefore.objects.exists()
    shown = client.get(page_of(people.asking), headers=EN)
    if why is WhyNot.OVER:
        assert shown.url == link_of(people.asking)
    else:
        assert "<textarea" not in shown.content.decode()
        assert "Call us" in shown.content.decode()
        assert write(client, people.asking) == 409


def test_an_invitation_and_a_stranger_write_nothing(client: Client, people: Cast) -> None:
    assert client.get("/appointment/" + "x" * 40 + "/word/").status_code == 404
    assert client.post("/appointment/" + "x" * 40 + "/word/", {"text": WORDS}).status_code == 404
    assert write(client, people.invited) in (302, 409)
    assert not WordBefore.objects.exists()


def test_it_is_work_until_it_is_answered_by_phone(client: Client, people: Cast, desk: Desk) -> None:
    assert listed(people.unit) == []
    write(client, people.asking)
    assert listed(people.unit) == ["KLM-482"]
    card = desk.client.get("/desk/?at=words.KLM-482", headers=EN).content.decode()
    assert WORDS not in card
    assert 'data-key="9"' in card
    before = AccessLogEntry.objects.count()
    read = desk.client.get(at(people), headers=EN).content.decode()
    assert WORDS in read
    assert "0401234567" in read.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    logged = AccessLogEntry.objects.latest("pk")
    assert AccessLogEntry.objects.count() == before + 1
    assert (logged.record, logged.action, logged.user) == ("KLM-482", "read", desk.user)

    desk.client.post(at(people, "tried/"), {"in_desk": "1"})
    assert listed(people.unit) == ["KLM-482"]
    group = next(g for g in work_list(people.unit).groups if g.key == "words")
    assert any("1" in tag.text for tag in group.rows[0].tags)
    going_on = calls.start(desk.user)
    for _twice in range(2):
        assert desk.client.post(at(people, "answered/")).url == reverse("staff:desk")
    assert listed(people.unit) == []
    happened = list(people.appointment.events.values_list("what", flat=True))
    assert happened.count(EventKind.WORD_ANSWERED) == 1
    assert Call.objects.get(pk=going_on.pk).outcome == CallOutcome.GUIDED
    with pytest.raises(NotPossibleError):
        note_tried(people.asking.pk, user=desk.user)
    # It can still be read, until it is gone with the visit.
    assert WORDS in desk.client.get(at(people)).content.decode()


def test_a_protected_number_stays_on_the_card(people: Cast, desk: Desk) -> None:
    Party.objects.filter(pk=people.asking.pk).update(is_protected=True)
    send_word(people.asking.pk, text=WORDS)
    read = desk.client.get(at(people)).content.decode()
    assert WORDS in read
    assert "tel:+358401234567" not in read


def test_who_meets_them_and_all_others_never_see_it(people: Cast, client: Client) -> None:
    send_word(people.asking.pk, text=WORDS)
    people.professional.user = signed_in(Role.SUPERVISOR).user
    people.professional.save()
    for role in (Role.SUPERVISOR, Role.GUIDE, Role.PARTNER, Role.MANAGER):
        other = signed_in(role).client
        assert other.get(at(people)).status_code == 403
        for page in ("answered/", "tried/"):
            assert other.post(at(people, page)).status_code == 403
    client.force_login(people.professional.user)
    for page in ("/my-day/", f"/my-day/?day={VISIT.date()}"):
        shown = client.get(page)
        assert shown.status_code == 200
        assert WORDS not in shown.content.decode()
    assert WordBefore.objects.filter(answered_at=None).exists()


def test_no_word_no_page(people: Cast, desk: Desk) -> None:
    assert desk.client.get(at(people)).status_code == 404
    for method in ("answered/", "tried/"):
        assert desk.client.get(at(people, method)).status_code == 405
    note_answered(people.asking.pk, user=desk.user)
    assert not people.appointment.events.filter(what=EventKind.WORD_ANSWERED).exists()


def test_it_is_gone_with_the_visit_and_part_of_the_own_data(people: Cast, desk: Desk) -> None:
    send_word(people.asking.pk, text=WORDS)
    assert WORDS in own_data.as_text(people.asking)
    assert WORDS not in own_data.as_text(people.invited)
    people.appointment.refresh_from_db()
    ends = people.appointment.ends_at
    assert ends is not None
    for moment, left in ((ends + timedelta(days=6), 1), (ends + timedelta(days=8), 0)):
        with time_machine.travel(moment):
            # The work ends when the visit begins.
            assert listed(people.unit) == []
            purge()
        assert WordBefore.objects.count() == left


def test_deletion_on_request_takes_the_words_along(people: Cast, desk: Desk) -> None:
    send_word(people.asking.pk, text=WORDS)
    answers.cancel_visit(people.asking.pk)
    # It waits for a call all the same.
    assert listed(people.unit) == ["KLM-482"]
    asked = own_data.ask(people.asking.pk, DataRequest.Kind.DELETION)
    own_data.delete(asked.pk, user=desk.user)
    assert not WordBefore.objects.exists()


def test_the_oldest_word_stands_first_and_queries_do_not_grow(people: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(people.unit)
        return len(captured)

    visit = AppointmentFactory(
        status=Status.REQUESTED, starts_at=VISIT, ends_at=VISIT + timedelta(hours=1)
    )
    other = PartyFactory(appointment=visit, phone="+358401111111", call_is_safe=True)
    send_word(people.asking.pk, text=WORDS)
    one = queries()
    with time_machine.travel(NOW - timedelta(minutes=5), tick=False):
        send_word(other.pk, text=WORDS)
    assert listed(people.unit) == [visit.reference, "KLM-482"]
    assert queries() == one
