"""Evenings that a partner proposes by their link: nobody sees them before the unit publishes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from evenings.models import Evening, EveningEventKind, OrganiserLink
from evenings.partners.links import may_edit
from evenings.planning.actions import Holders, locked, plan_evenings, record
from evenings.planning.errors import ChangedMeanwhileError
from office.calendar.occupancy import retrying
from office.core.save_checked import save_checked


def propose(drafts: Sequence[Evening], *, link: OrganiserLink) -> list[Evening]:
    """Propose all of `drafts`, not saved yet, or none. Raises ValidationError, PlanningError."""
    for draft in drafts:
        draft.proposed_by = link.organisation
    return plan_evenings(drafts, Holders(organisers=[link.organisation]), user=None)


@retrying
def change_proposal(evening_id: int, facts: Mapping[str, Any], *, link: OrganiserLink) -> Evening:
    """Change a proposal. Raises ValidationError, and ChangedMeanwhileError once it is the unit's."""
    evening = locked(evening_id)
    if not may_edit(evening, link.organisation):
        raise ChangedMeanwhileError
    for name, value in facts.items():
        setattr(evening, name, value)
    save_checked(evening)
    record(evening, EveningEventKind.CHANGED, user=None)
    return evening
