"""Call-backs as lists: for the desk, and for those who call. Each a fixed number of queries."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from bookings.models import CallBack, CallStatus
from bookings.parties import conflicts
from office.core import clock
from office.models import Professional


def _listed(calls: QuerySet[CallBack]) -> QuerySet[CallBack]:
    return calls.select_related("service", "professional", "claim", "referred_by").order_by(
        "starts_at", "pk"
    )


def _of_today() -> tuple[datetime, datetime]:
    today = clock.today()
    return clock.day_bounds(today, today)


def without_hours() -> QuerySet[CallBack]:
    """Find coming calls whose hours were cut."""
    return _listed(CallBack.objects.open().filter(claim__orphaned_at__isnull=False))


def to_try_again() -> QuerySet[CallBack]:
    """Find calls that did not reach anybody yet, and those of earlier days without a result."""
    begins, _ends = _of_today()
    left = Q(status__in=[CallStatus.RESERVED, CallStatus.CALLING], starts_at__lt=begins)
    return _listed(CallBack.objects.filter(Q(status=CallStatus.AGAIN) | left)).exclude(
        claim__orphaned_at__isnull=False
    )


def todays() -> QuerySet[CallBack]:
    """Find all of today's calls except those in the two lists above."""
    return (
        _listed(CallBack.objects.starting_between(*_of_today()))
        .exclude(status__in=[CallStatus.AGAIN, CallStatus.CANCELLED])
        .exclude(claim__orphaned_at__isnull=False)
    )


def upcoming() -> QuerySet[CallBack]:
    """Find the calls reserved for the days after today."""
    _begins, ends = _of_today()
    return _listed(
        CallBack.objects.filter(status=CallStatus.RESERVED, starts_at__gte=ends)
    ).exclude(claim__orphaned_at__isnull=False)


def waiting_count() -> int:
    """Return how many the desk should see to: without hours, or to be tried again. One query."""
    begins, _ends = _of_today()
    return (
        CallBack.objects.open()
        .filter(
            Q(claim__orphaned_at__isnull=False)
            | Q(status=CallStatus.AGAIN)
            | Q(starts_at__lt=begins)
        )
        .count()
    )


def own(professional: Professional) -> QuerySet[CallBack]:
    """Find the professional's calls, except those that they stay out of."""
    barred = conflicts.calls_barred_to(professional)
    return CallBack.objects.of_professional(professional).exclude(pk__in=barred)


def _own(professional: Professional) -> QuerySet[CallBack]:
    """Leave out what only messages need: it cannot leak from a page that never had it."""
    return _listed(own(professional)).defer(
        "email", "sms_is_safe", "email_is_safe", "link_nonce", "link_hash", "made_from"
    )


def own_calls(professional: Professional, day: date) -> list[CallBack]:
    """Return the professional's calls of one day; for today also earlier ones that are still open."""
    begins, ends = clock.day_bounds(day, day)
    wanted = Q(starts_at__gte=begins, starts_at__lt=ends) & ~Q(status=CallStatus.CANCELLED)
    if day == clock.today():
        wanted |= Q(status__in=CallStatus.open(), starts_at__lt=begins)
    return list(_own(professional).filter(wanted))


def own_upcoming(professional: Professional, day: date, last: date) -> list[CallBack]:
    """Return the professional's calls after `day`, until `last`."""
    _begins, ends = clock.day_bounds(day, day)
    _first, until = clock.day_bounds(last, last)
    return list(
        _own(professional).filter(
            status=CallStatus.RESERVED, starts_at__gte=ends, starts_at__lt=until
        )
    )
