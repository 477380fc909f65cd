"""Taking and freeing time, alone; the races are in tests/races."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg import errors

from office.calendar.occupancy import (
    HoursChangedError,
    TimeTakenError,
    cover,
    discard,
    free,
    keep,
    lock,
    take,
    touch_hours,
)
from office.core import clock
from office.models import Absence, Claim, ClaimKind, Occupancy, Resource
from tests.factories import ProfessionalFactory, RoomFactory

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 11, 25, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


def grab(*resources: int, start: datetime = NINE, hours: float = 1, **more: Any) -> Claim:
    return take(
        kind=ClaimKind.OTHER,
        resources=resources,
        start=start,
        end=start + hours * HOUR,
        **more,
    )


def spans(resource: int) -> list[tuple[int, int]]:
    """Return busy time of a resource as hours of the day, UTC."""
    rows = Occupancy.objects.filter(resource=resource).order_by("during")
    return [(r.during.lower.hour, r.during.upper.hour) for r in rows]


def test_what_is_taken_is_taken() -> None:
    pro = ProfessionalFactory()
    grab(pro.pk)
    with pytest.raises(TimeTakenError):
        grab(pro.pk)


@pytest.mark.parametrize("minutes", [-59, -30, 0, 30, 59])
def test_a_partial_overlap_is_an_overlap(minutes: int) -> None:
    pro = ProfessionalFactory()
    grab(pro.pk)
    with pytest.raises(TimeTakenError):
        grab(pro.pk, start=NINE + timedelta(minutes=minutes))


@pytest.mark.parametrize("minutes", [-60, 60])
def test_times_that_only_touch_do_not_clash(minutes: int) -> None:
    pro = ProfessionalFactory()
    grab(pro.pk)
    grab(pro.pk, start=NINE + timedelta(minutes=minutes))
    assert Occupancy.objects.count() == 2


def test_all_are_taken_or_none() -> None:
    pro, colleague, room = ProfessionalFactory(), ProfessionalFactory(), RoomFactory()
    grab(room.pk)
    with pytest.raises(TimeTakenError):
        grab(pro.pk, colleague.pk, room.pk)
    assert (spans(pro.pk), spans(colleague.pk)) == ([], [])
    assert Claim.objects.count() == 1


def test_the_database_itself_refuses_an_overlap() -> None:
    pro = ProfessionalFactory()
    claim = grab(pro.pk)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Occupancy.objects.create(
            claim=claim, resource_id=pro.pk, during=DateTimeTZRange(NINE, NINE + HOUR)
        )
    assert isinstance(caught.value.__cause__, errors.ExclusionViolation)


def test_the_database_refuses_busy_time_without_an_end() -> None:
    pro = ProfessionalFactory()
    claim = grab(pro.pk)
    for during in (DateTimeTZRange(NINE, None), DateTimeTZRange(NINE, NINE)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Occupancy.objects.create(claim=claim, resource_id=pro.pk, during=during)


def test_a_live_hold_counts_and_a_lapsed_one_does_not() -> None:
    pro = ProfessionalFactory()
    with time_machine.travel(NINE, tick=False) as traveller:
        grab(pro.pk, expires_at=clock.now() + timedelta(minutes=15))
        traveller.shift(timedelta(minutes=14))
        with pytest.raises(TimeTakenError):
            grab(pro.pk)
        traveller.shift(timedelta(minutes=1))
        grab(pro.pk)
    assert Occupancy.objects.get().expires_at is None


def test_another_time_instead_of_ones_own() -> None:
    pro = ProfessionalFactory()
    first = grab(pro.pk)
    grab(pro.pk, start=NINE + timedelta(minutes=30), replacing=first)
    assert first.occupancies.count() == 0
    assert Occupancy.objects.count() == 1


def test_when_the_other_time_is_taken_ones_own_stays() -> None:
    pro = ProfessionalFactory()
    first = grab(pro.pk)
    grab(pro.pk, start=NINE + HOUR)
    with pytest.raises(TimeTakenError):
        grab(pro.pk, start=NINE + HOUR, replacing=first)
    assert first.occupancies.count() == 1


def test_hours_that_changed_since_the_look_refuse_the_grasp() -> None:
    pro = ProfessionalFactory()
    seen = lock([pro.pk])
    touch_hours([pro.pk])
    with pytest.raises(HoursChangedError):
        grab(pro.pk, revisions=seen)
    assert Occupancy.objects.count() == 0
    grab(pro.pk, revisions=lock([pro.pk]))


def test_keeping_a_held_claim() -> None:
    pro = ProfessionalFactory()
    claim = grab(pro.pk, expires_at=NINE)
    keep(claim, kind=ClaimKind.REQUEST, label="KLM-482")
    assert claim.occupancies.get().expires_at is None
    assert (claim.kind, claim.label) == (ClaimKind.REQUEST, "KLM-482")


def test_a_claim_whose_time_was_needed_cannot_be_kept() -> None:
    pro = ProfessionalFactory()
    with time_machine.travel(NINE, tick=False):
        claim = grab(pro.pk, expires_at=NINE - HOUR)
        grab(pro.pk)
    with pytest.raises(TimeTakenError):
        keep(claim, kind=ClaimKind.REQUEST, label="KLM-482")


def absent(professional: int, start: datetime, hours: int) -> Absence:
    absence = Absence.objects.create(
        professional_id=professional,
        during=DateTimeTZRange(start, start + hours * HOUR),
        claim=Claim.objects.create(kind=ClaimKind.ABSENCE),
    )
    cover(absence)
    return absence


def test_an_absence_fills_the_time_around_what_is_booked() -> None:
    pro = ProfessionalFactory()
    grab(pro.pk)
    absent(pro.pk, NINE - HOUR, 4)
    assert spans(pro.pk) == [(6, 7), (7, 8), (8, 10)]


def test_what_is_freed_inside_an_absence_is_the_absences() -> None:
    pro = ProfessionalFactory()
    claim = grab(pro.pk)
    absence = absent(pro.pk, NINE - HOUR, 4)
    discard(claim)
    assert spans(pro.pk) == [(6, 7), (7, 8), (8, 10)]
    assert {o.claim for o in Occupancy.objects.all()} == {absence.claim}
    with pytest.raises(TimeTakenError):
        grab(pro.pk)


def test_freeing_frees() -> None:
    pro, room = ProfessionalFactory(), RoomFactory()
    claim = grab(pro.pk, room.pk)
    free(claim)
    grab(pro.pk, room.pk)
    assert Resource.objects.filter(occupancies__isnull=False).distinct().count() == 2
