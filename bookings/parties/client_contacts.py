"""Whose contacts an appointment, a call-back, a case or a promised call holds, for the access log."""

from collections import defaultdict
from collections.abc import Collection

from bookings.models import CallBack, CallTask, CasePerson, Party


def contacts_of(references: Collection[str]) -> dict[str, set[str]]:
    """Return the phone numbers and e-mail addresses of all in the records, by reference code."""
    found: dict[str, set[str]] = defaultdict(set)
    parties = Party.objects.filter(appointment__reference__in=references)
    callers = CallBack.objects.filter(reference__in=references)
    named = CasePerson.objects.filter(case__reference__in=references)
    # In one query, since each page of a client's data asks it.
    rows = (
        parties.order_by()
        .values_list("appointment__reference", "phone", "email")
        .union(
            callers.order_by().values_list("reference", "phone", "email"),
            named.order_by().values_list("case__reference", "phone", "email"),
        )
    )
    for reference, phone, email in rows:
        found[reference] |= {str(contact) for contact in (phone, email) if contact}
    tasks = CallTask.pks_of(references)
    if tasks:
        for task in CallTask.objects.filter(pk__in=tasks).exclude(phone=""):
            found[task.record].add(str(task.phone))
    return found
