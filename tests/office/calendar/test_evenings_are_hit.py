"""Absences and closures hit evenings, which are bound to no hours."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.occupancy import take
from office.core import clock
from office.models import Absence, Claim, ClaimKind, Closure, Professional, ServicePoint
from office.setup.absences import add_absence, end_absence, hit_by_absence
from office.setup.closures import save_closure
from tests.factories import ProfessionalFactory, ServicePointFactory

pytestmark = pytest.mark.django_db


def evening(who: Professional, point: ServicePoint | None = None) -> tuple[Claim, datetime]:
    """Make an evening two weeks ahead, when nobody has hours."""
    starts_at = clock.at(clock.today() + timedelta(days=14), time(18))
    claim = take(
        kind=ClaimKind.EVENING,
        resources=[who.pk],
        start=starts_at,
        end=starts_at + timedelta(hours=2),
        label="ABC-ilta",
        service_point=point,
    )
    return claim, starts_at


def day_of(instant: datetime) -> date:
    return clock.local(instant).date()


def test_an_absence_hits_the_evening_until_it_ends() -> None:
    pro = ProfessionalFactory()
    claim, starts_at = evening(pro)
    span = clock.day_bounds(day_of(starts_at), day_of(starts_at))
    before = clock.day_bounds(day_of(starts_at) - timedelta(days=1), day_of(starts_at))[0]

    assert hit_by_absence(pro, before, span[0]) == []
    hits = hit_by_absence(pro, *span)
    assert [(hit.label, hit.start) for hit in hits] == [("ABC-ilta", starts_at)]
    with pytest.raises(BookingsHitError):
        add_absence(pro, start=span[0], end=span[1], reason="sick")

    add_absence(pro, start=span[0], end=span[1], reason="sick", seen=fingerprint(hits))
    claim.refresh_from_db()
    assert (claim.orphan_reason, claim.occupancies.count()) == ("absence", 1)
    assert claim.occupancies.get().during == DateTimeTZRange(
        starts_at, starts_at + timedelta(hours=2)
    )

    end_absence(Absence.objects.get())
    claim.refresh_from_db()
    assert claim.orphaned_at is None


def test_a_closure_hits_the_evening_at_that_point_alone() -> None:
    point, pro, colleague = ServicePointFactory(), ProfessionalFactory(), ProfessionalFactory()
    _claim, starts_at = evening(pro, point)
    evening(colleague, ServicePointFactory())
    closure = Closure(
        service_point=point,
        effect=Closure.Effect.CLOSED,
        first_day=day_of(starts_at),
        last_day=day_of(starts_at),
        reason_fi="Remontti",
    )

    with pytest.raises(BookingsHitError) as raised:
        save_closure(closure)

    assert [hit.professional for hit in raised.value.hits] == [pro.pk]
