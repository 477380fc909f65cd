"""Lists of slips and of the directory: as many queries for many rows as for few."""

from datetime import timedelta
from uuid import uuid4

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.core import clock
from office.models import Role
from referrals.models import DirectoryEntry, Referral, ReferralState
from tests.bookings.desk_cast import Desk, signed_in
from tests.referrals.cast import entry, in_english

FEW, MANY = 3, 70


def test_no_page_asks_more_for_many_rows(
    secretary: Desk, clinic: DirectoryEntry, monday: time_machine.Traveller, client: Client
) -> None:
    manager = signed_in(Role.MANAGER)
    in_english(manager.client)

    def add(first: int, last: int) -> None:
        now = clock.now()
        for number in range(first, last):
            entry(f"Palvelu {number}")
            for state in (ReferralState.SENT, ReferralState.NOT_OURS, ReferralState.DONE):
                Referral.objects.create(
                    reference=f"Z{state[0]}{number}",
                    state=state,
                    entry=clinic,
                    link_hash=uuid4().hex,
                    own_nonce=uuid4().hex,
                    own_hash=uuid4().hex,
                    made_by=secretary.user,
                    made_at=now,
                    made_from=uuid4(),
                    ends_at=now + timedelta(days=14),
                    updated_at=now,
                )

    def queries(browser: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get(path).status_code == 200
        return len(found)

    pages = [
        (secretary.client, "/desk/referrals/?all=1"),
        (secretary.client, "/desk/referrals/directory/"),
        (secretary.client, "/desk/referrals/new/"),
        (secretary.client, "/desk/"),
        (manager.client, "/office/partners/"),
        (manager.client, "/office/partners/links/"),
        (client, "/guidance/partners/"),
    ]
    add(0, FEW)
    for page in pages:
        queries(*page)
    before = [queries(*page) for page in pages]
    add(FEW, MANY)
    for page in pages:
        # What stands in a list for the first time is logged.
        queries(*page)
    assert [queries(*page) for page in pages] == before
    shown = secretary.client.get("/desk/referrals/")
    assert len(shown.context["waiting"]) == 60
    assert f"Show all {MANY} that wait" in shown.content.decode()
    work = secretary.client.get("/desk/").content.decode()
    assert f"All that came back: {MANY} slips" in work
    assert work.count("/desk/referrals/Z") == 8
