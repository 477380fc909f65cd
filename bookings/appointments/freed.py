"""Start the waiting list's job as soon as time comes free.

The five-minute sweep finds the same: a job that is lost costs minutes and nothing else.
"""

from django.db import transaction

from bookings.models import EarlierWish
from office.core.jobs import defer_once

TASK = "bookings.tasks.offer_earlier"


def time_freed() -> None:
    """Have the worker offer the freed time once this transaction is committed."""
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    if EarlierWish.objects.waiting().exists():
        defer_once(TASK, lock="offer-earlier")
