"""Corrections by the secretary: the other parent, contact details, messages sent again, the own note."""

from dataclasses import replace

from bookings.appointments import notices, notified_parties, people
from bookings.appointments.answers import may_take_up
from bookings.appointments.requests import give_own_link
from bookings.lifecycle.phone_visits import refuse_lacking
from bookings.lifecycle.transitions import NotPossibleError, locked, locked_with_party, record
from bookings.models import (
    Answer,
    Appointment,
    EventKind,
    JointSearch,
    Meeting,
    OtherParent,
    Party,
)
from bookings.models.parties import NAMED_ONLY
from bookings.notifications.kinds import MessageKind
from bookings.parties import conflicts, notes
from bookings.parties.people import Identity
from bookings.parties.records import Participation, PartyDetails, add_party, new_link
from bookings.parties.safe_channels import withdraw_unsafe
from office.calendar.occupancy import retrying
from office.core import clock
from office.messaging import outbox
from office.models import OutboxMessage, User

PARENTS_AT_MOST = 2


@retrying
def add_other_parent(
    appointment_id: int, details: PartyDetails, *, user: User, version: int | None = None
) -> list[Party]:
    """Add the other parent, whom the unit contacts; return who must be called about it.

    They are notified at once where a time is agreed, and otherwise when one is. Raises
    NotPossibleError where there are two parties already or the appointment is closed, AskFirstError
    where the one who asked is to be talked with first, and NoNumberError where both are called and there
    is no number to call.
    """
    appointment = locked(appointment_id, version=version)
    if not may_add_other_parent(appointment):
        raise NotPossibleError
    if appointment.meeting == Meeting.TOGETHER:
        refuse_lacking(appointment.channel, details)
    agreed = appointment.is_confirmed and appointment.meeting == Meeting.TOGETHER
    # A message is a party's own words: nobody writes one for them.
    details = replace(details, message="")
    answer = Answer.ASKED if agreed else Answer.NOT_ASKED
    party = named_other(appointment)
    if party is None:
        party = add_party(appointment, details, answer=answer)
    else:
        for name, value in vars(details).items():
            setattr(party, name, value)
        party.answer = answer
        party.save()
    record(appointment, EventKind.PARTY_ADDED, user=user)
    conflicts.hand_over([appointment.pk])
    return notices.notify_confirmed(appointment, only=party) if agreed else []


def may_add_other_parent(appointment: Appointment) -> bool:
    """Say whether a second party may be added now, as far as the appointment itself goes.

    Whoever asked may want to be talked with first: see contact_consent.
    """
    return (
        appointment.is_before_visit
        and not appointment.is_anonymous
        and appointment.parties.sides().without_named_only().count() < PARENTS_AT_MOST
    )


def named_other(appointment: Appointment) -> Party | None:
    """Return the other parent whose name alone is known; None where there is none."""
    return appointment.parties.filter(NAMED_ONLY).first()


@retrying
def leave_uncontacted(appointment_id: int, *, user: User, version: int | None = None) -> None:
    """Record that the other parent is not to be contacted. Raises NotPossibleError."""
    appointment = locked(appointment_id, version=version)
    if not may_leave_uncontacted(appointment):
        raise NotPossibleError
    record(appointment, EventKind.NOT_CONTACTED, user=user)


def may_leave_uncontacted(appointment: Appointment) -> bool:
    """Say whether the unit is to contact the other parent, or to arrange a visit of their own."""
    has_other = any(
        party.is_other_parent and not party.is_named_only for party in appointment.parties.all()
    )
    if appointment.meeting == Meeting.SEPARATE and has_other:
        return appointment.is_confirmed
    return (
        appointment.other_parent == OtherParent.UNIT
        and not has_other
        and appointment.is_before_visit
    )


