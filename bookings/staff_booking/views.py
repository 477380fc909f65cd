"""Booking with somebody on the line: times, parties and all on one page."""

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments import occasions
from bookings.appointments.separate_visits import TooCloseError
from bookings.appointments.staff_booking import (
    Booked,
    Booking,
    NoRoomForRoleError,
    book,
    book_other,
    booked_before,
)
from bookings.appointments.undo import remember, undoably
from bookings.availability.allocation import JustTakenError
from bookings.availability.slots import Slot
from bookings.cases.actions import plan_visits
from bookings.desk_kit.act import say_whom_to_call
from bookings.desk_kit.fetch import appointment_or_404
from bookings.desk_kit.labels import short_when
from bookings.hooks import Occasion
from bookings.joint_times.asking import ask_for_joint_time
from bookings.lifecycle.contact_consent import AskFirstError
from bookings.lifecycle.phone_visits import NoNumberError
from bookings.lifecycle.protection import PlaceNotAgreedError
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, CallOutcome, UndoKind
from bookings.parties import conflicts
from bookings.parties.search import FoundPerson, callers, found_one
from bookings.phone import calls
from bookings.staff_booking import parking
from bookings.staff_booking.booking_form import BookingForm
from bookings.staff_booking.joint_time import visit_asked_for
from bookings.staff_booking.person_forms import CALLER, OTHER
from bookings.staff_booking.presenters import page_context
from office.calendar.occupancy import retrying
from office.core.http import get_or_post
from office.models import Role
from office.staff.access_log import note_access
from office.staff.permissions import BOOKS, StaffRequest, role_required, secretary
from office.staff.rate_limits import TooManyTriesError, count_try

books = role_required(*BOOKS)
FOUND_AT_MOST = 5
SEARCHES_A_MINUTE = 120
LETTERS_AT_LEAST = 3


@get_or_post
@books
def panel(request: StaffRequest) -> HttpResponse:
    """The page; what is posted without `do=book` only shows it again, with what was typed."""
    if request.POST.get("do") == "park":
        return _park(request)
    taken_up = _taken_up(request)
    if taken_up is not None:
        return _page(request, taken_up)
    first = _first(request)
    try:
        occasion = occasions.named(request.user, request.POST or request.GET)
    except occasions.RefusedError as error:
        return _refused(request, _form(request, first, checks=False), error.sentence)
    form = _form(request, first, occasion)
    if _is_booking(request):
        return _book(request, form)
    if _asks_for_joint_time(request):
        return _ask_for_joint_time(request, form)
    who, _dot, pk = request.POST.get("take", "").partition(".")
    if who in (CALLER, OTHER) and pk.isdecimal():
        _may_search(request)
        return _take(request, form, who, int(pk))
    who = request.POST.get("find", "")
    if who:
        _may_search(request)
    found = {f"found_{who}": _found(request, who)} if who in (CALLER, OTHER) else {}
    return _page(request, form, found=found)


def _occasion(request: StaffRequest) -> Occasion | None:
    """What it is booked on; while times are looked for, one that is over is told of later."""
    try:
        return occasions.named(request.user, request.POST)
    except occasions.RefusedError:
        return None


def _park(request: StaffRequest) -> HttpResponse:
    """The line was cut: keep what is typed, and begin anew."""
    _may_search(request)
    parking.park(request.POST, user=request.user)
    messages.success(
        request, _("The booking is parked: it is on the work list until you go on or drop it.")
    )
    return redirect("staff:book")


def _taken_up(request: StaffRequest) -> BookingForm | None:
    """The form with what was parked, where the address names it."""
    if request.method != "GET" or parking.PARKED not in request.GET:
        return None
    _may_search(request)
    parked = parking.parked_one(request.GET[parking.PARKED])
    if parked is None:
        messages.info(request, _("That parked booking is not there any more."))
        return None
    typed = parking.take_up(parked, user=request.user)
    reference = typed.get("for", "")
    first = appointment_or_404(reference) if reference else None
    return BookingForm(typed, asked={}, first=first, checks=False)


@require_POST
@secretary
def drop_parked(request: StaffRequest, pk: int) -> HttpResponse:
    """A parked booking comes to nothing."""
    parking.drop(pk, user=request.user)
    messages.success(request, _("The parked booking was removed."))
    return redirect("staff:book")


def _is_booking(request: StaffRequest) -> bool:
    return request.POST.get("do") == "book"


def _asks_for_joint_time(request: StaffRequest) -> bool:
    return request.POST.get("do") == "joint"


def _form(
    request: StaffRequest,
    first: Appointment | None = None,
    occasion: Occasion | None = None,
    *,
    checks: bool = True,
) -> BookingForm:
    return BookingForm(
        request.POST if request.method == "POST" else None,
        asked=request.GET.dict(),
        first=first,
        occasion=occasion,
        for_secretary=request.user.has_role(Role.SECRETARY),
        # Only what is to be booked is checked: while a time is looked for, not all is written yet.
        checks=checks and (_is_booking(request) or _asks_for_joint_time(request)),
    )


