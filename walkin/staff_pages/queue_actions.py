"""Staff actions on the queue. Each runs one action and returns to the screen."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments.undo import remember
from bookings.parties import conflicts
from office.core import clock
from office.staff.permissions import StaffRequest
from walkin.actions import book_from_ticket, calling, own_ticket, serving, take_number
from walkin.actions.check_in import check_in as check_in_visit
from walkin.actions.check_in import visits_of_today
from walkin.actions.correcting import correct
from walkin.days import lifecycle
from walkin.days.absences import is_with_colleague
from walkin.days.duties import professional_of
from walkin.days.undo import RoomAct
from walkin.errors import (
    ChildrenNotSaidError,
    DayNotRunningError,
    NotOnDutyError,
    OutOfTurnError,
    TicketChangedError,
    WalkInError,
)
from walkin.models import Outcome, Source, Ticket, WalkInDay
from walkin.staff_pages.acting import (
    own_duty,
    screen_of,
    sent_key,
    try_action,
    try_in_room,
    try_undoable,
)
from walkin.staff_pages.forms import (
    CHILDREN,
    CHILDREN_AT_MOST,
    CorrectForm,
    DoneForm,
    HandOverForm,
    KeepOpenForm,
    ReferralForm,
    StaffTakeForm,
)
from walkin.staff_pages.queue import number_page, queue_page, queue_staff
from walkin.tickets import keep_apart, undo_arrival
from walkin.tickets.undo import Result, offer_undo, undoably


@require_POST
@queue_staff
def call_next(request: StaffRequest) -> HttpResponse:
    duty = own_duty(request)
    if duty is None:
        messages.error(request, NotOnDutyError().sentence)
    else:
        try_undoable(
            request,
            partial(calling.call_next, duty.pk, user=request.user, anyway="anyway" in request.POST),
        )
    return redirect("queue:queue")


@require_POST
@queue_staff
def take(request: StaffRequest) -> HttpResponse:
    """Take a number for somebody."""
    screen = screen_of(request)
    form = StaffTakeForm(screen.point.pk, request.POST)
    if screen.day is None:
        messages.error(request, DayNotRunningError().sentence)
        return redirect("queue:queue")
    if not form.is_valid():
        return queue_page(request, screen, take=form, status=422)
    cleaned = form.cleaned_data
    try:
        ticket = take_number.take_number(
            screen.day.pk,
            matter=form.matter_chosen,
            also=form.also_services,
            language=cleaned["language"],
            meeting=cleaned["meeting"],
            source=Source.STAFF,
            user=request.user,
            anyway=cleaned["anyway"],
        )
    except WalkInError as error:
        messages.error(request, error.sentence)
        return queue_page(request, screen, take=form, status=422)
    remember(request.session, offer_undo([ticket], user=request.user))
    return redirect("queue:number", ticket.pk)


@require_POST
@queue_staff
def check_in(request: StaffRequest, reference: str) -> HttpResponse:
    """Note that the people of a booked visit have come, and give them a number."""
    screen = screen_of(request)
    barred = conflicts.barred_to(screen.professional)
    visits = visits_of_today(screen.point.pk).exclude(pk__in=barred)
    visit = get_object_or_404(visits, reference=reference.upper())
    try:
        found = check_in_visit(
            visit.pk, language=visit.language, source=Source.STAFF, user=request.user
        )
    except WalkInError as error:
        messages.error(request, error.sentence)
        return redirect("queue:queue")
    if found.ticket is None:
        if visit.is_confirmed:
            remember(request.session, undo_arrival.offer_undo(visit, user=request.user))
        messages.success(request, _("Noted: %(code)s has come.") % {"code": visit.reference})
        return redirect("queue:queue")
    remember(
        request.session,
        offer_undo([found.ticket], user=request.user, visit_was=visit.status),
    )
    messages.success(
        request,
        _("%(code)s has number %(number)s.")
        % {"code": visit.reference, "number": found.ticket.number},
    )
    return redirect("queue:number", found.ticket.pk)


Handler = Callable[[StaffRequest, Ticket, int], Result]


def _resume(request: StaffRequest, ticket: Ticket, version: int) -> Result:
    return serving.resume(ticket.pk, user=request.user, duty_id=_own_duty(request), version=version)


def _reopen(request: StaffRequest, ticket: Ticket, version: int) -> Result:
    return serving.reopen(ticket.pk, user=request.user, duty_id=_own_duty(request), version=version)


def _own_duty(request: StaffRequest) -> int | None:
    duty = own_duty(request)
    return duty.pk if duty else None


def _keep_apart(request: StaffRequest, ticket: Ticket, version: int) -> Result:
    other = get_object_or_404(Ticket, pk=sent_key(request, "other"), day=ticket.day_id)
    return keep_apart.keep_apart(ticket.pk, other.pk, user=request.user)


HANDLERS: dict[str, Handler] = {
    "again": lambda r, t, v: calling.call_again(t.pk, user=r.user, version=v),
    "came": lambda r, t, v: calling.came(t.pk, user=r.user, version=v),
    "absent": lambda r, t, v: calling.record_no_show(t.pk, user=r.user, version=v),
    "back": lambda r, t, v: calling.put_back(t.pk, user=r.user, version=v),
    "hold": lambda r, t, v: serving.hold(t.pk, user=r.user, version=v),
    "resume": _resume,
    "reopen": _reopen,
    "ready": lambda r, t, v: own_ticket.ready(t.pk, user=r.user),
    "more-time": lambda r, t, v: own_ticket.more_time(t.pk, user=r.user),
    "leave": lambda r, t, v: own_ticket.leave(t.pk, user=r.user),
    "apart": _keep_apart,
    "settle": lambda r, t, v: keep_apart.settle_separation(t.pk, user=r.user, version=v),
}
# These concern the waiting room, whoever has the ticket.
WITHOUT_OWNER = ("apart", "settle")


@require_POST
@queue_staff
def act(request: StaffRequest, pk: int, do: str) -> HttpResponse:
    """Run one action on one ticket, provided it has not changed since the page was loaded."""
    tickets = Ticket.objects.with_known_party().select_related(
        "day__service_point", "service", "desk", "professional", "sent_to"
    )
    ticket = get_object_or_404(tickets, pk=pk)
    version = sent_key(request, "version")
    who = professional_of(request.user)
    if do not in WITHOUT_OWNER and is_with_colleague(ticket, who.pk if who else None):
        messages.error(request, _("That number is at a colleague's desk."))
        return redirect("queue:queue")
    if do != "apart" and ticket.version != version:
        messages.error(request, TicketChangedError().sentence)
        return redirect("queue:queue")
    if do in WITH_FORM:
        return WITH_FORM[do](request, ticket, version)
    if do not in HANDLERS:
        raise Http404
    try_undoable(request, lambda: HANDLERS[do](request, ticket, version))
    return redirect("queue:queue")


def _call(request: StaffRequest, ticket: Ticket, version: int) -> HttpResponse:
    """Call this number; out of turn only once that was asked and answered."""
    duty = own_duty(request)
    if duty is None:
        messages.error(request, NotOnDutyError().sentence)
        return redirect("queue:queue")
    anyway = "anyway" in request.POST
    call = partial(
        calling.call,
        duty.pk,
        ticket.pk,
        user=request.user,
        version=version,
        anyway=anyway,
        only_in_turn=not anyway and "sure" not in request.POST,
    )
    try:
        remember(request.session, undoably(call, user=request.user))
    except OutOfTurnError as error:
        return number_page(request, ticket, out_of_turn=error)
    except WalkInError as error:
        messages.error(request, error.sentence)
    return redirect("queue:queue")


def _done(request: StaffRequest, ticket: Ticket, version: int) -> HttpResponse:
    form = DoneForm(request.POST)
    if not form.is_valid():
        messages.error(request, _why_not(form))
        return redirect("queue:queue")
    try:
        try_undoable(
            request,
            lambda: serving.done(ticket.pk, form.result(), user=request.user, version=version),
        )
    except ChildrenNotSaidError:
        return _ask_children(request, ticket, "done")
    return redirect("queue:queue")


def _why_not(form: DoneForm) -> str:
    if "children" in form.errors:
        return _("Write the number of children, from 1 to %(most)s.") % {"most": CHILDREN_AT_MOST}
    return _("Choose how the visit ended.")


def _ask_children(request: StaffRequest, ticket: Ticket, do: str) -> HttpResponse:
    """Ask for how many children it was agreed; what was ticked and pressed is sent again with it."""
    asked = {"version", *DoneForm.base_fields} - {"children"}
    sent = [
        (name, value)
        for name in request.POST
        if name in asked
        for value in request.POST.getlist(name)
    ]
    context = {
        "ticket": ticket,
        "do": do,
        "sent": sent,
        "numbers": CHILDREN,
        "most": CHILDREN_AT_MOST,
    }
    return render(request, "walkin/staff_pages/children.html", context)


def _correct(request: StaffRequest, ticket: Ticket, version: int) -> HttpResponse:
    form = CorrectForm(ticket, request.POST)
    if not form.is_valid():
        return number_page(request, ticket, correct=form, status=422)
    try:
        try_undoable(
            request,
            lambda: correct(
                ticket.pk, form.wish(), user=request.user, result=form.result(), version=version
            ),
        )
    except ChildrenNotSaidError as error:
        form.add_error("children", error.sentence)
        return number_page(request, ticket, correct=form, status=422)
    return redirect("queue:number", ticket.pk)


def _book(request: StaffRequest, ticket: Ticket, version: int) -> HttpResponse:
    """Continue to the booking panel with the ticket's details; what was ticked is kept."""
    sent = request.POST.copy()
    sent["outcome"] = Outcome.BOOKED
    form = DoneForm(sent)
    if not form.is_valid():
        messages.error(request, _why_not(form))
        return redirect("queue:queue")
    try:
        is_noted = try_undoable(
            request,
            lambda: book_from_ticket.prepare(
                ticket.pk, form.result(), user=request.user, version=version
            ),
        )
    except ChildrenNotSaidError:
        return _ask_children(request, ticket, "book")
    if not is_noted:
        return redirect("queue:queue")
    return redirect(f"{reverse('staff:book')}?{urlencode({book_from_ticket.FIELD: ticket.pk})}")


