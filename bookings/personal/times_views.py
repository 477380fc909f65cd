"""Other times on the personal page: asking to move, taking that back, choosing an offered one."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments import answers
from bookings.availability.allocation import JustTakenError
from bookings.availability.codec import parse_slot
from bookings.availability.search import Found, Wish, find
from bookings.availability.slots import Slot
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, MoveRequest, Party, Status
from bookings.parties import conflicts
from bookings.personal.access import changed_meanwhile, personal, to_page, too_many
from bookings.personal.views import notice_context
from bookings.public.times import times_page
from bookings.self_service.personal_links import token_of
from office.calendar.occupancy import TimeTakenError
from office.core import clock
from office.core.http import get_or_post
from office.models import Channel, ServicePoint, Unit
from office.staff.rate_limits import TooManyTriesError

EVERYWHERE = "all"


@get_or_post
@personal
def move(request: HttpRequest, party: Party) -> HttpResponse:
    appointment = party.appointment
    if not answers.may_ask_to_move(party, appointment) or answers.may_take_up(party, appointment):
        if request.method == "POST":
            changed_meanwhile(request)
        return to_page(party)
    unit = Unit.get()
    everywhere = request.GET.get("where") == EVERYWHERE
    found = _find(appointment, unit, everywhere=everywhere)
    near: list[Slot] = []
    status, error = 200, False
    if request.method == "POST":
        slot = parse_slot(request.POST.get("slot", ""))
        if slot is None:
            status, error = 400, True
        else:
            try:
                answers.ask_to_move(party.pk, found.wish, slot, unit=unit)
            except JustTakenError as taken:
                near, status = taken.near, 409
                found = _find(appointment, unit, everywhere=everywhere)
            except NotPossibleError:
                changed_meanwhile(request)
                return to_page(party)
            except TooManyTriesError as tries:
                return too_many(request, tries)
            else:
                return to_page(party)
    today = clock.today()
    last_day = today + timedelta(weeks=unit.horizon_weeks)
    in_person = appointment.channel == Channel.IN_PERSON
    points = ServicePoint.objects.in_use() if in_person else ()
    names = {point.pk: point.name for point in points}
    where = EVERYWHERE if everywhere else ""
    return render(
        request,
        "bookings/personal/move.html",
        {
            "appointment": appointment,
            "token": token_of(party),
            **notice_context(appointment),
            "point": appointment.service_point,
            "in_person": in_person,
            "everywhere": everywhere,
            "times": times_page(
                _without_own(found, appointment),
                point_names=names,
                today=today,
                last_day=last_day,
                week=request.GET.get("week", ""),
                month=request.GET.get("month", ""),
                query={"where": where},
            ),
            "near": times_page(near, point_names=names, today=today, last_day=last_day).first_free,
            "taken": status == 409,
            "error": error,
        },
        status=status,
    )


def _find(appointment: Appointment, unit: Unit, *, everywhere: bool) -> Found:
    """Free times for the same visit in its language, or in any language where there are none."""
    point = None if everywhere else appointment.service_point_id
    without = conflicts.barred_from(appointment.pk)
    matters = appointment.matters
    wish = Wish.about(matters, appointment.channel, point, appointment.language, without)
    found = find(wish, unit, replacing=appointment.claim)
    if _without_own(found, appointment):
        return found
    wish = Wish.about(matters, appointment.channel, point, without=without)
    return find(wish, unit, replacing=appointment.claim)


def _without_own(found: Found, appointment: Appointment) -> list[Slot]:
    """Return the free times except their present one; one that only overlaps it is another time."""
    own = appointment.starts_at, appointment.service_point_id
    return [slot for slot in found.slots if (slot.start, slot.point) != own]


@require_POST
@personal
def withdraw(request: HttpRequest, party: Party) -> HttpResponse:
    try:
        answers.withdraw_move(party.pk)
    except NotPossibleError:
        _decided_meanwhile(request, party)
    else:
        messages.success(request, _("You have taken back your request to move. The time stays."))
    return to_page(party)


def _decided_meanwhile(request: HttpRequest, party: Party) -> None:
    """Say what somebody else decided meanwhile; a second press of one's own needs no words."""
    last = MoveRequest.objects.filter(party=party).order_by("-created_at", "-pk").first()
    if last is None or not last.is_withdrawn:
        changed_meanwhile(request)


@require_POST
@personal
def choose(request: HttpRequest, party: Party) -> HttpResponse:
    given = request.POST.get("offer", "")
    if not given.isdecimal() or len(given) > 18:
        messages.error(request, _("Choose a time first."))
        return to_page(party)
    try:
        answers.choose_offer(party.pk, int(given))
    except (NotPossibleError, TimeTakenError):
        if not _holds(party.appointment_id, int(given)):
            changed_meanwhile(request)
    return to_page(party)


def _holds(appointment_id: int, offer_id: int) -> bool:
    """Say whether the offered time is the one that is agreed: it was chosen by the first press."""
    return Appointment.objects.filter(
        pk=appointment_id,
        status=Status.CONFIRMED,
        time_offers=offer_id,
        time_offers__starts_at=F("starts_at"),
    ).exists()
