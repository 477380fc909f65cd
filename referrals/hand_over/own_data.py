"""What is kept of a party's slips, for their own extract."""

from django.utils.translation import gettext as _

from bookings.models import Party
from office.core.dates import when
from referrals.hand_over.presenters import disclosed_labels


def slips_of(party: Party) -> tuple[str, list[tuple[str, str]]]:
    """To whom they were handed on, what they agreed to tell, and the answer. The words are sealed."""
    rows = [
        (
            when(referral.made_at, party.language),
            ", ".join(
                [
                    str(referral.entry.name),
                    *disclosed_labels(referral),
                    str(referral.get_state_display()),
                ]
            ),
        )
        for referral in party.referrals.select_related("entry").order_by("made_at", "pk")
    ]
    return _("Slips with which you were handed on"), rows
