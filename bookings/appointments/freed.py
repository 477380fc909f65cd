"""Waking the worker when time comes free, so that who waits for an earlier time need not wait longer.

The five-minute sweep finds the same: a job that is lost costs minutes and nothing else.
"""

from django.db import transaction

from bookings.models import EarlierWish
from office.core.jobs import defer_once

TASK = "bookings.tasks.offer_earlier"


def time_freed() -> None:
    """Time is free once this transaction is done: have the worker look who would like it."""
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    if EarlierWish.objects.waiting().exists():
        defer_once(TASK, lock="offer-earlier")
