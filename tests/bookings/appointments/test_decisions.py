"""The secretary's decisions, from request to confirmed appointment."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from bookings.appointments import answers, attendance, corrections, decisions, proposals
from bookings.appointments.requests import RequestDetails, send_request
from bookings.availability.allocation import JustTakenError
from bookings.availability.holds import hold_slot
from bookings.availability.search import Wish
from bookings.desk import worklist
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    Meeting,
    MoveRequest,
    OtherParent,
    Party,
    Status,
    TimeOffer,
)
from bookings.parties.records import PartyDetails
from office.calendar.hours_impact import change_hours
from office.models import (
    Channel,
    ClaimKind,
    HoursChange,
    HoursKind,
    Occupancy,
    OutboxMessage,
    User,
)
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import called
from tests.factories import ProfessionalFactory, RoomFactory, UserFactory

ONE = PartyDetails(name="Vanhempi Yksi", email="yksi@example.org", email_is_safe=True)
TWO = PartyDetails(
    name="Vanhempi Kaksi", email="kaksi@example.org", email_is_safe=True, language="sv"
)


@pytest.fixture
def secretary(db: None) -> User:
    return UserFactory()


def wish(house: House) -> Wish:
    return Wish(house.service, Channel.IN_PERSON)


def requested(house: House, hour: int | None = 9, **more: Any) -> Appointment:
    """Make a request by one parent who gave the other's details."""
    details = RequestDetails(
        service=house.service, requester=ONE, other_parent=OtherParent.GIVEN, other=TWO
    )
    hold = None
    if hour is not None:
        hold = hold_slot(
            wish(house), house.slot(hour), house.unit, visitor=str(uuid4()), address="a"
        )
    return send_request(
        replace(details, **more),
        hold=hold,
        unit=house.unit,
        made_from=uuid4(),
    )


def confirmed(house: House, secretary: User, hour: int = 9) -> Appointment:
    appointment = requested(house, hour)
    decisions.confirm(appointment.pk, user=secretary)
    appointment.refresh_from_db()
    OutboxMessage.objects.all().delete()
    return appointment


def parties(appointment: Appointment) -> tuple[Party, Party]:
    """Return the one who asked, and the other."""
    return (
        appointment.parties.get(is_requester=True),
        appointment.parties.get(is_requester=False),
    )


def told() -> set[tuple[str, str]]:
    """To whom what kinds of message are on their way."""
    waiting = OutboxMessage.objects.filter(dropped_at=None)
    return {(m.to, m.kind) for m in waiting}


def test_confirming_tells_both_parents_and_the_professional(house: House, secretary: User) -> None:
    appointment = requested(house)
    OutboxMessage.objects.all().delete()
    unreached = decisions.confirm(appointment.pk, user=secretary)
    appointment.refresh_from_db()
    assert unreached == []
    assert appointment.status == Status.CONFIRMED
    assert appointment.claim is not None
    assert appointment.claim.kind == ClaimKind.APPOINTMENT
    assert {to for to, _ in told()} == {
        "yksi@example.org",
        "kaksi@example.org",
        house.professional.email,
    }
    assert [p.answer for p in parties(appointment)] == [Answer.ACCEPTED, Answer.ASKED]
    assert list(appointment.events.values_list("what", "by")) == [
        ("requested", "party"),
        ("confirmed", "staff"),
    ]


def test_each_is_told_in_their_own_language(house: House, secretary: User) -> None:
    appointment = requested(house)
    OutboxMessage.objects.all().delete()
    appointment.parties.update(language_is_known=True)
    decisions.confirm(appointment.pk, user=secretary)
    languages = dict(OutboxMessage.objects.values_list("to", "language"))
    assert (languages["yksi@example.org"], languages["kaksi@example.org"]) == ("fi", "sv")


def test_a_party_without_a_safe_channel_must_be_called(house: House, secretary: User) -> None:
    other = PartyDetails(name="Vanhempi Kaksi", phone="+358400000002", call_is_safe=True)
    appointment = requested(house, other=other)
    unreached = decisions.confirm(appointment.pk, user=secretary)
    assert unreached == [parties(appointment)[1]]


def test_a_second_confirmation_is_refused(house: House, secretary: User) -> None:
    appointment = requested(house)
    decisions.confirm(appointment.pk, user=secretary)
    with pytest.raises(NotPossibleError):
        decisions.confirm(appointment.pk, user=secretary)


def test_what_another_changed_meanwhile_is_not_overwritten(house: House, secretary: User) -> None:
    appointment = requested(house)
    called(appointment, UserFactory())
    with pytest.raises(ChangedMeanwhileError):
        decisions.confirm(appointment.pk, user=secretary, version=appointment.version)


