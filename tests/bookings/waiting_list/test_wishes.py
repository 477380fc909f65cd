"""The cancellation list: who is next, what fits, passing on, both parents' yes, what nobody is told."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from icalendar import Calendar

from bookings.appointments import answers
from bookings.availability.allocation import take_slot
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.desk import worklist
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import (
    Answer,
    EarlierAsk,
    EarlierWish,
    PairInvitation,
    Skipped,
    Status,
    TimeOffer,
)
from bookings.partners import invitations
from bookings.waiting_list import offers as earlier_offers
from bookings.waiting_list import wishes as earlier
from bookings.waiting_list.wishes import EarlierLimits
from office.core import clock
from office.messaging import quiet_hours
from office.models import Channel, Claim, ClaimKind, Occupancy, OutboxMessage, Unit
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, called
from tests.bookings.earlier_cast import (
    FRI,
    NEXT_FRI,
    NEXT_WED,
    WED,
    Line,
    answer,
    asked,
    asking,
    invited,
    mail,
    narrow,
    offer_of,
    offered,
    wish_of,
)
from tests.bookings.pair_cast import partner_of
from tests.factories import ProfessionalFactory, RoomFactory, ServicePointFactory
from tests.purged import purged

pytestmark = pytest.mark.django_db
Outcome = TimeOffer.Outcome


@pytest.fixture
def line(house: House) -> Line:
    return narrow(house)


def why(wish: EarlierWish) -> str:
    wish.refresh_from_db()
    return wish.skipped


# Who is next.


def test_the_oldest_wish_is_served_first(line: Line, monday: time_machine.Traveller) -> None:
    first, later, last = line.book(WED), line.book(NEXT_WED), line.book(NEXT_FRI)
    # The later visit's wish is the older one.
    wish_of(last)
    monday.shift(timedelta(minutes=10))
    wish_of(later)
    line.cancel(first)
    line.book(FRI)

    assert earlier_offers.sweep() == 1

    assert offered() == {last.reference: WED}


def test_changing_a_wish_keeps_its_place_in_the_line(
    line: Line, monday: time_machine.Traveller
) -> None:
    later, last = line.book(FRI), line.book(NEXT_WED)
    wish_of(last)
    monday.shift(timedelta(minutes=10))
    wish_of(later)
    monday.shift(timedelta(minutes=10))
    wish_of(last, parts=["morning"])
    assert EarlierWish.objects.count() == 2

    earlier_offers.sweep()

    assert offered() == {last.reference: WED}


def test_each_gets_one_time_and_no_time_goes_to_two(line: Line) -> None:
    visits = [line.book(start) for start in (NEXT_WED, NEXT_FRI)]
    for visit in visits:
        wish_of(visit)

    earlier_offers.sweep()
    earlier_offers.sweep()

    assert offered() == {visits[0].reference: WED, visits[1].reference: FRI}


def test_the_database_lets_an_appointment_have_one_offer(line: Line) -> None:
    visit = line.book(NEXT_WED)
    wish = wish_of(visit)
    earlier_offers.sweep()
    offer = offer_of(visit)
    with (
        pytest.raises(IntegrityError, match="an_appointment_is_offered_one_earlier_time_at_once"),
        transaction.atomic(),
    ):
        TimeOffer.objects.create(
            appointment=visit,
            wish=wish,
            starts_at=offer.starts_at,
            ends_at=offer.ends_at,
            channel=offer.channel,
            created_at=clock.now(),
            expires_at=offer.expires_at,
        )
    with (
        pytest.raises(IntegrityError, match="a_party_waits_once_for_an_earlier_time"),
        transaction.atomic(),
    ):
        EarlierWish.objects.create(appointment=visit, party=asking(visit), created_at=clock.now())


# What fits.


@pytest.mark.parametrize(
    ("wanted", "start"),
    [
        ({}, WED),
        ({"days": [4]}, FRI),
        ({"days": [0, 1]}, None),
        ({"parts": ["morning"]}, WED),
        ({"parts": ["afternoon", "midday"]}, None),
        ({"useful_until": date(2026, 11, 25)}, WED),
        ({"useful_until": date(2026, 11, 24)}, None),
        ({"days": [4], "useful_until": date(2026, 11, 26)}, None),
    ],
)
def test_days_parts_and_the_last_useful_day(
    line: Line, wanted: dict[str, object], start: Any
) -> None:
    visit = line.book(NEXT_WED)
    wish = wish_of(visit, **wanted)
    earlier_offers.sweep()
    assert offered() == ({visit.reference: start} if start else {})
    assert why(wish) == (Skipped.LIVE if start else Skipped.NO_TIME)


def test_only_places_that_suit(line: Line) -> None:
    house = line.house
    elsewhere = ServicePointFactory()
    RoomFactory(service_point=elsewhere)
    ProfessionalFactory(services=[house.service], points=[elsewhere], hours=(8, 16))
    line.book(WED)
    line.book(FRI)
    visit = line.book(NEXT_WED)
    wish_of(visit)
    earlier_offers.sweep()
    assert offered() == {}

    wish_of(visit, points=[elsewhere])
    earlier_offers.sweep()

    assert offer_of(visit).service_point == elsewhere


def test_the_same_service_channel_and_language(line: Line) -> None:
    house = line.house
    line.book(WED), line.book(FRI)
    visit = line.book(NEXT_WED)
    wish_of(visit)
    other = ProfessionalFactory(points=[house.point], hours=(8, 16), languages=["sv"])
    RoomFactory(service_point=house.point)
    earlier_offers.sweep()
    assert offered() == {}, "another service"
    other.services.add(house.service)
    earlier_offers.sweep()
    assert offered() == {}, "another language"
    other.languages = ["sv", "fi"]
    other.save()
    earlier_offers.sweep()
    assert offer_of(visit).channel == Channel.IN_PERSON


def test_both_parents_wishes_have_to_fit(line: Line) -> None:
    visit = line.both(NEXT_WED)
    earlier.wish(asking(visit).pk, EarlierLimits(days=[2]))
    earlier.wish(invited(visit).pk, EarlierLimits(days=[4]))
    earlier_offers.sweep()
    assert offered() == {}
    earlier.wish(invited(visit).pk, EarlierLimits(days=[2, 4]))
    earlier_offers.sweep()
    assert offered() == {visit.reference: WED}


def test_never_a_time_on_the_same_day_or_later(line: Line) -> None:
    visit = line.book(WED)
    wish = wish_of(visit)
    assert earlier_offers.sweep() == 0
    assert why(wish) == Skipped.NO_TIME


def test_no_offer_for_a_time_too_near(line: Line) -> None:
    visit = line.book(NEXT_WED)
    # Six civil hours to answer, and then two days of notice: Wednesday 14.00 at the soonest.
    Unit.objects.update(earlier_answer_hours=6, earlier_notice_hours=48)
    wish_of(visit)
    earlier_offers.sweep()
    assert offered() == {visit.reference: FRI}


def test_a_visit_that_is_too_near_itself(line: Line) -> None:
    visit = line.book(WED)
    Unit.objects.update(earlier_notice_hours=72)
    wish = wish_of(visit)
    earlier_offers.sweep()
    assert why(wish) == Skipped.NEAR


def test_nobody_is_asked_in_the_night(line: Line) -> None:
    visit = line.book(NEXT_WED)
    wish_of(visit)
    with time_machine.travel(at(20, 0, 23), tick=False):
        assert earlier_offers.sweep() == 0
    with time_machine.travel(at(7, 59, 24), tick=False):
        assert earlier_offers.sweep() == 0
    with time_machine.travel(at(8, 0, 24), tick=False):
        assert earlier_offers.sweep() == 1


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(8, day=23), 6, at(14, day=23)),
        (at(16, day=23), 6, at(10, day=24)),
        (at(23, day=23), 6, at(14, day=24)),
        (at(5, day=23), 1, at(9, day=23)),
        (at(19, day=23), 14, at(9, day=25)),
    ],
)
def test_nights_do_not_count_as_time_to_answer(start: Any, hours: int, end: Any) -> None:
    assert quiet_hours.after(start, hours, Unit()) == end


# What stands against an offer, and is said to the secretary.


def test_separate_visits_are_chosen_by_hand(line: Line) -> None:
    visit = line.both(NEXT_WED)
    wish = wish_of(visit)
    visit.meeting = "separate"
    visit.save()
    assert earlier_offers.sweep() == 0
    assert why(wish) == Skipped.SEPARATE


def test_who_asks_to_move_or_has_a_parent_who_does_not_come_waits(line: Line) -> None:
    visit = line.both(NEXT_FRI)
    wish = wish_of(visit)
    wanted = Wish(line.house.service, Channel.IN_PERSON, line.house.point.pk)
    answers.ask_to_move(
        asking(visit).pk, wanted, Slot(NEXT_WED, line.house.point.pk), unit=line.house.unit
    )
    earlier_offers.sweep()
    assert why(wish) == Skipped.MOVE
    answers.withdraw_move(asking(visit).pk)
    answers.answer_invitation(invited(visit).pk, accepts=False)
    earlier_offers.sweep()
    assert why(wish) == Skipped.DECLINED


def test_cut_hours_of_the_present_time(line: Line) -> None:
    visit = line.book(NEXT_WED)
    wish = wish_of(visit)
    Claim.objects.filter(pk=visit.claim_id).update(orphaned_at=clock.now())
    earlier_offers.sweep()
    assert why(wish) == Skipped.ORPHAN


# Both parents' yes.


def test_a_visit_of_two_moves_only_when_both_accept(line: Line) -> None:
    visit = line.both(NEXT_WED)
    wish_of(visit)
    earlier_offers.sweep()
    assert asked(visit) == {asking(visit).pk, invited(visit).pk}

    assert answer(asking(visit), accepts=True) is False
    visit.refresh_from_db()
    assert visit.starts_at == NEXT_WED
    assert answer(invited(visit), accepts=True) is True

    visit.refresh_from_db()
    assert (visit.status, visit.starts_at) == (Status.CONFIRMED, WED)
    assert set(visit.parties.values_list("answer", flat=True)) == {Answer.ACCEPTED}


def test_who_does_not_come_is_not_asked(line: Line) -> None:
    visit = line.book(NEXT_WED)
    wish_of(visit)
    earlier_offers.sweep()
    assert asked(visit) == {asking(visit).pk}
    assert answer(asking(visit), accepts=True) is True


def test_the_move_is_like_any_other(line: Line) -> None:
    visit = line.both(NEXT_WED)
    wish_of(visit)
    earlier_offers.sweep()
    for party in visit.parties.all():
        answer(party, accepts=True)

    visit.refresh_from_db()
    assert visit.claim is not None
    assert visit.claim.kind == ClaimKind.APPOINTMENT
    mine = Occupancy.objects.filter(resource=line.house.professional.pk)
    assert [(o.during.lower, o.expires_at) for o in mine] == [(WED, None)]
    assert [event.what for event in visit.events.order_by("pk")][-1] == "moved"
    (told,) = mail("staff_moved")
    assert told.to == line.house.professional.email
    moved = mail("moved")
    assert {m.to for m in moved} == {ONE.email, TWO.email}
    for message in moved:
        (event,) = Calendar.from_ical(message.calendar).walk("VEVENT")
        assert event["DTSTART"].dt == clock.local(WED)
    assert EarlierWish.objects.get().outcome == EarlierWish.Outcome.FULFILLED


def test_a_partner_comes_along_to_the_earlier_time(line: Line) -> None:
    visit = line.book(NEXT_WED)
    partner = partner_of()
    invitations.ask(visit.pk, partner, user=line.user)
    wish_of(visit)
    earlier_offers.sweep()
    answer(asking(visit), accepts=True)
    invitation = PairInvitation.objects.get()
    assert (invitation.starts_at, invitation.state) == (WED, PairInvitation.State.ASKED)


# Passing on.


def test_a_declined_offer_passes_on_to_the_next(line: Line) -> None:
    visits = [line.book(start) for start in (NEXT_WED, NEXT_FRI)]
    line.book(FRI)
    for visit in visits:
        wish_of(visit)
    earlier_offers.sweep()
    assert offered() == {visits[0].reference: WED}

    answer(asking(visits[0]), accepts=False)
    earlier_offers.sweep()

    assert offered() == {visits[1].reference: WED}


def test_an_unanswered_offer_passes_on_to_the_next(line: Line) -> None:
    visits = [line.book(start) for start in (NEXT_WED, NEXT_FRI)]
    line.book(WED)
    for visit in visits:
        wish_of(visit)
    earlier_offers.sweep()
    assert offered() == {visits[0].reference: FRI}

    with time_machine.travel(at(14, 0, 23), tick=False):
        earlier_offers.sweep()
        assert offered() == {visits[1].reference: FRI}
        with pytest.raises(NotPossibleError):
            earlier.answer(
                asking(visits[0]).pk,
                TimeOffer.objects.order_by("pk")[0].pk,
                accepts=True,
            )


def test_nobody_is_asked_again_on_the_same_day_nor_about_the_same_time(line: Line) -> None:
    visit = line.book(NEXT_FRI)
    wish = wish_of(visit)
    earlier_offers.sweep()
    answer(asking(visit), accepts=False)
    earlier_offers.sweep()
    assert offered() == {}
    assert why(wish) == Skipped.RESTING
    with time_machine.travel(at(9, day=24), tick=False):
        earlier_offers.sweep()
        assert offered() == {visit.reference: FRI}


def test_after_three_without_a_yes_the_wish_ends(line: Line) -> None:
    visit = line.book(at(9, day=11, month=12))
    wish_of(visit)
    for day in (23, 25, 27):
        with time_machine.travel(at(12, day=day), tick=False):
            earlier_offers.sweep()
            answer(asking(visit), accepts=False)
    assert EarlierWish.objects.get().outcome == EarlierWish.Outcome.ENDED
    # One may wish again, at the end of the line.
    assert earlier.may_wish(asking(visit), visit)


def test_what_a_move_frees_goes_to_the_next(line: Line) -> None:
    first, second = line.book(NEXT_WED), line.book(NEXT_FRI)
    line.book(FRI)
    wish_of(first)
    wish_of(second)
    earlier_offers.sweep()
    answer(asking(first), accepts=True)
    earlier_offers.sweep()
    assert offered() == {second.reference: NEXT_WED}


def test_who_leaves_the_list_may_still_answer(line: Line) -> None:
    visit = line.book(NEXT_WED)
    wish_of(visit)
    earlier_offers.sweep()
    earlier.withdraw(asking(visit).pk)
    assert answer(asking(visit), accepts=True) is True


def test_a_cancelled_visit_frees_the_offered_time(line: Line) -> None:
    first, second = line.book(NEXT_WED), line.book(NEXT_FRI)
    line.book(FRI)
    wish_of(first)
    wish_of(second)
    earlier_offers.sweep()
    line.cancel(first)
    earlier_offers.sweep()
    # The offered time, and not the later one that the cancelled visit had.
    assert offered() == {second.reference: WED}
    assert EarlierWish.objects.get(appointment=first).outcome == EarlierWish.Outcome.ENDED


def test_an_offer_whose_hours_were_cut_ends(line: Line) -> None:
    visit = line.book(NEXT_WED)
    wish_of(visit)
    earlier_offers.sweep()
    Claim.objects.filter(pk=offer_of(visit).claim_id).update(orphaned_at=clock.now())
    assert earlier_offers.end_lapsed() == 1
    assert offered() == {}


def test_the_secretary_takes_an_offer_back(line: Line) -> None:
    visit = line.book(NEXT_WED)
    wish_of(visit)
    earlier_offers.sweep()
    earlier.take_back(visit.pk, user=line.user)
    assert offered() == {}
    assert len(mail("earlier_ended")) == 1
    with pytest.raises(NotPossibleError):
        earlier.take_back(visit.pk, user=line.user)


def test_a_lapsed_offer_does_not_block_whoever_needs_the_time(line: Line) -> None:
    """Although no worker runs: the time of the offer is over, and the public may take it."""
    visit = line.book(NEXT_WED)
    wish_of(visit)
    earlier_offers.sweep()
    with time_machine.travel(at(14, 1, 23), tick=False):
        wanted = Wish(line.house.service, Channel.IN_PERSON)
        take_slot(wanted, Slot(WED, line.house.point.pk), line.house.unit, kind=ClaimKind.HOLD)
        with pytest.raises(NotPossibleError):
            answer(asking(visit), accepts=True)
        assert earlier_offers.end_lapsed() == 1


def test_whoever_was_quicker_has_the_time_and_the_next_one_is_tried(line: Line) -> None:
    visit = line.book(NEXT_WED)
    wish_of(visit)
    wanted = Wish(line.house.service, Channel.IN_PERSON)
    # Found before the public took Wednesday.
    times = earlier_offers._Times(line.house.unit)
    times.of(visit)
    take_slot(wanted, Slot(WED, line.house.point.pk), line.house.unit, kind=ClaimKind.HOLD)

    wish = EarlierWish.objects.get()
    assert earlier_offers.offer_to(wish.pk, visit.pk, line.house.unit, times) is True

    assert offered() == {visit.reference: FRI}


def test_stopped_between_two_steps_nothing_is_lost(line: Line) -> None:
    """The worker is killed after an offer has lapsed, and before the next one is made."""
    visits = [line.book(start) for start in (NEXT_WED, NEXT_FRI)]
    line.book(WED)
    for visit in visits:
        wish_of(visit)
    earlier_offers.sweep()
    with time_machine.travel(at(14, 0, 23), tick=False):
        assert earlier_offers.end_lapsed() == 1
    with time_machine.travel(at(15, 0, 23), tick=False):
        earlier_offers.sweep()
        assert offered() == {visits[1].reference: FRI}


def test_stopped_within_a_step_it_never_was(line: Line) -> None:
    """Killed after the time was taken and before everybody was asked: all of it is undone."""
    visit = line.book(NEXT_WED)
    wish = wish_of(visit)
    before = Occupancy.objects.count(), OutboxMessage.objects.count(), Claim.objects.count()
    try:
        with transaction.atomic():
            assert earlier_offers.offer_to(
                wish.pk, visit.pk, line.house.unit, earlier_offers._Times(line.house.unit)
            )
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert offered() == {}
    assert before == (
        Occupancy.objects.count(),
        OutboxMessage.objects.count(),
        Claim.objects.count(),
    )
    assert earlier_offers.sweep() == 1


# Who may wish.


def test_who_may_wish(line: Line) -> None:
    visit = line.both(NEXT_WED)
    one, other = asking(visit), invited(visit)
    assert earlier.may_wish(one, visit)
    assert earlier.may_wish(other, visit)
    answers.answer_invitation(other.pk, accepts=False)
    other.refresh_from_db()
    assert not earlier.may_wish(other, visit)
    with pytest.raises(NotPossibleError):
        earlier.wish(other.pk, EarlierLimits())
    line.cancel(visit)
    visit.refresh_from_db()
    assert not earlier.may_wish(one, visit)


def test_wishes_end_when_they_are_of_no_use(line: Line) -> None:
    past, useless, good = line.book(WED), line.book(FRI), line.book(NEXT_WED)
    wish_of(past), wish_of(useless, useful_until=date(2026, 11, 24)), wish_of(good)
    with time_machine.travel(at(9, 30), tick=False):
        assert earlier_offers.end_useless() == 2
    assert [w.appointment for w in EarlierWish.objects.waiting()] == [good]


# What is told, and what is not.

ONE_SIDED = re.compile(
    r"(toinen vanhempi|toisen vanhem|andra föräld|other parent|toiv|önsk|wish)", re.IGNORECASE
)


def test_both_are_told_the_same_and_nothing_of_each_other(line: Line) -> None:
    visit = line.both(NEXT_WED)
    visit.parties.update(language="fi", language_is_known=True, answer=Answer.ACCEPTED)
    wish_of(visit)
    earlier_offers.sweep()

    one, other = mail("earlier")
    assert {one.to, other.to} == {ONE.email, TWO.email}
    assert (one.subject, one.body) == (other.subject, other.body)
    for message in (one, other):
        said = message.subject + message.body
        assert ONE_SIDED.findall(said) == []
        for secret in (ONE.name, TWO.name, "Elatussopimus"):
            assert secret not in said


def test_neither_hears_what_the_other_answered(line: Line) -> None:
    visit = line.both(NEXT_WED)
    visit.parties.update(language="fi", language_is_known=True)
    wish_of(visit)
    earlier_offers.sweep()
    before = OutboxMessage.objects.count()
    answer(asking(visit), accepts=True)
    assert OutboxMessage.objects.count() == before
    answer(invited(visit), accepts=False)

    (ended,) = mail("earlier_ended")
    assert ended.to == ONE.email
    assert ONE_SIDED.findall(ended.subject + ended.body) == []
    assert "hylä" not in ended.body.lower()


def test_an_end_at_night_is_told_in_the_morning(line: Line) -> None:
    visit = line.both(NEXT_WED)
    Unit.objects.update(earlier_answer_hours=20)
    wish_of(visit)
    earlier_offers.sweep()
    with time_machine.travel(at(23, 0, 23), tick=False):
        answer(asking(visit), accepts=False)
    (ended,) = mail("earlier_ended")
    assert ended.send_after == at(8, 0, 24)


def test_who_can_only_be_called_is_a_call_for_the_desk(line: Line) -> None:
    by_call = replace(TWO, email_is_safe=False, call_is_safe=True)
    visit = line.book(NEXT_WED, other=by_call)
    visit.parties.update(answered_at=clock.now())
    called(visit, line.user, party=invited(visit))
    wish_of(visit)
    assert list(worklist.calls(clock.now())) == []
    with time_machine.travel(at(8, 1, 23), tick=False):
        earlier_offers.sweep()
        assert list(worklist.calls(clock.now())) == [invited(visit)]
        answer(invited(visit), accepts=True)
        assert list(worklist.calls(clock.now())) == []


def test_it_is_forgotten_with_the_appointment(line: Line) -> None:
    visit = line.both(NEXT_WED)
    wish_of(visit)
    earlier_offers.sweep()
    with time_machine.travel(NEXT_WED + timedelta(days=400), tick=False):
        purged("appointments", "call-backs")
    for model in (EarlierWish, EarlierAsk, TimeOffer):
        assert not model.objects.exists()
    assert not Occupancy.objects.exists()
