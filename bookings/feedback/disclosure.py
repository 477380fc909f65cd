"""Which numbers may be shown, so that no small one is, neither as it is nor by difference. Pure.

Every group that is shown and every level in it has at least SMALLEST_SHOWN answers, the groups shown add
up to all, and all groups of a question show the same levels. So whatever is subtracted from whatever
leaves a sum of shown numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bookings.models import FeedbackLevel

# As in THL's own indicators, where numbers of fewer than five people are hidden.
SMALLEST_SHOWN = 5

Y, P, N = FeedbackLevel.YES, FeedbackLevel.PARTLY, FeedbackLevel.NO
Levels = tuple[FeedbackLevel, ...]
Partition = tuple[Levels, ...]
Counts = Mapping[FeedbackLevel, int]
# The finest first.
PARTITIONS: tuple[Partition, ...] = (((Y,), (P,), (N,)), ((Y,), (P, N)), ((Y, P), (N,)))


@dataclass(frozen=True)
class Cell:
    """Levels that are counted together."""

    levels: Levels
    count: int


def show(groups: Sequence[Counts]) -> list[list[Cell]] | None:
    """Return the cells of each group, all in the same partition; None where a number would be small."""
    for partition in PARTITIONS:
        shown = [
            [Cell(part, sum(counts.get(level, 0) for level in part)) for part in partition]
            for counts in groups
        ]
        if all(cell.count >= SMALLEST_SHOWN for cells in shown for cell in cells):
            return shown
    return None


def merge_small(sizes: Mapping[int | None, int]) -> list[list[int | None]]:
    """Put together what has too few answers to be shown alone; the largest first, the rest last.

    A rest that is too small takes in the smallest of the others. One group alone tells no more than all.
    """
    order = sorted((key for key in sizes if sizes[key]), key=lambda key: (-sizes[key], key or 0))
    alone = [key for key in order if sizes[key] >= SMALLEST_SHOWN]
    rest = [key for key in order if sizes[key] < SMALLEST_SHOWN]
    while rest and alone and sum(sizes[key] for key in rest) < SMALLEST_SHOWN:
        rest.insert(0, alone.pop())
    groups: list[list[int | None]] = [[key] for key in alone]
    return [*groups, rest] if rest else groups
