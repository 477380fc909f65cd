"""Changing time, place, channel, room, professionals in one step."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils.translation import override

from bookings.appointments import decisions, snapshots
from bookings.appointments.answers import ask_to_move
from bookings.availability.search import Wish, find
from bookings.desk import worklist
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Answer, Appointment, Party, Status
from bookings.rescheduling import plan as change_plan
from bookings.rescheduling.actions import change
from bookings.rescheduling.plan import (
    NothingChangesError,
    ObstacleError,
    OutsideHoursError,
    VisitArrangement,
)
from bookings.rescheduling.presenters import obstacle_label
from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.core import clock
from office.models import Absence, Channel, ClaimKind, Occupancy, OutboxMessage, Professional, Room
from office.setup.absences import add_absence
from office.setup.room_closures import close_room
from tests.bookings.change_cast import Team, agreed, team, told
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, called, request_for
from tests.factories import busy


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


def now_of(appointment: Appointment) -> VisitArrangement:
    found = change_plan.present(appointment)
    assert found is not None
    return found


def held(appointment: Appointment) -> list[tuple[int, int, int]]:
    """Return who and what is busy with it: resource, hour and minute of the beginning."""
    assert appointment.claim is not None
    return sorted(
        (row.resource_id, (row.during.lower + timedelta(hours=2)).hour, row.during.lower.minute)
        for row in appointment.claim.occupancies.all()
    )


def fall_ill(who: Professional, start_hour: int = 8, end_hour: int = 16) -> None:
    """Be away on Wednesday; the bookings that it hits are work."""
    span = {"start": at(start_hour), "end": at(end_hour), "reason": "sick"}
    try:
        add_absence(who, **span)
    except BookingsHitError as error:
        add_absence(who, seen=fingerprint(error.hits), **span)


def test_another_time_that_overlaps_the_old_one(crew: Team) -> None:
    appointment = agreed(crew)

    change(appointment.pk, replace(now_of(appointment), start=at(9, 30)), user=crew.user)

    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.ends_at) == (at(9, 30), at(10, 30))
    assert held(appointment) == sorted([(crew.lead.pk, 9, 30), (crew.room.pk, 9, 30)])
    assert Occupancy.objects.count() == 2
    assert told() == {
        (ONE.email, "moved"),
        (TWO.email, "moved"),
        (crew.lead.email, "staff_moved"),
    }


def test_the_desks_free_times_may_overlap_the_old_one(crew: Team) -> None:
    appointment = agreed(crew)
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    busy(crew.colleague, at(8), 480)

    found = find(wish, crew.house.unit, online=False, replacing=appointment.claim)
    assert crew.house.slot(9, 30) in found.slots
    decisions.book_time(
        appointment.pk, wish, crew.house.slot(9, 30), user=crew.user, unit=crew.house.unit
    )

    appointment.refresh_from_db()
    assert appointment.starts_at == at(9, 30)
    assert [row[0] for row in held(appointment)].count(crew.lead.pk) == 1


def test_an_absence_that_waits_for_the_time_does_not_make_it_free(crew: Team) -> None:
    appointment = agreed(crew)
    busy(crew.colleague, at(8), 480)
    fall_ill(crew.lead)

    wish = Wish(crew.house.service, Channel.IN_PERSON)
    found = find(wish, crew.house.unit, online=False, replacing=appointment.claim)

    assert [slot for slot in found.slots if slot.start.date() == at(9).date()] == []


def test_another_professional_at_the_same_time(crew: Team) -> None:
    appointment = agreed(crew)

    wanted = replace(now_of(appointment), professionals=(crew.colleague.pk,))
    change(appointment.pk, wanted, user=crew.user)

    assert list(appointment.professionals.all()) == [crew.colleague]
    assert told() == {
        (crew.lead.email, "staff_cancelled"),
        (crew.colleague.email, "staff_booked"),
    }
    cancelled = OutboxMessage.objects.get(kind="staff_cancelled")
    assert "9.30" not in cancelled.body
    assert "klo 9.00" in cancelled.body


def test_the_pair_colleague_comes_and_goes(crew: Team) -> None:
    appointment = agreed(crew)
    pair = replace(now_of(appointment), professionals=(crew.lead.pk, crew.partner.pk))

    change(appointment.pk, pair, user=crew.user)

    staff = list(appointment.staff.values_list("professional_id", "is_lead"))
    assert staff == [(crew.lead.pk, True), (crew.partner.pk, False)]
    assert told() == {("pia@example.org", "pair_asked"), (crew.lead.email, "staff_moved")}
    assert "Pia Neuvola" in OutboxMessage.objects.get(to=crew.lead.email).body

    OutboxMessage.objects.update(sent_at=clock.now())
    OutboxMessage.objects.filter(to=crew.lead.email).delete()
    change(appointment.pk, replace(pair, professionals=(crew.lead.pk,)), user=crew.user)
    assert told() == {
        ("pia@example.org", "pair_asked"),
        ("pia@example.org", "pair_withdrawn"),
        (crew.lead.email, "staff_moved"),
    }


def test_a_partner_is_asked_anew_about_another_time_and_not_about_another_room(crew: Team) -> None:
    appointment = agreed(crew)
    pair = replace(now_of(appointment), professionals=(crew.lead.pk, crew.partner.pk))
    change(appointment.pk, pair, user=crew.user)
    OutboxMessage.objects.all().delete()

    change(appointment.pk, replace(pair, room=crew.spare.pk), user=crew.user)
    assert told() == {(crew.lead.email, "staff_moved")}

    change(appointment.pk, replace(pair, start=at(13)), user=crew.user)
    assert ("pia@example.org", "pair_asked") in told()


def test_a_partner_does_not_lead(crew: Team) -> None:
    appointment = agreed(crew)

    with pytest.raises(NotPossibleError):
        change(
            appointment.pk,
            replace(now_of(appointment), professionals=(crew.partner.pk, crew.lead.pk)),
            user=crew.user,
        )


def test_another_room_is_the_professionals_news_only(crew: Team) -> None:
    appointment = agreed(crew)

    change(appointment.pk, replace(now_of(appointment), room=crew.spare.pk), user=crew.user)

    appointment.refresh_from_db()
    assert appointment.room == crew.spare
    assert held(appointment) == sorted([(crew.lead.pk, 9, 0), (crew.spare.pk, 9, 0)])
    assert told() == {(crew.lead.email, "staff_moved")}
    assert "Varahuone" in OutboxMessage.objects.get().body


def test_by_phone_instead_gives_the_room_back(crew: Team) -> None:
    appointment = agreed(crew)
    appointment.parties.update(call_is_safe=True)

    change(appointment.pk, replace(now_of(appointment), channel="phone"), user=crew.user)

    appointment.refresh_from_db()
    assert (appointment.channel, appointment.room) == ("phone", None)
    assert held(appointment) == [(crew.lead.pk, 9, 0)]
    letter = OutboxMessage.objects.get(to=ONE.email)
    assert "Your new time" not in letter.subject
    assert (letter.kind, appointment.events.last().what) == ("moved", "place_changed")


def test_what_parties_do_not_see_leaves_their_answers(crew: Team) -> None:
    appointment = agreed(crew)
    other = appointment.parties.get(is_requester=False)
    Party.objects.filter(pk=other.pk).update(answer=Answer.ACCEPTED)

    change(
        appointment.pk,
        replace(now_of(appointment), professionals=(crew.colleague.pk,)),
        user=crew.user,
    )
    other.refresh_from_db()
    assert other.answer == Answer.ACCEPTED

    change(appointment.pk, replace(now_of(appointment), start=at(13)), user=crew.user)
    other.refresh_from_db()
    assert other.answer == Answer.ASKED


def test_what_is_in_the_way_is_said(crew: Team) -> None:
    appointment = agreed(crew)
    other = agreed(crew, 11)
    before = held(appointment)

    with pytest.raises(ObstacleError) as caught:
        change(
            appointment.pk,
            replace(now_of(appointment), start=at(10, 30), room=crew.spare.pk),
            user=crew.user,
        )

    (obstacle,) = caught.value.obstacles
    assert (obstacle.name, obstacle.kind, obstacle.label) == (
        crew.lead.name,
        ClaimKind.APPOINTMENT,
        other.reference,
    )
    assert (obstacle.start, obstacle.end) == (at(11), at(12))
    appointment.refresh_from_db()
    assert (appointment.starts_at, held(appointment)) == (at(9), before)
    assert told() == set()


def test_rooms_are_in_the_way_only_where_all_are_taken(crew: Team) -> None:
    appointment = agreed(crew)
    busy(crew.room, at(13), 60)
    wanted = replace(now_of(appointment), start=at(13), room=None)

    change(appointment.pk, wanted, user=crew.user)
    appointment.refresh_from_db()
    assert appointment.room == crew.spare

    busy(crew.room, at(14), 60)
    busy(crew.spare, at(14), 60)
    with pytest.raises(ObstacleError) as caught:
        change(appointment.pk, replace(wanted, start=at(14)), user=crew.user)
    assert {obstacle.is_room for obstacle in caught.value.obstacles} == {True}


def test_outside_hours_only_knowingly(crew: Team) -> None:
    appointment = agreed(crew)
    evening = replace(now_of(appointment), start=at(17))

    with pytest.raises(OutsideHoursError) as caught:
        change(appointment.pk, evening, user=crew.user)
    assert caught.value.people == [crew.lead]

    change(appointment.pk, evening, user=crew.user, outside=True)
    appointment.refresh_from_db()
    assert appointment.starts_at == at(17)


def test_never_over_busy_time_however_knowingly(crew: Team) -> None:
    appointment = agreed(crew)
    busy(crew.lead, at(17), 60)

    with pytest.raises(ObstacleError):
        change(
            appointment.pk,
            replace(now_of(appointment), start=at(17)),
            user=crew.user,
            outside=True,
        )


def test_a_partner_without_known_hours_is_asked_and_not_refused(crew: Team) -> None:
    appointment = agreed(crew)

    change(
        appointment.pk,
        replace(now_of(appointment), professionals=(crew.lead.pk, crew.partner.pk)),
        user=crew.user,
    )

    assert crew.partner in appointment.professionals.all()


def test_who_is_ill_is_replaced_and_the_work_is_done(crew: Team) -> None:
    appointment = agreed(crew)
    fall_ill(crew.lead)
    assert list(worklist.orphans()) == [appointment]

    change(
        appointment.pk,
        replace(now_of(appointment), professionals=(crew.colleague.pk,)),
        user=crew.user,
    )

    assert list(worklist.orphans()) == []
    # The absence has all of the day now
    absence = Absence.objects.get()
    spans = [row.during for row in absence.claim.occupancies.order_by("during")]
    assert sum((d.upper - d.lower for d in spans), timedelta()) == timedelta(hours=8)


def test_another_room_leaves_the_work_where_the_professional_is_away(crew: Team) -> None:
    appointment = agreed(crew)
    fall_ill(crew.lead)

    change(appointment.pk, replace(now_of(appointment), room=crew.spare.pk), user=crew.user)

    assert list(worklist.orphans()) == [appointment]


def test_a_move_closes_wishes_and_another_room_does_not(crew: Team) -> None:
    appointment = agreed(crew)
    party = appointment.parties.get(is_requester=True)
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    ask_to_move(party.pk, wish, crew.house.slot(13), unit=crew.house.unit)

    change(appointment.pk, replace(now_of(appointment), room=crew.spare.pk), user=crew.user)
    assert appointment.move_requests.get().outcome == "open"

    # To the very time that was kept for the wish
    change(appointment.pk, replace(now_of(appointment), start=at(13)), user=crew.user)
    assert appointment.move_requests.get().outcome == "withdrawn"


def test_a_request_is_confirmed_at_the_chosen_time_with_the_chosen_one(crew: Team) -> None:
    request = request_for(crew.house, 9)
    OutboxMessage.objects.all().delete()
    wanted = VisitArrangement(at(10), "in_person", crew.house.point.pk, (crew.colleague.pk,))

    change(request.pk, wanted, user=crew.user)

    request.refresh_from_db()
    assert (request.status, request.starts_at) == (Status.CONFIRMED, at(10))
    assert told() == {
        (ONE.email, "confirmed"),
        (TWO.email, "confirmed"),
        (crew.colleague.email, "staff_booked"),
    }


def test_a_request_stays_one_where_only_the_professional_is_swapped(crew: Team) -> None:
    request = request_for(crew.house, 9)
    OutboxMessage.objects.all().delete()
    (had,) = request.professionals.all()
    other = crew.colleague if had == crew.lead else crew.lead
    wanted = replace(now_of(request), professionals=(other.pk,))

    change(request.pk, wanted, user=crew.user, confirming=False)

    request.refresh_from_db()
    assert (request.status, list(request.professionals.all())) == (Status.REQUESTED, [other])
    assert told() == set()
    with pytest.raises(NotPossibleError):
        change(request.pk, replace(wanted, start=at(11)), user=crew.user, confirming=False)


def test_history_says_what_changed(crew: Team) -> None:
    appointment = agreed(crew)

    change(
        appointment.pk,
        replace(now_of(appointment), start=at(13), professionals=(crew.colleague.pk,)),
        user=crew.user,
    )

    event = appointment.events.last()
    assert (event.what, event.user) == ("moved", crew.user)
    assert (event.details["was"]["start"], event.details["now"]["start"]) == (
        at(9).isoformat(),
        at(13).isoformat(),
    )
    assert (event.details["was"]["staff"], event.details["now"]["staff"]) == (
        [crew.lead.name],
        [crew.colleague.name],
    )


def test_nothing_to_change_is_said(crew: Team) -> None:
    appointment = agreed(crew)

    with pytest.raises(NothingChangesError):
        change(appointment.pk, now_of(appointment), user=crew.user)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": at(7, day=23)},
        {"channel": "pigeon"},
        {"point": None},
        {"professionals": ()},
        {"professionals": (10**9,)},
        {"room": 10**9},
    ],
)
def test_what_can_never_be_is_refused(crew: Team, wrong: dict[str, object]) -> None:
    appointment = agreed(crew)

    with pytest.raises(NotPossibleError):
        change(appointment.pk, replace(now_of(appointment), **wrong), user=crew.user)


@pytest.mark.parametrize("status", ["cancelled", "declined", "done", "no_show", "in_meeting"])
def test_what_is_over_is_not_changed(crew: Team, status: str) -> None:
    appointment = agreed(crew)
    wanted = replace(now_of(appointment), start=at(13))
    if status in ("cancelled", "declined"):
        decisions.cancel(appointment.pk, user=crew.user)
    Appointment.objects.filter(pk=appointment.pk).update(status=status)

    with pytest.raises(NotPossibleError):
        change(appointment.pk, wanted, user=crew.user)


def test_somebody_elses_change_is_not_overwritten(crew: Team) -> None:
    appointment = agreed(crew)
    seen = appointment.version
    called(appointment, crew.user)

    with pytest.raises(ChangedMeanwhileError):
        change(
            appointment.pk,
            replace(now_of(appointment), start=at(13)),
            user=crew.user,
            version=seen,
        )


def shut(room: Room) -> None:
    """Close the room on Wednesday; the bookings that it hits are work."""
    try:
        close_room(room, start=at(8), end=at(16))
    except BookingsHitError as error:
        close_room(room, start=at(8), end=at(16), seen=fingerprint(error.hits))


def test_a_visit_in_a_closed_room_gets_another_one_and_is_work_no_longer(crew: Team) -> None:
    appointment = agreed(crew)
    shut(crew.room)
    assert [row.reference for row in worklist.orphans()] == [appointment.reference]

    change(appointment.pk, replace(now_of(appointment), room=None), user=crew.user)

    appointment.refresh_from_db()
    assert appointment.room == crew.spare
    assert not worklist.orphans().exists()
    # The parents keep their time, and are not told of rooms.
    assert told() == {(crew.lead.email, "staff_moved")}
    # The closure has taken what the visit has left.
    room = Occupancy.objects.filter(resource=crew.room.pk)
    assert {row.claim.kind for row in room} == {ClaimKind.OTHER}


def test_another_room_does_not_put_right_that_somebody_is_away(crew: Team) -> None:
    appointment = agreed(crew)
    fall_ill(crew.lead)

    change(appointment.pk, replace(now_of(appointment), room=crew.spare.pk), user=crew.user)

    assert [row.reference for row in worklist.orphans()] == [appointment.reference]


def test_a_closed_room_is_named_where_it_is_asked_for(crew: Team) -> None:
    appointment = agreed(crew)
    shut(crew.spare)

    with pytest.raises(ObstacleError) as found:
        change(appointment.pk, replace(now_of(appointment), room=crew.spare.pk), user=crew.user)

    with override("fi"):
        label = obstacle_label(found.value.obstacles[0])
    assert label.startswith("Varahuone on suljettu ")


def test_the_closed_room_of_the_visit_is_not_free_for_another_time(crew: Team) -> None:
    appointment = agreed(crew)
    busy(crew.spare, at(8), 480)
    shut(crew.room)

    wish = Wish(crew.house.service, Channel.IN_PERSON)
    found = find(wish, crew.house.unit, online=False, replacing=appointment.claim)

    assert [slot for slot in found.slots if slot.start.date() == at(9).date()] == []


def test_a_change_of_room_is_undone_into_the_closed_one(crew: Team) -> None:
    appointment = agreed(crew)
    shut(crew.room)
    appointment.refresh_from_db()
    before = held(appointment)
    former = snapshots.snapshot(appointment)
    change(appointment.pk, replace(now_of(appointment), room=None), user=crew.user)

    appointment.refresh_from_db()
    snapshots.put_back(appointment, former)

    appointment.refresh_from_db()
    assert held(appointment) == before
