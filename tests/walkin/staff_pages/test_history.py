"""Days held, and how good the told waits were."""

from typing import Any

import pytest
from django.test import Client

from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.walkin.cast import RunningWalkIn, frozen_at, in_english, running_walk_in
from walkin.days import lifecycle
from walkin.estimates.accuracy import keep_accuracy

pytestmark = pytest.mark.django_db
PATH = "/office/walk-in/held/"


@pytest.fixture
def held() -> RunningWalkIn:
    """Make a morning of three visits of twenty minutes each at one desk; the second and third waited."""
    with frozen_at(8):
        h = running_walk_in()
        tickets = [h.take() for _ in range(3)]
    for number, ticket in enumerate(tickets):
        with frozen_at(8 + number // 3, 20 * number % 60):
            h.came(h.next())
        with frozen_at(8 + (number + 1) // 3, 20 * (number + 1) % 60):
            h.done(ticket)
    with frozen_at(9, 5):
        lifecycle.end_day(h.day.pk, user=h.user)
    return h


def test_the_accuracy_is_kept_once_after_the_end(held: RunningWalkIn) -> None:
    assert "accuracy" not in held.fresh().figures
    assert keep_accuracy() == 1
    kept = held.fresh().figures["accuracy"]
    # The first was called at once: only two were told to wait.
    assert kept["count"] == 2
    assert 0 < kept["mean_error"] < 20
    assert keep_accuracy() == 0


def test_a_day_that_goes_on_is_not_replayed() -> None:
    with frozen_at(8):
        running_walk_in().take()
        assert keep_accuracy() == 0


def test_the_manager_reads_how_far_off_it_was(held: RunningWalkIn) -> None:
    keep_accuracy()
    page = in_english(signed_in(Role.MANAGER).client).get(PATH)
    row = page.context["places"][0].days[0]
    assert (row.taken, row.served, row.waited, row.longest, row.visit) == (3, 3, 20, 40, 20)
    assert row.accuracy.count == 2
    assert "expected: 90 %" in page.content.decode()


def test_queries_do_not_grow_with_the_days(
    held: RunningWalkIn, django_assert_max_num_queries: Any
) -> None:
    client = in_english(signed_in(Role.MANAGER).client)
    client.get(PATH)
    with django_assert_max_num_queries(7):
        client.get(PATH)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER])
def test_others_do_not(role: Role) -> None:
    assert signed_in(role).client.get(PATH).status_code == 403


def test_a_stranger_is_asked_to_sign_in() -> None:
    assert Client().get(PATH)["Location"].startswith("/accounts/login/")