def test_a_request_without_a_time_cannot_be_confirmed(house: House, secretary: User) -> None:
    appointment = requested(house, hour=None)
    with pytest.raises(NotPossibleError):
        decisions.confirm(appointment.pk, user=secretary)


def test_a_time_for_a_request_without_one(house: House, secretary: User) -> None:
    appointment = requested(house, hour=None)
    decisions.book_time(
        appointment.pk, wish(house), house.slot(10), user=secretary, unit=house.unit
    )
    appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at) == (Status.CONFIRMED, at(10))
    assert list(appointment.professionals.all()) == [house.professional]


def test_two_requests_cannot_be_given_one_time(house: House, secretary: User) -> None:
    first, second = requested(house, hour=None), requested(house, hour=None)
    decisions.book_time(first.pk, wish(house), house.slot(10), user=secretary, unit=house.unit)
    with pytest.raises(JustTakenError) as caught:
        decisions.book_time(second.pk, wish(house), house.slot(10), user=secretary, unit=house.unit)
    assert len(caught.value.near) == 4
    second.refresh_from_db()
    assert (second.status, second.starts_at) == (Status.REQUESTED, None)


def test_declining_frees_the_time_and_says_so(house: House, secretary: User) -> None:
    appointment = requested(house)
    OutboxMessage.objects.all().delete()
    decisions.decline(appointment.pk, user=secretary, reason="elsewhere")
    appointment.refresh_from_db()
    assert (appointment.status, appointment.claim) == (Status.DECLINED, None)
    assert Occupancy.objects.count() == 0
    # The other parent had heard nothing, and hears nothing.
    assert {to for to, _ in told()} == {"yksi@example.org"}


def test_offered_times_are_kept_and_the_first_is_freed(house: House, secretary: User) -> None:
    appointment = requested(house)
    slots = [(wish(house), house.slot(h)) for h in (10, 12)]
    decisions.offer_times(appointment.pk, slots, user=secretary, unit=house.unit)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at, appointment.claim) == (
        Status.OFFERED,
        None,
        None,
    )
    busy = Occupancy.objects.filter(resource=house.professional.pk).order_by("during")
    assert [o.during.lower for o in busy] == [at(10), at(12)]


def test_a_chosen_offer_is_agreed_and_the_others_are_freed(house: House, secretary: User) -> None:
    appointment = requested(house)
    slots = [(wish(house), house.slot(h)) for h in (10, 12)]
    decisions.offer_times(appointment.pk, slots, user=secretary, unit=house.unit)
    OutboxMessage.objects.all().delete()
    one, two = parties(appointment)
    offer = TimeOffer.objects.get(starts_at=at(12))
    answers.choose_offer(one.pk, offer.pk)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at) == (Status.CONFIRMED, at(12))
    assert [o.during.lower for o in Occupancy.objects.filter(resource=house.professional.pk)] == [
        at(12)
    ]
    assert {to for to, _ in told()} >= {one.email, two.email, house.professional.email}
    with pytest.raises(NotPossibleError):
        answers.choose_offer(one.pk, TimeOffer.objects.get(starts_at=at(10)).pk)


def test_when_one_offered_time_is_gone_nothing_changes(house: House, secretary: User) -> None:
    requested(house, 12)
    appointment = requested(house, 9)
    slots = [(wish(house), house.slot(h)) for h in (10, 12)]
    with pytest.raises(JustTakenError):
        decisions.offer_times(appointment.pk, slots, user=secretary, unit=house.unit)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at) == (Status.REQUESTED, at(9))
    assert Occupancy.objects.filter(resource=house.professional.pk).count() == 2


def test_at_most_three_times_are_offered(house: House, secretary: User) -> None:
    appointment = requested(house)
    slots = [(wish(house), house.slot(h)) for h in (10, 11, 12, 13)]
    with pytest.raises(NotPossibleError):
        decisions.offer_times(appointment.pk, slots, user=secretary, unit=house.unit)


def test_an_offer_that_nobody_chose_is_the_secretarys_work_again(
    house: House, secretary: User, monday: time_machine.Traveller
) -> None:
    appointment = requested(house)
    decisions.offer_times(
        appointment.pk, [(wish(house), house.slot(10))], user=secretary, unit=house.unit
    )
    offer = TimeOffer.objects.get()
    assert proposals.expire_offers() == 0
    monday.shift(timedelta(days=house.unit.offer_days))
    with pytest.raises(NotPossibleError):
        answers.choose_offer(parties(appointment)[0].pk, offer.pk)
    assert proposals.expire_offers() == 1
    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED
    assert Occupancy.objects.count() == 0


