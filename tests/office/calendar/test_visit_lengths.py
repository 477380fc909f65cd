"""The length of a visit by the unit's rules."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.calendar.visit_lengths import LONGEST, STEP, LengthNeeds, VisitLengths
from office.models import LengthRule, Service, Unit
from tests.factories import ServiceFactory, UnitFactory

CUSTODY, MAINTENANCE, PARENTHOOD, ADVICE = (
    Service(pk=number, duration=minutes) for number, minutes in enumerate((90, 60, 60, 45), 1)
)
ALL = (CUSTODY, MAINTENANCE, PARENTHOOD, ADVICE)


def lengths(together: dict[tuple[Service, ...], int], **settings: int) -> VisitLengths:
    return VisitLengths(
        Unit(**settings), {frozenset(s.pk for s in them): m for them, m in together.items()}
    )


@pytest.mark.parametrize(
    ("services", "minutes"),
    [
        ((CUSTODY,), 90),
        # As the rule says, whichever of them is the main one.
        ((CUSTODY, MAINTENANCE), 120),
        ((MAINTENANCE, CUSTODY), 120),
        # The rule, and half of the one that it does not cover.
        ((CUSTODY, MAINTENANCE, PARENTHOOD), 150),
        # No rule: the longest, and half of the others; rounded up to five minutes.
        ((PARENTHOOD, CUSTODY), 120),
        ((ADVICE, PARENTHOOD), 85),
    ],
)
def test_the_rule_that_covers_most_counts(services: Sequence[Service], minutes: int) -> None:
    assert lengths({(CUSTODY, MAINTENANCE): 120}).minutes(services) == minutes


def test_children_an_interpreter_and_coming_separately_add_to_any_visit() -> None:
    rules = lengths(
        {},
        extra_child_from=3,
        extra_child_minutes=15,
        interpreter_minutes=30,
        separate_minutes=10,
    )
    for needs, minutes in (
        (None, 90),
        (LengthNeeds(children=2), 90),
        (LengthNeeds(children=3), 105),
        (LengthNeeds(children=5), 135),
        (LengthNeeds(interpreter=True), 120),
        (LengthNeeds(children=3, interpreter=True, separate=True), 145),
    ):
        assert rules.minutes([CUSTODY], needs) == minutes


@given(
    st.lists(st.sampled_from(ALL), min_size=1, max_size=4, unique=True),
    st.sets(st.sampled_from(ALL), min_size=2),
    st.integers(1, 96).map(lambda n: n * STEP),
    st.integers(0, 100),
    st.integers(0, 20),
)
def test_no_rule_makes_a_visit_impossible(
    services: list[Service], them: set[Service], minutes: int, percent: int, children: int
) -> None:
    """Never shorter than its longest matter, never over a day's work, always on the search's cells."""
    rules = lengths({tuple(them): minutes}, further_matter_percent=percent, extra_child_minutes=60)
    found = rules.minutes(services, LengthNeeds(children))
    assert max(s.duration for s in services) <= found <= LONGEST
    assert found % STEP == 0


@pytest.mark.django_db
def test_the_rules_are_read_at_once(django_assert_num_queries) -> None:
    one, two = ServiceFactory(), ServiceFactory()
    rule = LengthRule.objects.create(minutes=75)
    rule.services.set([one, two])
    unit = UnitFactory()
    with django_assert_num_queries(1):
        assert VisitLengths.of(unit).minutes([two, one]) == 75
