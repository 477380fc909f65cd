"""The staff's queue screen, its live parts, one ticket, and the end of the day."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.models import NextStep
from office.core import live_updates
from office.core.http import get_or_post
from office.models import AgreementKind, Role, ServicePoint, Unit
from office.staff.permissions import StaffRequest, role_required
from walkin.actions.identify import PartyCandidate
from walkin.actions.take_number import ticket_path
from walkin.days.absences import is_with_colleague
from walkin.days.current import current_duty
from walkin.days.duties import professional_of
from walkin.days.history import ended_today
from walkin.days.lifecycle import end_day
from walkin.errors import OutOfTurnError, WalkInError
from walkin.models import Duty, Ticket, WalkInDay
from walkin.public_pages.alternatives import Alternatives
from walkin.public_pages.status import point_statuses, status_of
from walkin.staff_pages.forms import (
    CorrectForm,
    HandOverForm,
    IdentifyForm,
    KeepOpenForm,
    ReferralForm,
    StaffTakeForm,
    next_step_choices,
    outcome_choices,
)
from walkin.staff_pages.screen import QueueScreen, points
from walkin.staff_pages.screen_rows import apart_of, matter_of, minutes_since
from walkin.staff_pages.ways_back import OF_QUEUE
from walkin.states import Action
from walkin.tickets.live import topic
from walkin.tickets.matters import every_matter

queue_staff = role_required(*OF_QUEUE)
POINT = "walk-in-point"
# Beside the keys of the numbers, none of which works while a visit goes on.
KIND_KEYS = dict(zip(AgreementKind.values, "DRCMFZ", strict=True))
STEP_KEYS = dict(zip(NextStep.values, "VAKS", strict=True))


def point_of(request: StaffRequest, found: list[ServicePoint]) -> ServicePoint | None:
    """Return the chosen point, else that of the user's duty, else the first with a walk-in."""
    if len(found) == 1:
        return found[0]
    chosen = next((p for p in found if p.pk == request.session.get(POINT)), None)
    if chosen is not None:
        return chosen
    duty = current_duty(request.user)
    if duty is not None:
        return duty.day.service_point
    running = WalkInDay.objects.running().filter(service_point__in=found).first()
    at = running.service_point_id if running else None
    return next((p for p in found if p.pk == at), found[0] if found else None)


@require_safe
@queue_staff
def queue(request: StaffRequest) -> HttpResponse:
    found = points()
    point = point_of(request, found)
    if point is None:
        return render(request, "walkin/staff_pages/none.html")
    return queue_page(request, QueueScreen(request.user, point), choices=found)


