"""Who passed an invitation on learns nothing by it, neither by its link nor on the page after sending."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings.appointments import answers, corrections, decisions
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Answer, Appointment, OtherParent, Party, Status
from bookings.parties.records import PartyDetails, hash_code
from office.models import OutboxMessage
from tests.bookings.conftest import House
from tests.bookings.personal_cast import NOW, VISIT, cast, passed_on, text, without_keys
from tests.bookings.public.test_booking_pages import choose, fill, send
from tests.factories import UserFactory, link_of

pytestmark = pytest.mark.django_db

OWN = PartyDetails(name="Maija Mallikas", email="maija@example.org", email_is_safe=True)


@pytest.fixture
def at_ten() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def without_details(party: Party, code: str = "AAAA-BBBB-CCCC") -> Party:
    """Make the party one who has been invited by a link that the other parent passes on."""
    Party.objects.filter(pk=party.pk).update(name="", email="", email_is_safe=False)
    Appointment.objects.update(invitation_hash=hash_code(code))
    party.refresh_from_db()
    return party


def test_details_given_to_the_secretary_leave_the_invitation_the_first_page(at_ten: Any) -> None:
    invited = without_details(cast(other_parent=OtherParent.PASS_ON).invited)
    link = link_of(invited)
    before = without_keys(text(Client(), link))
    unreached = corrections.correct_party(invited.pk, OWN, user=UserFactory())
    invited.refresh_from_db()
    assert unreached == []
    assert without_keys(text(Client(), link)) == before
    assert Client().get(link_of(invited)).status_code == 200
    assert link_of(invited) != link
    # The time is agreed, and nobody had told them yet.
    assert set(OutboxMessage.objects.values_list("to", "kind")) == {
        ("maija@example.org", "confirmed")
    }


def test_correcting_details_leaves_a_link_of_ones_own_alone(at_ten: Any) -> None:
    people = cast(other_parent=OtherParent.PASS_ON)
    for party in (people.invited, people.asking):
        link = link_of(party)
        corrections.correct_party(party.pk, OWN, user=UserFactory())
        assert Client().get(link).status_code == 200
    assert OutboxMessage.objects.count() == 0


def test_the_page_after_sending_does_not_tell_that_the_invitation_was_taken_up(
    client: Client, house: House
) -> None:
    choose(client, house)
    fill(client, house, other={"other_parent": "pass_on"})
    send(client, house)
    before = without_keys(text(client, house.url("sent/")))
    invited = Party.objects.get(is_requester=False)
    assert link_of(invited) in before
    answers.take_up_invitation(invited.pk, OWN)
    assert without_keys(text(client, house.url("sent/"))) == before
    invited.refresh_from_db()
    assert link_of(invited) not in before


def test_an_answer_given_by_a_passed_on_link_is_not_shown_to_the_next_who_opens_it(
    at_ten: Any,
) -> None:
    link = link_of(without_details(cast(other_parent=OtherParent.PASS_ON).invited))
    other = Client()
    before = without_keys(text(other, link))
    said = Client().post(f"{link}answer/", {"answer": "no"}, follow=True).content.decode()
    assert Party.objects.get(is_requester=False).answer == Answer.DECLINED
    assert "ettet pääse tulemaan" in said
    assert without_keys(text(other, link)) == before


def test_by_a_passed_on_link_nobody_accepts_or_chooses_for_the_invited(at_ten: Any) -> None:
    people = cast(other_parent=OtherParent.PASS_ON)
    invited = without_details(people.invited)
    with pytest.raises(NotPossibleError):
        answers.answer_invitation(invited.pk, accepts=True)
    people.appointment.status = Status.OFFERED
    assert not answers.may_choose(invited, people.appointment)
    assert answers.may_choose(people.asking, people.appointment)


def test_who_took_the_invitation_up_hears_that_the_request_is_declined(at_ten: Any) -> None:
    invited, _code = passed_on(starts_at=VISIT, ends_at=VISIT + timedelta(hours=1))
    answers.take_up_invitation(invited.pk, OWN)
    decisions.decline(invited.appointment_id, user=UserFactory(), reason="no_times")
    told = OutboxMessage.objects.filter(to="maija@example.org").values_list("kind", flat=True)
    # The link to their page, which had not left yet, is replaced.
    assert list(told.filter(dropped_at=None)) == ["declined"]


def test_a_used_invitation_looks_as_before_to_whoever_has_its_link_or_code(at_ten: Any) -> None:
    """Neither the page, its file, its form nor the code tells the other parent of the answer."""
    people = cast(other_parent=OtherParent.PASS_ON)
    invited = without_details(people.invited)
    link = link_of(invited)

    def seen() -> list[str]:
        pages = [without_keys(text(Client(), link + path)) for path in ("", "calendar.ics")]
        form = text(Client(), f"{link}details/")
        pages.append(re.sub(r'name="key" value="[^"]+"', "", without_keys(form)))
        code = Client().post("/appointment/", {"code": "aaaa bbbb cccc"})
        pages.append(code.headers["Location"])
        for path in ("cancel/", "move/", "earlier/", "link/"):
            response = Client().get(link + path)
            pages.append(f"{response.status_code} {response.headers['Location']}")
        for path, data in {
            "answer/": {"answer": "yes"},
            "cancel/": {},
            "move/": {"slot": "x"},
            "choose/": {"offer": "x"},
            "link/": {},
        }.items():
            answered = Client().post(link + path, data, follow=True)
            pages.append(without_keys(" ".join(answered.content.decode().split())))
        return pages

    before = seen()
    assert before[3] == link
    answers.take_up_invitation(invited.pk, replace(OWN, language="sv"))
    answers.answer_invitation(invited.pk, accepts=True)
    assert seen() == before
    said_no = Client().post(f"{link}answer/", {"answer": "no"}, follow=True).content.decode()
    assert "ettet pääse tulemaan" in said_no
    # It was not theirs to say any more.
    invited.refresh_from_db()
    assert invited.answer == Answer.ACCEPTED
    decisions.cancel(people.appointment.pk, user=UserFactory())
    assert "on peruttu" in text(Client(), link)


def test_a_used_invitation_refuses_only_at_sending(at_ten: Any, client: Client) -> None:
    invited = without_details(cast(other_parent=OtherParent.PASS_ON).invited)
    link = link_of(invited)
    answers.take_up_invitation(invited.pk, OWN)
    client.cookies["django_language"] = "en"
    form = {
        "name": "Another",
        "email": "another@example.org",
        "safe": ["email"],
        "language": "fi",
        "key": "another form",
    }
    response = client.post(f"{link}details/", form)
    page = " ".join(response.content.decode().split())
    assert response.status_code == 409
    assert "the invitation has been used already, or something has changed" in page
    assert "Another" in page
    invited.refresh_from_db()
    assert invited.name == "Maija Mallikas"


def test_who_takes_an_invitation_up_gets_the_link_at_once(at_ten: Any) -> None:
    invited, _code = passed_on(starts_at=VISIT, ends_at=VISIT + timedelta(hours=1))
    answers.take_up_invitation(invited.pk, OWN)
    invited.refresh_from_db()
    message = OutboxMessage.objects.get(to="maija@example.org")
    assert (message.kind, message.link_nonce) == ("link", invited.link_nonce)
