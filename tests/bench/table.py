"""The one table of the bench."""

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


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
    """Progress, apart from the table."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
