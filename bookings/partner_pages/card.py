"""Partner professionals on a request's card: who is asked, what each has answered, what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bookings.desk_kit.labels import Tag
from bookings.models import Appointment, AppointmentProfessional, PairInvitation
from bookings.partners import invitations
from bookings.partners.mail import reaches
from office.models import Professional


def pair_tag(invitation: PairInvitation) -> Tag:
    """Return how a partner professional has answered."""
    state = PairInvitation.State
    if invitation.is_asked and not reaches(invitation.professional):
        return Tag(_("No e-mail: call them"), "tag--wait", "phone")
    return {
        state.ASKED: Tag(pgettext("partner", "No answer yet"), "tag--wait", "clock"),
        state.ACCEPTED: Tag(pgettext("partner", "Accepted"), "tag--good", "check"),
        state.DECLINED: Tag(pgettext("partner", "Declined"), "tag--bad", "cross"),
        state.LEFT: Tag(_("Not free at the new time"), "tag--bad", "warning"),
    }.get(state(invitation.state), Tag(str(invitation.get_state_display()), "tag--quiet"))


@dataclass(frozen=True)
class PartnerCard:
    """One partner, in the staff or left out of it."""

    professional: Professional
    organisation: str
    phone: str
    tag: Tag | None
    # When one who declined could come instead, in their words.
    could_come: str = ""
    # Is asked only once the time is agreed.
    waits: bool = False
    may_ask_again: bool = False
    # As answered on the phone, where it is not what stands already.
    may_accept: bool = False
    may_decline: bool = False
    may_drop: bool = True


def partner_cards(
    appointment: Appointment,
    staff: Iterable[AppointmentProfessional],
    known: Iterable[PairInvitation],
) -> list[PartnerCard]:
    """List who was asked, and who will be once the time is agreed; all is fetched already."""
    asked = {invitation.professional_id: invitation for invitation in known}
    cards = [_asked_card(invitation, appointment) for invitation in asked.values()]
    ahead = invitations.is_ahead(appointment)
    return cards + [
        PartnerCard(
            professional=member.professional,
            organisation=str(member.professional.organisation),
            phone=phone_of(member.professional),
            tag=None,
            waits=not ahead,
        )
        for member in staff
        if member.professional.organisation_id is not None and member.professional_id not in asked
    ]


def _asked_card(invitation: PairInvitation, appointment: Appointment) -> PartnerCard:
    answers = invitations.may_answer(invitation, appointment)
    return PartnerCard(
        professional=invitation.professional,
        organisation=str(invitation.professional.organisation or ""),
        phone=phone_of(invitation.professional),
        tag=pair_tag(invitation),
        could_come=invitation.could_come,
        may_ask_again=invitations.is_ahead(appointment) and not invitation.has_accepted,
        may_accept=answers and not invitation.has_accepted,
        may_decline=answers and not invitation.has_declined,
        may_drop=invitations.may_go_without(appointment),
    )


def phone_of(professional: Professional) -> str:
    """Return where the partner, or else their organisation, is called."""
    organisation = professional.organisation
    return professional.phone or (organisation.phone if organisation else "")
