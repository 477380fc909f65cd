"""Writing down that somebody of the staff has handled those who have signed up."""

from collections.abc import Iterable

from evenings.models import Evening, SignUp
from office.models import AccessAction, AccessReason, User
from office.staff.access_log import note_access, pseudonym


def note_people(
    user: User,
    evening: Evening,
    people: Iterable[SignUp],
    action: AccessAction = AccessAction.LIST,
) -> None:
    """Note it, with pseudonyms of their contacts; nothing for nobody."""
    rows = list(people)
    if not rows:
        return
    contacts = [row.email or getattr(row.phone, "as_e164", "") or "" for row in rows]
    note_access(
        user,
        evening.log_record,
        action=action,
        reason=AccessReason.EVENINGS,
        subjects=[pseudonym(contact) for contact in contacts if contact],
    )
