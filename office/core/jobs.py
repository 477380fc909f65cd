"""Giving the worker something to do, in the transaction that is open."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from office.core import request_id

# Always Django's own connection: inside the worker, procrastinate's default one would write the job
# outside our transaction, and it could run before what it is about is there.
# The argument with the id of the request that asks for a job. It is taken out before the task runs.
REQUEST_ID = "request_id"

manager = JobManager(DjangoConnector(alias=DEFAULT_DB_ALIAS))


def defer_once(task: str, *, lock: str, **arguments: Any) -> bool:
    """Have the task run; False where a job with this lock waits already."""
    job = configure_task(name=task, job_manager=manager, queueing_lock=lock)
    if current := request_id.current():
        arguments[REQUEST_ID] = current
    try:
        with transaction.atomic():
            job.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True
