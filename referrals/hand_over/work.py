"""What came back: on the secretary's work list, and on the day of who handed somebody on."""

from collections.abc import Iterable

from django.db.models import Exists
from django.template.loader import render_to_string

from bookings.hooks import OwnWork
from office.core import clock
from office.models import User
from referrals.hand_over.presenters import rows_of
from referrals.hand_over.queries import seen_by
from referrals.models import Referral

# The rest is on the page of handing on.
SHOWN = 8


def work_section(user: User) -> str:
    """Render all slips that came back; nobody is named. One query, besides who stays out of what."""
    return _section(seen_by(user).come_back(clock.now()))


def _came_back_to(user: User) -> Exists:
    return Exists(Referral.objects.come_back(clock.now()).filter(made_by=user))


def _own_section(user: User) -> str:
    return _section(seen_by(user).come_back(clock.now()).filter(made_by=user))


def _section(referrals: Iterable[Referral]) -> str:
    found = sorted(referrals, key=lambda referral: (referral.ends_at, referral.pk))
    if not found:
        return ""
    context = {
        "rows": rows_of(found[:SHOWN]),
        "count": len(found),
        "has_more": len(found) > SHOWN,
    }
    return render_to_string("referrals/hand_over/_work.html", context)


OWN_WORK = OwnWork(_came_back_to, _own_section)
