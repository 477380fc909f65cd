"""What came back, on the secretary's work list."""

from django.template.loader import render_to_string

from office.core import clock
from office.models import User
from referrals.hand_over.presenters import rows_of
from referrals.hand_over.queries import seen_by


def work_section(user: User) -> str:
    """The slips that came back; nobody is named. One query, beside who stays out of what."""
    found = list(seen_by(user).come_back(clock.now()).order_by("ends_at", "pk"))
    if not found:
        return ""
    return render_to_string("referrals/hand_over/_work.html", {"rows": rows_of(found)})
