"""What the panel does when it is sent off. Read first, the same is done and taken back."""

from collections.abc import Sequence

from bookings.appointments.booking import Booked, Booking, Chosen
from bookings.appointments.series import book_series
from bookings.appointments.staff_booking import book, book_other
from bookings.cases.actions import plan_visits
from bookings.cases.series import hold_together
from bookings.joint_times.asking import VisitAskedFor, ask_for_joint_time
from bookings.models import Appointment
from bookings.staff_booking import parking
from bookings.staff_booking.booking_form import BookingForm
from office.calendar.occupancy import retrying
from office.staff.permissions import StaffRequest


@retrying
def book_one(request: StaffRequest, form: BookingForm, booking: Booking) -> Booked:
    """Book the visit, and what belongs to it of the matter."""
    user = request.user
    made = book(booking, user=user, unit=form.unit, made_from=form.key, occasion=form.occasion)
    if form.for_secretary:
        parking.end(request.POST)
    planned = form.planned_visits
    if planned and made.appointment.case_id and not made.before:
        plan_visits(made.appointment.case_id, planned, form.due_on, user=user)
    return made


def book_beside(
    request: StaffRequest, form: BookingForm, booking: Booking, first: Appointment
) -> Booked:
    """Book the other parent's own visit beside `first`."""
    return book_other(
        booking,
        first=first,
        agreed=form.arrangement.cleaned_data["agreed"],
        user=request.user,
        unit=form.unit,
        made_from=form.key,
    )


@retrying
def book_all(
    request: StaffRequest, form: BookingForm, booking: Booking, later: Sequence[Chosen]
) -> Booked:
    """Book a series, and hold it together as one matter."""
    user = request.user
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


@retrying
def ask_for_time(request: StaffRequest, form: BookingForm, asked: VisitAskedFor) -> Booked:
    """Ask both when they can come."""
    made = ask_for_joint_time(asked, user=request.user, made_from=form.key)
    parking.end(request.POST)
    return made


def made_by(booked: Booked) -> list[Appointment]:
    """Return what this press has made; nothing where an earlier one of the same form did."""
    if booked.before:
        return []
    return [a for a in (booked.appointment, booked.other, *booked.later) if a]
