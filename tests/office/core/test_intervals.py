"""Half-open intervals against sets of the points that they hold."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from office.core.intervals import intersect, merge, overlap, subtract

Spans = list[tuple[int, int]]
span = st.tuples(st.integers(0, 20), st.integers(0, 8)).map(lambda pair: (pair[0], sum(pair)))
spans = st.lists(span, max_size=6)


def points(found: Iterable[tuple[int, int]]) -> set[int]:
    return {point for start, end in found for point in range(start, end)}


@given(span, span)
def test_overlap(one: tuple[int, int], two: tuple[int, int]) -> None:
    if one[0] < one[1] and two[0] < two[1]:
        assert overlap(one, two) == bool(points([one]) & points([two]))


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
