"""The panel sent off: book what it says, or ask both parents when they can come."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bookings.appointments import occasions
from bookings.appointments.booking import Booked
from bookings.appointments.staff_booking import booked_before
from bookings.appointments.undo import remember, undoably
from bookings.availability.allocation import JustTakenError
from bookings.desk_kit.act import say_whom_to_call
from bookings.lifecycle.protection import PlaceNotAgreedError
from bookings.models import CallOutcome, UndoKind
from bookings.phone import calls
from bookings.staff_booking.acts import ask_for_time, book_all, book_beside, book_one, made_by
from bookings.staff_booking.booking_form import BookingForm
from bookings.staff_booking.cleaned_booking import cleaned_booking, cleaned_series
from bookings.staff_booking.joint_time import visit_asked_for
from bookings.staff_booking.panel_page import is_booking, not_booked_page, panel_page
from bookings.staff_booking.refusals import REFUSALS, hides_protection, refusal_label
from office.staff.permissions import StaffRequest


def book_visit(request: StaffRequest, form: BookingForm) -> HttpResponse:
    """Book it; besides `form.first`, the other parent's own visit."""
    booking, first = cleaned_booking(form), form.first
    if booking is None:
        return panel_page(request, form, status=422)
    if first is not None:
        # What it moves is undone on the card of the first visit.
        made = _tried(request, form, lambda: book_beside(request, form, booking, first))
    else:
        made = _tried(request, form, lambda: book_one(request, form, booking), UndoKind.BOOKED)
    return _booked(request, made) if isinstance(made, Booked) else made


def book_visits(request: StaffRequest, form: BookingForm) -> HttpResponse:
    """Book a whole series, once its dates were looked at."""
    cleaned = cleaned_series(form)
    if cleaned is None:
        return panel_page(request, form, status=422)
    made = _tried(request, form, lambda: book_all(request, form, *cleaned), UndoKind.BOOKED)
    return _booked(request, made) if isinstance(made, Booked) else made


def ask_both(request: StaffRequest, form: BookingForm) -> HttpResponse:
    """Ask both when they can come: the visit has no time until one is found that suits both."""
    asked = visit_asked_for(form)
    if asked is None:
        return panel_page(request, form, status=422)
    made = _tried(request, form, lambda: ask_for_time(request, form, asked), UndoKind.JOINT_ASKED)
    if not isinstance(made, Booked):
        return made
    reference = made.appointment.reference
    if not made.before:
        calls.note_outcome(request.user, CallOutcome.BOOKED, appointment=made.appointment)
        say_whom_to_call(request, made.unreached)
        messages.success(request, f"{reference}: " + _("both are asked when they can come."))
    return redirect("staff:request", reference=reference)


def _tried(
    request: StaffRequest,
    form: BookingForm,
    make: Callable[[], Booked],
    what: UndoKind | None = None,
) -> Booked | HttpResponse:
    """Return what `make` has booked, or the page that says why it is not. `what` can be undone."""
    try:
        if what is None:
            return make()
        made, undoable = undoably(make, what=what, user=request.user, made=made_by)
    except occasions.RefusedError as error:
        return refused(request, form, error.sentence)
    except REFUSALS as error:
        if isinstance(error, PlaceNotAgreedError) and not hides_protection(form):
            form.asks_place = True
        near = error.near if isinstance(error, JustTakenError) else ()
        reason = refusal_label(form, error, is_joint=what == UndoKind.JOINT_ASKED)
        return not_booked_page(request, form, reason, near)
    remember(request.session, undoable)
    return made


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


def refused(request: StaffRequest, form: BookingForm, reason: str) -> HttpResponse:
    """Refuse to book on what is over or a colleague's; all that was typed stays.

    A form that was sent twice leads to what its first sending has booked.
    """
    made = booked_before(form.key) if is_booking(request) else None
    if made is not None:
        return _booked(request, made)
    return not_booked_page(request, form, reason)
