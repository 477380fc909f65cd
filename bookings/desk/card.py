"""One request as the secretary sees it: the parties, who would be notified, what may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bookings.appointments import attendance, decisions
from bookings.appointments.corrections import may_add_other_parent, may_leave_uncontacted
from bookings.appointments.notified_parties import is_informed
from bookings.appointments.people import may_note_children, roles_to_add
from bookings.desk.forms import PersonNoteForm
from bookings.desk.party_card import PartyCard, party_card, shared_names, uncallable_parties
from bookings.desk_kit.history import HistoryStep, step_of
from bookings.desk_kit.labels import (
    Tag,
    language_label,
    status_label,
    status_tag,
    surnames_label,
)
from bookings.desk_kit.letters import Letter
from bookings.desk_kit.people_labels import ages_label
from bookings.desk_kit.recipients import RecipientRow, recipient_of
from bookings.lifecycle.contact_consent import AGREED, REFUSED, answer_of, may_note_talk
from bookings.lifecycle.transitions import PATHS
from bookings.models import (
    Appointment,
    AppointmentEvent,
    EventKind,
    Meeting,
    MoveRequest,
    OtherParent,
    Party,
    PersonNote,
    TimeOffer,
)
from bookings.outcomes.presenters import OutcomeLink, is_noted, link_to_outcome
from bookings.parties.apart import are_different_people
from bookings.parties.duplicates import BOTH_ASKED, EMAIL, NAME, NEAR, PHONE, Duplicate
from bookings.public.wishes import wish_label
from bookings.rescheduling.plan import may_change
from office.calendar.hours_impact import ROOM_CLOSED
from office.calendar.orphan_words import orphan_label
from office.core import clock


@dataclass(frozen=True)
class Twin:
    """Another appointment that may be the same, or of the same two people."""

    reference: str
    what: str
    why: str
    are_different_people: bool


@dataclass(frozen=True)
class May:
    """What the secretary may do now."""

    confirm: bool
    offer: bool
    change: bool
    decline: bool
    cancel: bool
    keep_orphan: bool
    keep_declined: bool
    add_parent: bool
    leave_uncontacted: bool
    note_talk: bool

    @property
    def offers_first(self) -> bool:
        """Whether offering times is the main thing to do."""
        return self.offer and not self.confirm and not (self.change and self.cancel)

    @property
    def changes_first(self) -> bool:
        """Whether choosing time and people is the main thing to do."""
        return self.change and not self.confirm and (self.cancel or not self.offer)


@dataclass(frozen=True)
class AttendanceButton:
    """A step of attendance to press."""

    step: str
    text: str
    key: str


@dataclass(frozen=True)
class Card:
    """All about one appointment."""

    appointment: Appointment
    tag: Tag
    language: str
    parties: list[PartyCard]
    # If it is confirmed; and if it is moved, declined or cancelled: then those who know of it.
    recipients_of_confirmation: list[RecipientRow]
    recipients_of_change: list[RecipientRow]
    twins: list[Twin]
    # Look-alikes that somebody has told apart.
    told_apart: list[Twin]
    both_asked: bool
    move: MoveRequest | None
    offers: list[TimeOffer]
    history: list[HistoryStep]
    may: May
    other_parent: str
    # In red, while the other parent is not to be contacted.
    ask_first: str
    orphan: str
    # Only the room has fallen away.
    needs_room: bool
    preferred: str
    has_passed: bool
    # What both parties have given alike: messages to one would reach the other.
    shared: str
    # Whether bringing the other parent in is left to the unit.
    unit_contacts: bool
    marks: list[AttendanceButton]
    # The page on which the outcome is noted; nothing before the day of the visit.
    outcome: OutcomeLink | None
    # To professionals, and to addresses that are no party's any more.
    other_letters: list[Letter]
    # Somebody may be added besides the parents, and the ages of the children noted.
    may_add_person: bool
    may_note_children: bool
    children: str

    @property
    def spoken(self) -> str:
        """What the card is about, for those who hear it."""
        appointment = self.appointment
        who = surnames_label(card.party.name for card in self.parties)
        return f"{appointment.reference}, {who}, {appointment.matters.name}, {self.tag.text}"


def card_of(
    appointment: Appointment,
    *,
    parties: Sequence[Party],
    events: Sequence[AppointmentEvent],
    twins: Sequence[tuple[Appointment, Duplicate]],
    move: MoveRequest | None,
    offers: Sequence[TimeOffer],
    notes: Mapping[int, PersonNote],
    letters: Sequence[Letter],
    revealed: int | None = None,
    person_form: tuple[int, PersonNoteForm] | None = None,
) -> Card:
    """Compose what the page shows; everything is fetched already.

    `revealed`: the party whose protected contact details were asked for. `notes`: on the persons, by
    party. `person_form`: what was typed as such a note and not saved, and of which party.
    """
    uncallable = uncallable_parties(appointment)
    cards = [
        party_card(
            party,
            appointment,
            revealed=revealed,
            uncallable=uncallable,
            note=notes.get(party.pk),
            letters=[letter for letter in letters if letter.party == party.pk],
            names={one.pk: one.name for one in parties},
            note_form=person_form[1] if person_form and person_form[0] == party.pk else None,
        )
        for party in parties
    ]
    # Nobody asked for a talk: nothing stands in the way.
    asks = appointment.other_parent in OtherParent.ask_first()
    consent = answer_of(appointment) if asks else AGREED
    return Card(
        appointment=appointment,
        tag=status_tag(appointment),
        language=language_label(appointment.language),
        parties=cards,
        recipients_of_confirmation=[
            recipient_of(card.party) for card in cards if _comes(card.party, appointment)
        ],
        recipients_of_change=[
            recipient_of(card.party) for card in cards if is_informed(card.party)
        ],
        twins=[_twin(*twin) for twin in twins if not twin[1].is_apart],
        told_apart=[_twin(*twin) for twin in twins if twin[1].is_apart],
        both_asked=any(
            BOTH_ASKED in duplicate.reasons for _other, duplicate in twins if not duplicate.is_apart
        ),
        move=move,
        offers=list(offers),
        history=[step_of(event) for event in events],
        may=_may(appointment, has_consent=consent == AGREED),
        other_parent=_other_parent(appointment, parties, consent, events),
        ask_first=_ask_first(appointment, parties, consent),
        orphan=orphan_label(appointment.claim.orphan_reason)
        if appointment.claim and appointment.is_orphaned
        else "",
        needs_room=appointment.claim is not None and appointment.claim.orphan_reason == ROOM_CLOSED,
        preferred=wish_label(appointment.preferred or {}),
        has_passed=appointment.starts_at is not None and appointment.starts_at <= clock.now(),
        unit_contacts=appointment.other_parent in OtherParent.of_the_unit(),
        shared=shared_names(parties),
        marks=_marks(appointment),
        outcome=link_to_outcome(appointment, has_outcome=is_noted(events)),
        other_letters=[letter for letter in letters if letter.party is None],
        may_add_person=bool(roles_to_add(appointment)),
        may_note_children=may_note_children(appointment),
        children=ages_label(appointment),
    )


def _marks(appointment: Appointment) -> list[AttendanceButton]:
    """Return what can be marked of the attendance now."""
    if not attendance.may_mark(appointment):
        return []
    steps = (
        AttendanceButton(EventKind.ARRIVED, _("Arrived"), "f"),
        AttendanceButton(EventKind.DONE, _("Was held"), "h"),
        AttendanceButton(EventKind.NO_SHOW, _("Did not come"), "0"),
    )
    marks = [
        step
        for step in steps
        if PATHS.lead(appointment.status, attendance.STEPS[EventKind(step.step)])
    ]
    if appointment.has_arrived or (appointment.is_over and not attendance.is_settled(appointment)):
        marks.append(AttendanceButton("back", _("Take the mark back"), "z"))
    return marks


def _comes(party: Party, appointment: Appointment) -> bool:
    """Say whether the party comes. Parents who come separately do not learn of each other's visit."""
    separate = appointment.meeting == Meeting.SEPARATE
    return not separate or is_informed(party) or not party.rules.is_side


