"""A visit about several matters takes the time of all of them."""

from math import exp, log

import pytest

from tests.walkin.cast import frozen_at, later, running_walk_in, service
from walkin.estimates.durations import Durations, taken_together
from walkin.estimates.learning import measured_visits
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import Ticket

pytestmark = pytest.mark.django_db


def test_several_matters_take_their_sum_and_teach_nothing_of_the_first() -> None:
    short, long = Durations(log(10), 0.4), Durations(log(40), 0.4)
    both = taken_together([short, long])
    # The mean of the sum is the sum of the means; the one is no longer than the other for its order.
    mean = sum(exp(d.log_mean + d.log_spread**2 / 2) for d in (short, long))
    assert exp(both.log_mean + both.log_spread**2 / 2) == pytest.approx(mean)
    assert both == pytest.approx(taken_together([long, short]))
    assert 0 < both.log_spread < 0.4
    assert taken_together([short]) == short

    with frozen_at(9):
        place = running_walk_in()
        one, two = service(), service()
        for number, also in enumerate(((), (two,), ())):
            ticket = place.take(one, also=also)
            with later(1):
                place.serve()
            with later(20 + 30 * len(also) + number):
                place.done(Ticket.objects.get(pk=ticket.pk))
        assert measured_visits(place.day)[f"s{one.pk}"].count == 2
        snapshot = QueueSnapshot(place.day)
        ticket = place.take(one, also=[two])
        expected = taken_together([snapshot.durations_of(f"s{s.pk}") for s in (one, two)])
        assert QueueSnapshot(place.day).durations_for(ticket) == pytest.approx(expected)
