"""How long slips are kept, what their owner is told of them, and how many there were."""

from datetime import timedelta

import time_machine

from bookings.appointments import decisions
from bookings.models import DataRequest
from bookings.retention import requests
from bookings.retention.removal import remove_appointments
from office.core import clock
from office.models import AccessAction, AccessLogEntry, Role
from office.retention.purge import purge
from referrals.directory.figures import figures
from referrals.models import DirectoryEntry, Referral
from tests.bookings.conftest import House
from tests.bookings.desk_cast import Desk, request_for, signed_in
from tests.referrals.cast import opened, slip


def test_old_slips_go_with_the_purge(
    guide: Desk, clinic: DirectoryEntry, monday: time_machine.Traveller
) -> None:
    slip(guide, clinic)
    monday.shift(timedelta(days=365))
    purge()
    assert Referral.objects.count() == 1
    monday.shift(timedelta(seconds=1))
    purge()
    assert Referral.objects.count() == 0


def test_a_party_reads_of_their_own_slips_and_has_them_deleted(
    house: House, clinic: DirectoryEntry, monday: time_machine.Traveller
) -> None:
    visit = request_for(house)
    desk = signed_in(Role.SECRETARY)
    one, other = visit.parties.order_by("pk")
    for party in (one, other):
        slip(desk, clinic, query=f"?visit={visit.reference}", party=str(party.pk))
    # Handed on by phone before: of whom, only the access log knows.
    by_phone = slip(desk, clinic, contact=one.email)
    assert one.email
    assert requests.as_text(one).count("Näsin neuvola") == 2
    assert requests.as_text(other).count("Näsin neuvola") == 1
    requests.note(one, desk.user, AccessAction.EXPORT)
    logged = AccessLogEntry.objects.filter(reason="own data", action=AccessAction.EXPORT)
    assert by_phone.referral.reference in logged.values_list("record", flat=True)

    decisions.decline(visit.pk, user=desk.user, reason="other")
    asked = requests.ask(one.pk, DataRequest.Kind.DELETION)
    assert requests.delete(asked.pk, user=desk.user) == "partly"
    assert list(Referral.objects.values_list("party", flat=True)) == [other.pk]
    remove_appointments([visit.pk])
    assert Referral.objects.count() == 0


def test_figures_count_by_partner_and_answer(guide: Desk, clinic: DirectoryEntry) -> None:
    slip(guide, clinic)
    made = slip(guide, clinic)
    opened(made.partner)
    guide.client.post(f"/desk/referrals/{made.referral.reference}/take-back/")
    (row,) = figures(clock.now())
    assert (row.entry, row.counts, row.total) == (clinic, [1, 0, 0, 0, 1, 0], 2)
