"""What is said on the phone, noted by one press: by who was recognised, or called at a safe number."""

import pytest
import time_machine

from bookings.appointments import answers, decisions
from bookings.availability.search import Wish
from bookings.desk import worklist
from bookings.models import Answer, Appointment, Party, Status
from office.core import clock
from office.core.own_codes import own_code
from office.models import Channel, OutboxMessage, Role
from tests.bookings.change_cast import Team, agreed, team, told
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, Desk, signed_in, url

EN = {"Accept-Language": "en"}


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def desk(db: None) -> Desk:
    return signed_in(Role.SECRETARY)


@pytest.fixture
def visit(crew: Team) -> Appointment:
    """Agree on Wednesday at 9; the invited parent has been asked, and may not be called."""
    appointment = agreed(crew)
    appointment.parties.filter(is_requester=False).update(
        answer=Answer.ASKED, given_by_other=False, email_is_safe=True
    )
    OutboxMessage.objects.all().delete()
    return appointment


def invited(visit: Appointment) -> Party:
    return visit.parties.get(is_requester=False)


def recognise(desk: Desk, party: Party) -> None:
    desk.client.post("/desk/who-calls/", {"code": own_code(party.link_nonce)})


def page(desk: Desk, visit: Appointment) -> str:
    html = desk.client.get(url(visit), headers=EN).content.decode()
    return " ".join(html.split())


def says(desk: Desk, party: Party, reply: str, **fields: object) -> str:
    path = url(party.appointment, f"parties/{party.pk}/says/{reply}/")
    response = desk.client.post(path, fields, follow=True, headers=EN)
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("reply", "answer", "what"),
    [("yes", Answer.ACCEPTED, "accepted"), ("no", Answer.DECLINED, "declined_invitation")],
)
def test_the_invited_parent_answers(
    visit: Appointment, desk: Desk, reply: str, answer: str, what: str
) -> None:
    recognise(desk, invited(visit))
    html = page(desk, visit)
    assert (f"{TWO.name} is on the line." in html, 'data-key="y"' in html) == (True, True)

    html = says(desk, invited(visit), reply)

    event = visit.events.order_by("-pk")[0]
    assert (invited(visit).answer, event.what, event.user, event.party) == (
        answer,
        what,
        desk.user,
        invited(visit),
    )
    assert f"(by phone: {TWO.name})" in html
    assert "answer noted" in html
    assert "/desk/undo/" in html
    assert told() == set()


def test_who_is_not_recognised_answers_nothing(visit: Appointment, desk: Desk) -> None:
    assert "says/yes/" not in page(desk, visit)

    html = says(desk, invited(visit), "yes")

    assert "it is not known who is calling" in html
    assert invited(visit).answer == Answer.ASKED
    # Neither for somebody else who is on the line, nor because one says that they were called.
    recognise(desk, visit.parties.get(is_requester=True))
    says(desk, invited(visit), "yes")
    says(desk, invited(visit), "yes", we_called=1)
    assert invited(visit).answer == Answer.ASKED


def test_who_was_called_at_a_safe_number_answers(visit: Appointment, desk: Desk) -> None:
    Party.objects.filter(pk=invited(visit).pk).update(call_is_safe=True)
    assert f"We called {TWO.name}: note their answer" in page(desk, visit)

    says(desk, invited(visit), "yes", we_called=1)

    assert invited(visit).answer == Answer.ACCEPTED


def test_an_answer_is_undone(visit: Appointment, desk: Desk) -> None:
    recognise(desk, invited(visit))
    html = says(desk, invited(visit), "no")
    (key,) = {part.split("/")[0] for part in html.split("/desk/undo/")[1:]}

    desk.client.post(f"/desk/undo/{key}/")

    assert invited(visit).answer == Answer.ASKED


