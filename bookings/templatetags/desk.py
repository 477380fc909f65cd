"""What the frame of the staff's pages needs of the desk."""

from typing import Any

from django import template
from django.template.context import Context

from bookings.phone.call_bar import bar_context
from bookings.phone.frame import frame_for
from office.models import Role, User

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_frame(context: Context) -> dict[str, Any] | None:
    """Return the phone's state and the ongoing call, for secretaries; nobody else's pages ask."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or not isinstance(user, User) or not user.has_role(Role.SECRETARY):
        return None
    # A page that was posted to cannot be come back to.
    back = request.get_full_path() if request.method in ("GET", "HEAD") else user.home_url
    return bar_context(user, back=back, frame=frame_for(request, user))
