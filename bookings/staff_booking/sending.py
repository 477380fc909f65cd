"""The panel sent off: book what it says, or ask both parents when they can come."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bookings.appointments import occasions
from bookings.appointments.separate_visits import TooCloseError
from bookings.appointments.series import VisitTakenError, book_series
from bookings.appointments.staff_booking import (
    Booked,
    Booking,
    Chosen,
    NoRoomForRoleError,
    book,
    book_other,
    booked_before,
)
from bookings.appointments.undo import remember, undoably
from bookings.availability.allocation import JustTakenError
from bookings.cases.actions import plan_visits
from bookings.cases.series import hold_together
from bookings.desk_kit.act import say_whom_to_call
from bookings.desk_kit.labels import short_when
from bookings.joint_times.asking import ask_for_joint_time
from bookings.lifecycle.contact_consent import AskFirstError
from bookings.lifecycle.phone_visits import NoNumberError
from bookings.lifecycle.protection import PlaceNotAgreedError
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, CallOutcome, UndoKind
from bookings.phone import calls
from bookings.staff_booking import parking
from bookings.staff_booking.booking_form import BookingForm
from bookings.staff_booking.joint_time import visit_asked_for
from bookings.staff_booking.panel_page import conflict, is_booking, panel_page
from office.calendar.occupancy import retrying
from office.staff.permissions import StaffRequest


def book_visit(request: StaffRequest, form: BookingForm) -> HttpResponse:
    booking = form.cleaned()
    if booking is None:
        return panel_page(request, form, status=422)
    return _sent(request, form, lambda: _make(request, form, booking))


def book_visits(request: StaffRequest, form: BookingForm) -> HttpResponse:
    """Book a whole series, once its dates were looked at."""
    cleaned = form.cleaned_series()
    if cleaned is None:
        return panel_page(request, form, status=422)
    booking, later = cleaned
    try:
        return _sent(request, form, lambda: _make_series(request, form, booking, later))
    except VisitTakenError as error:
        when = short_when(error.slot.start)
        reason = _(
            "%(when)s was just taken, and nothing is booked. Below you see the dates as they are now."
        )
        return conflict(request, form, reason % {"when": when})


def _sent(request: StaffRequest, form: BookingForm, make: Callable[[], Booked]) -> HttpResponse:
    """Lead to what `make` has booked, or say why it is not booked."""
    try:
        made = make()
    except JustTakenError as error:
        return conflict(request, form, _just_taken(error), error.near)
    except occasions.RefusedError as error:
        return refused(request, form, error.sentence)
    except PlaceNotAgreedError:
        return _place_not_agreed(request, form)
    except (TooCloseError, AskFirstError, NoNumberError) as error:
        return conflict(request, form, error.sentence)
    except NoRoomForRoleError:
        return conflict(request, form, _no_room())
    except NotPossibleError:
        reason = _(
            "The other parent’s own visit cannot be booked: it is arranged already, or not needed."
        )
        return conflict(request, form, reason)
    return _booked(request, made)


def _make_series(
    request: StaffRequest, form: BookingForm, booking: Booking, later: Sequence[Chosen]
) -> Booked:
    user = request.user

    @retrying
    def book_and_hold_together() -> Booked:
        made = book_series(
            booking,
            later,
            user=user,
            unit=form.unit,
            made_from=form.key,
            occasion=form.occasion,
        )
        if made.before:
            return made
        if form.for_secretary:
            parking.end(request.POST)
        case = hold_together([made.appointment, *made.later], user=user)
        if form.planned_visits:
            planned = max(form.planned_visits, case.visits_planned)
            plan_visits(case.pk, planned, form.due_on, user=user)
        return made

    made, undoable = undoably(book_and_hold_together, what=UndoKind.BOOKED, user=user, made=_made)
    remember(request.session, undoable)
    return made


def _make(request: StaffRequest, form: BookingForm, booking: Booking) -> Booked:
    """Book it; besides `form.first`, the other parent's own visit."""
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


def ask_both(request: StaffRequest, form: BookingForm) -> HttpResponse:
    """Ask both when they can come: the visit has no time until one is found that suits both."""
    asked = visit_asked_for(form)
    if asked is None:
        return panel_page(request, form, status=422)

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
        return conflict(request, form, error.sentence)
    except NoRoomForRoleError:
        return conflict(request, form, _no_room())
    except PlaceNotAgreedError:
        return _place_not_agreed(request, form)
    except NotPossibleError:
        reason = _(
            "Both cannot be asked: each needs a phone number or an e-mail address of their own that "
            "they have given themselves, and nobody else whom the time must suit."
        )
        return conflict(request, form, reason)
    remember(request.session, undoable)
    reference = made.appointment.reference
    if not made.before:
        calls.note_outcome(request.user, CallOutcome.BOOKED, appointment=made.appointment)
        say_whom_to_call(request, made.unreached)
        messages.success(request, f"{reference}: " + _("both are asked when they can come."))
    return redirect("staff:request", reference=reference)


def _made(booked: Booked) -> list[Appointment]:
    """Return what this press has made; nothing where an earlier one of the same form did."""
    if booked.before:
        return []
    return [a for a in (booked.appointment, booked.other, *booked.later) if a]


def refused(request: StaffRequest, form: BookingForm, reason: str) -> HttpResponse:
    """Refuse to book on what is over or a colleague's; all that was typed stays.

    A form that was sent twice leads to what its first sending has booked.
    """
    made = booked_before(form.key) if is_booking(request) else None
    if made is not None:
        return _booked(request, made)
    return conflict(request, form, reason)


def _place_not_agreed(request: StaffRequest, form: BookingForm) -> HttpResponse:
    """Refuse to book. That somebody is protected is shown to who wrote it, or to the secretary."""
    if form.carried.people and not form.for_secretary:
        return conflict(
            request,
            form,
            _("Choose a time at the place of this visit. At another place the secretary books it."),
        )
    form.asks_place = True
    return conflict(
        request,
        form,
        _(
            "One party's contact details are protected. Agree with them on the place, and tick below "
            "that it is agreed."
        ),
    )


def _no_room() -> str:
    return _("Nobody more can take part in that role. Choose another one.")


def _just_taken(error: JustTakenError) -> str:
    near = ", ".join(short_when(slot.start) for slot in error.near)
    if not near:
        return _("That time was just taken, and nothing is booked. Choose another one.")
    return _("That time was just taken, and nothing is booked. Near it are free: %(times)s.") % {
        "times": near
    }
