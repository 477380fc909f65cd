"""After all links were renewed everybody gets the new one by their own safe way, or a call."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from bookings.cases.actions import mark_posted
from bookings.cases.invitations import person_of_code
from bookings.cases.queries import letter_mark, letters_to_post
from bookings.desk import worklist
from bookings.models import AppointmentEvent, CasePerson, EventKind, Party, Status
from familylaw.link_renewal import renew_links
from familylaw.link_sending import send_new_links
from office.core import clock, tokens
from office.messaging.outbox import link_of, text_of
from office.models import OutboxMessage, Role
from tests.bookings import pair_cast
from tests.bookings.call_cast import call_hours, reserved
from tests.bookings.cases import cast as cases
from tests.bookings.conftest import House
from tests.bookings.personal_cast import NOW, Cast, cast, passed_on, request_only
from tests.factories import PartyFactory, UserFactory, booked

pytestmark = pytest.mark.django_db


def renewed() -> list[OutboxMessage]:
    """Return what is written after the renewal."""
    pair_cast.sent()
    before = OutboxMessage.objects.count()
    with transaction.atomic():
        renew_links()
        count = send_new_links()
    messages = list(OutboxMessage.objects.order_by("pk"))[before:]
    assert len(messages) == count
    return messages


@time_machine.travel(NOW, tick=False)
def test_each_gets_their_own_new_link_and_who_cannot_stands_in_the_work_list() -> None:
    people: Cast = cast()
    Party.objects.filter(pk=people.asking.pk).update(
        email="", email_is_safe=False, phone="+358401234567", sms_is_safe=True
    )
    Party.objects.filter(pk=people.invited.pk).update(email="two@example.org", email_is_safe=True)
    over = request_only(status=Status.CANCELLED)
    ahead = booked(start=NOW + timedelta(days=9), professionals=[people.professional])
    deaf = ahead.parties.get()
    Party.objects.filter(pk=over.pk).update(email="over@example.org")
    Party.objects.filter(pk=deaf.pk).update(email_is_safe=False, phone="+358401234568")
    unasked, _code = passed_on(status=Status.REQUESTED)
    by_other = PartyFactory(
        appointment=ahead,
        given_by_other=True,
        email="other@example.org",
        email_is_safe=False,
    )

    messages = {message.to: message for message in renewed()}

    for party, to in ((people.asking, "+358401234567"), (people.invited, "two@example.org")):
        party.refresh_from_db()
        message = messages[to]
        assert (message.kind, message.link_nonce) == ("link", party.link_nonce)
        assert tokens.link_token("party", party.link_nonce) in link_of(message)
        assert str(people.service.name) not in message.subject + text_of(message)
    for silent in (by_other.email, "over@example.org", deaf.email):
        assert silent not in messages
    unasked.refresh_from_db()
    assert unasked.link_nonce not in {message.link_nonce for message in messages.values()}
    told = AppointmentEvent.objects.filter(what=EventKind.LINKS_RENEWED)
    assert over.appointment_id not in told.values_list("appointment", flat=True)
    assert [party.pk for party in worklist.calls(clock.now())] == [deaf.pk]


def test_so_do_callers_and_partner_professionals(house: House) -> None:
    call_hours(house)
    call, pair = reserved(house), pair_cast.a_pair(house)
    pair.ask()
    kinds = {message.to: message.kind for message in renewed()}
    assert kinds[call.email] == "call_reserved"
    assert kinds["kaisa@example.org"] == "pair_asked"

    pair.answer(accepts=True)
    reminder = next(message for message in renewed() if message.to == "kaisa@example.org")
    assert reminder.kind == "pair_reminder"
    assert reminder.link_nonce == pair.invitation.link_nonce


def test_a_posted_code_opens_nothing_and_its_letter_is_printed_again(house: House) -> None:
    case = cases.notice(house)
    former = cases.code_of(case)
    marks = [letter_mark(one) for one in letters_to_post()]
    mark_posted([case.pk], marks, user=UserFactory(roles=[Role.SECRETARY]))

    renewed()

    assert person_of_code(former) is None
    assert person_of_code(cases.code_of(case)) == case.people.earliest("pk")
    assert not CasePerson.objects.exclude(posted_at=None).exists()
