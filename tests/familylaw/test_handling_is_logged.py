"""Every page that shows a client's data leaves rows about that client: tried on the whole URLconf.

No list of pages is kept here. Each address of the staff is asked as each role that it is for, and what
comes back is searched for the names, numbers and addresses of clients.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse
from pytest_django import DjangoDbBlocker

from bookings.models import CallBack, Party
from office.core import phones
from office.models import AccessLogEntry, Professional, User
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
    """Each address with each role that may open it."""
    for address in every_address():
        audience = address.audience
        if audience and audience.reach is Reach.STAFF:
            yield from ((address, role.value) for role in audience.roles)


def _asked(world: World, who: str, method: str, path: str) -> tuple[HttpResponse, set[str]]:
    """The answer, and the records that the request left rows about; all of it is taken back."""
    client = world.clients[who]
    cookies = client.cookies.copy()
    before = AccessLogEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    with transaction.atomic():
        response = getattr(client, method)(path)
        rows = AccessLogEntry.objects.filter(pk__gt=before, user__username=who)
        logged = set(rows.values_list("record", flat=True))
        transaction.set_rollback(True)
    client.cookies = cookies
    return response, logged


def _clients_words() -> dict[str, set[str]]:
    """What would give a client away, with the records that hold it."""
    staff = set(Professional.objects.values_list("name", flat=True))
    words: dict[str, set[str]] = defaultdict(set)
    rows = [
        *Party.objects.values_list("appointment__reference", "name", "phone", "email"),
        *CallBack.objects.values_list("reference", "name", "phone", "email"),
    ]
    for reference, name, phone, email in rows:
        for word in (name, str(phone or ""), phones.shown(phone) if phone else "", email):
            # One word alone, such as a nickname, may stand anywhere.
            if word not in staff and re.search(r"[ @\d]", word):
                words[word].add(reference)
    return dict(words)


def test_what_is_shown_of_clients_is_logged(world: World) -> None:
    words = _clients_words()
    anybody = re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)))
    shown, unlogged = set(), []
    for address, who in _staff_addresses():
        response, logged = _asked(world, who, "get", address.path(world, who))
        if response.status_code != 200:
            continue
        for word in set(anybody.findall(response.content.decode())):
            shown.add(address.name)
            if not words[word] & logged:
                unlogged.append(f"{who} {address}: {word}")
    assert not unlogged, "\n".join(unlogged)
    # The walk saw clients' data where it is known to be; else it proves nothing.
    assert {"staff:desk", "staff:request", "staff:call_backs"} <= shown


@pytest.mark.parametrize("method", ["get", "post"])
def test_whatever_is_asked_of_one_record_is_logged(world: World, method: str) -> None:
    missing, tried = [], 0
    for address, who in _staff_addresses():
        if "<slug:reference>" not in address.route:
            continue
        path = address.path(world, who)
        response, logged = _asked(world, who, method, path)
        if response.status_code < 400 or response.status_code in (409, 422):
            tried += 1
            code = CODE.search(path)
            if code and code[0] not in logged:
                missing.append(f"{who} {path} {response.status_code}")
    assert not missing, "\n".join(missing)
    assert tried > 5


def test_each_page_of_a_guide_s_meeting_is_logged(world: World) -> None:
    """All but the one that only asks whether the meeting goes on."""
    silent = []
    for address, who in _staff_addresses():
        if not address.route.startswith("plan/guide/meeting/"):
            continue
        response, logged = _asked(world, who, "get", address.path(world, who))
        if response.status_code == 200 and not any(r.startswith("plan-") for r in logged):
            silent.append(address.name)
    assert silent == ["plan:meeting_left"]
    assert User.objects.filter(username="guide").exists()
