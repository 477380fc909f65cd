"""What is kept of a party's slips: for their own extract, and deleted on their request."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bookings.hooks import KeptElsewhere
from bookings.models import Party
from bookings.retention.removal import forgetting
from office.core.dates import when
from office.models import AccessAction, AccessLogEntry, AccessReason
from office.staff.access_log import pseudonym
from referrals.hand_over.presenters import disclosed_labels
from referrals.models import Referral


def slips_of(party: Party) -> KeptElsewhere:
    """Find slips made at the party's visit."""
    return _kept(_at_visit(party), party.language)


def slips_under(contacts: Sequence[str], language: str) -> KeptElsewhere:
    """Find slips made at no visit, which the access log connects with a contact."""
    return _kept(_with_contacts(contacts), language)


def _kept(slips: QuerySet[Referral], language: str) -> KeptElsewhere:
    """To whom they were handed on, what they agreed to tell, and the answer. The words are sealed."""
    found = list(slips.select_related("entry").order_by("made_at", "pk"))
    rows = [
        (
            when(referral.made_at, language),
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
    _forget(_at_visit(party))


def forget_slips_under(contacts: Sequence[str]) -> None:
    _forget(_with_contacts(contacts))


def _forget(slips: QuerySet[Referral]) -> None:
    found = list(slips.values_list("pk", flat=True))
    with forgetting():
        Referral.objects.filter(pk__in=found).delete()


def _at_visit(party: Party) -> QuerySet[Referral]:
    return Referral.objects.filter(party=party)


def _with_contacts(contacts: Sequence[str]) -> QuerySet[Referral]:
    """Find slips by the access log's pseudonyms: the slip itself keeps no readable contact."""
    made = AccessLogEntry.objects.filter(
        subjects__overlap=[pseudonym(contact) for contact in contacts],
        reason=AccessReason.REFERRALS,
        action=AccessAction.CREATE,
    )
    return Referral.objects.filter(party=None, reference__in=made.values("record"))
