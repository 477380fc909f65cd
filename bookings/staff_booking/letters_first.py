"""The letters of what the panel is about to book, read before they are sent."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bookings.appointments.booking import Booked
from bookings.appointments.preview import letters_of
from bookings.desk_kit.letters import Letter, fetch_staff, letters_from
from bookings.desk_kit.letters_page import is_part
from bookings.models import Appointment, Party
from bookings.staff_booking.acts import ask_for_time, book_all, book_beside, book_one, made_by
from bookings.staff_booking.booking_form import BookingForm
from bookings.staff_booking.cleaned_booking import cleaned_booking, cleaned_series
from bookings.staff_booking.joint_time import visit_asked_for
from bookings.staff_booking.panel_page import asks_for_joint_letters, panel_page
from bookings.staff_booking.refusals import REFUSALS, refusal_label
from office.models import OutboxMessage
from office.staff.permissions import StaffRequest


def show_letters(request: StaffRequest, form: BookingForm) -> HttpResponse:
    """Show the letters of what would be booked, or asked. Nothing is done, and nothing is sent."""
    is_joint = asks_for_joint_letters(request)
    act = _act(request, form, is_joint=is_joint)
    letters: list[Letter] = []
    problems: list[str] = []
    unreached: list[Party] = []
    if act is None:
        problems = _problems(form)
    else:
        try:
            letters, unreached = _written(act)
        except REFUSALS as error:
            problems = [refusal_label(form, error, is_joint=is_joint)]
    shown = {
        "is_preview": True,
        "letters": letters,
        "problems": problems,
        "to_call": [party.name or _("a party") for party in unreached],
    }
    if is_part(request):
        return render(request, "bookings/staff_booking/_letters.html", shown)
    return panel_page(request, form, status=422 if problems else 200, letters=shown)


def _act(
    request: StaffRequest, form: BookingForm, *, is_joint: bool
) -> Callable[[], Booked] | None:
    """Return what would be done; None where the form's errors say what is missing or wrong."""
    if is_joint:
        asked = visit_asked_for(form)
        return None if asked is None else lambda: ask_for_time(request, form, asked)
    if form.books_series:
        series = cleaned_series(form)
        return None if series is None else lambda: book_all(request, form, *series)
    booking, first = cleaned_booking(form), form.first
    if booking is None:
        return None
    if first is not None:
        return lambda: book_beside(request, form, booking, first)
    return lambda: book_one(request, form, booking)


def _written(act: Callable[[], Booked]) -> tuple[list[Letter], list[Party]]:
    """Do it, read what it has written, and take all of it back."""
    visits: list[Appointment] = []
    parties: dict[int, list[Party]] = {}
    unreached: list[Party] = []

    def do_and_look() -> None:
        made = act()
        unreached.extend(made.unreached)
        for visit in made_by(made):
            # Before it is taken back: then nobody takes part any more.
            fetch_staff(visit)
            parties[visit.pk] = list(visit.parties.order_by("-is_requester", "pk"))
            visits.append(visit)

    messages = letters_of(do_and_look)
    letters: list[Letter] = []
    for visit in visits:
        own = [m for m in messages if m.about == visit.reference]
        letters += letters_from([_without_code(m, visits) for m in own], visit, parties[visit.pk])
    return letters, unreached


def _without_code(message: OutboxMessage, visits: list[Appointment]) -> OutboxMessage:
    """Put a word in place of the codes, which are given when it is booked. Not saved."""
    for visit in visits:
        code = _("[reference code]")
        message.subject = message.subject.replace(visit.reference, code)
        message.body = message.body.replace(visit.reference, code)
    return message


def _problems(form: BookingForm) -> list[str]:
    """List what is to be mended before there are letters, each with its field."""
    fields = [f"{field.label}: {error}" for field in form for error in field.errors]
    return [*map(str, form.non_field_errors), *form.series_errors, *fields]
