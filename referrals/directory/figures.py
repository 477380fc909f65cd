"""How many were handed on to each partner, by answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from referrals.models import DirectoryEntry, ReferralState

FIGURES_OF = timedelta(days=365)


@dataclass(frozen=True)
class Figures:
    """How many were handed on to one service of a partner within a year, and by how it stands."""

    entry: DirectoryEntry
    counts: list[int]
    total: int

    @property
    def by_state(self) -> list[tuple[str, int]]:
        labels = [str(state.label) for state in ReferralState]
        return list(zip(labels, self.counts, strict=True))


def figures(now: datetime) -> list[Figures]:
    """Count by service those to which anybody was handed on; the states in their order. One query."""
    within = Q(referrals__made_at__gte=now - FIGURES_OF)
    entries = DirectoryEntry.objects.select_related("organisation").annotate(
        total=Count("referrals", filter=within),
        **{
            f"n_{state.value}": Count("referrals", filter=within & Q(referrals__state=state))
            for state in ReferralState
        },
    )
    return [
        Figures(entry, [getattr(entry, f"n_{state.value}") for state in ReferralState], entry.total)
        for entry in entries.filter(total__gt=0)
    ]
