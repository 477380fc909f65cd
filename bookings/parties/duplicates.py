"""Requests that may be the same, or of the same two people. For the secretary's eyes only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection

from bookings.models import Appointment, Party, Status
from office.core import clock

RECENT_DAYS = 60
# How alike two names are, by shared groups of three letters; the order of the names is no matter.
NEAR_NAME = 0.7

PHONE, EMAIL, NAME, BOTH_ASKED = "phone", "email", "name", "both_asked"

_SQL = """
SELECT mine.appointment_id, theirs.appointment_id,
       mine.phone <> '' AND mine.phone = theirs.phone,
       mine.email <> '' AND lower(mine.email) = lower(theirs.email),
       mine.is_requester, theirs.is_requester
FROM {party} mine
JOIN {appointment} my_own ON my_own.id = mine.appointment_id
JOIN {party} theirs ON theirs.appointment_id <> mine.appointment_id
JOIN {appointment} other ON other.id = theirs.appointment_id
WHERE mine.appointment_id = ANY(%(ids)s)
  AND ((other.status = ANY(%(open)s) AND (other.starts_at IS NULL OR other.starts_at > %(now)s))
    OR (other.status = ANY(%(closed)s) AND other.created_at >= %(since)s))
  AND ((mine.phone <> '' AND mine.phone = theirs.phone)
    OR (mine.email <> '' AND lower(mine.email) = lower(theirs.email))
    OR (NOT my_own.is_anonymous AND NOT other.is_anonymous
        AND mine.name <> '' AND theirs.name <> ''
        AND similarity(mine.name, theirs.name) >= %(near)s))
"""


@dataclass
class Duplicate:
    """Another appointment, and what speaks for its being of the same people."""

    appointment: int
    reasons: set[str] = field(default_factory=set)


def possible_duplicates(appointments: Iterable[int]) -> dict[int, list[Duplicate]]:
    """By appointment: others with the same phone, e-mail or a near name. One query.

    Others are those still ahead, and those declined or cancelled lately; a visit that has been held
    is history, not a duplicate. BOTH_ASKED: the one who asked here is the other parent there, or
    the other way round, so that each of two parents has sent a request of their own.
    """
    found: dict[int, dict[int, Duplicate]] = defaultdict(dict)
    ids, now = list(appointments), clock.now()
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL.format(party=Party._meta.db_table, appointment=Appointment._meta.db_table),
            {
                "ids": ids,
                "now": now,
                "since": now - timedelta(days=RECENT_DAYS),
                "open": [str(status) for status in Status.open()],
                "closed": [str(Status.DECLINED), str(Status.CANCELLED)],
                "near": NEAR_NAME,
            },
        )
        for mine, theirs, same_phone, same_email, asked_here, asked_there in cursor.fetchall():
            duplicate = found[mine].setdefault(theirs, Duplicate(theirs))
            reasons = {PHONE} if same_phone else set()
            reasons |= {EMAIL} if same_email else set()
            # A name alone is too little to say that somebody asked behind the other's back.
            if reasons and asked_here != asked_there:
                reasons.add(BOTH_ASKED)
            duplicate.reasons |= reasons or {NAME}
    return {
        mine: sorted(others.values(), key=lambda d: d.appointment) for mine, others in found.items()
    }
