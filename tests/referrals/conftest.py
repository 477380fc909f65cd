"""A unit on a Monday, its partners, and whoever hands people on. Pages are read in English."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from office.models import Role
from referrals.models import DirectoryEntry
from tests.bookings.conftest import House, house, monday
from tests.bookings.desk_cast import Desk, signed_in
from tests.referrals.cast import entry, in_english

__all__ = ["house", "monday"]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def clinic(house: House) -> DirectoryEntry:
    return entry()


@pytest.fixture
def guide(house: House) -> Desk:
    return _english(Role.GUIDE)


@pytest.fixture
def secretary(house: House) -> Desk:
    return _english(Role.SECRETARY)


def _english(role: Role) -> Desk:
    desk = signed_in(role)
    in_english(desk.client)
    return desk