@retrying
def correct_party(
    party_id: int,
    details: PartyDetails,
    *,
    part: Participation | None = None,
    user: User,
    version: int | None = None,
) -> list[Party]:
    """Correct a party's details, but for their own message; return who must be called.

    `part`: as what they take part, where that is corrected as well.

    What is safe no longer acts on what waits to leave too: it is withdrawn, and what holds is sent by the
    ways that are left. An invitation that was to be passed on is taken over so: its link, which the other
    parent has, shows time and place and nothing else after this, and the invited parent is notified of an
    agreed time at once.
    """
    party, appointment = locked_with_party(party_id, version=version)
    unreached = _correct_details(party, appointment, details, user)
    if part is not None and people.is_other_part(party, part):
        unreached += people.change_part(party.pk, part, user=user)
    return unreached


def _correct_details(
    party: Party, appointment: Appointment, details: PartyDetails, user: User
) -> list[Party]:
    if party.is_named_only and (details.phone or details.email):
        return add_other_parent(appointment.pk, details, user=user)
    takes_over = may_take_up(party, appointment) and not details.given_by_other
    reached_by = (str(party.phone or ""), party.email)
    was = Identity.of(party)
    for name, value in vars(replace(details, message=party.message)).items():
        setattr(party, name, value)
    left = {address for address in reached_by if address} - {details.phone, details.email}
    astray = OutboxMessage.objects.filter(
        outbox.about_visit(appointment.reference), to__in=left
    ).exists()
    if takes_over:
        give_own_link(party)
    elif astray:
        # A link went where it may be read by another: it opens nothing after this.
        before = party.link_nonce
        new_link(party)
        outbox.change_link(about=appointment.reference, nonce=before, to=party.link_nonce)
    party.save()
    notes.follow(party, was)
    withdrawn = withdraw_unsafe(party)
    record(appointment, EventKind.DETAILS_CORRECTED, user=user, of=party)
    conflicts.hand_over([appointment.pk])
    invites = party.given_by_other and not notified_parties.was_invited(party, appointment)
    is_notified = takes_over or (invites and notified_parties.is_informed(party))
    if is_notified and appointment.is_confirmed:
        return notices.notify_confirmed(appointment, only=party)
    if (astray or withdrawn) and may_be_notified_again(party, appointment):
        return notify_of_current_state(party, appointment)
    return []


@retrying
def notify_again(party_id: int, *, user: User, version: int | None = None) -> list[Party]:
    """Notify a party once more of the current state; return the party if they must be called instead.

    Raises NotPossibleError where there is nothing to tell, or nothing that they may know.
    """
    party, appointment = locked_with_party(party_id, version=version)
    if not may_be_notified_again(party, appointment):
        raise NotPossibleError
    record(appointment, EventKind.NOTIFIED_AGAIN, user=user, of=party)
    return notify_of_current_state(party, appointment)


def notify_of_current_state(party: Party, appointment: Appointment) -> list[Party]:
    """Notify a party of the current state of what they know of; return them if they must be called."""
    asked = JointSearch.objects.filter(
        appointment=appointment, state=JointSearch.State.ASKED, due_at__gt=clock.now()
    ).first()
    if asked is not None and party.rules.is_side and appointment.is_requested:
        return notices.notify_joint(MessageKind.JOINT_ASKED, asked, [party])
    is_offered = appointment.is_offered or (
        appointment.is_confirmed and appointment.time_offers.to_choose_from().exists()
    )
    if is_offered and party.decides_time:
        # Where a time is agreed, the letter says that it holds.
        return notices.notify_offered(appointment, only=party)
    if appointment.is_confirmed:
        return notices.notify_confirmed(appointment, only=party)
    return notices.notify_received(appointment)


def may_be_notified_again(party: Party, appointment: Appointment) -> bool:
    """Say whether the party was notified of something that still holds."""
    if appointment.is_requested:
        return party.is_requester
    if appointment.is_offered and not party.decides_time:
        return False
    return (appointment.is_confirmed or appointment.is_offered) and notified_parties.is_informed(
        party
    )


@retrying
def write_note(appointment_id: int, note: str, *, user: User, version: int | None = None) -> None:
    """Save the secretary's own note."""
    appointment = locked(appointment_id, version=version)
    appointment.secretary_note = note
    record(appointment, EventKind.NOTED, user=user)
