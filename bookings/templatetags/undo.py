"""The bar that offers to take the last thing back."""

from typing import Any

from django import template

from bookings.presenters.undoing import bar_of
from bookings.undo import offered_to
from office import clock
from office.models import Role, User

register = template.Library()


@register.inclusion_tag("bookings/parts/undo_bar.html", takes_context=True)
def undo_bar(context: dict[str, Any]) -> dict[str, Any]:
    """What the secretary who is signed in can still take back, on whatever page comes next."""
    user = getattr(context.get("request"), "user", None)
    undoable = None
    if isinstance(user, User) and user.has_role(Role.SECRETARY):
        undoable = offered_to(user)
    return {
        "undoable": undoable,
        "said": bar_of(undoable) if undoable else "",
        "now": clock.now(),
        "csrf_token": context.get("csrf_token"),
    }
