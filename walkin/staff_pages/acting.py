"""Run an action of the queue for a request, and say why where it is refused."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404

from bookings.appointments.undo import remember
from office.models import ServicePoint
from office.staff.permissions import StaffRequest
from walkin.days.current import duty_at
from walkin.days.undo import RoomAct, undoably_in_room
from walkin.errors import ChildrenNotSaidError, WalkInError
from walkin.models import Duty
from walkin.staff_pages.queue import point_of
from walkin.staff_pages.screen import QueueScreen, points
from walkin.tickets.undo import Result, undoably


def try_action(request: StaffRequest, action: Callable[[], object], done: str = "") -> bool:
    """Run the action; where it is refused, show why. Raises ChildrenNotSaidError."""
    try:
        action()
    except ChildrenNotSaidError:
        # The page that was pressed on asks for it.
        raise
    except WalkInError as error:
        messages.error(request, error.sentence)
        return False
    if done:
        messages.success(request, done)
    return True


def try_undoable(
    request: StaffRequest, action: Callable[[], Result], done: str = "", *, back: str = ""
) -> bool:
    """Run an action on tickets, which the bar of the next page says and offers to undo.

    `back`: the page that shows it once it is undone, where that is not the queue.
    """
    return try_action(
        request,
        lambda: remember(request.session, undoably(action, user=request.user, back=back)),
        done,
    )


def try_in_room(
    request: StaffRequest, day_id: int, act: RoomAct, action: Callable[[], object], done: str = ""
) -> bool:
    """Run an action on desks or the intake, which the bar of the next page says and offers to undo."""
    return try_action(
        request,
        lambda: remember(request.session, undoably_in_room(day_id, act, action, user=request.user)),
        done,
    )


def sent_key(request: StaffRequest, name: str) -> int:
    """Return the key that a form sent, or raise 404."""
    text = request.POST.get(name, "")
    if not text.isdecimal() or len(text) > 15:
        raise Http404
    return int(text)


def own_duty(request: StaffRequest) -> Duty | None:
    """Return the user's own duty at the chosen point, or raise 404 without a point."""
    return duty_at(request.user, _chosen_point(request))


def _chosen_point(request: StaffRequest) -> ServicePoint:
    point = point_of(request, points())
    if point is None:
        raise Http404
    return point


def screen_of(request: StaffRequest) -> QueueScreen:
    """Return the screen of the chosen point, or raise 404."""
    return QueueScreen(request.user, _chosen_point(request))
