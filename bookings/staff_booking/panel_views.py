"""Booking with somebody on the line: times, parties and all on one page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments import occasions
from bookings.desk_kit.fetch import appointment_or_404
from bookings.hooks import Occasion
from bookings.staff_booking import parking
from bookings.staff_booking.booking_form import BookingForm
from bookings.staff_booking.caller_views import found_people, take_found
from bookings.staff_booking.letters_first import show_letters
from bookings.staff_booking.panel_page import (
    asks_for_joint_time,
    first_visit,
    is_booking,
    panel_context,
    panel_form,
    panel_page,
    reads_letters,
    require_search,
)
from bookings.staff_booking.person_forms import CALLER, OTHER
from bookings.staff_booking.sending import ask_both, book_visit, book_visits, refused
from office.core.http import get_or_post
from office.staff.permissions import BOOKS, StaffRequest, role_required, secretary

books = role_required(*BOOKS)


@get_or_post
@books
def panel(request: StaffRequest) -> HttpResponse:
    """Show the page; what is posted without `do=book` only shows it again, with what was typed."""
    if request.POST.get("do") == "park":
        return _park(request)
    taken_up = _taken_up(request)
    if taken_up is not None:
        return panel_page(request, taken_up)
    first = first_visit(request)
    try:
        occasion = occasions.named(request.user, request.POST or request.GET)
    except occasions.RefusedError as error:
        return refused(request, panel_form(request, first, checks=False), error.sentence)
    form = panel_form(request, first, occasion)
    if reads_letters(request):
        return show_letters(request, form)
    if is_booking(request) and form.books_series:
        return book_visits(request, form)
    if is_booking(request):
        return book_visit(request, form)
    if asks_for_joint_time(request):
        return ask_both(request, form)
    who, _dot, pk = request.POST.get("take", "").partition(".")
    if who in (CALLER, OTHER) and pk.isdecimal():
        require_search(request)
        return take_found(request, form, who, int(pk))
    who = request.POST.get("find", "")
    if who:
        require_search(request)
    found = {f"found_{who}": found_people(request, who)} if who in (CALLER, OTHER) else {}
    return panel_page(request, form, found=found)


@require_POST
@books
def times(request: StaffRequest) -> HttpResponse:
    """Show only the next fitting times, asked for as the choices change."""
    context = panel_context(request, panel_form(request, first_visit(request), _occasion(request)))
    context["is_part"] = True
    return render(request, "bookings/staff_booking/_times.html", context)


@require_POST
@books
def other_times(request: StaffRequest) -> HttpResponse:
    """Show only the times for the other parent's own visit."""
    context = panel_context(request, panel_form(request))
    return render(request, "bookings/staff_booking/_other_times.html", context)


def _occasion(request: StaffRequest) -> Occasion | None:
    """Return what it is booked on; while times are looked for, one that is over is reported later."""
    try:
        return occasions.named(request.user, request.POST)
    except occasions.RefusedError:
        return None


def _park(request: StaffRequest) -> HttpResponse:
    """Keep what is typed when the line was cut, and begin anew."""
    require_search(request)
    parking.park(request.POST, user=request.user)
    messages.success(
        request, _("The booking is parked: it is on the work list until you go on or drop it.")
    )
    return redirect("staff:book")


def _taken_up(request: StaffRequest) -> BookingForm | None:
    """Return the form with what was parked, where the address names it."""
    if request.method != "GET" or parking.PARKED not in request.GET:
        return None
    require_search(request)
    parked = parking.parked_for(request.user, request.GET[parking.PARKED])
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
    if parking.parked_for(request.user, str(pk)) is not None:
        parking.drop(pk, user=request.user)
    messages.success(request, _("The parked booking was removed."))
    return redirect("staff:book")
