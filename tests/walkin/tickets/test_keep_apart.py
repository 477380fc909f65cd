"""Who stays out of a matter does not find its people at the walk-in, and is not led to their number."""

from collections.abc import Iterator

import pytest

from bookings.parties import conflicts
from office.models import Professional
from tests.walkin.cast import RunningWalkIn, frozen_at, professional_client, running_walk_in
from tests.walkin.staff_pages.test_identify import offered, visit
from walkin.actions import calling
from walkin.errors import AColleagueCallsError, NobodyToCallError
from walkin.tickets import keep_apart

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine() -> Iterator[None]:
    with frozen_at(9):
        yield


@pytest.fixture
def place() -> RunningWalkIn:
    return running_walk_in(2)


def barred(place: RunningWalkIn) -> Professional:
    """Bar the one at the first desk from the matter of KLM-482."""
    conflicts.bar(visit().pk, place.people[0].pk, user=place.user)
    return place.people[0]


def test_they_find_nobody_of_it(place: RunningWalkIn) -> None:
    barred(place)
    ticket = place.take()
    for sought in ("KLM-482", "Aino Mäkinen", "040 123 4567"):
        assert offered(professional_client(place, 0), ticket, sought) == []
        assert len(offered(professional_client(place, 1), ticket, sought)) == 1


def test_their_number_is_passed_over_and_a_colleague_calls_it(place: RunningWalkIn) -> None:
    who = barred(place)
    ticket = place.take()
    party = who.recusals.get().appointment.parties.get()
    keep_apart.identify_party(ticket.pk, party, user=place.user)

    with pytest.raises(NobodyToCallError):
        place.next(0)
    with pytest.raises(AColleagueCallsError):
        calling.call(place.duties[0].pk, ticket.pk, user=place.user, anyway=True)
    assert place.next(1) == ticket


def test_somebody_else_is_next_for_them(place: RunningWalkIn) -> None:
    who = barred(place)
    first, second = place.take(), place.take()
    party = who.recusals.get().appointment.parties.get()
    keep_apart.identify_party(first.pk, party, user=place.user)
    assert place.next(0) == second
