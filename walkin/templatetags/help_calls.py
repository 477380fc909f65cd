"""The banner of calls for help, on every page of the staff."""

from typing import Any

from django import template

from office.models import Role, User
from walkin.help.banner import banner_of
from walkin.help.calls import FLAG

register = template.Library()


@register.inclusion_tag("walkin/staff_pages/_help_calls.html", takes_context=True)
def help_calls(context: dict[str, Any]) -> dict[str, Any]:
    """The calls that concern whoever is signed in; nothing at all for others."""
    user = getattr(context.get("request"), "user", None)
    if not isinstance(user, User) or not user.has_role(
        Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY, Role.MANAGER
    ):
        return {"is_silent": True}
    frame: dict[str, Any] | None = context.get("frame")
    is_calm = frame is not None and FLAG not in frame["flags"]
    return {**banner_of(user, is_calm=is_calm), "csrf_token": context.get("csrf_token")}
