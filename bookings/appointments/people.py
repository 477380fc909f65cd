"""More people at a visit: somebody is added, their part is corrected, they do not come after all.

Who is invited in their own right is notified as soon as a time is agreed, and asked whether they come.
Who comes along with a party hears of it from them; from us only where that party agrees to it.
"""

from collections.abc import Sequence
from dataclasses import replace

from bookings.appointments import notices, notified_parties
from bookings.lifecycle.phone_visits import refuse_uncallable
from bookings.lifecycle.transitions import NotPossibleError, locked, locked_with_party, record
from bookings.models import Answer, Appointment, EventKind, Meeting, Party, PartyRole
from bookings.parties import conflicts
from bookings.parties.records import Participation, PartyDetails, add_party
from bookings.parties.safe_channels import withdraw_unsafe
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import User

# So many take part in one visit at most, whatever their roles.
PEOPLE_AT_MOST = 10
AGES_AT_MOST, OLDEST = 12, 17


@retrying
def add_person(
    appointment_id: int,
    details: PartyDetails,
    part: Participation,
    *,
    user: User,
    version: int | None = None,
) -> list[Party]:
    """Add somebody besides the parents; return who must be called about it.

    Raises NotPossibleError where the role has no room left or the visit is over, AskFirstError where the
    one who asked is to be talked with before anybody is contacted, and NoNumberError where the visit is
    by phone and there is no number to call.
    """
    appointment = locked(appointment_id, version=version)
    if part.role not in roles_to_add(appointment) or not _fits(part, appointment):
        raise NotPossibleError
    if part.role.rules.is_invited:
        refuse_uncallable(appointment.channel, details)
    tells = appointment.is_confirmed and _is_notified_now(part, appointment)
    party = add_party(
        appointment,
        # A message is a party's own words: nobody writes one for them.
        replace(details, message=""),
        answer=first_answer(part, is_asked=tells),
        part=part,
    )
    record(
        appointment,
        EventKind.PERSON_ADDED,
        user=user,
        party=party,
        of=party,
        details={"role": part.role},
    )
    conflicts.hand_over([appointment.pk])
    return notices.notify_confirmed(appointment, only=party) if tells else []


@retrying
def change_part(
    party_id: int, part: Participation, *, user: User, version: int | None = None
) -> list[Party]:
    """Correct as what somebody takes part; return who must be called.

    Where who comes along is to be written to no more, what waits for them is withdrawn; where from now
    on, they are notified of an agreed time at once. Raises NotPossibleError.
    """
    party, appointment = locked_with_party(party_id, version=version)
    comes_along = part.role.rules.comes_along
    if party.left_at is not None or comes_along != party.rules.comes_along:
        # Who is invited in their own right never becomes somebody's companion, nor the other way round.
        raise NotPossibleError
    if party.role != part.role and part.role not in roles_for(party, appointment):
        raise NotPossibleError
    if not _fits(part, appointment):
        raise NotPossibleError
    was_informed = notified_parties.is_informed(party)
    for name, value in part.columns.items():
        setattr(party, name, value)
    if part.accompanies is not None:
        party.joins_by_video = part.accompanies.joins_by_video
    if comes_along:
        party.answer = first_answer(part, is_asked=False)
    party.save()
    withdraw_unsafe(party)
    record(appointment, EventKind.PERSON_CHANGED, user=user, of=party, details={"role": part.role})
    conflicts.hand_over([appointment.pk])
    if comes_along and part.is_notified and not was_informed and appointment.is_confirmed:
        return notices.notify_confirmed(appointment, only=party)
    return []


@retrying
def leave_out(party_id: int, *, user: User, version: int | None = None) -> list[Party]:
    """Note that somebody does not take part after all, nor who comes along with them.

    Those who know of the visit are notified that they need not come; return who must be called. Their
    links open nothing from then on. Raises NotPossibleError for a parent, and where the visit is over.
    """
    party, appointment = locked_with_party(party_id, version=version)
    if not may_leave_out(party, appointment):
        raise NotPossibleError
    leaving = [party, *party.companions.filter(left_at=None)]
    unreached = notices.notify_not_needed(appointment, leaving)
    Party.objects.filter(pk__in=[one.pk for one in leaving]).update(
        left_at=clock.now(), joins_by_video=False
    )
    record(appointment, EventKind.PERSON_LEFT, user=user, of=party, details={"role": party.role})
    return unreached


@retrying
def note_children(
    appointment_id: int, ages: Sequence[int] | None, *, user: User, version: int | None = None
) -> None:
    """Note how old the children are, and nothing else of them. Raises NotPossibleError."""
    appointment = locked(appointment_id, version=version)
    if not may_note_children(appointment, ages or ()):
        raise NotPossibleError
    appointment.children_ages = sorted(ages) if ages is not None else None
    # Their number follows, by which the visit's length is reckoned; without ages it stays as it is.
    appointment.children = len(ages) if ages else appointment.children
    record(appointment, EventKind.CHILDREN_NOTED, user=user)


def may_note_children(appointment: Appointment, ages: Sequence[int] = ()) -> bool:
    """Say whether the visit is still open, and the ages are few enough and those of children."""
    return (
        appointment.is_open
        and len(ages) <= AGES_AT_MOST
        and all(0 <= age <= OLDEST for age in ages)
    )


def roles_to_add(appointment: Appointment) -> list[PartyRole]:
    """Return the roles in which somebody may be added now, as far as the appointment itself goes."""
    if not appointment.is_before_visit or appointment.is_anonymous:
        return []
    taking_part = [party for party in appointment.parties.all() if party.left_at is None]
    if len(taking_part) >= PEOPLE_AT_MOST:
        return []
    taken = [party.role for party in taking_part]
    # Separate visits are two, one for each side.
    sides = 2 if appointment.meeting == Meeting.SEPARATE else 3
    return [role for role in PartyRole.added() if role.fits_beside(taken, sides_at_most=sides)]


def roles_for(party: Party, appointment: Appointment) -> list[PartyRole]:
    """Return the roles that a party may have, their own first: of the same kind, and not all taken."""
    own = PartyRole(party.role)
    free = {PartyRole.PARENT, *roles_to_add(appointment)}
    if party.is_requester:
        kind = {role for role in free if role.rules.is_invited}
    elif own.rules.comes_along:
        kind = {role for role in free if role.rules.comes_along}
    else:
        kind = {role for role in free if role.rules.is_side == own.rules.is_side}
        kind -= set(PartyRole.companions())
    return [role for role in PartyRole if role in kind | {own}]


def may_leave_out(party: Party, appointment: Appointment) -> bool:
    """Say whether somebody who was added takes part in a visit that is still ahead."""
    was_added = not party.is_requester and not party.rules.is_side
    return was_added and party.left_at is None and appointment.is_before_visit


def accompanied(appointment: Appointment) -> list[Party]:
    """Return those with whom somebody may come along."""
    return [
        party
        for party in appointment.parties.all()
        if party.rules.is_invited and party.left_at is None
    ]


def is_other_part(party: Party, part: Participation) -> bool:
    """Say whether the party takes part in another way so far."""
    now = {name: getattr(party, name) for name in part.columns}
    changes_notices = (
        part.role.rules.comes_along and part.is_notified != notified_parties.is_informed(party)
    )
    return changes_notices or now != part.columns


def _fits(part: Participation, appointment: Appointment) -> bool:
    """Say whether a companion comes with somebody of this very visit, and nobody else with anyone."""
    if not part.role.rules.comes_along:
        return part.accompanies is None
    return part.accompanies in accompanied(appointment)


def _is_notified_now(part: Participation, appointment: Appointment) -> bool:
    if part.role.rules.comes_along:
        return part.is_notified
    # The other parent's own visit is arranged with them first.
    return not (part.role.rules.is_side and appointment.meeting == Meeting.SEPARATE)


def first_answer(part: Participation, *, is_asked: bool) -> Answer:
    """Return the answer of a new party. Who comes along is never asked: they are notified, or not."""
    if part.role.rules.comes_along:
        return Answer.ACCEPTED if part.is_notified else Answer.NOT_ASKED
    return Answer.ASKED if is_asked else Answer.NOT_ASKED
