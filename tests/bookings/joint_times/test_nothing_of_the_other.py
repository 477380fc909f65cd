"""Nothing that one parent is shown or sent depends on the other's marks, but for the times offered."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import time_machine
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bookings.joint_times import actions
from bookings.joint_times.common_times import CELLS, Marks
from tests.bookings.conftest import House, at
from tests.bookings.joint_cast import AFTERNOONS, ANY, DUE, MORNINGS, Pair, pair, sweep_at
from tests.bookings.personal_cast import without_keys

ASKED = at(8, day=23)
DAYS = [at(9, day=day, month=12).date() for day in (1, 2, 3, 4, 7, 8, 9, 10, 11)]
marks = st.builds(
    Marks,
    st.frozensets(st.sampled_from(CELLS)),
    st.frozensets(st.sampled_from(DAYS), max_size=3),
)
maybe = st.none() | marks


@dataclass
class Seen:
    """All that one parent could see until the moment, and after it; and what was offered then."""

    before: list[object]
    after: list[object]
    offered: list[datetime]


def seen_by_one(
    two: Pair, traveller: time_machine.Traveller, own: Marks | None, other: Marks | None
) -> Seen:
    """Go through a search as the one parent sees it, and undo it all."""
    with transaction.atomic():
        traveller.move_to(ASKED)
        before = shown(two)
        if other is not None:
            traveller.shift(timedelta(hours=1))
            actions.keep_marks(two.two.pk, other)
            traveller.shift(timedelta(hours=-1))
        before += shown(two)
        if own is not None:
            actions.keep_marks(two.one.pk, own)
        before += shown(two)
        sweep_at(traveller, DUE - timedelta(hours=20))
        before += shown(two)
        traveller.move_to(DUE)
        before += shown(two)
        sweep_at(traveller, DUE)
        after = [*shown(two), *after_a_choice(two, chooser=0), *after_a_choice(two, chooser=1)]
        sweep_at(traveller, DUE + timedelta(hours=2))
        seen = Seen(before, [*after, *shown(two)], two.offered())
        transaction.set_rollback(True)
    return seen


def after_a_choice(two: Pair, *, chooser: int) -> list[object]:
    """Return what one sees after one of the two has chosen the first offered time, and undo it."""
    offer = two.appointment.time_offers.to_choose_from().order_by("starts_at").first()
    if offer is None:
        return []
    with transaction.atomic():
        link = two.links[chooser]
        assert Client().post(f"{link}choose/", {"offer": offer.pk}).status_code == 302
        two.appointment.refresh_from_db()
        assert two.appointment.starts_at == offer.starts_at
        seen = shown(two)
        transaction.set_rollback(True)
    two.appointment.refresh_from_db()
    return seen


def shown(two: Pair) -> list[object]:
    """Return the own page, the page to mark on, and every message with when it leaves."""
    client, (link, _other) = Client(), two.links
    pages = [client.get(path) for path in (link, f"{link}when/", f"{link}my-data/")]
    return [
        *((page.status_code, plain(page.content.decode(), link)) for page in pages),
        *(
            (m.kind, m.subject, m.body, m.calendar, m.created_at, m.leaves_at, m.expires_at)
            for m in two.letters(two.one)
        ),
    ]


def plain(page: str, link: str) -> str:
    """Return the page without its random values: of the form, and the numbers of rows."""
    page = re.sub(r'name="offer" value="\d+"', "", without_keys(page, link))
    return re.sub(r'nonce="[^"]+"', "", page)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(own=maybe, other=maybe, instead=maybe, more=marks)
@example(own=ANY, other=None, instead=Marks(), more=Marks())
@example(own=Marks(MORNINGS), other=ANY, instead=None, more=Marks(AFTERNOONS))
def test_pages_and_messages_of_one_are_the_same_whatever_the_other_marks(
    house: House,
    monday: time_machine.Traveller,
    own: Marks | None,
    other: Marks | None,
    instead: Marks | None,
    more: Marks,
) -> None:
    monday.move_to(ASKED)
    two = pair(house)
    two.ask()
    runs = [seen_by_one(two, monday, own, marked) for marked in (other, instead)]
    if own is not None and other is not None:
        # The same common times out of other marks.
        cells = other.cells | (more.cells - own.cells)
        runs.append(seen_by_one(two, monday, own, Marks(cells, other.days_off | own.days_off)))
        assert runs[-1].offered == runs[0].offered
    first = runs[0]
    for run in runs[1:]:
        assert run.before == first.before
        if run.offered == first.offered:
            assert run.after == first.after
