"""While a unit is being set up, each page of the manager's leads back to the list of what is left."""

from typing import Any

from django import template

from office.getting_started.steps import next_step, start_steps
from office.models import Role

register = template.Library()
LIST = "start"


@register.inclusion_tag("office/getting_started/_bar.html", takes_context=True)
def start_bar(context: dict[str, Any]) -> dict[str, Any]:
    """Draw how much is done and what comes next; nothing once the unit is open."""
    request, user = context["request"], context["user"]
    is_manager = user.is_authenticated and Role.MANAGER in user.roles
    match = request.resolver_match
    if not is_manager or context["unit"].public_from or match is None or match.url_name == LIST:
        return {"steps": []}
    steps = start_steps()
    return {
        "steps": steps,
        "done": sum(step.is_done for step in steps),
        "next": next_step(steps),
    }
