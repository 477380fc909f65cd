"""How long a visit takes by the unit's rules: matters together, children, an interpreter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg

from office.core.set_up_cache import kept_until_set_up_changes
from office.models import LengthRule, Service, Unit

# A visit is cut into these by the search; and it ends on the day on which it began.
STEP, LONGEST = 5, 480


@dataclass(frozen=True)
class LengthNeeds:
    """What makes a visit longer, whatever it is about. `children`: None where it is not known."""

    children: int | None = None
    interpreter: bool = False
    separate: bool = False


@dataclass(frozen=True)
class VisitLengths:
    """The unit's rules, read once. `together`: minutes by the services, by id, that meet at one visit."""

    unit: Unit
    together: Mapping[frozenset[int], int]

    @classmethod
    def of(cls, unit: Unit) -> "VisitLengths":
        """Read the rules. One query."""
        return cls(unit, dict(together()))

    def minutes(self, services: Sequence[Service], needs: LengthNeeds | None = None) -> int:
        """Return the length of a visit about `services`, a multiple of five minutes."""
        exact = self._together(services) + self._more(needs or LengthNeeds())
        return min(LONGEST, -(-exact // STEP) * STEP)

    def _together(self, services: Sequence[Service]) -> int:
        """Add a part of the others to the widest rule among the services, else to the longest of them."""
        alone = {service.pk: service.duration for service in services}
        known = [them for them in self.together if len(them) > 1 and them <= alone.keys()]
        if known:
            core = max(known, key=lambda them: (len(them), self.together[them]))
            minutes = self.together[core]
        else:
            longest = max(alone, key=lambda pk: alone[pk])
            core, minutes = frozenset({longest}), alone[longest]
        others = sum(length for pk, length in alone.items() if pk not in core)
        part = -(-others * self.unit.further_matter_percent // 100)
        return max(minutes + part, *alone.values()) if len(alone) > 1 else minutes

    def _more(self, needs: LengthNeeds) -> int:
        unit = self.unit
        over = max(0, (needs.children or 0) - unit.extra_child_from + 1)
        return (
            over * unit.extra_child_minutes
            + needs.interpreter * unit.interpreter_minutes
            + needs.separate * unit.separate_minutes
        )


@kept_until_set_up_changes
def together() -> tuple[tuple[frozenset[int], int], ...]:
    """Return the minutes of services, by id, that meet at one visit. One query."""
    rows = LengthRule.objects.annotate(them=ArrayAgg("services")).order_by("minutes")
    return tuple((frozenset(row.them), row.minutes) for row in rows)
