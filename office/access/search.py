"""Reading the access log: a search, one client's extract, and what nothing explains."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from office.core import clock
from office.core.names import alphabetical
from office.hooks import EXPLAIN_OPENINGS, RecordOpening
from office.models import AccessAction, AccessLogEntry, AccessReason, User
from office.staff.access_log import ONE_PARTY, pseudonyms

# A client gets the rows of so long; older ones for a special reason (703/2023, section 11).
EXTRACT_YEARS = 2
# Looking is no work: it is to be explained, most of all where it was at what is protected. Who has given
# their own code (IDENTIFY) was on the line.
OPENED = (AccessAction.READ, AccessAction.PRINT, AccessAction.REVEAL)
# Who opens something for these has no other task with it.
NEEDS_NO_TASK = (AccessReason.PLAN_MEETING, AccessReason.SUPERVISION, AccessReason.OWN_DATA)


_of_one = Q(details__contains={"of": ONE_PARTY})


@dataclass(frozen=True)
class Client:
    """By what a client is looked for: a contact, as it is stored, or a reference code."""

    contact: str = ""
    reference: str = ""

    def rows(self) -> QuerySet[AccessLogEntry]:
        """Return what was done with this client's data and no other's."""
        if self.reference:
            return AccessLogEntry.objects.filter(record=self.reference).exclude(_of_one)
        keys = pseudonyms(self.contact)
        own = AccessLogEntry.objects.filter(subjects__overlap=keys)
        # Rows from before the contact was given, of records that held it later.
        records = own.order_by().values("record").distinct()
        # What is one party's alone has no subjects where that party has no contact: nobody else's either.
        unnamed = Q(record__in=records, subjects=[]) & ~_of_one
        return AccessLogEntry.objects.filter(Q(subjects__overlap=keys) | unnamed)

    @property
    def mark(self) -> str:
        """What the log itself keeps of whom it was searched for: never the contact."""
        return self.reference or f"client-{pseudonyms(self.contact)[0][:24]}"


def entries(
    *,
    user: User | None = None,
    client: Client | None = None,
    first: date | None = None,
    last: date | None = None,
    action: str = "",
) -> QuerySet[AccessLogEntry]:
    """Find the rows that match everything given, the newest first."""
    found = client.rows() if client else AccessLogEntry.objects.all()
    if user is not None:
        found = found.filter(Q(user=user) | Q(about=user))
    if first is not None:
        found = found.filter(at__gte=clock.day_bounds(first, first)[0])
    if last is not None:
        found = found.filter(at__lt=clock.day_bounds(last, last)[1])
    if action:
        found = found.filter(action=action)
    return found.select_related("user", "about").order_by("-at", "-pk")


def extract(client: Client, *, since: date) -> list[AccessLogEntry]:
    """Return what a client may know: who has handled their data, when and why, the oldest first."""
    found = entries(client=client, first=since)
    found = found.exclude(action__in=[AccessAction.LOG_READ, AccessAction.LOG_EXPORT])
    return list(found.order_by("at", "pk"))


@dataclass(frozen=True)
class Unexplained:
    """A record that somebody opened on a day without work of their own in it."""

    user: User
    record: str
    at: datetime
    times: int


def unexplained(day: date) -> list[Unexplained]:
    """Return who opened what on a day with no task of their own in it, by name and time.

    A task is: having done something with the record that day; being among its professionals; and what
    EXPLAIN_OPENINGS adds. It is a question to be asked, not an accusation.
    """
    start, end = clock.day_bounds(day, day)
    rows = AccessLogEntry.objects.filter(at__gte=start, at__lt=end, user__isnull=False, about=None)
    done = {
        (row["user_id"], row["record"])
        for row in rows.exclude(
            action__in=[*OPENED, AccessAction.SEARCH, AccessAction.LIST]
        ).values("user_id", "record")
    }
    opened = [
        RecordOpening(user, record, at, reason)
        for user, record, at, reason in rows.filter(action__in=OPENED)
        .order_by("at", "pk")
        .values_list("user_id", "record", "at", "reason")
        if (user, record) not in done
    ]
    left = [one for one in opened if one.reason not in NEEDS_NO_TASK]
    for explained_by in EXPLAIN_OPENINGS:
        explained = set(explained_by(day, left)) if left else set()
        left = [one for one in left if one not in explained]
    grouped: dict[tuple[int, str], list[RecordOpening]] = defaultdict(list)
    for one in left:
        grouped[one.user, one.record].append(one)
    users = User.objects.in_bulk({user for user, _record in grouped})
    found = [
        Unexplained(users[user], record, times[0].at, len(times))
        for (user, record), times in grouped.items()
    ]
    return sorted(
        found, key=lambda one: (alphabetical(one.user.get_full_name() or one.user.username), one.at)
    )


def two_years_back() -> date:
    return clock.today() - timedelta(days=EXTRACT_YEARS * 366)
