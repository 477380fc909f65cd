"""A visit of two parents, and a colleague of another organisation who is asked to join."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from bookings.appointments import decisions
from bookings.models import Appointment, PairInvitation
from bookings.partners import invitations
from bookings.partners import mail as pair_mail
from office.core import clock
from office.models import Occupancy, OutboxMessage, Professional, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import Desk, request_for, signed_in
from tests.factories import PartnerOrganisationFactory, ProfessionalFactory


@dataclass
class Pair:
    """The house, its secretary, a confirmed visit, a partner."""

    house: House
    desk: Desk
    appointment: Appointment
    partner: Professional

    @property
    def invitation(self) -> PairInvitation:
        return PairInvitation.objects.get(appointment=self.appointment, professional=self.partner)

    @property
    def link(self) -> str:
        return pair_mail.link_path(self.invitation)

    def ask(self) -> list[Professional]:
        return invitations.ask(self.appointment.pk, self.partner, user=self.desk.user)

    def answer(self, *, accepts: bool) -> None:
        invitations.answer(self.invitation.pk, accepts=accepts)

    def busy(self) -> QuerySet[Occupancy]:
        return Occupancy.objects.filter(resource=self.partner.pk)

    def mail(self, kind: str = "") -> QuerySet[OutboxMessage]:
        """Return what was written to the partner and stands."""
        found = OutboxMessage.objects.filter(link_purpose="pair", dropped_at=None).order_by("pk")
        return found.filter(kind=kind) if kind else found


def partner_of(name: str = "Kaisa Lumme", **fields: Any) -> Professional:
    """Make a partner as most are: no hours, no account."""
    organisation = fields.pop("organisation", None) or PartnerOrganisationFactory(
        name_fi="Perheneuvola", email="neuvola@example.org"
    )
    values = {"title_fi": "psykologi", "email": "kaisa@example.org", **fields}
    professional: Professional = ProfessionalFactory(name=name, organisation=organisation, **values)
    return professional


def confirmed(house: House, user: Any, hour: int = 9) -> Appointment:
    appointment = request_for(house, hour)
    decisions.confirm(appointment.pk, user=user)
    appointment.refresh_from_db()
    return appointment


def a_pair(house: House, **fields: Any) -> Pair:
    desk = signed_in(Role.SECRETARY)
    return Pair(house, desk, confirmed(house, desk.user), partner_of(**fields))


def sent() -> None:
    """Mark all that was written as sent."""
    OutboxMessage.objects.filter(sent_at=None, dropped_at=None).update(sent_at=clock.now())
