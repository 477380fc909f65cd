"""What the database refuses by itself, whoever writes the row."""

import pytest

from tests.constraints import bookings, evenings, office, plans, referrals, walkin
from tests.constraints.rows import Broken, refused, rules

CASES = {
    module.__name__.rpartition(".")[2]: module.CASES
    for module in (office, bookings, walkin, referrals, plans, evenings)
}
# The people at an evening are counted by a trigger: tests/evenings/models/test_places.py.
TRIED_ELSEWHERE = {"an_evening_takes_no_more_people_than_it_has_room_for"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "case", [case for cases in CASES.values() for case in cases], ids=lambda case: case.rule
)
def test_the_database_refuses(case: Broken) -> None:
    assert refused(case) == case.rule


@pytest.mark.parametrize("app", CASES)
def test_every_rule_of_the_models_is_tried(app: str) -> None:
    assert {case.rule for case in CASES[app]} == rules(app) - TRIED_ELSEWHERE
