"""The access log where it is about one party alone: nothing of it is told to the others."""

from bookings.models import Party
from office.models import AccessAction, AccessReason, User
from office.staff.access_log import ONE_PARTY, note_access, pseudonym


def note_access_of(
    party: Party,
    user: User | None,
    *,
    action: AccessAction,
    reason: AccessReason | None = None,
    **details: str,
) -> None:
    """Write down that `user` handled what of the appointment is this party's alone.

    The row stands in this party's extract of the log and in no other's; see note_access.
    """
    note_access(
        user,
        party.appointment.reference,
        action=action,
        reason=reason,
        subjects=subjects_of(party),
        of=ONE_PARTY,
        **details,
    )


def subjects_of(party: Party) -> list[str]:
    """Return the pseudonyms of the party's own contacts, even where the page may not read them."""
    rows = Party.objects.filter(pk=party.pk).values_list("phone", "email")
    contacts = rows.first() or ()
    if not any(contacts):
        # Who was taken off the appointment again has none there any more, but as they were read before.
        contacts = tuple(party.__dict__.get(name, "") for name in ("phone", "email"))
    return [pseudonym(str(contact)) for contact in contacts if contact]
