"""Whoever asks for one record leaves a row about it: tried on the whole URLconf, as each role.

That a page which shows clients' words leaves rows about them is held in test_audiences.
"""

import re
from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from office.models import AccessLogEntry, User
from office.staff.audience import Reach
from tests.factories import UserFactory
from tests.familylaw.addresses import Address, every_address
from tests.familylaw.world import World, a_world

CODE = re.compile(r"[A-Z]{3}-\d{3}")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), a_world() as world:
        yield world


# The mark has the test database made; the module's own transaction does without it.
@pytest.mark.django_db
def test_the_log_is_empty_where_nobody_did_anything() -> None:
    UserFactory()
    assert not AccessLogEntry.objects.exists()


def _staff_addresses() -> Iterator[tuple[Address, str]]:
    """Yield each address with each role that may open it."""
    for address in every_address():
        audience = address.audience
        if audience and audience.reach is Reach.STAFF:
            yield from ((address, role.value) for role in audience.roles)


@pytest.mark.parametrize("method", ["get", "post"])
def test_whatever_is_asked_of_one_record_is_logged(world: World, method: str) -> None:
    missing, tried = [], 0
    for address, who in _staff_addresses():
        if "<slug:reference>" not in address.route:
            continue
        path = address.path(world, who)
        response, _tables = world.ask(who, method, path)
        if response.status_code < 400 or response.status_code in (409, 422):
            tried += 1
            code = CODE.search(path)
            if code and code[0] not in world.logged:
                missing.append(f"{who} {path} {response.status_code}")
    assert not missing, "\n".join(missing)
    assert tried > 5


def test_each_page_of_a_guide_s_meeting_is_logged(world: World) -> None:
    """All but the one that only asks whether the meeting goes on."""
    silent = []
    for address, who in _staff_addresses():
        if not address.route.startswith("plan/guide/meeting/"):
            continue
        response, _tables = world.ask(who, "get", address.path(world, who))
        if response.status_code == 200 and not any(r.startswith("plan-") for r in world.logged):
            silent.append(address.name)
    assert silent == ["plan:meeting_left"]
    assert User.objects.filter(username="guide").exists()
