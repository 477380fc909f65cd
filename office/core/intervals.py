"""Half-open intervals: from a start up to an end that does not belong to them. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

T = TypeVar("T", datetime, date, time, int)
Span = tuple[datetime, datetime]


def overlap(one: tuple[T, T], two: tuple[T, T]) -> bool:
    """Say whether they have something in common; touching is not enough."""
    return one[0] < two[1] and two[0] < one[1]


def contains(span: tuple[T, T], at: T) -> bool:
    return span[0] <= at < span[1]


def covers(span: tuple[T, T], part: tuple[T, T]) -> bool:
    """Say whether all of `part` lies in it."""
    return span[0] <= part[0] and part[1] <= span[1]


def intersect(spans: Iterable[tuple[T, T]], window: tuple[T, T]) -> list[tuple[T, T]]:
    """Cut `spans` to the parts that lie in `window`, in their order."""
    parts = [(max(start, window[0]), min(end, window[1])) for start, end in spans]
    return [part for part in parts if part[0] < part[1]]


def merge(spans: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """Sort; make one of those that touch or overlap; leave empty ones out."""
    whole: list[tuple[T, T]] = []
    for start, end in sorted([span for span in spans if span[0] < span[1]]):
        if whole and start <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(end, whole[-1][1])
        else:
            whole.append((start, end))
    return whole


def subtract(spans: Iterable[tuple[T, T]], cuts: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """Return what `cuts` leave of `spans`, in their order."""
    left = []
    cuts = sorted(cuts)
    for start, end in spans:
        for cut_start, cut_end in cuts:
            if cut_start >= end:
                break
            if cut_start > start:
                left.append((start, cut_start))
            start = max(start, cut_end)
        if start < end:
            left.append((start, end))
    return left


def total(spans: Iterable[Span]) -> timedelta:
    """Return how long they are together; what overlaps counts each time."""
    return sum((end - start for start, end in spans), timedelta())
