"""What the card shows of one party, and what can be done about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bookings.appointments.by_video import may_choose_video
from bookings.appointments.corrections import may_be_notified_again
from bookings.appointments.notified_parties import may_be_notified
from bookings.appointments.people import may_leave_out
from bookings.desk.forms import PersonNoteForm
from bookings.desk_kit.labels import Tag, answer_tag, language_label
from bookings.desk_kit.letters import Letter
from bookings.desk_kit.people_labels import nameless_label, part_label
from bookings.lifecycle.call_results import CallResult, results_for
from bookings.lifecycle.phone_visits import may_be_called, who_are_called
from bookings.lifecycle.references import invitation_code
from bookings.models import Appointment, Party, PersonNote
from bookings.parties.notes import may_have_note
from bookings.parties.safe_channels import safe_contacts
from bookings.self_service.personal_links import may_close_link, may_renew_invitation
from office.core import phones
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


def shared_names(parties: Sequence[Party]) -> str:
    """Name the contact details that several parties have in common."""
    # Who comes along with somebody may share their phone: that tells nobody anything new.
    apart = [party for party in parties if party.rules.is_invited]
    phones_given = [str(party.phone) for party in apart if party.phone]
    addresses = [party.email.lower() for party in apart if party.email]
    names = {_("phone number"): phones_given, _("e-mail address"): addresses}
    return _(" and ").join(name for name, given in names.items() if len(set(given)) < len(given))


def uncallable_parties(appointment: Appointment) -> set[int]:
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
    """Lay out the card. `uncallable`: those, by id, who come by phone and have no number for it.

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
    """Name the language of service, and another one of reminders."""
    reads = reads_label(party.reads)
    also = [_("reminders in: %(language)s") % {"language": reads}] if reads else []
    return ", ".join([language_label(party.language), *also])


def _part(party: Party, names: Mapping[int, str]) -> str:
    if party.accompanies_id is None:
        return part_label(party)
    whom = names.get(party.accompanies_id) or _("a party")
    return _("%(who)s (comes with %(name)s)") % {"who": part_label(party), "name": whom}