def queue_page(
    request: StaffRequest,
    screen: QueueScreen,
    *,
    take: StaffTakeForm | None = None,
    choices: list[ServicePoint] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the queue; the form for a number as it was sent, with its errors.

    `choices`: the points that have a walk-in, where they have been read.
    """
    context = {
        **_parts(request, screen),
        "points": points() if choices is None else choices,
        "take": take or StaffTakeForm(screen.point.pk),
        "topics": f"{topic(screen.point.pk)} {live_updates.HELP}",
        "alternatives": _alternatives(screen),
    }
    return render(request, "walkin/staff_pages/queue.html", context, status=status)


def _alternatives(screen: QueueScreen) -> Alternatives | None:
    """Return alternatives for people who come when no more numbers are given."""
    if screen.gives_numbers:
        return None
    found = point_statuses()
    return Alternatives(status_of(screen.point.pk, found), unit=Unit.get(), points=found)


def _parts(request: StaffRequest, screen: QueueScreen) -> dict[str, object]:
    serving = screen.current is not None and screen.current.is_serving
    return {
        "screen": screen,
        "outcomes": outcome_choices(),
        "matters": every_matter() if serving else [],
        **(_agreed(screen.current, screen) if serving and screen.current else {}),
        "counters": {"queue": len(screen.line)},
        "ended": None if screen.is_running else ended_today(screen.point),
        "keep_open": KeepOpenForm(auto_id="keep-%s"),
    }


def _agreed(ticket: Ticket, screen: QueueScreen) -> dict[str, object]:
    """Return what is noted before the visit is finished: each choice with its key."""
    own = ticket.visit is not None and screen.user.has_role(Role.SUPERVISOR, Role.GUIDE)
    numbers = set(ticket.agreements.values())
    return {
        "agreement_kinds": [(*one, KIND_KEYS[one[0]]) for one in AgreementKind.choices],
        "next_steps": [(*one, STEP_KEYS.get(one[0], "")) for one in next_step_choices()],
        "children": numbers.pop() if len(numbers) == 1 else "",
        "may_name_absent": own,
    }


@require_safe
@queue_staff
def line(request: StaffRequest) -> HttpResponse:
    """Render the live parts; that of the own desk only where it has changed."""
    point = point_of(request, points())
    if point is None:
        return HttpResponse(status=204)
    screen = QueueScreen(request.user, point)
    context = {**_parts(request, screen), "mine_too": request.GET.get("seen") != screen.seen}
    if context["mine_too"]:
        context |= {"alternatives": _alternatives(screen), "take": StaffTakeForm(point.pk)}
    return render(request, "walkin/staff_pages/_live.html", context)


@require_safe
@queue_staff
def finished(request: StaffRequest) -> HttpResponse:
    """List all numbers of the running day that are over."""
    point = point_of(request, points())
    if point is None:
        return redirect("queue:queue")
    context = {"screen": QueueScreen(request.user, point)}
    return render(request, "walkin/staff_pages/finished.html", context)


@require_safe
@queue_staff
def ticket(request: StaffRequest) -> HttpResponse:
    """Issue a live ticket for the point's queue."""
    point = point_of(request, points())
    topics = [live_updates.HELP, *([topic(point.pk)] if point else [])]
    session = request.session.session_key or ""
    return JsonResponse({"ticket": live_updates.new_ticket(*topics, session=session)})


@require_safe
@queue_staff
def number(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one ticket with all that can be done with it."""
    found = get_object_or_404(
        Ticket.objects.with_known_party().select_related(
            "day__service_point",
            "desk",
            "service",
            "professional",
            "sent_to",
            "turned_out_service",
        ),
        pk=pk,
    )
    return number_page(request, found)


def number_page(
    request: StaffRequest,
    ticket: Ticket,
    *,
    hand_over: HandOverForm | None = None,
    refer: ReferralForm | None = None,
    who: IdentifyForm | None = None,
    found: list[PartyCandidate] | None = None,
    correct: CorrectForm | None = None,
    out_of_turn: OutOfTurnError | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the ticket's page; a form with errors as it was sent.

    `found`: the candidates for the text in `who`. `out_of_turn`: asks whether to call it all the same.
    """
    screen = QueueScreen(request.user, ticket.day.service_point)
    own = professional_of(request.user)
    mine = own.pk if own else None
    at_a_colleague = is_with_colleague(ticket, mine)
    may_act = ticket.day.is_running and not at_a_colleague
    may = {action.value for action in Action if may_act and ticket.allows(action)}
    others = Ticket.objects.filter(day=ticket.day).open().exclude(pk=ticket.pk).order_by("number")
    context = {
        "ticket": ticket,
        "screen": screen,
        "state": ticket.get_state_display(),
        "matter": matter_of(ticket),
        "waited": minutes_since(ticket.taken_at, screen.at) if ticket.is_waiting else None,
        "at_a_colleague": at_a_colleague,
        "colleague": _desk_of(ticket, screen) if at_a_colleague else None,
        "may": may,
        "may_call": Action.CALL.value in may and screen.may_call,
        "is_over": ticket.is_over,
        "outcomes": outcome_choices(),
        "is_left_behind": Action.DONE.value in may and ticket.professional_id != mine,
        "apart": apart_of(ticket) if ticket.day.is_running else [],
        "others": others,
        "hand_on": hand_over or HandOverForm(ticket, mine=mine),
        "send_on": refer or ReferralForm(ticket.day),
        "who": who or IdentifyForm(),
        "found": found,
        "may_tell_who": ticket.day.is_running and not ticket.is_over and not at_a_colleague,
        "link": ticket_path(ticket),
        "may_end": Action.DONE.value in may,
        "may_reopen": Action.REOPEN.value in may,
        "correct": correct or CorrectForm(ticket),
        "may_correct": may_act and not ticket.is_void,
        "out_of_turn": out_of_turn,
    }
    return render(request, "walkin/staff_pages/number.html", context, status=status)


def _desk_of(ticket: Ticket, screen: QueueScreen) -> Duty | None:
    """Return the duty of the colleague who has the ticket, if the user may take it over."""
    rows = (row for row in screen.desks if row.duty.professional_id == ticket.professional_id)
    return next((row.duty for row in rows if row.may_take_over), None)


@get_or_post
@queue_staff
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Confirm the end of the day: who still waits, who is at a desk."""
    day = get_object_or_404(WalkInDay.objects.select_related("service_point"), pk=pk)
    if request.method == "POST":
        try:
            end_day(day.pk, user=request.user, anyway="anyway" in request.POST)
        except WalkInError as error:
            messages.error(request, error.sentence)
            return redirect("queue:end", day.pk)
        messages.success(request, _("The walk-in has ended. Its links no longer work."))
        return redirect("queue:figures", day.pk)
    left = list(Ticket.objects.filter(day=day).open().order_by("number"))
    context = {
        "day": day,
        "waiting": [t for t in left if not t.is_at_desk],
        "at_desk": [t for t in left if t.is_at_desk],
    }
    return render(request, "walkin/staff_pages/end.html", context)
