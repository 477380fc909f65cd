"""No small number is shown, neither as it is nor by difference."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bookings.feedback.disclosure import SMALLEST_SHOWN, merge_small, show
from bookings.models import FeedbackLevel

YES, PARTLY, NO = FeedbackLevel.YES, FeedbackLevel.PARTLY, FeedbackLevel.NO
Counts = dict[FeedbackLevel, int]
COUNTS = st.fixed_dictionaries({level: st.integers(0, 20) for level in FeedbackLevel})


def counts(yes: int, partly: int, no: int) -> Counts:
    return {YES: yes, PARTLY: partly, NO: no}


def numbers(*found: int, partly: int = 0, no: int = 0) -> list[list[int]] | None:
    shown = show([counts(found[0], partly, no)])
    return shown and [[cell.count for cell in cells] for cells in shown]


def test_few_are_counted_together_with_the_level_beside_them_or_not_shown() -> None:
    assert numbers(9, partly=6, no=5) == [[9, 6, 5]]
    assert numbers(9, partly=2, no=4) == [[9, 6]]
    assert numbers(2, partly=4, no=9) == [[6, 9]]
    # All but four the same, or all the same: nothing.
    assert numbers(20, partly=2, no=2) is None
    assert numbers(20) is None
    assert numbers(5, partly=0, no=4) is None


def test_all_groups_show_the_same_levels() -> None:
    rich, poor = counts(9, 9, 9), counts(9, 3, 3)
    shown = show([rich, poor])
    assert shown is not None
    assert [[cell.count for cell in cells] for cells in shown] == [[9, 18], [9, 6]]
    # Fine levels of the one would tell the small ones of the other from the whole.
    assert [[cell.levels for cell in cells] for cells in shown] == [[(YES,), (PARTLY, NO)]] * 2


def test_points_with_few_answers_are_put_together() -> None:
    assert merge_small({1: 9, 2: 6, None: 5}) == [[1], [2], [None]]
    assert merge_small({1: 9, 2: 3, 3: 2}) == [[1], [2, 3]]
    # The rest alone would be small: it takes in another one, lest it be found by difference.
    assert merge_small({1: 9, 2: 6, 3: 2}) == [[1], [2, 3]]
    assert merge_small({1: 9, 2: 1}) == [[1, 2]]
    assert merge_small({1: 6, 2: 0}) == [[1]]


@given(st.dictionaries(st.integers(1, 6), COUNTS, min_size=1, max_size=5))
def test_nothing_small_is_shown_or_left_by_subtracting(by_point: dict[int, Counts]) -> None:
    sizes: dict[int | None, int] = {key: sum(found.values()) for key, found in by_point.items()}
    total = sum(sizes.values())
    if total < SMALLEST_SHOWN:
        return
    groups = merge_small(sizes)
    keys = [key for group in groups for key in group]
    assert sorted(key for key in keys if key) == sorted(key for key in sizes if key and sizes[key])
    for size in range(1, len(groups) + 1):
        for chosen in combinations(groups, size):
            told = sum(sizes[key] for group in chosen for key in group)
            assert told >= SMALLEST_SHOWN
            assert total - told == 0 or total - told >= SMALLEST_SHOWN
    summed = [
        {
            level: sum(by_point[key][level] for key in group if key is not None)
            for level in FeedbackLevel
        }
        for group in groups
    ]
    shown = show(summed)
    if shown is None:
        return
    assert len({tuple(cell.levels for cell in cells) for cells in shown}) == 1
    for at, cells in enumerate(shown):
        assert all(cell.count >= SMALLEST_SHOWN for cell in cells)
        assert sum(cell.count for cell in cells) == sum(summed[at].values())
