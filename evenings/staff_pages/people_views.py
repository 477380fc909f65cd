"""Who has signed up: the list, a sign-up taken by phone, one taken off, the list for the door."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.appointments.undo import remember
from evenings.models import SignUp
from evenings.places.room import ChangedError, ClosedError, NoPlaceError
from evenings.planning.door import door_list
from evenings.planning.undo import EveningAct, undoably
from evenings.sign_ups.actions import cancel, sign_up
from evenings.staff_pages.access import note_people
from evenings.staff_pages.acting import evening_staff
from evenings.staff_pages.forms_people import PhoneSignUpForm
from evenings.staff_pages.people import person_rows
from evenings.staff_pages.plan_views import evening_or_404
from evenings.staff_pages.presenters import staff_row
from office.core import clock
from office.core.http import get_or_post
from office.models import AccessAction
from office.staff.permissions import StaffRequest


@get_or_post
@evening_staff
def people(request: StaffRequest, pk: int) -> HttpResponse:
    """List those who have a place or wait, and sign somebody up who calls."""
    evening = evening_or_404(pk)
    form = PhoneSignUpForm(
        request.POST if request.method == "POST" else None,
        initial={"people": 1, "made_from": uuid4()},
        capacity=evening.capacity,
    )
    if request.method == "POST" and form.is_valid():
        return _add(request, pk, form)
    rows = list(evening.sign_ups.open().order_by("in_line_since", "created_at", "pk"))
    note_people(request.user, evening, rows)
    context = {
        "evening": evening,
        "row": staff_row(evening),
        "people": person_rows(rows),
        "form": form,
        "is_open": evening.is_open_to_sign_up(clock.now()),
        "may_take_off": evening.is_ahead(clock.now()),
    }
    status = 422 if form.errors else 200
    return render(request, "evenings/staff_pages/people.html", context, status=status)


def _add(request: StaffRequest, pk: int, form: PhoneSignUpForm) -> HttpResponse:
    made: list[SignUp] = []

    def add() -> None:
        made.append(
            sign_up(
                pk,
                form.attendee(),
                made_from=form.cleaned_data["made_from"],
                waits=form.cleaned_data["waits"],
                user=request.user,
            )
        )

    try:
        undoable = undoably(pk, EveningAct.ADD, add, user=request.user)
    except ClosedError:
        messages.error(request, _("Sign-up is not open."))
    except NoPlaceError:
        messages.error(request, _no_place(with_word=bool(form.cleaned_data["word"])))
    else:
        remember(request.session, undoable)
        row = made[-1]
        note_people(request.user, row.evening, [row], AccessAction.CREATE)
        sentence = (
            _("Signed up with the number %(number)s.")
            if row.has_place
            else _("On the waiting list with the number %(number)s.")
        )
        messages.success(request, sentence % {"number": row.shown_number})
    return redirect("evening_desk:people", pk)


def _no_place(*, with_word: bool) -> str:
    """Say the same for every word, whatever the reason."""
    if not with_word:
        return _("There is no such place free. Tick the waiting list to wait.")
    return _(
        "No place can be given here with this word: the evening may be full, or closed to the word by "
        "lot. Nobody is told why. Choose another evening: here a place may never come."
    )


@require_POST
@evening_staff
def take_off(request: StaffRequest, pk: int, sign_up_pk: int) -> HttpResponse:
    """Give back the places of somebody who calls."""
    row = get_object_or_404(SignUp.objects.select_related("evening"), pk=sign_up_pk, evening=pk)
    try:
        undoable = undoably(
            pk,
            EveningAct.TAKE_OFF,
            lambda: cancel(row.pk, user=request.user),
            user=request.user,
        )
    except ChangedError:
        messages.error(request, _("It has changed meanwhile. Check the list again."))
    else:
        remember(request.session, undoable)
        note_people(request.user, row.evening, [row], AccessAction.CHANGE)
        messages.success(request, _("Taken off. A free place is offered to the next in line."))
    return redirect("evening_desk:people", pk)


@require_safe
@evening_staff
def door(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the list for the door, to print: numbers and how many come with each. Nobody's name."""
    evening = evening_or_404(pk)
    context = {"evening": evening, "row": staff_row(evening), "door": door_list(evening)}
    return render(request, "evenings/staff_pages/door.html", context)
