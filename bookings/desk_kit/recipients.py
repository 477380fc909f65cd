"""Who is notified of a change, and how."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bookings.appointments.notified_parties import is_informed, may_be_notified
from bookings.desk_kit.labels import language_label
from bookings.desk_kit.people_labels import nameless_label
from bookings.models import CasePerson, Party
from bookings.parties.safe_channels import invitation_contact, safe_contacts
from office.models import MessageChannel


@dataclass(frozen=True)
class RecipientRow:
    """How one party would be notified now."""

    name: str
    how: str
    must_be_called: bool


def recipient_of(party: Party) -> RecipientRow:
    """Say by which channels and in which language the party is notified, or that they must be called."""
    names = {MessageChannel.EMAIL: _("e-mail"), MessageChannel.SMS: _("text message")}
    channels = [names[contact.channel] for contact in safe_contacts(party)]
    if not may_be_notified(party):
        channels = []
    by_letter = not channels and _is_written_to(party)
    must_be_called = (
        not (channels or by_letter) and may_be_notified(party) and bool(party.phone or party.email)
    )
    if party.given_by_other and not is_informed(party) and (contact := invitation_contact(party)):
        return RecipientRow(
            party.name,
            _("one neutral invitation by %(way)s, nothing more") % {"way": names[contact.channel]},
            must_be_called=False,
        )
    if channels:
        how = _("%(ways)s (%(language)s)") % {
            "ways": _(" and ").join(channels),
            "language": language_label(party.language),
        }
    elif by_letter:
        how = _("by letter, which is printed from the case")
    elif must_be_called and party.phone and party.call_is_safe:
        how = _("nothing can be sent: must be called")
    elif must_be_called:
        # No call is known to be safe: none is suggested.
        how = _("no safe contact is known: decide how to reach them")
    elif party.rules.comes_along and not is_informed(party):
        how = _("told by the one with whom they come, not by us")
    elif party.appointment.is_anonymous:
        how = _("no message can be sent: sees changes only on the own page, if given its address")
    elif party.is_named_only:
        how = _("not notified yet: only the name is known")
    else:
        how = _("reached through the other parent, who passes the invitation on")
    nameless = _("Anonymous") if party.appointment.is_anonymous else nameless_label(party)
    return RecipientRow(party.name or nameless, how, must_be_called)


def _is_written_to(party: Party) -> bool:
    """Say whether a letter of the party's case tells them: see bookings.cases.queries.letters_to_post."""
    if party.appointment.case_id is None:
        return False
    known = CasePerson.objects.filter(party=party, answered_at=None)
    return any(person.post_to or person.posted_at for person in known)
