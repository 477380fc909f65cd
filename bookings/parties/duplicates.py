"""Requests that may be the same, or of the same two people. For the secretary's eyes only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from bookings.models import Appointment, Party, PartyRole, Status
from bookings.parties import apart
from bookings.parties.apart import Alike, Pair
from office.core import clock

# How alike two names are, by shared groups of three letters; the order of the names is no matter.
SAME_NAME = 1
NEAR_NAME = 0.7

PHONE, EMAIL, NAME, NEAR, BOTH_ASKED = "phone", "email", "name", "near", "both_asked"

# What is compared of a party, and what it depends on.
_COLUMNS = "id, appointment_id, name, phone, email, is_requester, role, left_at"

# By the indexes of numbers, addresses and names: what is looked through does not grow with the history.
# Two names that share all their groups of three letters are the same in any order.
_SQL = """
WITH mine AS MATERIALIZED (
    SELECT * FROM {party}
    WHERE appointment_id = ANY(%(ids)s) AND left_at IS NULL AND NOT role = ANY(%(along)s)
)
SELECT mine.appointment_id, theirs.appointment_id,
       mine.id, mine.name, mine.phone, mine.email,
       theirs.id, theirs.name, theirs.phone, theirs.email,
       mine.phone <> '' AND mine.phone = theirs.phone,
       mine.email <> '' AND lower(mine.email) = lower(theirs.email),
       CASE WHEN my_own.is_anonymous OR other.is_anonymous THEN 0
            ELSE similarity(mine.name, theirs.name) END,
       mine.is_requester, theirs.is_requester,
       mine.role = ANY(%(sides)s) AND theirs.role = ANY(%(sides)s)
FROM mine
JOIN {appointment} my_own ON my_own.id = mine.appointment_id
JOIN LATERAL (
    SELECT {columns} FROM {party} WHERE mine.phone <> '' AND phone = mine.phone
    UNION
    SELECT {columns} FROM {party} WHERE mine.email <> '' AND lower(email) = lower(mine.email)
    UNION
    SELECT {columns} FROM {party}
    WHERE NOT my_own.is_anonymous AND cardinality(show_trgm(mine.name)) > 0
      AND show_trgm(name) = show_trgm(mine.name)
) theirs ON theirs.appointment_id <> mine.appointment_id
JOIN {appointment} other ON other.id = theirs.appointment_id
WHERE theirs.left_at IS NULL AND NOT theirs.role = ANY(%(along)s)
  AND other.status = ANY(%(open)s) AND (other.starts_at IS NULL OR other.starts_at > %(now)s)
  -- The visits of one case are known to be of the same people.
  AND (my_own.case_id IS NULL OR other.case_id IS DISTINCT FROM my_own.case_id)
  AND ((mine.phone <> '' AND mine.phone = theirs.phone)
    OR (mine.email <> '' AND lower(mine.email) = lower(theirs.email))
    OR NOT other.is_anonymous)
"""


@dataclass
class Duplicate:
    """Another appointment, and what speaks for its being of the same people."""

    appointment: int
    reasons: set[str] = field(default_factory=set)
    # The parties that are alike: one of the first appointment's and one of the other's.
    pairs: list[Pair] = field(default_factory=list)
    # Somebody has compared them and noted that they are not the same.
    is_apart: bool = False


def possible_duplicates(appointments: Iterable[int]) -> dict[int, list[Duplicate]]:
    """Map by appointment others ahead with the same phone, e-mail or name, not told apart. Two queries.

    What was declined, cancelled or held is history, not a duplicate. Names that are merely alike say
    nothing by themselves. BOTH_ASKED: the one who asked here is the other parent there, or the other
    way round, so that each of two parents has sent a request of their own.
    """
    return {
        mine: near
        for mine, others in look_alikes(appointments).items()
        if (near := [duplicate for duplicate in others if not duplicate.is_apart])
    }


def look_alikes(appointments: Iterable[int]) -> dict[int, list[Duplicate]]:
    """Find the same, those included that somebody has told apart."""
    found: dict[int, dict[int, Duplicate]] = defaultdict(dict)
    ids = list(appointments)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL.format(
                party=Party._meta.db_table,
                appointment=Appointment._meta.db_table,
                columns=_COLUMNS,
            ),
            {
                "ids": ids,
                "now": clock.now(),
                "open": [str(status) for status in Status.open()],
                # A lawyer comes along to the matters of many.
                "along": [str(role) for role in PartyRole.companions()],
                "sides": [str(role) for role in PartyRole.sides()],
            },
        )
        rows = [
            (row[:2], (Alike(*row[2:6]), Alike(*row[6:10])), row[10:]) for row in cursor.fetchall()
        ]
    told_apart = apart.told_apart(pair for _ids, pair, _facts in rows)
    for (mine, theirs), (own, other), facts in rows:
        same_phone, same_email, alike, asked_here, asked_there, are_sides = facts
        duplicate = found[mine].setdefault(theirs, Duplicate(theirs, is_apart=True))
        reasons = {PHONE} if same_phone else set()
        reasons |= {EMAIL} if same_email else set()
        # A name alone is too little to say that somebody asked behind the other's back.
        if reasons and are_sides and asked_here != asked_there:
            reasons.add(BOTH_ASKED)
        if alike >= SAME_NAME:
            reasons.add(NAME)
        elif alike >= NEAR_NAME:
            reasons.add(NEAR)
        duplicate.reasons |= reasons
        duplicate.pairs.append((own, other))
        duplicate.is_apart &= (own.pk, other.pk) in told_apart
    return {
        mine: sorted(others.values(), key=lambda d: d.appointment) for mine, others in found.items()
    }