def _context(request: StaffRequest, form: BookingForm, near: Sequence[Slot] = ()) -> dict[str, Any]:
    if form.last_visit is not None:
        reference = form.last_visit.appointment.reference
        note_access(request.user, reference, action="read", reason="booking")
    return page_context(
        form,
        form.unit,
        # Opened by a free time of the calendar, the times begin with that one.
        since=_time_of(request.GET.get("at", "")) if request.method != "POST" else None,
        # Other wishes have other times; what was stepped to is looked at again from the beginning.
        is_fresh="fresh" in request.GET or request.POST.get("do") == "times",
        keeps_chosen=_is_booking(request),
        near=near,
        offered_for=request.POST.get("offered_for", ""),
    )


def _time_of(text: str) -> time | None:
    """A time of day in an address: "09:30"."""
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo else found


def _page(
    request: StaffRequest,
    form: BookingForm,
    *,
    status: int = 200,
    near: Sequence[Slot] = (),
    found: dict[str, list[FoundPerson] | None] | None = None,
) -> HttpResponse:
    context = {
        "found_caller": None,
        "found_other": None,
        "parked": parking.parked_rows()
        if request.method == "GET" and form.for_secretary and not form.parked
        else [],
        **(found or {}),
        **_context(request, form, near),
    }
    return render(request, "bookings/staff_booking/panel.html", context, status=status)


def _may_search(request: StaffRequest) -> None:
    """People who have been here are looked for by secretaries alone."""
    if not request.user.has_role(Role.SECRETARY):
        raise PermissionDenied


def _refused(request: StaffRequest, form: BookingForm, reason: str) -> HttpResponse:
    """What it was to be booked on is over or a colleague's: nothing is booked, all that was typed stays.

    A form that was sent twice leads to what its first sending has booked.
    """
    made = booked_before(form.key) if _is_booking(request) else None
    if made is not None:
        return _booked(request, made)
    return _conflict(request, form, reason)


def _conflict(
    request: StaffRequest, form: BookingForm, reason: str, near: Sequence[Slot] = ()
) -> HttpResponse:
    """Nothing is booked: say why, and keep all that was typed."""
    form.non_field_errors.append(reason)
    return _page(request, form, status=409, near=near)


def _first(request: StaffRequest) -> Appointment | None:
    """The visit beside which the other parent's own is booked, where the address names one."""
    reference = request.POST.get("for", "") or request.GET.get("for", "")
    if not reference:
        return None
    # The other parent's details are shown there.
    _may_search(request)
    first = appointment_or_404(reference)
    note_access(request.user, first.reference, action="read", reason="booking")
    return first


def _book(request: StaffRequest, form: BookingForm) -> HttpResponse:
    booking = form.cleaned()
    if booking is None:
        return _page(request, form, status=422)
    try:
        made = _make(request, form, booking)
    except JustTakenError as error:
        return _conflict(request, form, _just_taken(error), error.near)
    except occasions.RefusedError as error:
        return _refused(request, form, error.sentence)
    except PlaceNotAgreedError:
        return _place_not_agreed(request, form)
    except (TooCloseError, AskFirstError, NoNumberError) as error:
        return _conflict(request, form, error.sentence)
    except NoRoomForRoleError:
        return _conflict(request, form, _no_room())
    except NotPossibleError:
        reason = _(
            "The other parent’s own visit cannot be booked: it is arranged already, or not needed."
        )
        return _conflict(request, form, reason)
    return _booked(request, made)


def _place_not_agreed(request: StaffRequest, form: BookingForm) -> HttpResponse:
    """Nothing is booked. That somebody is protected is told to who wrote it here, or to the secretary."""
    if form.carried.people and not form.for_secretary:
        return _conflict(
            request,
            form,
            _("Choose a time at the place of this visit. At another place the secretary books it."),
        )
    form.asks_place = True
    return _conflict(
        request,
        form,
        _(
            "One party's contact details are protected. Agree with them on the place, and tick below "
            "that it is agreed."
        ),
    )


def _ask_for_joint_time(request: StaffRequest, form: BookingForm) -> HttpResponse:
    """Ask both when they can come: the visit has no time until one is found that suits both."""
    asked = visit_asked_for(form)
    if asked is None:
        return _page(request, form, status=422)

    @retrying
    def ask_and_end() -> Booked:
        made = ask_for_joint_time(asked, user=request.user, made_from=form.key)
        parking.end(request.POST)
        return made

    try:
        made, undoable = undoably(
            ask_and_end, what=UndoKind.JOINT_ASKED, user=request.user, made=_made
        )
    except NoNumberError as error:
        return _conflict(request, form, error.sentence)
    except NoRoomForRoleError:
        return _conflict(request, form, _no_room())
    except PlaceNotAgreedError:
        return _place_not_agreed(request, form)
    except NotPossibleError:
        reason = _(
            "Both cannot be asked: each needs a phone number or an e-mail address of their own that "
            "they have given themselves, and nobody else whom the time must suit."
        )
        return _conflict(request, form, reason)
    remember(request.session, undoable)
    reference = made.appointment.reference
    if not made.before:
        calls.note_outcome(request.user, CallOutcome.BOOKED, appointment=made.appointment)
        say_whom_to_call(request, made.unreached)
        messages.success(request, f"{reference}: " + _("both are asked when they can come."))
    return redirect("staff:request", reference=reference)