def _twin(other: Appointment, duplicate: Duplicate) -> Twin:
    reasons = {
        PHONE: _("same phone number"),
        EMAIL: _("same e-mail address"),
        NAME: _("same name"),
        NEAR: _("nearly the same name"),
    }
    why = [text for reason, text in reasons.items() if reason in duplicate.reasons]
    if BOTH_ASKED in duplicate.reasons:
        why.insert(0, _("the other parent has asked, too"))
    return Twin(
        other.reference,
        f"{other.matters.name} · {status_label(other)}",
        ", ".join(why),
        all(are_different_people(*pair) for pair in duplicate.pairs),
    )


def _may(appointment: Appointment, *, has_consent: bool) -> May:
    return May(
        confirm=decisions.may_confirm(appointment),
        offer=decisions.may_offer(appointment),
        change=may_change(appointment),
        decline=decisions.may_decline(appointment),
        cancel=decisions.may_cancel(appointment),
        keep_orphan=decisions.may_keep_orphan(appointment),
        keep_declined=decisions.may_keep_after_decline(appointment),
        add_parent=has_consent and may_add_other_parent(appointment),
        leave_uncontacted=may_leave_uncontacted(appointment),
        note_talk=may_note_talk(appointment),
    )


def _ask_first(appointment: Appointment, parties: Sequence[Party], consent: str) -> str:
    """Return what must not be done, in a sentence; empty where the other parent may be contacted."""
    if consent == AGREED or any(party.is_other_parent for party in parties):
        return ""
    if consent == REFUSED:
        return _(
            "The other parent is not to be contacted: so it was agreed with the one who asked."
        )
    if appointment.other_parent == OtherParent.UNSURE:
        return _(
            "Ask first: the one who asked could not say whether the other parent may be contacted."
        )
    return _(
        "Do not contact the other parent before you have talked with the one who asked: so they wish."
    )


def _other_parent(
    appointment: Appointment,
    parties: Sequence[Party],
    consent: str,
    events: Sequence[AppointmentEvent],
) -> str:
    if any(party.is_other_parent for party in parties):
        if appointment.meeting == Meeting.SEPARATE:
            return _(
                "They come separately. This time is told only to the one who asked: "
                "arrange a visit of their own for the other parent."
            )
        if appointment.other_parent == OtherParent.PASS_ON:
            return _("The one who asked passes the invitation on.")
        return ""
    if consent == AGREED and appointment.other_parent in OtherParent.ask_first():
        return _("The one who asked has been talked with: the other parent may be contacted.")
    if appointment.other_parent == OtherParent.UNIT:
        return _("The unit is asked to contact the other parent.")
    if not appointment.concerns_one_parent or len(parties) > 1:
        return ""
    # Only who asks online is asked: what staff book without another parent tells nothing of one.
    if any(event.what == EventKind.REQUESTED for event in events):
        return _("Comes alone.")
    return _("The other parent is not named.")
