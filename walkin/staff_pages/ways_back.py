"""The page from which somebody came to one that both the staff of the queue and the manager open."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from office.models import Role, User

# Who may open the queue.
OF_QUEUE = (Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY)


@dataclass(frozen=True)
class WayBack:
    """An address that its reader may open, and its name."""

    address: str
    label: str


def way_back(user: User, *, is_past: bool = False) -> WayBack:
    """Lead to the queue, or the manager to the walk-in days; `is_past`: to those that are over."""
    if user.has_role(*OF_QUEUE):
        return WayBack(reverse("queue:queue"), _("Walk-in queue"))
    if is_past:
        return WayBack(reverse("queue:past_days"), _("Past days"))
    return WayBack(reverse("queue:days"), _("Walk-in days"))
