"""The worker's clockwork, run by a real worker."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from bookings import tasks
from office.core import clock
from office.models import OutboxMessage, RateCount
from office.staff import rate_limits
from office.tasks import find_unsent
from tests.factories import UnitFactory
from tests.worker import run_what_waits

pytestmark = pytest.mark.django_db(transaction=True)


def test_all_of_it_is_registered_and_runs() -> None:
    UnitFactory()
    now = clock.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))
    rate_limits.count_try("x", "somebody", limit=1, every=timedelta(hours=1))
    RateCount.objects.update(window=now - timedelta(days=3))
    tasks.offer_earlier.defer()
    for task in (tasks.remind, tasks.free_lapsed, tasks.clear_up, tasks.forget_jobs, find_unsent):
        task.defer(timestamp=int(now.timestamp()))
    run_what_waits()
    left = ProcrastinateJob.objects.exclude(task_name="office.tasks.send_message")
    assert [(job.task_name, job.status) for job in left if job.status == "failed"] == []
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert RateCount.objects.count() == 0
    assert OutboxMessage.objects.count() == 0


def test_when_each_of_them_runs() -> None:
    times = {name: task.cron for (name, _), task in app.periodic_registry.periodic_tasks.items()}
    ours = ("bookings.tasks.", "office.tasks.")
    assert {name: cron for name, cron in times.items() if name.startswith(ours)} == {
        "office.tasks.find_unsent": "* * * * *",
        "office.tasks.find_due_calendars": "* * * * *",
        "office.tasks.find_due_links": "20 4 * * *",
        "office.tasks.forget_set_up_changes": "10 4 * * *",
        "bookings.tasks.remind": "*/10 * * * *",
        "bookings.tasks.close_papers": "25 * * * *",
        "bookings.tasks.free_lapsed": "*/5 * * * *",
        "bookings.tasks.clear_up": "20 1 * * *",
        "bookings.tasks.forget_jobs": "50 1 * * *",
    }
