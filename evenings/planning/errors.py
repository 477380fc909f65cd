"""What planning an evening refuses, each with a sentence that tells a person what to do."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from office.calendar.obstacles import Obstacle


class PlanningError(Exception):
    """It is refused; nothing was changed."""

    sentence: str | Promise = _("That cannot be done with this evening.")


class ChangedMeanwhileError(PlanningError):
    """Somebody has changed the evening since the page was loaded."""

    sentence = _("Somebody else has changed this evening meanwhile. Check it again.")


class OverError(PlanningError):
    """The evening has begun, or was cancelled."""

    sentence = _("The evening has begun or was cancelled, so it can no longer be changed.")


class NotYetError(PlanningError):
    """The evening has not begun, or it is too late for this."""

    sentence = _("That cannot be done now: the evening has not been, or it is too long ago.")


class PastError(PlanningError):
    """The wanted time has passed."""

    sentence = _("That time has already passed.")


class AlreadyError(PlanningError):
    """There is such an evening then already, as after a form that was sent twice."""

    sentence = _("There is already an evening of this kind at that time and place.")


class InTheWayError(PlanningError):
    """Somebody, or the room, is busy then."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__()
        self.obstacles = obstacles
