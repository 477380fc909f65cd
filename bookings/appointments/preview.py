"""The letters of an action before it is done: written by the same code, and taken back."""

from collections.abc import Callable

from django.db import transaction

from office.core import clock
from office.messaging import outbox
from office.models import OutboxMessage


def letters_of(action: Callable[[], object]) -> list[OutboxMessage]:
    """Run the action, read what it has written, and undo all of it. What it raises goes through."""
    with transaction.atomic():
        with outbox.delayed_until(clock.now()) as written:
            action()
        letters = list(OutboxMessage.objects.filter(pk__in=written, dropped_at=None).order_by("pk"))
        transaction.set_rollback(True)
    return letters
