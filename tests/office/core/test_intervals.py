"""Half-open intervals against sets of the points that they hold."""

import ast
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from office.core.intervals import covers, intersect, merge, overlap, subtract

ROOT = Path(__file__).parents[3]
APPS = ("bookings", "evenings", "office", "plans", "referrals", "walkin")
Spans = list[tuple[int, int]]
span = st.tuples(st.integers(0, 20), st.integers(0, 8)).map(lambda pair: (pair[0], sum(pair)))
spans = st.lists(span, max_size=6)


def points(found: Iterable[tuple[int, int]]) -> set[int]:
    return {point for start, end in found for point in range(start, end)}


@given(span, span)
def test_overlap(one: tuple[int, int], two: tuple[int, int]) -> None:
    if one[0] < one[1] and two[0] < two[1]:
        assert overlap(one, two) == bool(points([one]) & points([two]))


@given(span, span)
def test_covers(whole: tuple[int, int], part: tuple[int, int]) -> None:
    if part[0] < part[1]:
        assert covers(whole, part) == (points([part]) <= points([whole]))


@given(spans, span)
def test_intersect(found: Spans, window: tuple[int, int]) -> None:
    parts = intersect(found, window)
    assert points(parts) == points(found) & points([window])
    assert all(start < end for start, end in parts)


@given(spans)
def test_merge(found: Spans) -> None:
    whole = merge(found)
    assert points(whole) == points(found)
    # Sorted, and none touches the next
    assert all(one[1] < two[0] for one, two in pairwise(whole))


@given(spans, spans)
def test_subtract(found: Spans, cuts: Spans) -> None:
    left = subtract(found, cuts)
    assert points(left) == points(found) - points(cuts)
    assert all(start < end for start, end in left)
    # What overlaps itself is cut twice, not made one
    assert len(merge(left)) <= len(left)


def _is_by_hand(node: ast.AST) -> bool:
    """Say whether it asks if a point lies in an interval, or if two overlap, by hand."""
    if isinstance(node, ast.Compare):
        ends = (node.left, node.comparators[-1])
        is_chain = [type(op) for op in node.ops] == [ast.LtE, ast.Lt]
        return is_chain and not any(isinstance(end, ast.Constant) for end in ends)
    if not isinstance(node, ast.BoolOp) or not isinstance(node.op, ast.And):
        return False
    single = [isinstance(one, ast.Compare) and len(one.ops) == 1 for one in node.values]
    less = [
        is_single and isinstance(one.ops[0], ast.Lt)
        for is_single, one in zip(single, node.values, strict=True)
    ]
    return any(one and other for one, other in pairwise(less))


def test_no_interval_is_worked_out_by_hand() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if path.name != "intervals.py" and "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if _is_by_hand(node)
    ]
    assert found == []
