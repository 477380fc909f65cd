"""Ask both parents when they can come, keep their marks, and offer common times at the stated moment."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bookings.appointments import decisions, notices
from bookings.availability.allocation import JustTakenError
from bookings.availability.codec import slot_value
from bookings.availability.slots import Slot
from bookings.joint_times.common_times import Marks, common_times, fairest
from bookings.joint_times.free_times import first_start, free_times
from bookings.joint_times.guards import (
    BOTH,
    may_end,
    may_mark,
    may_offer_next,
    may_search,
    parents_of,
    search_of,
)
from bookings.lifecycle.protection import refuse_new_place
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Answer, Appointment, EventKind, JointMarks, JointSearch, Party
from bookings.notifications.kinds import MessageKind
from office.calendar.occupancy import retrying
from office.calendar.opening_hours import working_days_away
from office.core import clock, live_updates, tokens
from office.models import ServicePoint, Unit, User

OFFERED_AT_ONCE = decisions.OFFERED_AT_MOST
# In so many working days both are asked to answer, where the secretary says nothing else.
ANSWER_DAYS = 3
LATEST_DAYS = 21
# At noon, so that what does not come to a time is work for the same day.
DUE_AT = time(12)
TRIES = 3
State, Why = JointSearch.State, JointSearch.Why


def usual_due_day() -> date:
    return working_days_away(clock.today(), ANSWER_DAYS)


def due_moment(day: date) -> datetime:
    """Return when common times are sought on a day. Raises ValueError for one that is past or too far."""
    if not clock.today() < day <= clock.today() + timedelta(days=LATEST_DAYS):
        raise ValueError
    return clock.at(day, DUE_AT)


@retrying
def ask_both(
    appointment_id: int,
    *,
    due_day: date,
    point: ServicePoint | None,
    user: User,
    version: int | None = None,
) -> list[Party]:
    """Ask both parents when they can come, or once more; return who must be called about it.

    What was marked before is kept, so that nobody has to begin anew. Raises NotPossibleError,
    PlaceNotAgreedError, ChangedMeanwhileError.
    """
    appointment = locked(appointment_id, version=version)
    search = search_of(appointment)
    if not may_search(appointment) or (search is not None and not search.has_failed):
        raise NotPossibleError
    in_person = appointment.is_in_person
    if in_person and point is None:
        raise NotPossibleError
    refuse_new_place(appointment, appointment.channel, point.pk if point else None)
    try:
        due_at = due_moment(due_day)
    except ValueError as error:
        raise NotPossibleError from error
    search = search or JointSearch()
    search.appointment = appointment
    search.service_point = point if in_person else None
    search.state, search.why = State.ASKED, ""
    search.asked_at, search.due_at, search.reminded_at = clock.now(), due_at, None
    search.save()
    if appointment.is_undecided:
        appointment.answered_at = appointment.answered_at or clock.now()
    # From now on both know of it, so that both are notified of the result.
    invited = appointment.parties.other_parents().filter(answer=Answer.NOT_ASKED)
    invited.update(answer=Answer.ASKED)
    record(appointment, EventKind.JOINT_ASKED, user=user)
    return notices.notify_joint(MessageKind.JOINT_ASKED, search, parents_of(appointment))


@retrying
def keep_marks(party_id: int, marks: Marks) -> None:
    """Keep when a party can come, in place of what they marked before. Raises NotPossibleError.

    No row of the history says so: that somebody has marked is nobody's to read.
    """
    appointment = locked(Party.objects.values_list("appointment_id", flat=True).get(pk=party_id))
    search = search_of(appointment)
    parents = parents_of(appointment)
    if search is None or not may_mark(search) or not may_search(appointment, parents):
        raise NotPossibleError
    if party_id not in {party.pk for party in parents}:
        raise NotPossibleError
    JointMarks.objects.update_or_create(
        search=search,
        party_id=party_id,
        defaults={
            "cells": sorted(f"{day}-{part}" for day, part in marks.cells),
            "days_off": sorted(marks.days_off),
            "saved_at": clock.now(),
        },
    )
    live_updates.announce(live_updates.DESK)


@retrying
def end_search(appointment_id: int, *, user: User, version: int | None = None) -> list[Party]:
    """End the search without a time. Nobody is written to: the secretary settles it otherwise."""
    appointment = locked(appointment_id, version=version)
    search = search_of(appointment)
    if search is None or not may_end(search):
        raise NotPossibleError
    search.state, search.closed_at = State.ENDED, clock.now()
    search.save()
    record(appointment, EventKind.JOINT_ENDED, user=user)
    return []


@retrying
def offer_next(appointment_id: int, *, user: User, version: int | None = None) -> list[Party]:
    """Offer the next common times after nobody chose the first ones; return who must be called.

    Raises NotPossibleError where there are none.
    """
    appointment = locked(appointment_id, version=version)
    search = search_of(appointment)
    if search is None or not may_offer_next(search):
        raise NotPossibleError
    unreached = _offer(search, appointment, user=user)
    if unreached is None:
        raise NotPossibleError
    return unreached


def conclude_due() -> int:
    """Look for common times where the moment has come; return how many searches came to something."""
    due = JointSearch.objects.filter(state=State.ASKED, due_at__lte=clock.now())
    return sum(_conclude(*row) for row in list(due.values_list("pk", "appointment_id")))


@retrying
def _conclude(search_id: int, appointment_id: int) -> bool:
    """Offer common times, or tell both the same sentence and leave it to the secretary."""
    appointment = locked(appointment_id)
    search = search_of(appointment)
    if search is None or search.pk != search_id or not search.is_asked:
        return False
    if search.due_at > clock.now():
        return False
    if not may_search(appointment):
        # Such as parents who come separately by now: nobody is notified.
        _fail(search, Why.BLOCKED)
        return True
    try:
        offered = _offer(search, appointment) is not None
    except NotPossibleError:
        _fail(search, Why.BLOCKED)
        return True
    if not offered:
        answered = search.marks.filter(party__in=parents_of(appointment)).count()
        _fail(search, Why.NO_TIME if answered == BOTH else Why.UNANSWERED)
        search.appointment = appointment
        record(appointment, EventKind.JOINT_NOT_FOUND)
        parents = parents_of(appointment)
        notices.notify_joint(MessageKind.JOINT_NOT_FOUND, search, parents)
    return True


def _fail(search: JointSearch, why: str) -> None:
    search.state, search.why = State.FAILED, why
    search.save()
    live_updates.announce(live_updates.DESK)


def _offer(
    search: JointSearch, appointment: Appointment, *, user: User | None = None
) -> list[Party] | None:
    """Offer the fairest of the common times; None where there are none, or not both have marked."""
    marks = marks_by_party(search, parents_of(appointment))
    if len(marks) < BOTH:
        return None
    unit = Unit.get()
    for _try in range(TRIES):
        wish, slots = free_times(appointment, search, unit)
        picked = pick(search, appointment, slots, list(marks.values()), unit)
        if not picked:
            return None
        try:
            unreached = decisions.offer_times(
                appointment.pk, [(wish, slot) for slot in picked], user=user, unit=unit
            )
        except JustTakenError:
            continue
        # Offering ends a search that goes on: not this one, which it comes from.
        search.state, search.why, search.closed_at = State.OFFERED, "", None
        search.save()
        return unreached
    return None


def pick(
    search: JointSearch,
    appointment: Appointment,
    slots: Sequence[Slot],
    marks: Sequence[Marks],
    unit: Unit,
) -> list[Slot]:
    """Pick the few common times to offer, none of them a second time."""
    before = appointment.time_offers.filter(created_at__gte=search.asked_at)
    return fairest(
        common_times(slots, marks),
        count=OFFERED_AT_ONCE,
        first=first_start(search, unit),
        length=timedelta(minutes=appointment.matters.duration + appointment.matters.buffer_after),
        lot=lambda slot: tokens.keyed("joint-time", str(search.pk), slot_value(slot)),
        but={
            Slot(start, point or 0)
            for start, point in before.values_list("starts_at", "service_point")
        },
    )


def marks_by_party(search: JointSearch, parents: Sequence[Party]) -> dict[int, Marks]:
    rows = search.marks.filter(party__in=parents)
    return {row.party_id: marks_of(row) for row in rows}


def marks_of(row: JointMarks) -> Marks:
    """Return the marks from their database row."""
    cells = (cell.split("-", 1) for cell in row.cells)
    return Marks(frozenset((int(day), part) for day, part in cells), frozenset(row.days_off))


def own_marks(search: JointSearch, party: Party) -> Marks | None:
    """Return what a party has marked; None where they have not."""
    return marks_by_party(search, [party]).get(party.pk)


def remind_due() -> int:
    """Remind those who have marked nothing, on the last day before; return how many were written to."""
    now = clock.now()
    near = JointSearch.objects.filter(
        state=State.ASKED,
        reminded_at=None,
        due_at__gt=now,
        due_at__lte=now + timedelta(days=1),
        asked_at__lt=now - timedelta(hours=12),
    )
    return sum(_remind(*row) for row in list(near.values_list("pk", "appointment_id")))


@retrying
def _remind(search_id: int, appointment_id: int) -> int:
    appointment = locked(appointment_id)
    search = search_of(appointment)
    if search is None or search.pk != search_id or search.reminded_at is not None:
        return 0
    if not may_mark(search) or not may_search(appointment):
        return 0
    search.reminded_at = clock.now()
    search.save()
    parents = parents_of(appointment)
    marked = marks_by_party(search, parents)
    late = [party for party in parents if party.pk not in marked]
    notices.notify_joint(MessageKind.JOINT_REMINDER, search, late)
    return len(late)
