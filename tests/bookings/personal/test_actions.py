"""What a party does on the personal page: answers, cancels, moves, chooses."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings.availability.codec import slot_value
from bookings.availability.slots import Slot
from bookings.models import (
    Answer,
    AppointmentEvent,
    MoveRequest,
    Party,
    Status,
)
from office.models import Claim
from tests.bookings.personal_cast import (
    NOW,
    VISIT,
    cast,
    offer,
    request_only,
    text,
    to_offered,
)
from tests.factories import busy, link_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]

NOT_POSSIBLE = "This could not be done, because something has changed."


@pytest.fixture
def at_ten() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def send(client: Client, path: str, data: dict[str, Any] | None = None) -> str:
    """Send a form, and the page that it leads to."""
    response = client.post(path, data or {}, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain
    return " ".join(response.content.decode().split())


def what_happened() -> list[str]:
    return list(AppointmentEvent.objects.order_by("pk").values_list("what", flat=True))


# Accepting and declining


@pytest.mark.parametrize(
    ("said", "answer", "event", "words"),
    [
        ("yes", Answer.ACCEPTED, "accepted", "You have told us that you will come."),
        ("no", Answer.DECLINED, "declined_invitation", "You have told us that you cannot come"),
    ],
)
def test_an_invited_parent_answers_and_a_second_press_does_nothing_more(
    english: Client, said: str, answer: Answer, event: str, words: str
) -> None:
    people = cast()
    assert "Will you come?" in text(english, link_of(people.invited))
    for _press in range(2):
        page = send(english, f"{link_of(people.invited)}answer/", {"answer": said})
        assert words in page
        assert NOT_POSSIBLE not in page
    people.invited.refresh_from_db()
    people.appointment.refresh_from_db()
    assert (people.invited.answer, people.appointment.status) == (answer, Status.CONFIRMED)
    assert what_happened() == [event]


def test_one_may_change_ones_mind(english: Client) -> None:
    link = link_of(cast().invited)
    send(english, f"{link}answer/", {"answer": "no"})
    page = send(english, f"{link}answer/", {"answer": "yes"})
    assert "Your time is confirmed" in page
    assert what_happened() == ["declined_invitation", "accepted"]


def test_words_that_are_no_answer_change_nothing(english: Client) -> None:
    send(english, f"{link_of(cast().invited)}answer/", {"answer": "perhaps"})
    assert what_happened() == []


def test_who_sent_the_request_is_asked_only_when_the_time_is_new(english: Client) -> None:
    people = cast()
    link = link_of(people.asking)
    assert NOT_POSSIBLE in send(english, f"{link}answer/", {"answer": "no"})
    assert what_happened() == []
    Party.objects.filter(pk=people.asking.pk).update(answer=Answer.ASKED)
    assert "Will you come?" in text(english, link)
    assert "Your time is confirmed" in send(english, f"{link}answer/", {"answer": "yes"})
    assert what_happened() == ["accepted"]


def test_after_the_visit_has_begun_nobody_answers(english: Client, at_ten: Any) -> None:
    people = cast()
    at_ten.move_to(VISIT)
    page = send(english, f"{link_of(people.invited)}answer/", {"answer": "no"})
    assert NOT_POSSIBLE in page
    assert what_happened() == []


# Cancelling


def test_cancelling_asks_first_and_then_frees_the_time(english: Client) -> None:
    people = cast()
    link = link_of(people.asking)
    assert "Do you want to cancel the appointment?" in text(english, f"{link}cancel/")
    for _press in range(2):
        page = send(english, f"{link}cancel/")
        assert "This appointment has been cancelled" in page
        assert NOT_POSSIBLE not in page
    assert what_happened() == ["cancelled"]
    assert not Claim.objects.filter(label="KLM-482").exists()
    assert "This appointment has been cancelled" in text(english, link_of(people.invited))


def test_who_has_not_agreed_to_come_cannot_take_the_time_away(english: Client) -> None:
    people = cast()
    link = link_of(people.invited)
    assert "cancel/" not in text(english, link)
    assert english.get(f"{link}cancel/").status_code == 302
    assert NOT_POSSIBLE in send(english, f"{link}cancel/")
    people.appointment.refresh_from_db()
    assert people.appointment.status == Status.CONFIRMED
    send(english, f"{link}answer/", {"answer": "yes"})
    assert "This appointment has been cancelled" in send(english, f"{link}cancel/")


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.IN_MEETING, Status.DONE])
def test_what_has_begun_is_not_cancelled(english: Client, status: Status) -> None:
    people = cast(status=status)
    assert NOT_POSSIBLE in send(english, f"{link_of(people.asking)}cancel/")
    people.appointment.refresh_from_db()
    assert people.appointment.status == status


def test_a_request_without_a_time_is_cancelled_too(english: Client) -> None:
    party = request_only()
    assert "Do you want to cancel the request?" in text(english, f"{link_of(party)}cancel/")
    assert "has been cancelled" in send(english, f"{link_of(party)}cancel/")


# Moving


def test_asking_to_move_keeps_both_times_until_answered(english: Client) -> None:
    people = cast()
    link = link_of(people.asking)
    slot = people.slots()[3]
    assert slot_value(slot) in text(english, f"{link}move/")
    page = send(english, f"{link}move/", {"slot": slot_value(slot)})
    assert "You have asked for another time" in page
    assert "Your present time holds until we have answered." in page
    (move,) = MoveRequest.objects.all()
    people.appointment.refresh_from_db()
    assert (move.starts_at, move.party_id) == (slot.start, people.asking.pk)
    assert (people.appointment.starts_at, people.appointment.status) == (VISIT, Status.CONFIRMED)
    assert people.professional.resource.occupancies.count() == 2


def test_another_wish_takes_the_place_of_the_first(english: Client) -> None:
    people = cast()
    link = link_of(people.asking)
    for slot in (people.slots()[0], people.slots()[6]):
        page = send(english, f"{link}move/", {"slot": slot_value(slot)})
        assert "You have asked for another time" in page
    outcomes = list(MoveRequest.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == [MoveRequest.Outcome.WITHDRAWN, MoveRequest.Outcome.OPEN]
    assert people.professional.resource.occupancies.count() == 2


def test_a_request_to_move_is_taken_back_and_a_second_press_is_silent(english: Client) -> None:
    people = cast()
    link = link_of(people.asking)
    send(english, f"{link}move/", {"slot": slot_value(people.slots()[0])})
    page = send(english, f"{link}move/withdraw/")
    assert "You have taken back your request to move." in page
    page = send(english, f"{link}move/withdraw/")
    assert NOT_POSSIBLE not in page
    assert people.professional.resource.occupancies.count() == 1


def test_taking_back_what_was_decided_meanwhile_is_told(english: Client) -> None:
    people = cast()
    link = link_of(people.asking)
    send(english, f"{link}move/", {"slot": slot_value(people.slots()[0])})
    MoveRequest.objects.update(outcome=MoveRequest.Outcome.KEPT)
    page = send(english, f"{link}move/withdraw/")
    assert NOT_POSSIBLE in page
    assert "We could not move the appointment to the time that you asked for." in page


def test_the_others_request_to_move_is_not_ones_own_to_take_back(english: Client) -> None:
    people = cast()
    send(
        english,
        f"{link_of(people.asking)}move/",
        {"slot": slot_value(people.slots()[0])},
    )
    send(english, f"{link_of(people.invited)}move/withdraw/")
    assert MoveRequest.objects.get().outcome == MoveRequest.Outcome.OPEN


def test_that_the_other_has_asked_to_move_shows_by_nothing(english: Client) -> None:
    people = cast()
    send(
        english,
        f"{link_of(people.asking)}move/",
        {"slot": slot_value(people.slots()[0])},
    )
    page = send(
        english,
        f"{link_of(people.invited)}move/",
        {"slot": slot_value(people.slots()[0])},
    )
    assert NOT_POSSIBLE not in page
    assert "You have asked for another time" in page
    assert MoveRequest.objects.filter(outcome=MoveRequest.Outcome.OPEN).count() == 2


def test_a_time_that_was_just_taken_leads_to_near_ones(english: Client) -> None:
    people = cast()
    link = link_of(people.asking)
    slot = people.slots()[3]
    busy(people.professional, slot.start, 60)
    response = english.post(f"{link}move/", {"slot": slot_value(slot)})
    page = response.content.decode()
    assert response.status_code == 409
    assert "That time was just taken" in page
    near = page.split("</form>")[1]
    assert f'value="{slot_value(slot)}"' not in page
    assert near.count('<button class="slot"') >= 3
    assert MoveRequest.objects.count() == 0


@pytest.mark.parametrize("value", ["", "nonsense", "20261125T0800Z", "20261125T0800Z-0"])
def test_no_time_chosen_asks_again(english: Client, value: str) -> None:
    response = english.post(f"{link_of(cast().asking)}move/", {"slot": value})
    assert response.status_code == 400
    assert "Choose a time first." in response.content.decode()


def test_a_time_that_is_not_offered_to_the_public_is_refused(english: Client) -> None:
    people = cast()
    night = Slot(VISIT.replace(hour=1), people.point.pk)
    response = english.post(f"{link_of(people.asking)}move/", {"slot": slot_value(night)})
    assert response.status_code == 409
    assert MoveRequest.objects.count() == 0


def test_too_many_wishes_are_told_in_human_words(english: Client) -> None:
    people = cast()
    link = link_of(people.asking)
    slots = people.slots()
    for number in range(6):
        send(english, f"{link}move/", {"slot": slot_value(slots[number])})
    response = english.post(f"{link}move/", {"slot": slot_value(slots[7])})
    assert response.status_code == 429
    assert "You can try again from" in response.content.decode()
    assert int(response.headers["Retry-After"]) > 0
    assert MoveRequest.objects.filter(outcome=MoveRequest.Outcome.OPEN).count() == 1


@pytest.mark.parametrize("status", [Status.REQUESTED, Status.CANCELLED, Status.DONE])
def test_only_a_confirmed_time_is_moved(english: Client, status: Status) -> None:
    party = request_only(status=status)
    assert english.get(f"{link_of(party)}move/").status_code == 302
    assert NOT_POSSIBLE in send(english, f"{link_of(party)}move/", {"slot": "20261202T0900Z-1"})
    assert MoveRequest.objects.count() == 0


# Choosing among offered times


def test_an_offered_time_is_chosen_once(english: Client) -> None:
    people = cast()
    to_offered(people)
    first, second = offer(people, VISIT), offer(people, VISIT + timedelta(hours=2))
    link = link_of(people.asking)
    assert "Choose the time that suits you" in text(english, link)
    for _press in range(2):
        page = send(english, f"{link}choose/", {"offer": second.pk})
        assert "Your time is confirmed" in page
        assert NOT_POSSIBLE not in page
    assert NOT_POSSIBLE in send(english, f"{link}choose/", {"offer": first.pk})
    people.appointment.refresh_from_db()
    people.invited.refresh_from_db()
    assert people.appointment.starts_at == VISIT + timedelta(hours=2)
    assert people.invited.answer == Answer.ASKED
    assert people.professional.resource.occupancies.count() == 1


def test_no_offer_chosen_asks_again(english: Client) -> None:
    people = cast()
    to_offered(people)
    offer(people, VISIT)
    for value in ("", "x", "-1", "9" * 30):
        page = send(english, f"{link_of(people.asking)}choose/", {"offer": value})
        assert "Choose a time first." in page


def test_neither_a_lapsed_offer_nor_somebody_elses_can_be_chosen(english: Client) -> None:
    people, others = cast(), request_only(status=Status.OFFERED)
    to_offered(people)
    theirs = offer(people, VISIT)
    assert NOT_POSSIBLE in send(english, f"{link_of(others)}choose/", {"offer": theirs.pk})
    late = offer(people, VISIT + timedelta(hours=3), days=-1)
    assert NOT_POSSIBLE in send(english, f"{link_of(people.asking)}choose/", {"offer": late.pk})
    people.appointment.refresh_from_db()
    assert people.appointment.status == Status.OFFERED
