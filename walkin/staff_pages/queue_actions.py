"""Staff actions on the queue. Each runs one action and returns to the screen."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from office.core import clock
from office.models import Role
from office.staff.permissions import StaffRequest
from walkin.actions import book_from_ticket, calling, own_ticket, serving, take_number
from walkin.days import duties, lifecycle
from walkin.days.absences import is_with_colleague
from walkin.days.duties import professional_of
from walkin.errors import ChangedMeanwhileError, DutyError, NotOnDutyError, WalkInError
from walkin.models import Desk, Duty, Outcome, Source, Ticket, WalkInDay
from walkin.staff_pages.forms import (
    DoneForm,
    HandOverForm,
    KeepOpenForm,
    ReferralForm,
    StaffTakeForm,
)
from walkin.staff_pages.queue import POINT, number_page, point_of, room
from walkin.staff_pages.screen import QueueScreen, points
from walkin.tickets import keep_apart


def _try(request: StaffRequest, action: Callable[[], object], done: str = "") -> bool:
    """Run the action; where it is refused, show why."""
    try:
        action()
    except WalkInError as error:
        messages.error(request, error.sentence)
        return False
    if done:
        messages.success(request, done)
    return True


def _pk(request: StaffRequest, name: str) -> int:
    """Return the key that a form sent, or raise 404."""
    text = request.POST.get(name, "")
    if not text.isdecimal() or len(text) > 15:
        raise Http404
    return int(text)


def _screen(request: StaffRequest) -> QueueScreen:
    point = point_of(request, points())
    if point is None:
        raise Http404
    return QueueScreen(request.user, point)


@require_POST
@room
def place(request: StaffRequest) -> HttpResponse:
    """Choose the service point for the session."""
    wanted = _pk(request, "point")
    if wanted not in [p.pk for p in points()]:
        raise Http404
    request.session[POINT] = wanted
    return redirect("queue:queue")


@require_POST
@room
def desk(request: StaffRequest) -> HttpResponse:
    """Sit down at a desk: those on duty move there, other professionals come on duty."""
    screen = _screen(request)
    wanted = get_object_or_404(Desk.objects.in_use(), pk=_pk(request, "desk"))
    _try(request, lambda: _sit(screen, wanted))
    return redirect("queue:queue")


def _sit(screen: QueueScreen, desk: Desk) -> None:
    if screen.duty is not None:
        duties.change_desk(screen.duty.pk, desk)
        return
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
    duties.put_on_duty(day.pk, who, start=now, end=day.ends_at, desk=desk)
    lifecycle.refresh_intake(day.pk)


@require_POST
@room
def take_over(request: StaffRequest) -> HttpResponse:
    """Take over a colleague's desk with whoever is at it."""
    duty = get_object_or_404(Duty, pk=_pk(request, "duty"))
    who = professional_of(request.user)
    if who is None or not request.user.has_role(Role.SUPERVISOR, Role.GUIDE):
        messages.error(request, NotOnDutyError().sentence)
    else:
        _try(
            request,
            lambda: duties.replace(duty.pk, who, user=request.user),
            _("You have taken over the desk and its numbers."),
        )
    return redirect("queue:queue")


@require_POST
@room
def call_next(request: StaffRequest) -> HttpResponse:
    duty = _screen(request).duty
    if duty is None:
        messages.error(request, NotOnDutyError().sentence)
    else:
        _try(
            request,
            partial(calling.call_next, duty.pk, user=request.user, anyway="anyway" in request.POST),
        )
    return redirect("queue:queue")


@require_POST
@room
def take(request: StaffRequest) -> HttpResponse:
    """Take a number for somebody."""
    screen = _screen(request)
    form = StaffTakeForm(screen.point.pk, request.POST)
    if screen.day is None or not form.is_valid():
        messages.error(request, _("Choose the matter from the list."))
        return redirect("queue:queue")
    cleaned = form.cleaned_data
    try:
        ticket = take_number.take_number(
            screen.day.pk,
            matter=form.matter_chosen,
            language=cleaned["language"],
            meeting=cleaned["meeting"],
            source=Source.STAFF,
            user=request.user,
            anyway=cleaned["anyway"],
        )
    except WalkInError as error:
        messages.error(request, error.sentence)
        return redirect("queue:queue")
    messages.success(request, _("Number %(number)s was taken.") % {"number": ticket.number})
    return redirect("queue:number", ticket.pk)


Handler = Callable[[StaffRequest, Ticket, int], object]


def _call(request: StaffRequest, ticket: Ticket, version: int) -> object:
    duty = _screen(request).duty
    if duty is None:
        raise NotOnDutyError
    anyway = "anyway" in request.POST
    return calling.call(duty.pk, ticket.pk, user=request.user, version=version, anyway=anyway)


def _resume(request: StaffRequest, ticket: Ticket, version: int) -> object:
    duty = _screen(request).duty
    return serving.resume(
        ticket.pk, user=request.user, duty_id=duty.pk if duty else None, version=version
    )


def _keep_apart(request: StaffRequest, ticket: Ticket, version: int) -> object:
    other = get_object_or_404(Ticket, pk=_pk(request, "other"), day=ticket.day_id)
    return keep_apart.keep_apart(ticket.pk, other.pk, user=request.user)


