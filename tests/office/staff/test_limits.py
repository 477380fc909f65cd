from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from pytest_django import Settings

from office.core.http import address_of
from office.models import RateCount
from office.staff.rate_limits import TooManyTriesError, count_try, forget_tries

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_the_limit_holds_for_a_window_and_for_one_key() -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        for _ in range(3):
            count_try("hold", "192.0.2.1", limit=3, every=HOUR)
        with pytest.raises(TooManyTriesError) as caught:
            count_try("hold", "192.0.2.1", limit=3, every=HOUR)
        assert caught.value.until == NOON + HOUR
        count_try("hold", "192.0.2.2", limit=3, every=HOUR)
        count_try("request", "192.0.2.1", limit=3, every=HOUR)
        traveller.shift(HOUR)
        count_try("hold", "192.0.2.1", limit=3, every=HOUR)


@pytest.mark.django_db
def test_no_address_is_stored_and_old_counts_are_forgotten() -> None:
    with time_machine.travel(NOON, tick=False):
        count_try("hold", "192.0.2.1", limit=3, every=HOUR)
    assert "192.0.2.1" not in RateCount.objects.get().key
    assert forget_tries(NOON) == 0
    assert forget_tries(NOON + HOUR) == 1


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, "192.0.2.1", "198.51.100.9", "192.0.2.1"),
        (1, "10.0.0.1", "198.51.100.9", "198.51.100.9"),
        # What the visitor wrote itself stands before what our proxy added.
        (1, "10.0.0.1", "203.0.113.7, 198.51.100.9", "198.51.100.9"),
        (2, "10.0.0.1", "203.0.113.7, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (1, "10.0.0.1", "nonsense", "unknown"),
    ],
)
def test_whose_try_it_is(
    settings: Settings, proxies: int, remote: str, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get(
        "/", REMOTE_ADDR=remote, headers={"x-forwarded-for": forwarded} if forwarded else {}
    )
    assert address_of(request) == address


@pytest.mark.django_db
def test_counting_a_try_does_not_wait_for_the_disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relpersistence FROM pg_class WHERE oid = %s::regclass",
            [RateCount._meta.db_table],
        )
        assert cursor.fetchone() == ("u",)
