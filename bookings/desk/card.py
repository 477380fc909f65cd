"""One request as the secretary sees it: the parties, who would be notified, what may be done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bookings.appointments import attendance, decisions
from bookings.appointments.by_video import may_choose_video
from bookings.appointments.corrections import (
    may_add_other_parent,
    may_be_notified_again,
    may_leave_uncontacted,
)
from bookings.appointments.notified_parties import is_informed, may_be_notified
from bookings.appointments.people import may_leave_out, may_note_children, roles_to_add
from bookings.desk.forms import PersonNoteForm
from bookings.desk_kit.history import HistoryStep, step_of
from bookings.desk_kit.labels import (
    Tag,
    answer_tag,
    language_label,
    orphan_label,
    status_label,
    status_tag,
    surnames_label,
)
from bookings.desk_kit.letters import Letter
from bookings.desk_kit.people_labels import ages_label, nameless_label, part_label
from bookings.desk_kit.recipients import RecipientRow, recipient_of
from bookings.lifecycle.call_results import CallResult, results_for
from bookings.lifecycle.contact_consent import AGREED, REFUSED, answer_of, may_note_talk
from bookings.lifecycle.phone_visits import may_be_called, who_are_called
from bookings.lifecycle.references import invitation_code
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
    Status,
    TimeOffer,
)
from bookings.outcomes.presenters import OutcomeLink, is_noted, link_to_outcome
from bookings.parties.apart import are_different_people
from bookings.parties.duplicates import BOTH_ASKED, EMAIL, NAME, NEAR, PHONE, Duplicate
from bookings.parties.notes import may_have_note
from bookings.parties.safe_channels import safe_contacts
from bookings.public.wishes import wish_label
from bookings.rescheduling.plan import may_change
from bookings.self_service.personal_links import may_close_link, may_renew_invitation
from office.core import clock, phones
from office.core.languages import reads_label
from office.models import Channel


@dataclass(frozen=True)
class ContactChannel:
    """One way to reach a party, and whether they stated that it is safe."""

    name: str
    is_safe: bool


@dataclass(frozen=True)
class PartyCard:
    """One party, as the secretary sees them. Each card is that party's own."""

    party: Party
    name: str
    # As what they take part, and with whom; empty for a parent.
    part: str
    tag: Tag
    language: str
    phone: str
    channels: list[ContactChannel]
    may_call: bool
    call_results: list[CallResult]
    may_be_notified_again: bool
    may_close_link: bool
    # Protected contact details, not asked for yet on this page.
    is_hidden: bool
    must_be_called: bool
    # The visit is by phone, and there is no number that may be called.
    has_no_number: bool
    is_landline: bool
    # On the person, not on the appointment; no form where they are not known again.
    note: PersonNote | None
    note_form: PersonNoteForm | None
    letters: list[Letter]
    # What they have written before the visit: all of it, and what waits for a call.
    words: int
    words_waiting: int
    # What the one who asked passes on, while it is not taken up.
    invitation_code: str
    may_leave_out: bool
    # In a visit to which the others come.
    joins_by_video: bool
    may_choose_video: bool


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
    # Somebody may be added beside the parents, and the ages of the children noted.
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
    uncallable = _uncallable(appointment)
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
        other_parent=_other_parent(appointment, parties, consent),
        ask_first=_ask_first(appointment, parties, consent),
        orphan=orphan_label(appointment.claim.orphan_reason)
        if appointment.claim and appointment.is_orphaned
        else "",
        preferred=wish_label(appointment.preferred or {}),
        has_passed=appointment.starts_at is not None and appointment.starts_at <= clock.now(),
        unit_contacts=appointment.other_parent in OtherParent.of_the_unit(),
        shared=_shared(parties),
        marks=_marks(appointment),
        outcome=link_to_outcome(appointment, has_outcome=is_noted(events)),
        other_letters=[letter for letter in letters if letter.party is None],
        may_add_person=bool(roles_to_add(appointment)),
        may_note_children=may_note_children(appointment),
        children=ages_label(appointment),
    )


def _marks(appointment: Appointment) -> list[AttendanceButton]:
    """What can be marked of the attendance now."""
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
    is_over = appointment.status in Status.over()
    if appointment.status == Status.ARRIVED or (is_over and not attendance.is_settled(appointment)):
        marks.append(AttendanceButton("back", _("Take the mark back"), "z"))
    return marks


