"""Ask both when they can come to a visit that has no time yet, with the one who asks on the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bookings.appointments.booking import Booked, Further
from bookings.appointments.staff_booking import add_further, booked_once
from bookings.joint_times.actions import ask_both, usual_due_day
from bookings.lifecycle.phone_visits import refuse_uncallable
from bookings.lifecycle.protection import PlaceNotAgreedError, must_agree_place
from bookings.lifecycle.references import save_with_reference
from bookings.lifecycle.transitions import record
from bookings.models import (
    Answer,
    Appointment,
    EventKind,
    Meeting,
    OtherParent,
    PartyRole,
    Status,
)
from bookings.models.matters import Matters
from bookings.parties.records import Participation, PartyDetails, add_party
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import AccessAction, ServicePoint, User
from office.staff.access_log import note_access


@dataclass(frozen=True)
class VisitAskedFor:
    """A visit to which both come together at a time that suits both."""

    matters: Matters
    channel: str
    # Where they would come; None by phone and video.
    point: ServicePoint | None
    caller: PartyDetails
    other: PartyDetails
    language: str = "fi"
    children: int | None = None
    further: Sequence[Further] = ()
    caller_role: PartyRole = PartyRole.PARENT
    other_role: PartyRole = PartyRole.PARENT
    note: str = ""
    # By when both answer; None: the usual day.
    due_day: date | None = None
    # A party whose contact details are protected has agreed to the place.
    place_agreed: bool = False


@retrying
def ask_for_joint_time(asked: VisitAskedFor, *, user: User, made_from: UUID) -> Booked:
    """Make the request, and ask both when they can come. A form sent twice makes one.

    Raises NotPossibleError where both cannot be asked, PlaceNotAgreedError, NoNumberError or
    NoRoomForRoleError; then nothing has changed.
    """
    made = booked_once(made_from)
    if made is not None:
        return made
    for details in (asked.caller, asked.other):
        refuse_uncallable(asked.channel, details)
    now = clock.now()
    appointment = Appointment(
        service=asked.matters.main,
        minutes=asked.matters.minutes,
        children=asked.children,
        status=Status.REQUESTED,
        channel=asked.channel,
        service_point=asked.point,
        language=asked.language,
        meeting=Meeting.TOGETHER,
        other_parent=OtherParent.GIVEN,
        secretary_note=asked.note,
        made_from=made_from,
        answered_at=now,
        created_at=now,
        updated_at=now,
    )
    save_with_reference(appointment)
    appointment.also.set(asked.matters.also)
    caller = add_party(
        appointment,
        asked.caller,
        is_requester=True,
        answer=Answer.ACCEPTED,
        part=Participation(asked.caller_role),
    )
    other = add_party(appointment, asked.other, part=Participation(asked.other_role))
    for person in asked.further:
        add_further(person, caller, other)
    note_access(user, appointment.reference, action=AccessAction.CREATE)
    record(appointment, EventKind.REQUESTED, user=user)
    if must_agree_place(appointment):
        if not asked.place_agreed:
            raise PlaceNotAgreedError
        record(appointment, EventKind.PLACE_AGREED, user=user)
    due_day = asked.due_day or usual_due_day()
    unreached = ask_both(appointment.pk, due_day=due_day, point=asked.point, user=user)
    return Booked(appointment, None, unreached)
