"""Book for somebody on the phone or at the counter: no request, the time is agreed at once."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from bookings.appointments import occasions, separate_visits
from bookings.appointments.announcements import announce
from bookings.appointments.assignment import give_time
from bookings.appointments.booking import (
    Booked,
    Booking,
    Chosen,
    Comer,
    Further,
    NoRoomForRoleError,
)
from bookings.appointments.by_video import book_video
from bookings.appointments.people import first_answer, roles_to_add
from bookings.availability.allocation import take_slot
from bookings.hooks import Occasion
from bookings.lifecycle.contact_consent import carry_on, refuse_unasked
from bookings.lifecycle.phone_visits import refuse_lacking, refuse_uncallable
from bookings.lifecycle.protection import PlaceNotAgreedError, must_agree_place
from bookings.lifecycle.references import invitation_code, save_with_reference
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import (
    BY_STAFF,
    Answer,
    Appointment,
    AppointmentEvent,
    EventKind,
    Meeting,
    OtherParent,
    Party,
    Status,
)
from bookings.parties import conflicts
from bookings.parties.records import Participation, PartyDetails, add_party, hash_code
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.once import made_already, made_before
from office.models import AccessAction, Channel, ClaimKind, Unit, User
from office.staff.access_log import note_access


@retrying
def book(
    booking: Booking,
    *,
    user: User,
    unit: Unit,
    made_from: UUID,
    occasion: Occasion | None = None,
) -> Booked:
    """Book the visit and notify everybody by safe channels. A form sent twice makes one.

    `occasion`: what it is booked on ends with it. Raises JustTakenError, TooCloseError, RefusedError,
    PlaceNotAgreedError, NoNumberError, AskFirstError, NoRoomForRoleError or NotByVideoError; then nothing
    has changed.
    """
    made = booked_once(made_from)
    if made is not None:
        return made
    appointment, second = make_visit(
        without_barred(booking), user=user, unit=unit, made_from=made_from
    )
    if occasion is not None:
        occasions.end(occasion, appointment, user)
    return Booked(appointment, second, _notify(appointment, second, user=user))


def make_visit(
    booking: Booking, *, user: User, unit: Unit, made_from: UUID | None = None
) -> tuple[Appointment, Appointment | None]:
    """Make the visit with all who come, told to nobody yet; and the other parent's own, if any.

    Call in a transaction. Raises what `book` does.
    """
    _refuse_uncallable(booking)
    appointment = take_visit(booking, booking.time, unit, made_from=made_from)
    if booking.follows is not None:
        carry_on(booking.follows, appointment)
    caller = other = None
    if booking.comers:
        _add_comers(appointment, booking.comers)
    else:
        caller = add_party(
            appointment,
            booking.caller,
            is_requester=True,
            answer=Answer.ACCEPTED,
            part=Participation(booking.caller_role),
        )
    others_part = Participation(booking.other_role)
    second = None
    if booking.other_time is not None and booking.other is not None:
        second = take_visit(booking, booking.other_time, unit)
        other = add_party(second, booking.other, answer=Answer.ASKED, part=others_part)
        separate_visits.link(appointment, second)
        # Each visit has one parent: nobody else is to learn of this one.
        appointment.other_parent = second.other_parent = OtherParent.NONE
        second.save(update_fields=["other_parent"])
        _keep_apart(second, unit, user, booking)
    elif booking.other is not None and booking.other_parent in (
        OtherParent.GIVEN,
        OtherParent.UNIT,
    ):
        # Given, or known by name until the unit contacts them.
        other = add_party(appointment, booking.other, part=others_part)
    elif booking.other_parent == OtherParent.PASS_ON:
        other = add_party(
            appointment, PartyDetails(language=booking.caller.language), part=others_part
        )
        appointment.invitation_hash = hash_code(invitation_code(other.link_nonce))
    appointment.save()
    for person in booking.further:
        add_further(person, caller, other)
    joining = [
        caller if booking.caller_by_video else None,
        other if booking.other_by_video else None,
    ]
    book_video(appointment, joining, booking.video_link, user=user)
    if must_agree_place(appointment):
        if not booking.place_agreed:
            raise PlaceNotAgreedError
        record(appointment, EventKind.PLACE_AGREED, user=user)
    return appointment, second


def _refuse_uncallable(booking: Booking) -> None:
    """Raise NoNumberError where one of those who come to a visit by phone could not be rung."""
    channel = booking.time.wish.channel
    coming = [comer.details for comer in booking.comers if comer.part.role.rules.is_invited]
    if coming:
        refuse_lacking(channel, *coming)
        return
    refuse_uncallable(channel, booking.caller)
    if booking.other is None:
        return
    if booking.other_time is not None:
        refuse_uncallable(booking.other_time.wish.channel, booking.other)
    elif booking.other_parent == OtherParent.GIVEN and booking.meeting == Meeting.TOGETHER:
        refuse_lacking(channel, booking.other)


@retrying
def book_other(
    booking: Booking,
    *,
    first: Appointment,
    agreed: bool,
    user: User,
    unit: Unit,
    made_from: UUID,
) -> Booked:
    """Book the other parent's own visit next to `first`, and move their details to it.

    `agreed`: the time was agreed with them; else they are asked whether it suits. Raises
    NotPossibleError, AskFirstError, JustTakenError or TooCloseError; then nothing has changed.
    """
    made = booked_once(made_from)
    if made is not None:
        return made
    first = locked(first.pk)
    refuse_unasked(first)
    refuse_uncallable(booking.time.wish.channel, booking.caller)
    if not separate_visits.may_arrange(first):
        raise NotPossibleError
    booking = without_barred(booking, conflicts.barred_from(first.pk))
    appointment = take_visit(booking, booking.time, unit, made_from=made_from)
    separate_visits.link(first, appointment)
    answer = Answer.ACCEPTED if agreed else Answer.ASKED
    party = first.parties.other_parents().first()
    if party is None:
        add_party(
            appointment, booking.caller, answer=answer, part=Participation(booking.caller_role)
        )
    else:
        # Not copied: a parent's details are one record, and this visit is theirs.
        for name, value in vars(replace(booking.caller, message=party.message)).items():
            setattr(party, name, value)
        party.appointment, party.answer = appointment, answer
        party.save()
        # Who comes along with them comes to their visit.
        party.companions.update(appointment=appointment)
    appointment.other_parent = OtherParent.NONE
    appointment.save(update_fields=["other_parent"])
    first.other_parent = OtherParent.NONE
    record(first, EventKind.OTHER_BOOKED, user=user)
    _keep_apart(appointment, unit, user, booking)
    return Booked(appointment, first, _notify(appointment, user=user))


def _add_comers(appointment: Appointment, comers: Sequence[Comer]) -> None:
    """Add those who come. The first side who agrees counts as who asked; else nobody has.

    Where the other parent is still to be contacted, if at all, the side who comes is who asked.
    """
    is_one_alone = appointment.other_parent in OtherParent.of_the_unit()
    asks = next(
        (
            index
            for index, comer in enumerate(comers)
            if comer.part.role.rules.is_side and (comer.agrees or is_one_alone)
        ),
        None,
    )
    made: list[Party] = []
    for index, comer in enumerate(comers):
        part = comer.part
        if comer.accompanies is not None:
            part = replace(part, accompanies=made[comer.accompanies])
        answer = Answer.ACCEPTED if comer.agrees or part.is_notified else Answer.NOT_ASKED
        made.append(
            add_party(
                appointment, comer.details, is_requester=index == asks, answer=answer, part=part
            )
        )


def add_further(person: Further, caller: Party | None, other: Party | None) -> None:
    """Add somebody to the visit of the one they come with; in their own right, to the caller's."""
    comes_with = other if person.with_other else caller
    if caller is None or comes_with is None:
        raise NoRoomForRoleError
    comes_along = person.role.rules.comes_along
    appointment = comes_with.appointment if comes_along else caller.appointment
    if person.role not in roles_to_add(appointment):
        raise NoRoomForRoleError
    if not comes_along:
        refuse_uncallable(appointment.channel, person.details)
    part = Participation(
        person.role,
        accompanies=comes_with if comes_along else None,
        is_notified=person.is_notified,
        is_told_openly=person.is_told_openly,
    )
    # Who is invited is asked as soon as the time is announced.
    answer = first_answer(part, is_asked=False)
    add_party(appointment, person.details, answer=answer, part=part)


