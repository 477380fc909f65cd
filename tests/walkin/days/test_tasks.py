"""The walk-in's clockwork, run by a real worker."""

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from office.core import clock
from tests.factories import ProfessionalFactory, ServicePointFactory
from tests.walkin.cast import running_walk_in, walk_in_hours
from tests.worker import run_what_waits
from walkin import tasks
from walkin.models import DayState, WalkInDay

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_worker_makes_days_and_looks_at_them() -> None:
    now = clock.now()
    h = running_walk_in(
        opened=False, start=now.replace(microsecond=0), end=now.replace(year=now.year + 1)
    )
    for weekday in range(7):
        point = ServicePointFactory()
        walk_in_hours(ProfessionalFactory(points=[point]), point, weekday=weekday)
    for task in (tasks.tick, tasks.make_days):
        task.defer(timestamp=int(now.timestamp()))
    run_what_waits()
    assert not ProcrastinateJob.objects.filter(status="failed").exists()
    assert h.fresh().state == DayState.OPEN
    assert WalkInDay.objects.exclude(pk=h.day.pk).count() > 20


def test_when_each_of_them_runs() -> None:
    times = {name: task.cron for (name, _), task in app.periodic_registry.periodic_tasks.items()}
    assert {name: cron for name, cron in times.items() if name.startswith("walkin.tasks.")} == {
        "walkin.tasks.tick": "* * * * *",
        "walkin.tasks.make_days": "*/15 * * * *",
    }
