"""What is kept of a party's slips: for their own extract, and deleted on their request."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bookings.hooks import KeptElsewhere
from bookings.models import Party
from bookings.retention.removal import forgetting
from bookings.retention.requests import own_contacts
from office.core.dates import when
from office.models import AccessAction, AccessLogEntry, AccessReason
from office.staff.access_log import pseudonym
from referrals.hand_over.presenters import disclosed_labels
from referrals.models import Referral


def slips_of(party: Party) -> KeptElsewhere:
    """To whom they were handed on, what they agreed to tell, and the answer. The words are sealed."""
    found = list(_slips(party).select_related("entry").order_by("made_at", "pk"))
    rows = [
        (
            when(referral.made_at, party.language),
            ", ".join(
                [
                    referral.reference,
                    str(referral.entry.name),
                    *disclosed_labels(referral),
                    str(referral.get_state_display()),
                ]
            ),
        )
        for referral in found
    ]
    title = _("Slips with which you were handed on")
    return KeptElsewhere(title, rows, [referral.reference for referral in found])


def forget_slips(party: Party) -> None:
    """Delete the party's slips; their links open nothing any more."""
    found = list(_slips(party).values_list("pk", flat=True))
    with forgetting():
        Referral.objects.filter(pk__in=found).delete()


def _slips(party: Party) -> QuerySet[Referral]:
    """Those made at a visit, and those of whom the access log knows that they were made with a contact.

    The slip itself keeps no contact that could be read.
    """
    contacts = [pseudonym(contact) for contact in own_contacts(party)]
    made = AccessLogEntry.objects.filter(
        subjects__overlap=contacts, reason=AccessReason.REFERRALS, action=AccessAction.CREATE
    )
    by_contact = Q(reference__in=made.values("record")) if contacts else Q(pk__in=[])
    return Referral.objects.filter(Q(party=party) | by_contact & Q(party=None))
