"""Which times suit all, and which of them are offered: by the common times alone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bookings.availability.slots import Slot
from bookings.joint_times.common_times import (
    CELLS,
    STRETCH,
    Marks,
    cell_of,
    common_times,
    fairest,
)
from office.core import clock, tokens

FIRST = datetime(2026, 11, 30, 7, tzinfo=UTC)
SLOTS = [
    Slot(FIRST + timedelta(days=day, minutes=minutes), 1)
    for day in range(84)
    for minutes in range(0, 480, 30)
    if clock.local(FIRST + timedelta(days=day)).weekday() < 5
]
DAYS = sorted({clock.local(slot.start).date() for slot in SLOTS})
HOUR = timedelta(hours=1)

marks = st.builds(
    Marks,
    st.frozensets(st.sampled_from(CELLS)),
    st.frozensets(st.sampled_from(DAYS), max_size=8),
)


def offered(slots: list[Slot], but: frozenset[Slot] = frozenset()) -> list[Slot]:
    return fairest(
        slots,
        count=3,
        first=FIRST,
        length=HOUR,
        lot=lambda slot: tokens.hash_token(slot.start.isoformat()),
        but=but,
    )


@given(marks, marks)
def test_what_is_offered_suits_both_and_it_does_not_matter_who_is_who(
    one: Marks, two: Marks
) -> None:
    common = common_times(SLOTS, [one, two])
    assert common == common_times(SLOTS, [two, one])
    assert all(one.suit(slot.start) and two.suit(slot.start) for slot in common)
    assert all(
        not (one.suit(slot.start) and two.suit(slot.start)) for slot in set(SLOTS) - set(common)
    )
    picked = offered(common)
    assert picked == sorted(picked)
    assert set(picked) <= set(common)
    assert bool(picked) == bool(common)
    days = {clock.local(slot.start).date() for slot in picked}
    assert len(days) == min(3, len({clock.local(slot.start).date() for slot in common}))


@given(marks, marks, marks)
def test_nothing_but_the_common_times_decides(one: Marks, two: Marks, more: Marks) -> None:
    """The other parent may mark what does not suit oneself, or not: the same is offered."""
    other = Marks(two.cells | (more.cells - one.cells), two.days_off | one.days_off)
    same = Marks(two.cells & one.cells, two.days_off)
    assert offered(common_times(SLOTS, [one, other])) == offered(common_times(SLOTS, [one, same]))


def test_fair_means_near_spread_and_drawn() -> None:
    picked = offered(SLOTS)
    assert all(slot.start - FIRST < STRETCH for slot in picked)
    assert len({clock.local(slot.start).date() for slot in picked}) == 3
    assert len({cell_of(clock.local(slot.start))[1] for slot in picked}) == 3
    # Not the soonest three: an offered time does not tell that what was before it did not suit.
    assert picked != SLOTS[:3]
    # Where the near weeks have too few days, later ones help out.
    far = [slot for slot in SLOTS if slot.start - FIRST >= 2 * STRETCH]
    assert [slot.start - FIRST < STRETCH for slot in offered([SLOTS[0], *far])] == [
        True,
        False,
        False,
    ]
    # On one day they do not overlap.
    one_day = offered(SLOTS[:16])
    assert [b.start - a.start >= HOUR for a, b in pairwise(one_day)] == [
        True,
        True,
    ]
    again = offered(SLOTS, frozenset(picked))
    assert again
    assert not set(again) & set(picked)


def test_nobody_has_marked_is_no_limit_and_the_week_ends_on_friday() -> None:
    assert common_times(SLOTS, []) == SLOTS
    saturday = Slot(clock.at(date(2026, 12, 5), clock.local(FIRST).time()), 1)
    assert common_times([saturday], []) == []