@pytest.mark.parametrize("is_agreed", [True, False], ids=["agreed", "request"])
def test_an_offered_time_is_chosen(
    crew: Team, visit: Appointment, desk: Desk, is_agreed: bool
) -> None:
    if not is_agreed:
        Appointment.objects.filter(pk=visit.pk).update(status=Status.REQUESTED)
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    slots = [(wish, crew.house.slot(hour)) for hour in (13, 15)]
    decisions.offer_times(visit.pk, slots, user=crew.user, unit=crew.house.unit)
    OutboxMessage.objects.all().delete()
    recognise(desk, invited(visit))
    html = page(desk, visit)
    assert all(f'data-key="{key}"' in html for key in "12")
    second = visit.time_offers.to_choose_from().order_by("starts_at")[1]
    # Those that are offered are seen where other times are looked for, though they are not free.
    times = desk.client.get(url(visit, "times/"), headers=EN).content.decode()
    assert "Offered already" in times

    html = says(desk, invited(visit), "offer", offer=second.pk)

    visit.refresh_from_db()
    assert (visit.status, visit.starts_at, invited(visit).answer) == (
        Status.CONFIRMED,
        at(15),
        Answer.ACCEPTED,
    )
    assert {ONE.email, TWO.email} < {to for to, _kind in told()}
    assert f"(by phone: {TWO.name})" in html
    assert "Nothing is noted" not in html
    assert "This cannot be done now" in says(desk, invited(visit), "offer", offer=second.pk)


def test_odd_answers(visit: Appointment, desk: Desk) -> None:
    path = url(visit, f"parties/{invited(visit).pk}/says/")
    assert desk.client.post(f"{path}perhaps/").status_code == 404
    recognise(desk, invited(visit))
    for offer in ("", "x", "9" * 30):
        assert "This cannot be done now" in says(desk, invited(visit), "offer", offer=offer)


def call(desk: Desk, party: Party, result: str) -> str:
    path = url(party.appointment, f"parties/{party.pk}/called/")
    html = desk.client.post(path, {"result": result}, follow=True, headers=EN).content.decode()
    return " ".join(html.split())


@pytest.fixture
def by_call(visit: Appointment) -> Party:
    """Return who must be called: the one who asked, to whom no message is safe any more."""
    visit.parties.filter(is_requester=True).update(email_is_safe=False, sms_is_safe=False)
    return visit.parties.get(is_requester=True)


def test_who_was_not_reached_stays_work_and_it_is_counted(
    by_call: Party, desk: Desk, monday: time_machine.Traveller
) -> None:
    assert list(worklist.calls(clock.now())) == [by_call]
    for _ in range(2):
        monday.shift(600)
        html = call(desk, by_call, "not_reached")

    assert "not reached: it stays on the work list." in html
    assert f"Called, not reached: {ONE.name}" in html
    (row,) = worklist.calls(clock.now())
    assert (row, row.tries, row.last_try) == (by_call, 2, clock.now())  # type: ignore[attr-defined]
    work = " ".join(desk.client.get("/desk/work/", headers=EN).content.decode().split())
    assert "Call again: 2 tries, the last at Mon 23 Nov 8:20" in work

    html = call(desk, by_call, "informed")

    assert f"Called: {ONE.name}: they know of it now" in html
    assert list(worklist.calls(clock.now())) == []


def test_an_unsafe_number_is_never_offered_nor_called(by_call: Party, desk: Desk) -> None:
    Party.objects.filter(pk=by_call.pk).update(call_is_safe=False)
    html = page(desk, by_call.appointment)
    number = f'action="{url(by_call.appointment, f"parties/{by_call.pk}/called/")}"'
    form = html[html.index(number) :].split("</form>")[0]
    assert ('value="other_way"' in form, 'value="informed"' in form) == (True, False)

    for result in ("informed", "not_reached"):
        assert "This cannot be done now" in call(desk, by_call, result)
    assert list(worklist.calls(clock.now())) == [by_call]
    call(desk, by_call, "other_way")
    assert list(worklist.calls(clock.now())) == []


def test_what_came_of_a_call_must_be_said(by_call: Party, desk: Desk) -> None:
    assert "Choose what came of the call." in call(desk, by_call, "")
    assert list(worklist.calls(clock.now())) == [by_call]


def test_who_takes_up_the_invitation_first_says_no_only(visit: Appointment, desk: Desk) -> None:
    party = invited(visit)
    Party.objects.filter(pk=party.pk).update(given_by_other=True, email_is_safe=False)
    assert answers.may_take_up(Party.objects.get(pk=party.pk), visit)
    recognise(desk, Party.objects.get(pk=party.pk))

    html = page(desk, visit)

    assert ("says/yes/" in html, "says/no/" in html) == (False, True)
