"""The page of the booking panel as a request asks for it: its form, its parts, and its refusals."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from bookings.availability.slots import Slot
from bookings.desk_kit.fetch import appointment_or_404
from bookings.hooks import Occasion
from bookings.models import Appointment
from bookings.parties.search import FoundPerson
from bookings.staff_booking import parking
from bookings.staff_booking.booking_form import BookingForm
from bookings.staff_booking.presenters import page_context
from bookings.staff_booking.series_dates import series_dates
from office.models import AccessAction, AccessReason, Role
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest

# What the buttons send that show letters, and do nothing yet.
LETTERS, JOINT_LETTERS = "letters", "joint_letters"


def require_search(request: StaffRequest) -> None:
    """Refuse the search for former clients to all but secretaries."""
    if not request.user.has_role(Role.SECRETARY):
        raise PermissionDenied


def first_visit(request: StaffRequest) -> Appointment | None:
    """Return the visit alongside which the other parent's is booked, where the address names one."""
    reference = request.POST.get("for", "") or request.GET.get("for", "")
    if not reference:
        return None
    # The other parent's details are shown there.
    require_search(request)
    first = appointment_or_404(reference)
    note_access(
        request.user, first.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    return first


def is_booking(request: StaffRequest) -> bool:
    return request.POST.get("do") in ("book", "book_series")


def shows_series(request: StaffRequest) -> bool:
    """Say whether to show the dates of a series, before it is booked."""
    return request.POST.get("do") in ("series", "book_series", LETTERS)


def asks_for_joint_time(request: StaffRequest) -> bool:
    return request.POST.get("do") == "joint"


def reads_letters(request: StaffRequest) -> bool:
    """Say whether the letters are asked for, and not yet the act."""
    return request.POST.get("do") in (LETTERS, JOINT_LETTERS)


def asks_for_joint_letters(request: StaffRequest) -> bool:
    return request.POST.get("do") == JOINT_LETTERS


def panel_form(
    request: StaffRequest,
    first: Appointment | None = None,
    occasion: Occasion | None = None,
    *,
    checks: bool = True,
) -> BookingForm:
    """Return the form as it was sent, or as the address begins it."""
    return BookingForm(
        request.POST if request.method == "POST" else None,
        asked=request.GET.dict(),
        first=first,
        occasion=occasion,
        for_secretary=request.user.has_role(Role.SECRETARY),
        # Only what is to be booked is checked: while a time is looked for, not all is written yet.
        checks=checks
        and (is_booking(request) or asks_for_joint_time(request) or reads_letters(request)),
    )


def panel_context(
    request: StaffRequest, form: BookingForm, near: Sequence[Slot] = ()
) -> dict[str, Any]:
    """Return what the page and its parts show; whose last visit is named, is noted."""
    if form.last_visit is not None:
        reference = form.last_visit.appointment.reference
        note_access(request.user, reference, action=AccessAction.READ, reason=AccessReason.BOOKING)
    return page_context(
        form,
        form.unit,
        # Opened by a free time of the calendar, the times begin with that one.
        since=_time_of(request.GET.get("at", "")) if request.method != "POST" else None,
        # Other wishes have other times; what was stepped to is looked at again from the beginning.
        is_fresh="fresh" in request.GET or request.POST.get("do") == "times",
        keeps_chosen=is_booking(request) or shows_series(request) or reads_letters(request),
        near=near,
        offered_for=request.POST.get("offered_for", ""),
    )


def _time_of(text: str) -> time | None:
    """Read a time of day in an address: "09:30"."""
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo else found


def panel_page(
    request: StaffRequest,
    form: BookingForm,
    *,
    status: int = 200,
    near: Sequence[Slot] = (),
    found: dict[str, list[FoundPerson] | None] | None = None,
    letters: Mapping[str, object] | None = None,
) -> HttpResponse:
    """`letters`: those that would be sent, to stand on the page."""
    is_series = form.books_series and (is_booking(request) or shows_series(request))
    context = {
        "series": series_dates(form, form.unit) if is_series else [],
        "found_caller": None,
        "found_other": None,
        "parked": parking.parked_shown_to(request.user)
        if request.method == "GET" and form.for_secretary and not form.parked
        else [],
        "letters_shown": letters is not None,
        **(letters or {}),
        **(found or {}),
        **panel_context(request, form, near),
    }
    return render(request, "bookings/staff_booking/panel.html", context, status=status)


def not_booked_page(
    request: StaffRequest, form: BookingForm, reason: str, near: Sequence[Slot] = ()
) -> HttpResponse:
    """Say why nothing is booked, and keep all that was typed."""
    form.non_field_errors.append(reason)
    return panel_page(request, form, status=409, near=near)