def test_a_parent_cancels_and_nobody_is_told_by_whom(house: House, secretary: User) -> None:
    appointment = confirmed(house, secretary)
    one, two = parties(appointment)
    decisions.cancel(appointment.pk, party=two)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.claim) == (Status.CANCELLED, None)
    assert Occupancy.objects.count() == 0
    assert {to for to, _ in told()} == {one.email, two.email, house.professional.email}
    words = " ".join(OutboxMessage.objects.values_list("body", flat=True))
    assert [one.name in words, two.name in words] == [False, False]
    with pytest.raises(NotPossibleError):
        decisions.cancel(appointment.pk, party=one)


def test_a_move_is_kept_until_decided_and_then_frees_the_old_time(
    house: House, secretary: User
) -> None:
    appointment = confirmed(house, secretary)
    one, _ = parties(appointment)
    move = answers.ask_to_move(one.pk, wish(house), house.slot(13), unit=house.unit)
    busy = Occupancy.objects.filter(resource=house.professional.pk)
    assert sorted(o.during.lower for o in busy) == [at(9), at(13)]
    decisions.accept_move(move.pk, user=secretary)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at) == (Status.CONFIRMED, at(13))
    assert [o.during.lower for o in busy.all()] == [at(13)]
    assert [p.answer for p in parties(appointment)] == [Answer.ACCEPTED, Answer.ASKED]
    with pytest.raises(NotPossibleError):
        decisions.accept_move(move.pk, user=secretary)


def test_keeping_the_time_frees_the_other_and_tells_only_who_asked(
    house: House, secretary: User
) -> None:
    appointment = confirmed(house, secretary)
    one, _ = parties(appointment)
    move = answers.ask_to_move(one.pk, wish(house), house.slot(13), unit=house.unit)
    decisions.keep_time(move.pk, user=secretary)
    assert [o.during.lower for o in Occupancy.objects.filter(resource=house.professional.pk)] == [
        at(9)
    ]
    assert {to for to, _ in told()} == {one.email}


def test_each_party_has_one_wish_to_move_and_a_new_one_replaces_ones_own(
    house: House, secretary: User
) -> None:
    appointment = confirmed(house, secretary)
    one, two = parties(appointment)
    answers.ask_to_move(one.pk, wish(house), house.slot(13), unit=house.unit)
    answers.ask_to_move(two.pk, wish(house), house.slot(14), unit=house.unit)
    answers.ask_to_move(one.pk, wish(house), house.slot(11), unit=house.unit)
    assert {m.party_id: m.starts_at for m in MoveRequest.objects.filter(outcome="open")} == {
        one.pk: at(11),
        two.pk: at(14),
    }
    answers.withdraw_move(one.pk)
    answers.withdraw_move(two.pk)
    assert [o.during.lower for o in Occupancy.objects.filter(resource=house.professional.pk)] == [
        at(9)
    ]


def test_an_invited_parent_accepts_or_declines(house: House, secretary: User) -> None:
    appointment = confirmed(house, secretary)
    one, two = parties(appointment)
    with pytest.raises(NotPossibleError):
        answers.answer_invitation(one.pk, accepts=False)
    answers.answer_invitation(two.pk, accepts=False)
    appointment.refresh_from_db()
    two.refresh_from_db()
    # Declining is the secretary's to deal with; the time stays.
    assert (two.answer, appointment.status) == (Answer.DECLINED, Status.CONFIRMED)
    assert appointment.claim is not None


def test_an_invitation_taken_up_gets_a_link_of_its_own(house: House) -> None:
    appointment = requested(house, other_parent=OtherParent.PASS_ON, other=None)
    _, invited = parties(appointment)
    handed_over = invited.link_hash
    answers.take_up_invitation(invited.pk, TWO)
    invited.refresh_from_db()
    appointment.refresh_from_db()
    assert invited.email == "kaksi@example.org"
    assert invited.link_hash != handed_over
    # Time and place can still be seen by what was handed over, so that nobody learns of the answer.
    assert invited.invitation_link_hash == handed_over
    with pytest.raises(NotPossibleError):
        answers.take_up_invitation(invited.pk, ONE)


def test_nothing_is_answered_after_the_visit_has_begun(
    house: House, secretary: User, monday: time_machine.Traveller
) -> None:
    appointment = confirmed(house, secretary)
    one, two = parties(appointment)
    monday.move_to(at(9, 1))
    for action in (
        lambda: answers.answer_invitation(two.pk, accepts=True),
        lambda: answers.ask_to_move(one.pk, wish(house), house.slot(13), unit=house.unit),
    ):
        with pytest.raises(NotPossibleError):
            action()
    assert not answers.may_cancel(one, appointment)


def test_cut_hours_hand_the_appointment_over_and_a_new_time_settles_it(
    house: House, secretary: User
) -> None:
    appointment = confirmed(house, secretary)
    hits = change_hours(
        professionals=[house.professional.pk],
        change=lambda: HoursChange.objects.create(
            professional=house.professional,
            effect=HoursChange.Effect.CUTS,
            kind=HoursKind.APPOINTMENTS,
            date=at(9).date(),
            starts=at(10).time().replace(hour=9),
            ends=at(10).time().replace(hour=12),
        ),
        reason="hours",
    )
    assert [hit.label for hit in hits] == [appointment.reference]
    assert list(Appointment.objects.orphaned()) == [appointment]
    decisions.book_time(
        appointment.pk, wish(house), house.slot(13), user=secretary, unit=house.unit
    )
    assert list(Appointment.objects.orphaned()) == []


def test_the_secretary_may_keep_an_appointment_without_hours(house: House, secretary: User) -> None:
    appointment = confirmed(house, secretary)
    change_hours(
        professionals=[house.professional.pk],
        change=house.professional.weekly_hours.all().delete,
        reason="hours",
    )
    assert Appointment.objects.orphaned().count() == 1
    decisions.keep_orphan(appointment.pk, user=secretary)
    assert Appointment.objects.orphaned().count() == 0
    assert AppointmentEvent.objects.filter(what="kept").count() == 1


def test_a_hold_inside_cut_hours_is_let_go(house: House) -> None:
    hold_slot(wish(house), house.slot(9), house.unit, visitor="v", address="a")
    hits = change_hours(
        professionals=[house.professional.pk],
        change=house.professional.weekly_hours.all().delete,
        reason="hours",
    )
    assert (hits, Occupancy.objects.count()) == ([], 0)


def test_a_dry_run_changes_nothing(house: House, secretary: User) -> None:
    confirmed(house, secretary)
    hits = change_hours(
        professionals=[house.professional.pk],
        change=house.professional.weekly_hours.all().delete,
        reason="hours",
        dry_run=True,
    )
    assert len(hits) == 1
    assert house.professional.weekly_hours.count() == 5
    assert Appointment.objects.orphaned().count() == 0


def test_the_load_is_spread(house: House) -> None:
    colleague = ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
    RoomFactory(service_point=house.point)
    got = [requested(house, hour).professionals.get() for hour in (8, 10, 12, 14)]
    assert got.count(house.professional) == got.count(colleague) == 2


def test_a_pair_and_a_room_are_one_appointment(house: House, secretary: User) -> None:
    house.service.professionals_needed = 2
    house.service.save()
    colleague = ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
    appointment = requested(house)
    decisions.confirm(appointment.pk, user=secretary)
    assert set(appointment.professionals.all()) == {house.professional, colleague}
    assert set(
        Occupancy.objects.filter(claim__appointment=appointment).values_list("resource", flat=True)
    ) == {house.professional.pk, colleague.pk, house.room.pk}


def test_the_day_of_the_visit_step_by_step(
    house: House, secretary: User, monday: time_machine.Traveller
) -> None:
    appointment = confirmed(house, secretary)
    user = UserFactory()
    with pytest.raises(NotPossibleError):
        attendance.mark(appointment.pk, "arrived", user=user)
    monday.move_to(at(8, 55))
    for step, status in (
        ("arrived", Status.ARRIVED),
        ("start", Status.IN_MEETING),
        ("done", Status.DONE),
    ):
        assert attendance.mark(appointment.pk, step, user=user).status == status
    assert attendance.undo_mark(appointment.pk, user=user).status == Status.IN_MEETING
    with pytest.raises(NotPossibleError):
        attendance.mark(appointment.pk, "no_show", user=user)


def test_a_separate_visit_is_not_told_to_the_other_parent(house: House, secretary: User) -> None:
    appointment = requested(house, meeting=Meeting.SEPARATE)
    OutboxMessage.objects.all().delete()
    decisions.confirm(appointment.pk, user=secretary)
    assert {to for to, _ in told()} == {"yksi@example.org", house.professional.email}
    assert parties(appointment)[1].answer == Answer.NOT_ASKED
    # A visit of the other's own is the secretary's work until it is seen to.
    assert list(worklist.to_contact()) == [appointment]
    corrections.leave_uncontacted(appointment.pk, user=secretary)
    assert list(worklist.to_contact()) == []


def test_correcting_an_address_that_a_link_went_to_closes_that_link(
    house: House, secretary: User
) -> None:
    appointment = confirmed(house, secretary)
    one, _ = parties(appointment)
    corrections.notify_again(one.pk, user=secretary)
    corrections.correct_party(one.pk, replace(ONE, name="Vanhempi Ykkönen"), user=secretary)
    kept = appointment.parties.get(pk=one.pk)
    assert kept.link_hash == one.link_hash
    corrections.correct_party(one.pk, replace(ONE, email="oikea@example.org"), user=secretary)
    renewed = appointment.parties.get(pk=one.pk)
    assert renewed.link_hash != one.link_hash
    assert "oikea@example.org" in {to for to, _ in told()}
