"""What the personal page says to whom: in words for their role, and of who else comes only what is open.

The page of one party tells nothing of another, but that somebody comes along with them, and who comes
besides the parents where the unit shows it openly: the role, never a name.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bookings.models import Appointment, Meeting, Party, PartyRole


@dataclass(frozen=True)
class RoleWords:
    """A passage of the page for those in one role."""

    heading: str
    sentences: list[str]


def words_for(party: Party) -> RoleWords | None:
    """Explain the visit to somebody other than a parent; None where the page says enough."""
    role = PartyRole(party.role)
    if role == PartyRole.YOUNG:
        return RoleWords(
            _("This is your visit, too"),
            [
                _("You have the right to be heard. You can tell us what you think and hope for."),
                _("You decide what you tell. You need not choose between adults."),
                _("You may come alone, or bring somebody whom you trust."),
                _(
                    "What you tell us is confidential. When we meet, we first tell you what others may "
                    "learn and what we must tell them."
                ),
                _("If you do not want to come, say so on this page. You need not give a reason."),
            ],
        )
    if role in (PartyRole.GUARDIAN, PartyRole.ACCESS):
        return RoleWords(
            _("Why you are invited"),
            [
                _("The matter concerns you as well. You are heard in your own right."),
                _("What you tell us of how we may reach you is seen by us alone."),
            ],
        )
    if role.rules.comes_along:
        return RoleWords(
            _("You come along"),
            [
                _(
                    "You come along with somebody who has this appointment. They decide about it: if the "
                    "time does not suit you, tell them."
                ),
                _("We write to you because they have told us that we may."),
                _("What is talked about at the visit is confidential."),
            ],
        )
    return None


def brings_papers(party: Party) -> bool:
    """Say whether the papers of the matter are theirs to bring."""
    return party.role != PartyRole.YOUNG and party.rules.is_invited


def others_attending(party: Party, appointment: Appointment) -> list[str]:
    """Say who comes besides the parents, as far as this party is to know; they are fetched with the link.

    Who comes along with the party is known to them; of others only the role, where it is shown openly
    to all. Parents who come separately do not meet, and learn nothing of each other's visit.
    """
    found = []
    for other in getattr(party, "known_others", ()):
        label = PartyRole(other["role"]).label
        if other["accompanies_id"] == party.pk:
            found.append(_("With you comes: %(who)s.") % {"who": label})
        elif appointment.meeting == Meeting.TOGETHER:
            found.append(_("At the visit there is also: %(who)s.") % {"who": label})
    return found
