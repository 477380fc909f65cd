"""What bounds of time are measured in: work that never changes, done beside what is compared with it.

A machine that is three times slower on one day than on another is so for both.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.bench.table import TimeUnit, median, p95
from tests.bench.web import Visitor

LIGHT_PAGE, AT_ONCE = "/accessibility/", 8
# Rounds of the fixed computation; and as many as the light page took when the goals of pages were set
# in light pages (4d6ec1c): 1.24 to 1.34 computations, in turns with it, 400 times each on one machine.
# Measured in the page as it is, each page would count for more the lighter that one becomes.
ROUNDS, GOAL_ROUNDS = 30, 39
_DOCUMENT = {
    f"key {n}": {"number": n, "text": "äö" * 20, "list": list(range(9))} for n in range(60)
}


@dataclass
class Reference:
    """Work of one kind, done again and again; `name` as the table calls it."""

    name: str
    work: Callable[[], object]
    seconds: list[float] = field(default_factory=list)

    def sample(self, times: int = 1) -> None:
        for _ in range(times):
            started = time.perf_counter()
            self.work()
            self.seconds.append(time.perf_counter() - started)

    @property
    def p50(self) -> TimeUnit:
        return TimeUnit(self.name, median(self.seconds))

    @property
    def p95(self) -> TimeUnit:
        return TimeUnit(f"{self.name} (p95)", p95(self.seconds))


def fixed_computation() -> Reference:
    """Return a fixed piece of Python: JSON written, read, and sorted."""
    return Reference("a fixed computation", lambda: _compute(ROUNDS))


def light_page() -> Reference:
    """Return as much of the computation as a light page took when the goals were set."""
    return Reference("a light page of then", lambda: _compute(GOAL_ROUNDS))


def light_pages(port: int) -> Reference:
    """Return so many light pages asked for at once, until the last has come: for what uses all cores."""
    visitors = [Visitor(port, f"192.0.2.{240 + number}") for number in range(AT_ONCE)]
    threads = ThreadPoolExecutor(AT_ONCE)

    def look() -> None:
        statuses = set(threads.map(lambda visitor: visitor.get(LIGHT_PAGE), visitors))
        if statuses != {200}:
            raise RuntimeError(f"{LIGHT_PAGE} answered {statuses}")

    found = Reference(f"{AT_ONCE} light pages at once", look)
    # The workers' first answers are not like the others.
    found.sample(6)
    found.seconds.clear()
    return found


def _compute(rounds: int) -> int:
    total = 0
    for _ in range(rounds):
        found = json.loads(json.dumps(_DOCUMENT, ensure_ascii=False))
        ordered = sorted(found.items(), key=lambda pair: (pair[1]["text"], -pair[1]["number"]))
        total += sum(len(name) + sum(value["list"]) for name, value in ordered)
    return total
