"""The words to partner professionals: when, where, with whom; nothing of the clients or the matter.

{link} is left for office.messaging.outbox to fill in.
"""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.models import Appointment, PairInvitation
from bookings.notifications.letterhead import Letter, write_letter
from bookings.notifications.letters import place_of
from office.core import dates
from office.messaging.outbox import LINK_MARK
from office.models import Unit


def invited(invitation: PairInvitation, appointment: Appointment, unit: Unit) -> Letter:
    """Asked to join, for the first time or for another time than before."""
    told = {"when": _when(invitation)}
    again = invitation.asked_times > 1
    return write_letter(
        (_("New time, please answer: %(when)s") if again else _("Invitation: %(when)s")) % told,
        [
            _("To: %(name)s") % {"name": invitation.professional.name},
            _(
                "We ask you once more to join as the second of a working pair. This is what holds now:"
            )
            if again
            else _("We ask you to join us as the second of a working pair."),
            _facts(invitation, appointment),
            _page(_("Please accept or decline here. You need no account:")),
            _keep_to_yourself(),
        ],
        unit,
    )


def withdrawn(invitation: PairInvitation, appointment: Appointment, unit: Unit) -> Letter:
    """Not needed any more, or the time holds no longer."""
    return write_letter(
        _("Cancelled: %(when)s") % {"when": _when(invitation)},
        [
            _("To: %(name)s") % {"name": invitation.professional.name},
            _("You are not needed at this time. It is free again."),
            _facts(invitation, appointment),
        ],
        unit,
    )


def reminder(invitation: PairInvitation, appointment: Appointment, unit: Unit) -> Letter:
    """The visit is on the next working day."""
    asked = invitation.state == PairInvitation.State.ASKED
    return write_letter(
        _("Reminder: %(when)s") % {"when": _when(invitation)},
        [
            _("To: %(name)s") % {"name": invitation.professional.name},
            _("You have not answered yet whether you join us. Please do so today.")
            if asked
            else _("You have promised to join us soon."),
            _facts(invitation, appointment),
            _page(
                _("Please accept or decline here. You need no account:")
                if asked
                else _("If you cannot come after all, please tell us here:")
            ),
            _keep_to_yourself(),
        ],
        unit,
    )


def _when(invitation: PairInvitation) -> str:
    return dates.when(invitation.starts_at, get_language())


def _facts(invitation: PairInvitation, appointment: Appointment) -> str:
    """What a colleague needs to be there, one on a line."""
    where = place_of(invitation.channel, invitation.service_point, calls=False)
    is_current = appointment.starts_at == invitation.starts_at
    names = {"fi": _("Finnish"), "sv": _("Swedish"), "en": _("English")}
    # Without their titles, which would tell.
    colleagues = [p.name for p in appointment.professionals.exclude(pk=invitation.professional_id)]
    return "\n".join(
        filter(
            None,
            [
                _("When: %(when)s")
                % {
                    "when": dates.when_range(
                        invitation.starts_at, invitation.ends_at, get_language()
                    )
                },
                _("Where: %(place)s") % {"place": where} if where else "",
                _("Room: %(room)s") % {"room": appointment.room.name}
                if appointment.room and is_current
                else "",
                _("Working pair: %(names)s") % {"names": "; ".join(colleagues)}
                if colleagues and is_current
                else "",
                _("Language: %(language)s")
                % {"language": names.get(appointment.language, appointment.language)},
                _("Reference code: %(code)s") % {"code": appointment.reference},
            ],
        )
    )


def _page(words: str) -> str:
    return f"{words}\n{LINK_MARK}"


def _keep_to_yourself() -> str:
    return _("The link is for you alone: whoever has it can answer for you.")
