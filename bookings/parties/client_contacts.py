"""Whose contacts an appointment or a call-back holds, for the access log."""

from collections import defaultdict
from collections.abc import Collection

from bookings.models import CallBack, Party


def contacts_of(references: Collection[str]) -> dict[str, set[str]]:
    """The phone numbers and e-mail addresses of all parties and callers, by reference code."""
    found: dict[str, set[str]] = defaultdict(set)
    parties = Party.objects.filter(appointment__reference__in=references)
    callers = CallBack.objects.filter(reference__in=references)
    # In one query, since each page of a client's data asks it.
    rows = (
        parties.order_by()
        .values_list("appointment__reference", "phone", "email")
        .union(callers.order_by().values_list("reference", "phone", "email"))
    )
    for reference, phone, email in rows:
        found[reference] |= {str(contact) for contact in (phone, email) if contact}
    return found