def _no_room() -> str:
    return _("Nobody more can take part in that role. Choose another one.")


def _make(request: StaffRequest, form: BookingForm, booking: Booking) -> Booked:
    """Book it; beside `form.first`, the other parent's own visit."""
    user, unit = request.user, form.unit
    if form.first is not None:
        return book_other(
            booking,
            first=form.first,
            agreed=form.rest.cleaned_data["agreed"],
            user=user,
            unit=unit,
            made_from=form.key,
        )

    @retrying
    def book_and_end() -> Booked:
        made = book(booking, user=user, unit=unit, made_from=form.key, occasion=form.occasion)
        if form.for_secretary:
            parking.end(request.POST)
        planned = form.planned_visits
        if planned and made.appointment.case_id and not made.before:
            plan_visits(made.appointment.case_id, planned, form.due_on, user=user)
        return made

    made, undoable = undoably(
        book_and_end,
        what=UndoKind.BOOKED,
        user=user,
        made=_made,
    )
    remember(request.session, undoable)
    return made


def _just_taken(error: JustTakenError) -> str:
    near = ", ".join(short_when(slot.start) for slot in error.near)
    if not near:
        return _("That time was just taken, and nothing is booked. Choose another one.")
    return _("That time was just taken, and nothing is booked. Near it are free: %(times)s.") % {
        "times": near
    }


def _made(booked: Booked) -> list[Appointment]:
    """What this press has made; nothing where an earlier one of the same form did."""
    return [] if booked.before else [a for a in (booked.appointment, booked.other) if a]


def _booked(request: StaffRequest, booked: Booked) -> HttpResponse:
    if booked.before:
        messages.info(
            request,
            _("%(code)s was booked already. Nothing more was booked.")
            % {"code": booked.appointment.reference},
        )
    else:
        calls.note_outcome(request.user, CallOutcome.BOOKED, appointment=booked.appointment)
        say_whom_to_call(request, booked.unreached)
    return redirect("staff:booked", reference=booked.appointment.reference)


@require_POST
@books
def times(request: StaffRequest) -> HttpResponse:
    """The next fitting times alone, asked for as the choices change."""
    context = _context(request, _form(request, _first(request), _occasion(request)))
    context["is_part"] = True
    return render(request, "bookings/staff_booking/_times.html", context)


@require_POST
@books
def other_times(request: StaffRequest) -> HttpResponse:
    """The times for the other parent's own visit alone."""
    context = _context(request, _form(request))
    return render(request, "bookings/staff_booking/_other_times.html", context)


@require_POST
@secretary
def find_caller(request: StaffRequest) -> HttpResponse:
    """Whom the typed name or number may mean, while it is typed."""
    who = request.POST.get("who", CALLER)
    if who not in (CALLER, OTHER):
        raise Http404
    context = {"found": _found(request, who), "who": who}
    return render(request, "bookings/staff_booking/_found.html", context)


def _found(request: StaffRequest, who: str) -> list[FoundPerson] | None:
    """Found by number first, as the surer one, then by name; None where too little is typed."""
    typed = [request.POST.get(f"{who}-{name}", "").strip() for name in ("phone", "name")]
    if not any(len(text) >= LETTERS_AT_LEAST for text in typed):
        return None
    every = timedelta(minutes=1)
    try:
        count_try("callers", str(request.user.pk), limit=SEARCHES_A_MINUTE, every=every)
    except TooManyTriesError:
        return []
    found: dict[int, FoundPerson] = {}
    barred = conflicts.barred_to_user(request.user)
    for text in typed:
        for caller in callers(text, FOUND_AT_MOST):
            if caller.party.appointment_id not in barred:
                found.setdefault(caller.party.pk, caller)
    shown = list(found.values())[:FOUND_AT_MOST]
    references = {caller.party.appointment.reference for caller in shown}
    note_access(request.user, references, action="search", reason="booking")
    return shown


def _take(request: StaffRequest, form: BookingForm, who: str, pk: int) -> HttpResponse:
    """Fill a found person's own details in; the other parent's are never among them."""
    found = found_one(pk)
    if found is None:
        raise Http404
    reference = found.party.appointment.reference
    note_access(request.user, reference, action="read", reason="booking")
    person = form.typed.fill_in(who, found.party, is_own=found.is_own)
    if request.headers.get("HX-Request"):
        context = _context(request, form) | {
            "party_form": person,
            "who": who,
            "is_own": found.is_own,
            "found": None,
        }
        return render(request, "bookings/staff_booking/_person.html", context)
    return _page(request, form)
