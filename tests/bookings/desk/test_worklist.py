"""The named reads of the work list: what is on it, and what takes it off."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from bookings.desk import worklist
from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    MoveRequest,
    OtherParent,
    Party,
    Status,
    TimeOffer,
)
from office.core import clock
from office.models import Channel, OutboxMessage
from tests.bookings.conftest import House, at
from tests.factories import AppointmentFactory, PartyFactory, UserFactory, booked


def happened(
    appointment: Appointment, what: str, when: datetime, party: Party | None = None
) -> None:
    AppointmentEvent.objects.create(
        appointment=appointment,
        what=what,
        status=appointment.status,
        at=when,
        by="staff",
        user=UserFactory(),
        party=party,
    )


def invited(house: House, *, visit: datetime, asked: datetime, **fields: Any) -> Party:
    """Make a confirmed visit with a second parent who was asked at `asked`."""
    appointment = booked(start=visit, professionals=[house.professional], room=house.room)
    happened(appointment, "confirmed", asked)
    return PartyFactory(appointment=appointment, **{"answer": Answer.ASKED, **fields})


def test_requests_come_by_their_promise(house: House) -> None:
    late = AppointmentFactory(answer_due_at=at(9, day=23))
    early = AppointmentFactory(answer_due_at=at(16, day=20))
    AppointmentFactory(status=Status.CANCELLED, answer_due_at=at(8, day=20))

    assert list(worklist.requests()) == [early, late]


def test_unanswered_invitation_counts_after_two_working_days(house: House) -> None:
    party = invited(house, visit=at(9, day=10, month=12), asked=at(10, day=18))
    # Wednesday: Thursday and Friday are the two working days, so Monday is the time.
    assert list(worklist.invitations(clock.now())) == [party]


def test_invitation_of_yesterday_is_left_in_peace(house: House) -> None:
    invited(house, visit=at(9, day=10, month=12), asked=at(10, day=20))

    assert list(worklist.invitations(clock.now())) == []


def test_near_visit_hurries_the_invitation(house: House) -> None:
    party = invited(house, visit=at(9, day=26), asked=at(10, day=20))

    assert list(worklist.invitations(clock.now())) == [party]


def test_visit_four_working_days_off_does_not_hurry(house: House) -> None:
    invited(house, visit=at(9, day=27), asked=at(10, day=20))

    assert list(worklist.invitations(clock.now())) == []


@pytest.mark.parametrize("what", ["called", "kept"])
def test_call_or_decision_takes_the_invitation_off(house: House, what: str) -> None:
    party = invited(house, visit=at(9, day=10, month=12), asked=at(10, day=18))
    happened(party.appointment, what, at(7, 30, day=23))

    assert list(worklist.invitations(clock.now())) == []


def test_call_to_the_other_one_is_no_call_to_this_one(house: House) -> None:
    party = invited(house, visit=at(9, day=26), asked=at(10, day=20))
    other = party.appointment.parties.get(is_requester=True)
    happened(party.appointment, "called", at(7, 30, day=23), party=other)

    assert list(worklist.invitations(clock.now())) == [party]


def test_declined_invitation_stays_until_decided(house: House) -> None:
    party = invited(
        house,
        visit=at(9, day=10, month=12),
        asked=at(10, day=20),
        answer=Answer.DECLINED,
        answered_at=at(12, day=20),
    )
    assert list(worklist.invitations(clock.now())) == [party]

    happened(party.appointment, "kept", at(7, 30, day=23))
    assert list(worklist.invitations(clock.now())) == []


def test_accepted_or_closed_invitations_are_off(house: House) -> None:
    invited(house, visit=at(9, day=26), asked=at(10, day=18), answer=Answer.ACCEPTED)
    done = invited(house, visit=at(11, day=26), asked=at(10, day=18)).appointment
    Appointment.objects.filter(pk=done.pk).update(status=Status.DONE)

    assert list(worklist.invitations(clock.now())) == []


def proposed(appointment: Appointment) -> dict[str, object]:
    return {
        "appointment": appointment,
        "starts_at": at(9, day=27),
        "ends_at": at(10, day=27),
        "channel": Channel.PHONE,
        "created_at": clock.now(),
    }


def test_open_wishes_to_move(house: House) -> None:
    appointment = booked(start=at(9), professionals=[house.professional])
    party = appointment.parties.get()
    MoveRequest.objects.create(party=party, outcome="kept", **proposed(appointment))
    move = MoveRequest.objects.create(party=party, **proposed(appointment))

    assert list(worklist.moves()) == [move]


def test_orphans_of_own_and_of_offered_time(house: House) -> None:
    own = booked(start=at(9), professionals=[house.professional])
    offered_claim = booked(start=at(11), professionals=[house.professional]).claim
    booked(start=at(13), professionals=[house.professional])
    offered = AppointmentFactory(status=Status.OFFERED)
    TimeOffer.objects.create(expires_at=at(9, day=26), claim=offered_claim, **proposed(offered))
    for claim in (own.claim, offered_claim):
        assert claim is not None
        claim.orphaned_at = clock.now()
        claim.save()
    Appointment.objects.filter(claim=offered_claim).update(claim=None, status=Status.CANCELLED)

    assert list(worklist.orphans()) == [own, offered]


def test_offers_say_until_when(house: House) -> None:
    appointment = AppointmentFactory(status=Status.OFFERED)
    for day in (25, 26):
        TimeOffer.objects.create(expires_at=at(9, day=day), **proposed(appointment))

    (found,) = worklist.offers()

    assert (found, getattr(found, "offered_until", None)) == (appointment, at(9, day=26))


def test_other_parents_to_contact(house: House) -> None:
    waits = AppointmentFactory(other_parent=OtherParent.UNIT)
    PartyFactory(appointment=waits, is_requester=True)
    known = AppointmentFactory(other_parent=OtherParent.UNIT)
    PartyFactory(appointment=known)
    decided = AppointmentFactory(other_parent=OtherParent.UNIT)
    happened(decided, "not_contacted", clock.now())
    AppointmentFactory(other_parent=OtherParent.NONE)

    assert list(worklist.to_contact()) == [waits]


@pytest.fixture
def by_phone_only(house: House) -> Party:
    """Make a confirmed visit of a parent to whom nothing may be written."""
    appointment = booked(start=at(9), professionals=[house.professional])
    happened(appointment, "confirmed", at(7, 30, day=23))
    party = appointment.parties.get()
    party.phone, party.email, party.call_is_safe = "+358400000001", "", True
    party.save()
    return party


def test_unreachable_party_is_to_be_called(by_phone_only: Party) -> None:
    assert list(worklist.calls(clock.now())) == [by_phone_only]


def test_call_takes_the_party_off_until_there_is_news(by_phone_only: Party) -> None:
    happened(by_phone_only.appointment, "called", at(7, 40, day=23), party=by_phone_only)
    assert list(worklist.calls(clock.now())) == []

    happened(by_phone_only.appointment, "moved", at(7, 50, day=23))
    assert list(worklist.calls(clock.now())) == [by_phone_only]


@pytest.mark.parametrize(
    "change",
    [
        {"sms_is_safe": True},
        {"email": "a@example.org", "email_is_safe": True},
        {"phone": ""},
        {"is_requester": False, "answer": Answer.NOT_ASKED},
    ],
    ids=["by text message", "by e-mail", "no way given", "knows nothing of it"],
)
def test_who_need_not_be_called(by_phone_only: Party, change: dict[str, object]) -> None:
    Party.objects.filter(pk=by_phone_only.pk).update(**change)

    assert list(worklist.calls(clock.now())) == []


def test_text_messages_that_do_not_work_here_reach_nobody(
    by_phone_only: Party, settings: Any
) -> None:
    Party.objects.filter(pk=by_phone_only.pk).update(sms_is_safe=True)
    settings.DEMO, settings.SMS_GATEWAY_URL = "", ""

    assert list(worklist.calls(clock.now())) == [by_phone_only]


def test_who_cancelled_need_not_be_told(by_phone_only: Party) -> None:
    appointment = by_phone_only.appointment
    happened(appointment, "called", at(7, 40, day=23), party=by_phone_only)
    Appointment.objects.filter(pk=appointment.pk).update(
        status=Status.CANCELLED, claim=None, updated_at=clock.now()
    )
    happened(appointment, "cancelled", at(7, 50, day=23), party=by_phone_only)

    assert list(worklist.calls(clock.now())) == []


def test_closed_ones_are_called_about_for_two_weeks(
    by_phone_only: Party, monday: time_machine.Traveller
) -> None:
    Appointment.objects.update(status=Status.CANCELLED, claim=None, updated_at=clock.now())
    happened(by_phone_only.appointment, "cancelled", at(7, 50, day=23))
    assert list(worklist.calls(clock.now())) == [by_phone_only]

    monday.shift(timedelta(days=15))
    assert list(worklist.calls(clock.now())) == []


def test_refusal_to_move_is_told_by_phone(by_phone_only: Party) -> None:
    happened(by_phone_only.appointment, "called", at(7, 40, day=23), party=by_phone_only)
    MoveRequest.objects.create(
        party=by_phone_only,
        outcome="kept",
        closed_at=at(7, 50, day=23),
        **proposed(by_phone_only.appointment),
    )

    assert list(worklist.calls(clock.now())) == [by_phone_only]


def test_failed_messages(house: House) -> None:
    def message(**fields: Any) -> OutboxMessage:
        now = clock.now()
        return OutboxMessage.objects.create(
            **{
                "kind": "confirmed",
                "channel": "sms",
                "to": "+358400000001",
                "language": "fi",
                "body": "",
                "created_at": now,
                "send_after": now,
                **fields,
            }
        )

    bad = message(last_error="gateway 500")
    message()
    message(last_error="gateway 500", sent_at=clock.now())
    message(last_error="gateway 500", dropped_at=clock.now())

    assert list(worklist.failed_messages()) == [bad]
