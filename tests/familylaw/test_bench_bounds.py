"""The bounds of the bench: times in units of the machine, and p95s of few and of many."""

import pytest

from tests.bench.table import Table, TimeUnit, p95_holds

BOUND = 0.1


def seconds(under: int, over: int) -> list[float]:
    return [0.05] * under + [0.2] * over


@pytest.mark.parametrize(
    ("under", "over", "holds"),
    [
        (477, 23, True),
        (474, 26, False),
        (96, 4, True),
        (94, 6, False),
        (14, 1, True),
        (10, 5, False),
    ],
)
def test_p95_of_few_is_broken_by_more_than_chance_alone(under: int, over: int, holds: bool) -> None:
    assert p95_holds(seconds(under, over), BOUND) is holds


def test_the_bound_of_a_time_grows_with_its_unit() -> None:
    table = Table()
    for unit in (0.004, 0.016):
        table.add_time("search", "40 ms", 0.040, 5.0, TimeUnit("a computation", unit))
    assert [row.holds for row in table.rows] == [False, True]
    assert table.broken == ["search"]
    assert "2.5 × a computation" in table.text()
    assert "≤ 5 × (now 20.0 ms)" in table.text()
