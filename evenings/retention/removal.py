"""Remove what is kept of those who have signed up no longer. office/retention/table.py names it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from bookings.retention.removal import forgetting
from evenings.models import SignUp
from evenings.notifications.messages import about
from office.models import OutboxMessage

_PERSONAL = ~Q(first_name="") | ~Q(email="") | ~Q(phone="") | ~Q(word_hash="")


def with_contacts(before: datetime) -> QuerySet[SignUp]:
    """Find sign-ups for evenings that ended before, which still say something of the person."""
    return SignUp.objects.filter(_PERSONAL, evening__ends_at__lt=before)


def blank_contacts(ids: Sequence[int]) -> None:
    """Remove name, contact, word and messages. What remains is a number, and how many came."""
    rows = SignUp.objects.filter(pk__in=ids)
    remove_messages(rows)
    rows.update(first_name="", email="", phone="", word_hash="")


def remove_messages(sign_ups: Iterable[SignUp]) -> None:
    """Delete what was written to them."""
    OutboxMessage.objects.filter(about__in=[about(row) for row in sign_ups]).delete()


def old_sign_ups(before: datetime) -> QuerySet[SignUp]:
    return SignUp.objects.filter(evening__ends_at__lt=before)


def remove_sign_ups(ids: Sequence[int]) -> None:
    """Remove sign-ups with their history. How many people had a place stays with the evening."""
    rows = SignUp.objects.filter(pk__in=ids)
    remove_messages(rows)
    with forgetting():
        rows.delete()