def _hand_over(request: StaffRequest, ticket: Ticket, version: int) -> HttpResponse:
    form = HandOverForm(ticket, request.POST)
    if not form.is_valid():
        return number_page(request, ticket, hand_over=form, status=422)
    colleague = form.cleaned_data["duty"].professional
    try_undoable(
        request,
        lambda: serving.hand_over(ticket.pk, colleague, user=request.user, version=version),
        _("Number %(number)s was handed over to %(name)s.")
        % {"number": ticket.number, "name": colleague},
    )
    return redirect("queue:queue")


def _refer(request: StaffRequest, ticket: Ticket, version: int) -> HttpResponse:
    """Refer them; the number's page has the slip that they take along."""
    form = ReferralForm(ticket.day, request.POST)
    if not form.is_valid():
        return number_page(request, ticket, refer=form, status=422)
    place = form.cleaned_data["destination"]
    is_done = try_undoable(
        request,
        lambda: serving.refer(
            ticket.pk, place, user=request.user, expected_at=form.expected_at, version=version
        ),
        _("Number %(number)s was referred to %(name)s, %(where)s.")
        % {"number": ticket.number, "name": place.name, "where": place.where},
    )
    return redirect("queue:number", ticket.pk) if is_done else redirect("queue:queue")


WITH_FORM: dict[str, Callable[[StaffRequest, Ticket, int], HttpResponse]] = {
    "call": _call,
    "done": _done,
    "book": _book,
    "hand-on": _hand_over,
    "send-on": _refer,
    "correct": _correct,
}


# Opening is not among them: from then on people take numbers.
IN_ROOM = {"close": RoomAct.CLOSE, "reopen": RoomAct.REOPEN, "follow": RoomAct.FOLLOW}


@require_POST
@queue_staff
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
    act = IN_ROOM.get(do)
    if act is None:
        try_action(request, lambda: handlers[do](found.pk))
    else:
        try_in_room(request, found.pk, act, lambda: handlers[do](found.pk))
    return redirect("queue:queue")


def _numbers(request: StaffRequest) -> int | None:
    form = KeepOpenForm(request.POST)
    return form.cleaned_data["numbers"] if form.is_valid() else None
