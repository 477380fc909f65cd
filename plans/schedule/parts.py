"""A schedule as two parents share it, layer by layer: which layers both accept. Pure.

A yes is said to words, and a schedule is one text of words. Where both texts say the same of a layer,
that layer is agreed, whatever they say of the others.
"""

from dataclasses import dataclass, replace

from plans.content.agreement import MatterState, PlanMatter
from plans.parents import Parent
from plans.schedule.choices import Scheme
from plans.schedule.sentences import Names, schedule_lines
from plans.schedule.steps import GROUPS, group_of, with_group
from plans.schedule.storage import read, to_json


@dataclass(frozen=True)
class SchedulePart:
    """One layer of a shared schedule, with each parent's lines."""

    group: str
    mine: list[str]
    theirs: list[str]

    @property
    def title(self) -> str:
        return str(GROUPS[self.group])

    @property
    def state(self) -> MatterState:
        if not self.mine or not self.theirs:
            return MatterState.OPEN
        return MatterState.AGREED if self.mine == self.theirs else MatterState.DIFFERS


def parts_of(matter: PlanMatter, viewer: Parent, names: Names) -> list[SchedulePart]:
    """Return the layers of which either parent says something."""
    mine, theirs = (_accepted(matter, parent) for parent in (viewer, viewer.other))
    parts = [
        SchedulePart(
            group,
            schedule_lines(group_of(mine, group), names),
            schedule_lines(group_of(theirs, group), names),
        )
        for group in GROUPS
    ]
    return [part for part in parts if part.mine or part.theirs]


def agreed_scheme(matter: PlanMatter) -> Scheme:
    """Return the layers that both accept with the same words."""
    first, second = (_accepted(matter, parent) for parent in Parent)
    agreed = Scheme()
    for group in GROUPS:
        if group_of(first, group) == group_of(second, group):
            agreed = with_group(agreed, first, group)
    return agreed


def with_part(mine: str, theirs: str, group: str) -> str:
    """Return one's own schedule with one layer of the other's, as stored."""
    own, other = read(mine) or Scheme(), read(theirs) or Scheme()
    taken = with_group(own, other, group)
    # The handover of weekends may be accepted before the weekends are: what the other says stays.
    handovers = {
        kind: handover
        for kind, handover in taken.handovers.items()
        if taken.has(kind) or other.handovers.get(kind) == handover
    }
    return to_json(replace(taken, handovers=handovers))


def _accepted(matter: PlanMatter, parent: Parent) -> Scheme:
    return read(matter.words_of(parent) or "") or Scheme()