def _shared(parties: Sequence[Party]) -> str:
    """Which contact details several parties have in common."""
    # Who comes along with somebody may share their phone: that tells nobody anything new.
    apart = [party for party in parties if party.rules.is_invited]
    phones_given = [str(party.phone) for party in apart if party.phone]
    addresses = [party.email.lower() for party in apart if party.email]
    names = {_("phone number"): phones_given, _("e-mail address"): addresses}
    return _(" and ").join(name for name, given in names.items() if len(set(given)) < len(given))


def _uncallable(appointment: Appointment) -> set[int]:
    if appointment.channel != Channel.PHONE or not appointment.is_open:
        return set()
    return {party.pk for party in who_are_called(appointment) if not may_be_called(party)}


def party_card(
    party: Party,
    appointment: Appointment,
    *,
    revealed: int | None = None,
    uncallable: Collection[int] = (),
    note: PersonNote | None = None,
    note_form: PersonNoteForm | None = None,
    letters: Sequence[Letter] = (),
    names: Mapping[int, str] | None = None,
) -> PartyCard:
    """`uncallable`: those, by id, who come to a visit by phone and have no number for it.

    `names`: of all who take part, by id.
    """
    channels = []
    if party.phone:
        channels += [
            ContactChannel(_("call"), party.call_is_safe),
            ContactChannel(_("voicemail"), party.voicemail_is_safe),
            ContactChannel(_("text message"), party.sms_is_safe),
        ]
    if party.email:
        channels.append(ContactChannel(_("e-mail"), party.email_is_safe))
    has_contact = bool(party.phone or party.email)
    return PartyCard(
        party=party,
        name=party.name or nameless_label(party),
        part=_part(party, names or {}),
        tag=answer_tag(party),
        language=_languages(party),
        phone=phones.shown(party.phone),
        channels=channels,
        may_call=may_be_called(party),
        call_results=results_for(party) if has_contact else [],
        may_be_notified_again=may_be_notified_again(party, appointment)
        and bool(safe_contacts(party)),
        is_hidden=party.is_protected and has_contact and party.pk != revealed,
        may_close_link=not appointment.is_anonymous and may_close_link(party, appointment),
        must_be_called=has_contact
        and may_be_notified(party)
        and not safe_contacts(party)
        and not party.given_by_other,
        has_no_number=party.pk in uncallable,
        is_landline=phones.is_landline(party.phone),
        note=note,
        note_form=(note_form or PersonNoteForm.of(note, party.pk))
        if may_have_note(party) and not appointment.is_anonymous
        else None,
        letters=list(letters),
        words=getattr(party, "words", 0),
        words_waiting=getattr(party, "words_waiting", 0),
        invitation_code=invitation_code(party.link_nonce)
        if may_renew_invitation(party, appointment)
        else "",
        may_leave_out=may_leave_out(party, appointment),
        joins_by_video=appointment.channel == Channel.IN_PERSON and party.joins_by_video,
        may_choose_video=may_choose_video(party, appointment),
    )


def _languages(party: Party) -> str:
    """In which language they are served, and in which other one they are reminded."""
    reads = reads_label(party.reads)
    also = [_("reminders in: %(language)s") % {"language": reads}] if reads else []
    return ", ".join([language_label(party.language), *also])


def _part(party: Party, names: Mapping[int, str]) -> str:
    if party.accompanies_id is None:
        return part_label(party)
    whom = names.get(party.accompanies_id) or _("a party")
    return _("%(who)s (comes with %(name)s)") % {"who": part_label(party), "name": whom}


def _comes(party: Party, appointment: Appointment) -> bool:
    """Parents who come separately have a visit each: the other one does not learn of this."""
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
    """What must not be done, in a sentence; empty where the other parent may be contacted."""
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


def _other_parent(appointment: Appointment, parties: Sequence[Party], consent: str) -> str:
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
    return {
        OtherParent.UNIT: _("The unit is asked to contact the other parent."),
        OtherParent.NONE: _("Comes alone.") if len(parties) < 2 else "",
    }.get(OtherParent(appointment.other_parent), "")
