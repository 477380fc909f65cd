"""Where somebody sits: at which point, at which desk, in whose place, and when they are away."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from office.core import clock
from office.models import Role
from office.staff.permissions import StaffRequest
from walkin.days import duties, lifecycle
from walkin.days.duties import professional_of
from walkin.days.undo import RoomAct
from walkin.errors import DutyError, NotOnDutyError
from walkin.models import Desk, Duty
from walkin.staff_pages.acting import own_duty, screen_of, sent_key, try_in_room
from walkin.staff_pages.queue import POINT, queue_staff
from walkin.staff_pages.screen import BREAKS, QueueScreen, points
from walkin.tickets.undo import forget_offers


@require_POST
@queue_staff
def place(request: StaffRequest) -> HttpResponse:
    """Choose the service point for the session."""
    wanted = sent_key(request, "point")
    if wanted not in [p.pk for p in points()]:
        raise Http404
    if wanted != request.session.get(POINT):
        # A number 7 of the other point is not the 7 on the screen.
        forget_offers(user=request.user)
    request.session[POINT] = wanted
    return redirect("queue:queue")


@require_POST
@queue_staff
def desk(request: StaffRequest) -> HttpResponse:
    """Sit down at a desk: those on duty move there, other professionals come on duty."""
    screen = screen_of(request)
    wanted = get_object_or_404(Desk.objects.in_use(), pk=sent_key(request, "desk"))
    day = screen.day
    if day is None:
        messages.error(request, NotOnDutyError().sentence)
    elif try_in_room(request, day.pk, RoomAct.SIT, lambda: _sit(screen, wanted)):
        lifecycle.refresh_intake(day.pk)
    return redirect("queue:queue")


def _sit(screen: QueueScreen, desk: Desk) -> Duty:
    if screen.duty is not None:
        return duties.change_desk(screen.duty.pk, desk)
    who, day = screen.professional, screen.day
    if (
        who is None
        or not screen.may_come
        or day is None
        or desk.service_point_id != screen.point.pk
    ):
        raise NotOnDutyError
    now = clock.now()
    if now >= day.ends_at:
        raise DutyError(_("The hours are over: those on duty finish."))
    return duties.put_on_duty(day.pk, who, start=now, end=day.ends_at, desk=desk)


@require_POST
@queue_staff
def take_over(request: StaffRequest) -> HttpResponse:
    """Take over a colleague's desk with its numbers; those who have a desk bring them to theirs."""
    duty = get_object_or_404(Duty, pk=sent_key(request, "duty"))
    who, own = professional_of(request.user), own_duty(request)
    if who is None or not request.user.has_role(Role.SUPERVISOR, Role.GUIDE):
        messages.error(request, NotOnDutyError().sentence)
    elif own is not None:
        try_in_room(
            request,
            duty.day_id,
            RoomAct.TAKE_OVER,
            lambda: duties.take_over_numbers(duty.pk, own.pk, user=request.user),
            _("The numbers are yours now: they wait for you at your desk."),
        )
    else:
        try_in_room(
            request,
            duty.day_id,
            RoomAct.TAKE_OVER,
            lambda: duties.replace(duty.pk, who, user=request.user),
            _("You have taken over the desk and its numbers."),
        )
    return redirect("queue:queue")


@require_POST
@queue_staff
def take_break(request: StaffRequest) -> HttpResponse:
    """Leave one's desk for the minutes that the button says."""
    minutes = sent_key(request, "minutes")
    if minutes not in BREAKS:
        raise Http404
    return _with_own_duty(
        request, RoomAct.BREAK, lambda duty: duties.take_break(duty, minutes=minutes)
    )


@require_POST
@queue_staff
def end_break(request: StaffRequest) -> HttpResponse:
    return _with_own_duty(request, RoomAct.BREAK_END, duties.end_break)


@require_POST
@queue_staff
def leave(request: StaffRequest) -> HttpResponse:
    """End one's own duty."""
    return _with_own_duty(request, RoomAct.LEAVE, duties.leave_desk)


def _with_own_duty(
    request: StaffRequest, act: RoomAct, action: Callable[[int], object]
) -> HttpResponse:
    duty = own_duty(request)
    if duty is None:
        messages.error(request, NotOnDutyError().sentence)
    else:
        try_in_room(request, duty.day_id, act, lambda: action(duty.pk))
    return redirect("queue:queue")
