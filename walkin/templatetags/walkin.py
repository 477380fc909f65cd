"""What the display of the walk-in says in both languages at once."""

from django import template
from django.utils.translation import gettext_lazy as _

from office.models import ServicePoint
from walkin.days.notices import notice_at
from walkin.models import Ticket
from walkin.tickets.hand_over_code import hand_over_code

register = template.Library()
DISPLAY_WORDS = {
    "turn": _("Now called"),
    "at": _("At the desks"),
    "waiting": _("Next numbers"),
    "number": _("Number"),
    "desk": _("Queue desk"),
    "nobody": _("Nobody is being called right now"),
    "closed": _("No more numbers today"),
    "shut": _("The walk-in is closed"),
    "given": _("Numbers are given"),
    "stale": _("No connection. Numbers are called at the desks."),
}


@register.filter
def display_words(key: str) -> str:
    """Return the words in the current language. Raises KeyError for an unknown key."""
    return str(DISPLAY_WORDS[key])


@register.inclusion_tag("walkin/public_pages/_notice.html")
def point_notice(point: ServicePoint) -> dict[str, object]:
    """Return the notices for everybody at the point now."""
    return {"notice": notice_at(point.pk)}


@register.filter
def code_to_show(ticket: Ticket) -> str:
    """Return the code that the person shows at another agency beside the number."""
    return hand_over_code(ticket)
