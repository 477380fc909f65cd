"""A visit: held, resumed, finished, reopened, handed over to a colleague, referred to another agency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bookings.models import Came, NextStep
from bookings.outcomes.actions import VisitResult, note_from_number
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.snapshots import Snapshot
from office.models import AgreementKind, Agreements, Professional, User
from walkin.actions.calling import lock_active_duty, lock_desk
from walkin.days.current import on_duty
from walkin.errors import ChildrenNotSaidError, DeskBusyError, DutyError
from walkin.models import Destination, Outcome, Ticket
from walkin.states import Action, DayAction
from walkin.tickets.events import lock_ticket, record
from walkin.tickets.matters import Matter


@retrying
def hold(ticket_id: int, *, user: User, version: int | None = None) -> Ticket:
    """Put the visit on hold, say while they fetch papers; the desk is free meanwhile."""
    ticket = lock_ticket(ticket_id, version=version)
    record(ticket, Action.HOLD, user=user)
    return ticket


@retrying
def resume(
    ticket_id: int, *, user: User, duty_id: int | None = None, version: int | None = None
) -> Ticket:
    """Resume the visit at its desk, or at that of `duty_id`. Raises DeskBusyError."""
    duty = lock_active_duty(duty_id) if duty_id is not None else None
    desk = duty.desk_id if duty else Ticket.objects.values_list("desk", flat=True).get(pk=ticket_id)
    if desk is not None:
        lock_desk(desk)
    ticket = lock_ticket(ticket_id, version=version)
    if duty is not None and duty.day_id == ticket.day_id:
        ticket.desk, ticket.professional = duty.desk, duty.professional
    ticket.require(Action.RESUME)
    other = Ticket.objects.at_desk().filter(desk=ticket.desk).first()
    if other is not None:
        raise DeskBusyError(other.number)
    record(ticket, Action.RESUME, user=user)
    return ticket


@dataclass(frozen=True)
class ServingResult:
    """How a visit ended. For statistics only: no words about anybody."""

    outcome: Outcome
    # The actual matter, where it was not the one asked for.
    matter: Matter | None = None
    agreement_made: bool = False
    links_given: bool = False
    # Which agreements, as far as they were ticked: the number of children by kind, where it was said.
    agreements: Mapping[str, int | None] = field(default_factory=dict)
    # Of the kind that the outcome's own key or the service stands for.
    children: int | None = None
    # The kind that the outcome's own key stands for.
    kind: AgreementKind | None = None
    one_did_not_come: bool = False
    next_step: NextStep | None = None

    @property
    def is_agreement(self) -> bool:
        """Whether something was agreed: by the outcome, or ticked beside another one."""
        return self.agreement_made or self.outcome == Outcome.AGREEMENT

    @property
    def came(self) -> Came:
        """Who came; at a visit that was not held somebody was missing."""
        is_short = self.one_did_not_come or self.outcome == Outcome.NOT_HELD
        return Came.SOME if is_short else Came.ALL

    def noted(self) -> Snapshot:
        """Return what was noted besides the outcome, as columns of the ticket."""
        ticks = {
            "agreement_made": self.agreement_made,
            "links_given": self.links_given,
            "agreements": {kind: n for kind, n in self.agreements.items() if n},
            "came": Came.SOME.value if self.one_did_not_come else "",
            "next_step": self.next_step or "",
        }
        if self.matter is None:
            return ticks
        service = self.matter.service
        return {
            **ticks,
            "turned_out_service_id": service.pk if service else None,
            "turned_out_other": self.matter.other,
        }


@retrying
def done(
    ticket_id: int, result: ServingResult, *, user: User, version: int | None = None
) -> Ticket:
    """Finish the visit. What was noted of it stays where this is undone: it came before the key.

    Raises ChildrenNotSaidError.
    """
    ticket = lock_ticket(ticket_id, version=version)
    ticket.former = {**(ticket.former or {}), **result.noted()}
    set_result(ticket, result)
    record(ticket, Action.DONE, user=user, reason=result.outcome)
    if ticket.visit_id is not None:
        note_from_number(ticket.visit_id, visit_result(ticket), user=user)
    return ticket


@retrying
def reopen(
    ticket_id: int, *, user: User, duty_id: int | None = None, version: int | None = None
) -> Ticket:
    """Go on with a visit that was finished, or referred, by mistake.

    At the desk of `duty_id` if that is free, else on hold there; without one, on hold where it was.
    Somebody who was referred without having been at a desk is put back in the queue.
    """
    duty = lock_active_duty(duty_id) if duty_id is not None else None
    ticket = lock_ticket(ticket_id, version=version)
    ticket.day.require(DayAction.CALL)
    ticket.require(Action.REOPEN)
    if ticket.outcome == Outcome.AGREEMENT:
        # That outcome ticked it.
        ticket.agreement_made, ticket.agreements = False, {}
    ticket.outcome = ""
    ticket.sent_to = ticket.expected_at = None
    if ticket.desk_id is None:
        record(ticket, Action.COME_BACK, user=user)
        return ticket
    if duty is not None and duty.day_id == ticket.day_id:
        ticket.desk, ticket.professional = duty.desk, duty.professional
    record(ticket, Action.REOPEN, user=user)
    if duty is not None and not Ticket.objects.at_desk().filter(desk=ticket.desk_id).exists():
        record(ticket, Action.RESUME, user=user)
    return ticket


def visit_result(ticket: Ticket) -> VisitResult:
    """Return how a booked visit ended, as its number says it."""
    outcome = Outcome(ticket.outcome)
    return VisitResult(
        outcome,
        ticket.agreements if outcome in Outcome.with_agreements() else {},
        NextStep(ticket.next_step) if ticket.next_step else None,
        one_did_not_come=ticket.came == Came.SOME,
    )


def set_result(ticket: Ticket, result: ServingResult) -> None:
    """Set the result on the ticket. Does not save. Raises ChildrenNotSaidError."""
    ticket.outcome = result.outcome
    ticket.links_given = result.links_given
    ticket.came, ticket.next_step = result.came, result.next_step or ""
    if result.matter is not None:
        ticket.turned_out_service = result.matter.service
        ticket.turned_out_other = result.matter.other
    ticket.agreements = _agreements(ticket, result)
    ticket.agreement_made = result.is_agreement or bool(ticket.agreements)


def _agreements(ticket: Ticket, result: ServingResult) -> Agreements:
    """Take what was ticked and what the key says; else the one kind that the service is for."""
    found = dict(result.agreements)
    if result.kind is not None:
        found[result.kind.value] = result.children
    service = ticket.actual_service
    if not found and result.is_agreement and service is not None and len(service.agreements) == 1:
        found = {service.agreements[0]: result.children}
    known = {kind: number for kind, number in found.items() if number}
    if len(known) < len(found):
        raise ChildrenNotSaidError
    return known


@retrying
def hand_over(
    ticket_id: int, colleague: Professional, *, user: User, version: int | None = None
) -> Ticket:
    """Hand the ticket over to a colleague on duty, who calls it before others. Raises DutyError."""
    ticket = lock_ticket(ticket_id, version=version)
    ticket.day.require(DayAction.CALL)
    if not on_duty(ticket.day, clock.now()).filter(professional=colleague).exists():
        raise DutyError(_("That colleague is not on duty in this walk-in now."))
    ticket.for_professional = colleague
    ticket.calls = 0
    record(ticket, Action.HAND_OVER, user=user)
    return ticket


@retrying
def refer(
    ticket_id: int,
    destination: Destination,
    *,
    user: User,
    expected_at: datetime | None = None,
    result: ServingResult | None = None,
    version: int | None = None,
) -> Ticket:
    """Refer the person to another agency in the building. Their page says where and when."""
    ticket = lock_ticket(ticket_id, version=version)
    if destination.service_point_id != ticket.day.service_point_id:
        raise DutyError(_("That place is at another service point."))
    ticket.sent_to, ticket.expected_at = destination, expected_at
    ticket.agency_answer = ""
    if result is not None:
        set_result(ticket, result)
    record(ticket, Action.REFER, user=user)
    return ticket