def booked_once(made_from: UUID) -> Booked | None:
    """Return what a form with this key has booked; whoever sends it at the same time waits."""
    return _booked(made_before(Appointment, made_from))


def booked_before(made_from: UUID) -> Booked | None:
    """Return the same, without waiting."""
    return _booked(made_already(Appointment, made_from))


def _booked(made: Appointment | None) -> Booked | None:
    return Booked(made, separate_visits.other_visit(made), [], before=True) if made else None


def without_barred(booking: Booking, also: frozenset[int] = frozenset()) -> Booking:
    """Return the booking for times without professionals who are barred from the matter."""
    people = [
        conflicts.PersonIdentifiers.of(details.name, details.phone, details.email)
        for details in (
            booking.caller,
            booking.other,
            *(comer.details for comer in booking.comers),
            *(p.details for p in booking.further if p.role.rules.makes_matter),
        )
        if details is not None and not booking.is_anonymous
    ]
    without = conflicts.barred_with(people) | also
    return replace(
        booking,
        time=booking.time.kept_from(without),
        other_time=booking.other_time and booking.other_time.kept_from(without),
    )


def take_visit(
    booking: Booking,
    time: Chosen,
    unit: Unit,
    *,
    made_from: UUID | None = None,
    online: bool = False,
) -> Appointment:
    """Make a confirmed appointment with time, staff and room, without parties yet."""
    now = clock.now()
    taken = take_slot(time.wish, time.slot, unit, kind=ClaimKind.APPOINTMENT, online=online)
    appointment = Appointment(
        service=booking.service,
        minutes=time.wish.minutes,
        children=booking.children,
        status=Status.REQUESTED,
        channel=time.wish.channel,
        language=booking.language,
        meeting=booking.meeting,
        is_anonymous=booking.is_anonymous,
        other_parent=booking.other_parent,
        secretary_note=booking.note if made_from else "",
        made_from=made_from,
        answered_at=now,
        created_at=now,
        updated_at=now,
    )
    save_with_reference(appointment)
    appointment.also.set(time.wish.also)
    give_time(appointment, taken, kind=ClaimKind.APPOINTMENT)
    appointment.status = Status.CONFIRMED
    appointment.save()
    return appointment


def _keep_apart(appointment: Appointment, unit: Unit, user: User, booking: Booking) -> None:
    """Refuse a visit at which the parents would meet, unless the secretary wants it all the same."""
    if appointment.starts_at is None or appointment.ends_at is None:
        raise NotPossibleError
    separate_visits.refuse(
        appointment,
        appointment.starts_at,
        appointment.ends_at,
        appointment.service_point if appointment.channel == Channel.IN_PERSON else None,
        unit=unit,
        user=user,
        override=booking.overrides_gap,
    )


def _notify(*appointments: Appointment | None, user: User) -> list[Party]:
    unreached: list[Party] = []
    for appointment in filter(None, appointments):
        note_booked(appointment, user)
        unreached += announce(appointment)
    return unreached


def note_booked(appointment: Appointment, user: User) -> None:
    """Write into the history that the unit's own staff have agreed the time."""
    note_access(user, appointment.reference, action=AccessAction.CREATE)
    AppointmentEvent.objects.create(
        appointment=appointment,
        what=EventKind.CONFIRMED,
        status=Status.CONFIRMED,
        at=clock.now(),
        by=AppointmentEvent.By.STAFF,
        user=user,
        reason=BY_STAFF,
    )
