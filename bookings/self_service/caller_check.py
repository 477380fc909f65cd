"""Recognise a caller by the code that one party alone has."""

from datetime import timedelta

from bookings.lifecycle.party_access import note_access_of
from bookings.models import Party
from bookings.self_service.personal_links import has_ended
from office.core.own_codes import hash_typed
from office.models import AccessAction, AccessReason, User
from office.staff.access_log import note_access
from office.staff.rate_limits import count_try

CODES_A_MINUTE = 12
# Stands in the access log where nobody has the code.
NOBODY = "-"


def recognise(text: str, *, user: User) -> Party | None:
    """Find the party whose own code a caller reads out. Counted and logged, found or not.

    Raises TooManyTriesError beyond some codes a minute.
    """
    count_try("who-calls", str(user.pk), limit=CODES_A_MINUTE, every=timedelta(minutes=1))
    found = [party for party in parties_with(text) if not has_ended(party.appointment)]
    # Should two have the same one, it identifies neither.
    party = found[0] if len(found) == 1 else None
    action, reason = AccessAction.IDENTIFY, AccessReason.CALLER
    if party is None:
        note_access(user, NOBODY, action=action, reason=reason)
    else:
        note_access_of(party, user, action=action, reason=reason)
    return party


def parties_with(text: str) -> list[Party]:
    """Find the parties with this own code, however it is typed."""
    hashed = hash_typed(text)
    if not hashed:
        return []
    return list(Party.objects.filter(code_hash=hashed).select_related("appointment"))
