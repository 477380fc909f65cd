"""Were both told the same, and as soon: proven to staff, and to parents once it tells them nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.appointments import by_video, decisions, impartiality, notices
from bookings.models import Appointment, Meeting, OtherParent, Status
from office.core import clock
from office.models import OutboxMessage, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import ONE, TWO, request_for, signed_in
from tests.factories import UserFactory, link_of

pytestmark = pytest.mark.django_db
PROMISE = "We tell both parents about this appointment in the same words."
# It stands on every page, so that it tells nobody how the other takes part.
OWN_PLACE = "To each we say also where, or how, they take part themselves."
PROOF = "Both parents were sent the same messages"


def confirmed(house: House, **fields: Any) -> Appointment:
    appointment = request_for(house, **fields)
    decisions.confirm(appointment.pk, user=UserFactory(roles=[Role.SECRETARY]))
    appointment.refresh_from_db()
    return appointment


def sent(appointment: Appointment, *minutes: int) -> None:
    """Let the messages leave so many minutes after they were written, in the order of writing."""
    messages = OutboxMessage.objects.filter(about=appointment.reference, kind="confirmed")
    assert messages.count() == len(minutes)
    for message, late in zip(messages.order_by("pk"), minutes, strict=True):
        message.sent_at = message.created_at + timedelta(minutes=late)
        message.save()


def told(appointment: Appointment) -> list[tuple[str, int | None, bool]]:
    found = impartiality.notices_to_both([appointment]).get(appointment.pk, [])
    return [(one.kind, one.minutes, one.is_same) for one in found]


def page(appointment: Appointment, *, of_requester: bool = True) -> str:
    party = appointment.parties.get(is_requester=of_requester)
    client = Client()
    client.cookies["django_language"] = "en"
    html = client.get(link_of(party)).content.decode()
    # Without what is drawn anew each time.
    return html.partition("<main")[2].partition("<form")[0]


def test_both_were_told_within_minutes(house: House) -> None:
    visit = confirmed(house)
    assert told(visit) == [("confirmed", None, False)]
    sent(visit, 0, 3)
    assert told(visit) == [("confirmed", 3, True)]
    assert impartiality.notices_to_both([visit])[visit.pk][0].is_alike


def test_who_was_told_late_or_not_at_all_was_not_same_notices(house: House) -> None:
    late = confirmed(house)
    sent(late, 0, 40)
    assert told(late) == [("confirmed", 40, True)]
    assert not impartiality.notices_to_both([late])[late.pk][0].is_alike
    by_call = confirmed(house, hour=11, other=replace(TWO, email="", email_is_safe=False))
    sent(by_call, 0)
    assert told(by_call) == [("confirmed", None, False)]


def test_another_time_in_one_of_the_letters_is_seen(house: House) -> None:
    visit = confirmed(house)
    sent(visit, 0, 0)
    message = OutboxMessage.objects.filter(about=visit.reference, kind="confirmed").latest("pk")
    message.body = message.body.replace("9.00", "9.30")
    message.save()
    assert told(visit) == [("confirmed", 0, False)]
    # Nor is one without the place the same, where nobody takes part by video.
    message.body = message.body.replace("9.30", "9.00").replace(house.point.address, "")
    message.save()
    assert told(visit) == [("confirmed", 0, False)]


def test_a_language_of_ones_own_is_the_same_letter(house: House) -> None:
    visit = confirmed(house, other=replace(TWO, language="sv"))
    sent(visit, 0, 1)
    assert told(visit) == [("confirmed", 1, True)]


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_where_one_takes_part_by_video_the_time_is_the_same_and_the_place_their_own(
    house: House, language: str
) -> None:
    visit = confirmed(house, other=replace(TWO, language=language))
    sent(visit, 0, 0)
    joining = visit.parties.get(is_requester=False)
    joining.given_by_other = False
    joining.save()
    by_video.set_joins_by_video(joining.pk, joins=True, user=UserFactory(roles=[Role.SECRETARY]))
    for party in visit.parties.all():
        party.appointment.refresh_from_db()
        notices.remind(party.appointment, party, once_key=f"reminder {party.pk}")
    OutboxMessage.objects.filter(kind="reminder").update(sent_at=clock.now())

    def ways() -> list[tuple[str, bool, bool]]:
        found = impartiality.notices_to_both([visit])[visit.pk]
        return [(one.kind, one.is_same, one.has_own_ways) for one in found]

    assert ways() == [("confirmed", True, False), ("reminder", True, True)]
    # Before they meet, the page of the one who comes is as it always is; then it says what was the same.
    assert PROMISE in page(visit)
    assert OWN_PLACE in page(visit)
    Appointment.objects.filter(pk=visit.pk).update(status=Status.DONE)
    for of_requester in (True, False):
        html = page(visit, of_requester=of_requester)
        assert "told of the same time by the same kind of message, within 1 minute" in html
        assert PROOF not in html
    manager = signed_in(Role.MANAGER).client
    manager.cookies["django_language"] = "en"
    html = manager.get("/office/impartiality/").content.decode()
    assert ("1 of 1 visits" in html, "In 1 of them one takes part by video" in html) == (True, True)
    if language == "fi":
        # Another time in one of them is seen all the same.
        told_joining = OutboxMessage.objects.get(kind="reminder", link_nonce=joining.link_nonce)
        told_joining.body = told_joining.body.replace("9.00", "9.30")
        told_joining.save()
        assert ways()[1] == ("reminder", False, True)
        assert "told of the same time" not in page(visit)


def test_each_change_is_told_of_its_own(house: House) -> None:
    visit = confirmed(house)
    sent(visit, 0, 0)
    decisions.cancel(visit.pk, user=UserFactory(roles=[Role.SECRETARY]))
    OutboxMessage.objects.filter(sent_at=None).update(sent_at=clock.now())
    assert told(visit) == [("confirmed", 0, True), ("cancelled", 0, True)]


def test_visits_apart_have_nothing_to_be_same_notices(house: House) -> None:
    apart = confirmed(house, meeting=Meeting.SEPARATE)
    alone = confirmed(house, hour=11, other=None)
    assert impartiality.notices_to_both([apart, alone]) == {}
    assert PROMISE not in page(apart)
    assert PROMISE not in page(alone)


@pytest.mark.parametrize("number", [1, 3])
def test_three_queries_whatever_the_number(
    house: House, number: int, django_assert_num_queries: Any
) -> None:
    visits = [confirmed(house, hour=9 + n) for n in range(number)]
    with django_assert_num_queries(3):
        assert len(impartiality.notices_to_both(visits)) == number


def test_before_they_meet_the_page_says_the_same_whatever_was_sent(house: House) -> None:
    """That a message reached the other would be news of the other."""
    visit = confirmed(house)
    waiting = page(visit)
    assert PROMISE in waiting
    assert OWN_PLACE in waiting
    assert PROOF not in waiting
    sent(visit, 0, 3)
    assert page(visit) == waiting
    visit.parties.filter(is_requester=False).update(email="", email_is_safe=False)
    assert page(visit) == waiting
    for status in (Status.ARRIVED, Status.NO_SHOW):
        Appointment.objects.filter(pk=visit.pk).update(status=status)
        assert PROOF not in page(visit)


@pytest.mark.parametrize("status", [Status.IN_MEETING, Status.DONE])
@pytest.mark.parametrize("of_requester", [True, False])
def test_when_they_have_met_both_pages_have_the_proof(
    house: House, status: Status, of_requester: bool
) -> None:
    visit = confirmed(house)
    sent(visit, 0, 3)
    Appointment.objects.filter(pk=visit.pk).update(status=status)
    html = page(visit, of_requester=of_requester)
    assert f"{PROOF} about this appointment, within 3 minutes of each other." in html
    for kept in (ONE.email, TWO.email, ONE.name, TWO.name):
        assert kept not in html

    sent(visit, 0, 40)
    assert PROOF not in page(visit, of_requester=of_requester)


def test_nothing_is_promised_before_the_one_who_asked_has_been_talked_with(house: House) -> None:
    visit = confirmed(house)
    for way in OtherParent.of_the_unit():
        Appointment.objects.filter(pk=visit.pk).update(other_parent=way)
        assert PROMISE not in page(visit)


def test_staff_see_it_without_an_address(house: House) -> None:
    good, bad = confirmed(house), confirmed(house, hour=11)
    sent(good, 0, 3)
    sent(bad, 0, 40)
    paths = {
        Role.SECRETARY: f"/desk/requests/{bad.reference}/told/",
        Role.MANAGER: "/office/impartiality/",
    }
    for role in (*Role, None):
        client = signed_in(*([role] if role else [])).client
        client.cookies["django_language"] = "en"
        for owner, path in paths.items():
            answer = client.get(path)
            assert answer.status_code == (200 if owner == role else 403), (role, path)
            if owner == role:
                html = answer.content.decode()
                assert "within 40 minutes" in html
                for kept in (ONE.email, TWO.email, ONE.name, TWO.name):
                    assert kept not in html
    manager = signed_in(Role.MANAGER).client
    manager.cookies["django_language"] = "en"
    html = manager.get(paths[Role.MANAGER]).content.decode()
    assert "1 of 2 visits" in html
    assert (bad.reference in html, good.reference in html) == (True, False)
    assert Client().get(paths[Role.MANAGER])["Location"].startswith("/accounts/login/")
