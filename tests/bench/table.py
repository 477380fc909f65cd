"""The one table of the bench."""

import math
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

FEW, CHANCE = 100, 0.01


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


class TimeUnit(NamedTuple):
    """What a time is measured in: work of a known kind, and the seconds that it takes now."""

    work: str
    seconds: float


def p95_holds(values: Sequence[float], bound: float) -> bool:
    """Say whether at most one value in twenty is over the bound.

    Of fewer than a hundred the p95 is the worst few, and which they are is chance: there it is broken
    where more are over the bound than one in twenty brings by chance once in a hundred times.
    """
    if len(values) >= FEW:
        return p95(values) <= bound
    over = sum(value > bound for value in values)
    by_chance = sum(
        math.comb(len(values), n) * 0.05**n * 0.95 ** (len(values) - n)
        for n in range(over, len(values) + 1)
    )
    return by_chance >= CHANCE


@dataclass
class Row:
    what: str
    measured: str
    bound: str = ""
    holds: bool | None = None


@dataclass
class Table:
    """Rows in the order in which they were measured; `broken` where a bound does not hold."""

    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, measured: str, bound: str = "", holds: bool | None = None) -> None:
        self.rows.append(Row(what, measured, bound, holds))
        note(f"  {what}: {measured}")

    def add_time(
        self,
        what: str,
        measured: str,
        seconds: float,
        most: float,
        unit: TimeUnit,
        *,
        p95_of: Sequence[float] = (),
    ) -> None:
        """Add a row whose `seconds` may be at most `most` units, as they are on this machine now.

        `p95_of`: what `seconds` is the p95 of, see `p95_holds`.
        """
        bound = most * unit.seconds
        self.add(
            what,
            f"{measured}: {seconds / unit.seconds:.1f} × {unit.work}",
            f"≤ {most:g} × (now {ms(bound)})",
            p95_holds(p95_of, bound) if p95_of else seconds <= bound,
        )

    @property
    def broken(self) -> list[str]:
        return [row.what for row in self.rows if row.holds is False]

    def text(self) -> str:
        said = {True: "holds", False: "BROKEN", None: ""}
        lines = [("what", "measured", "bound", "")]
        lines += [(row.what, row.measured, row.bound, said[row.holds]) for row in self.rows]
        widths = [max(len(line[n]) for line in lines) for n in range(4)]
        shown = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        return "\n".join([shown[0], "  ".join("-" * width for width in widths), *shown[1:]])


def note(text: str) -> None:
    """Tell progress, apart from the table."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