HANDLERS: dict[str, Handler] = {
    "call": _call,
    "again": lambda r, t, v: calling.call_again(t.pk, user=r.user, version=v),
    "came": lambda r, t, v: calling.came(t.pk, user=r.user, version=v),
    "absent": lambda r, t, v: calling.record_no_show(t.pk, user=r.user, version=v),
    "back": lambda r, t, v: calling.put_back(t.pk, user=r.user, version=v),
    "hold": lambda r, t, v: serving.hold(t.pk, user=r.user, version=v),
    "resume": _resume,
    "ready": lambda r, t, v: own_ticket.ready(t.pk, user=r.user),
    "more-time": lambda r, t, v: own_ticket.more_time(t.pk, user=r.user),
    "leave": lambda r, t, v: own_ticket.leave(t.pk, user=r.user),
    "apart": _keep_apart,
    "settle": lambda r, t, v: keep_apart.settle_separation(t.pk, user=r.user),
}
# These concern the waiting room, whoever has the ticket.
WITHOUT_OWNER = ("apart", "settle")


@require_POST
@room
def act(request: StaffRequest, pk: int, do: str) -> HttpResponse:
    """Run one action on one ticket, provided it has not changed since the page was loaded."""
    tickets = Ticket.objects.with_known_party().select_related(
        "day__service_point", "service", "desk", "professional"
    )
    ticket = get_object_or_404(tickets, pk=pk)
    version = _pk(request, "version")
    who = professional_of(request.user)
    if do not in WITHOUT_OWNER and is_with_colleague(ticket, who.pk if who else None):
        messages.error(request, _("That number is at a colleague's desk."))
        return redirect("queue:queue")
    if do not in WITHOUT_OWNER and ticket.version != version:
        messages.error(request, ChangedMeanwhileError().sentence)
        return redirect("queue:queue")
    if do == "done":
        return _done(request, ticket, version)
    if do == "book":
        return _book(request, ticket, version)
    if do == "hand-on":
        return _hand_over(request, ticket, version)
    if do == "send-on":
        return _refer(request, ticket, version)
    if do not in HANDLERS:
        raise Http404
    _try(request, lambda: HANDLERS[do](request, ticket, version))
    return redirect("queue:queue")


def _done(request: StaffRequest, ticket: Ticket, version: int) -> HttpResponse:
    form = DoneForm(request.POST)
    if form.is_valid():
        _try(
            request,
            lambda: serving.done(ticket.pk, form.result(), user=request.user, version=version),
            _("Number %(number)s is done.") % {"number": ticket.number},
        )
    else:
        messages.error(request, _("Choose how the visit ended."))
    return redirect("queue:queue")


def _book(request: StaffRequest, ticket: Ticket, version: int) -> HttpResponse:
    """Continue to the booking panel with the ticket's details; what was ticked is kept."""
    form = DoneForm({**request.POST.dict(), "outcome": Outcome.BOOKED})
    if form.is_valid() and _try(
        request,
        lambda: book_from_ticket.prepare(
            ticket.pk, form.result(), user=request.user, version=version
        ),
    ):
        return redirect(f"{reverse('staff:book')}?{urlencode({book_from_ticket.FIELD: ticket.pk})}")
    return redirect("queue:queue")


def _hand_over(request: StaffRequest, ticket: Ticket, version: int) -> HttpResponse:
    form = HandOverForm(ticket, request.POST)
    if not form.is_valid():
        return number_page(request, ticket, hand_over=form, status=422)
    colleague = form.cleaned_data["duty"].professional
    _try(
        request,
        lambda: serving.hand_over(ticket.pk, colleague, user=request.user, version=version),
        _("Number %(number)s was handed over to %(name)s.")
        % {"number": ticket.number, "name": colleague},
    )
    return redirect("queue:queue")


def _refer(request: StaffRequest, ticket: Ticket, version: int) -> HttpResponse:
    form = ReferralForm(ticket.day, request.POST)
    if not form.is_valid():
        return number_page(request, ticket, refer=form, status=422)
    place = form.cleaned_data["destination"]
    _try(
        request,
        lambda: serving.refer(
            ticket.pk, place, user=request.user, expected_at=form.expected_at, version=version
        ),
        _("Number %(number)s was referred to %(name)s, %(where)s.")
        % {"number": ticket.number, "name": place.name, "where": place.where},
    )
    return redirect("queue:queue")


@require_POST
@room
def day(request: StaffRequest, pk: int, do: str) -> HttpResponse:
    """Open the day, close the intake, keep it open, or let it follow the estimate."""
    found = get_object_or_404(WalkInDay, pk=pk)
    handlers: dict[str, Callable[[int], object]] = {
        "open": lifecycle.open_day,
        "close": lifecycle.close_intake,
        "reopen": partial(lifecycle.keep_intake_open, numbers=_numbers(request)),
        "follow": lifecycle.follow_estimate,
    }
    if do not in handlers:
        raise Http404
    if do == "open" and found.date != clock.today():
        messages.error(request, _("A walk-in can only be opened on its own day."))
        return redirect("queue:queue")
    _try(request, lambda: handlers[do](found.pk))
    return redirect("queue:queue")


def _numbers(request: StaffRequest) -> int | None:
    form = KeepOpenForm(request.POST)
    return form.cleaned_data["numbers"] if form.is_valid() else None
