"""Calls for help on the staff's pages: the banner on all, the button where people are met."""

from typing import Any

from django import template

from office.models import Role, User
from walkin.help.banner import banner_of
from walkin.help.calls import FLAG
from walkin.staff_pages.ways_back import OF_QUEUE

register = template.Library()
# Pages on which somebody may be sitting opposite.
MEETING_PAGES = frozenset(
    {
        "queue:number",
        # What was pressed or written on that page, asked about or refused.
        "queue:act",
        "queue:who",
        "queue:tell_who",
        "queue:slip",
        "queue:word",
        "staff:my_day",
        "staff:papers",
        "staff:own_outcome",
        "staff:book",
        "staff:booked",
        "referrals:new",
        "referrals:one",
        "referrals:slip",
    }
)
# A plan is written together with the parents.
MEETINGS = ("plan:guide", "plan:meeting")


@register.inclusion_tag("walkin/staff_pages/_help_calls.html", takes_context=True)
def help_calls(context: dict[str, Any]) -> dict[str, Any]:
    """Show the calls that concern whoever is signed in; nothing at all for others."""
    user = getattr(context.get("request"), "user", None)
    if not isinstance(user, User) or not user.has_role(
        Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY, Role.MANAGER
    ):
        return {"is_silent": True}
    frame: dict[str, Any] | None = context.get("frame")
    is_calm = frame is not None and FLAG not in frame["flags"]
    return {**banner_of(user, is_calm=is_calm), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("walkin/staff_pages/_help.html", takes_context=True)
def help_button(context: dict[str, Any], *, beside_desks: bool = False) -> dict[str, Any]:
    """Draw the silent call, for those who meet people, and on the queue for all who work there.

    `beside_desks`: where the queue has room for it; other pages have it at their head.
    """
    request = context.get("request")
    user, match = getattr(request, "user", None), getattr(request, "resolver_match", None)
    page = match.view_name if match is not None else ""
    meets = isinstance(user, User) and user.has_role(Role.SUPERVISOR, Role.GUIDE)
    in_queue = isinstance(user, User) and user.has_role(*OF_QUEUE) and page.startswith("queue:")
    is_meeting = page in MEETING_PAGES or page.startswith(MEETINGS)
    return {
        "may_call_help": (beside_desks or is_meeting) and (meets or in_queue),
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }
