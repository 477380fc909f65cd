"""The ground floor's rows that are kept no longer: named in office/retention/table.py."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet

from office.models import Absence, AccessLogEntry, PurgeRun, RateCount, StaffSession


def old_sessions(before: datetime) -> QuerySet[Session]:
    """Return those that have ended. The end stands in each: so long after its last page."""
    return Session.objects.filter(
        expire_date__lte=before + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    )


def remove_sessions(keys: Sequence[str]) -> None:
    Session.objects.filter(pk__in=keys).delete()


def old_staff_sessions(before: datetime) -> QuerySet[StaffSession]:
    """Return what is listed of sign-ins whose session is gone."""
    return StaffSession.objects.exclude(session_key__in=Session.objects.values("pk"))


def remove_staff_sessions(keys: Sequence[int]) -> None:
    StaffSession.objects.filter(pk__in=keys).delete()


def old_tries(before: datetime) -> QuerySet[RateCount]:
    return RateCount.objects.filter(window__lt=before)


def remove_tries(keys: Sequence[int]) -> None:
    RateCount.objects.filter(pk__in=keys).delete()


def old_absences(before: datetime) -> QuerySet[Absence]:
    """Return those that ended before and still say why."""
    return Absence.objects.filter(during__endswith__lt=before).exclude(reason=Absence.Reason.OTHER)


def blank_absences(keys: Sequence[int]) -> None:
    """Remove why somebody was away; that they were stays, for the figures."""
    Absence.objects.filter(pk__in=keys).update(reason=Absence.Reason.OTHER)


def old_log(before: datetime) -> QuerySet[AccessLogEntry]:
    return AccessLogEntry.objects.filter(at__lt=before)


def remove_log(keys: Sequence[int]) -> None:
    """Remove all that is old enough, by the only way that the database leaves open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT forget_old_access_log()")


def old_purges(before: datetime) -> QuerySet[PurgeRun]:
    return PurgeRun.objects.filter(started_at__lt=before, ended_at__isnull=False)


def remove_purges(keys: Sequence[int]) -> None:
    PurgeRun.objects.filter(pk__in=keys).delete()
