"""The bar that offers to take the last thing back."""

from typing import Any

from django import template

from bookings.appointments.undo import may_be_offered, offered_to, seconds_of
from bookings.desk.undo import bar_of, when_over
from office.core import clock
from office.models import Role, User
from office.staff.permissions import STAFF

register = template.Library()


@register.inclusion_tag("bookings/parts/_undo_bar.html", takes_context=True)
def undo_bar(context: dict[str, Any]) -> dict[str, Any]:
    """Return what whoever is signed in can still take back, on whatever page comes next."""
    request = context.get("request")
    user = getattr(request, "user", None)
    undoable = None
    if request is not None and isinstance(user, User) and user.has_role(*STAFF, Role.PARTNER):
        # Pages on which nothing was done lately need not ask the database.
        undoable = offered_to(user) if may_be_offered(request.session) else None
    return {
        "undoable": undoable,
        "sentence": bar_of(undoable) if undoable else "",
        "when_over": when_over(undoable) if undoable else "",
        "seconds": seconds_of(undoable) if undoable else 0,
        "now": clock.now(),
        "csrf_token": context.get("csrf_token"),
    }
