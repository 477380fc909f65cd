"""Move an evening or cancel it, after seeing who is told."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.appointments.undo import remember
from evenings.models import Evening
from evenings.planning.errors import PlanningError
from evenings.planning.form_fields import initial_hours
from evenings.planning.labels import where_of
from evenings.planning.moves import (
    cancel_evening,
    concerned_by_cancelling,
    concerned_by_move,
    is_moved,
    move_evening,
    people_to_notify,
)
from evenings.planning.undo import EveningAct, undoably
from evenings.staff_pages.access import note_people
from evenings.staff_pages.acting import (
    as_validation_error,
    evening_staff,
    sent_version,
    try_planning,
)
from evenings.staff_pages.forms import (
    MoveForm,
    initial_facts,
    initial_whereabouts,
)
from evenings.staff_pages.people import holder_rows, recipient_rows
from evenings.staff_pages.plan_views import evening_or_404
from evenings.staff_pages.presenters import staff_row
from office.core import clock, dates
from office.core.http import get_or_post
from office.staff.permissions import StaffRequest
from office.ui.pages import carried, posted


def _run(
    request: StaffRequest, evening: Evening, act: EveningAct, action: Callable[[], object]
) -> None:
    undoable = undoably(evening.pk, act, action, user=request.user)
    remember(request.session, undoable)


@get_or_post
@evening_staff
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for the new time and place, show who is told, and then do it."""
    evening = evening_or_404(pk)
    facts = initial_facts(evening)
    initial = {
        "day": clock.local(evening.starts_at).date(),
        "professionals": facts["professionals"],
        "version": evening.version,
        **initial_whereabouts(evening),
        **initial_hours(evening),
    }
    form = MoveForm(posted(request), initial=initial)
    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        action = _move(request, evening, form)
        try:
            if "confirmed" in request.POST:
                _run(request, evening, EveningAct.MOVE, action)
                return redirect("evening_desk:one", evening.pk)
            with transaction.atomic():
                action()
                transaction.set_rollback(True)
        except PlanningError as error:
            form.take_errors(as_validation_error(error))
        except ValidationError as error:
            form.take_errors(error)
        else:
            return _preview(request, evening, form)
    context = {"evening": evening, "row": staff_row(evening), "form": form}
    status = 422 if form.errors else 200
    return render(request, "evenings/staff_pages/move.html", context, status=status)


def _whereabouts(form: MoveForm) -> dict[str, Any]:
    starts_at, ends_at = form.span(form.cleaned_data["day"])
    return {"starts_at": starts_at, "ends_at": ends_at, **form.whereabouts()}


def _move(request: StaffRequest, evening: Evening, form: MoveForm) -> Callable[[], object]:
    return lambda: move_evening(
        evening.pk,
        _whereabouts(form),
        form.cleaned_data["professionals"],
        user=request.user,
        version=form.cleaned_data["version"],
    )


def _preview(request: StaffRequest, evening: Evening, form: MoveForm) -> HttpResponse:
    """Show what changes and who is told; nothing is done yet."""
    whereabouts = _whereabouts(form)
    are_notified = evening.is_published and is_moved(evening, whereabouts)
    people = people_to_notify(evening) if are_notified else []
    note_people(request.user, evening, people)
    concerned = concerned_by_move(evening, whereabouts, form.cleaned_data["professionals"])
    after = Evening(**whereabouts)
    context = {
        "evening": evening,
        "row": staff_row(evening),
        "after_when": dates.when_range(after.starts_at, after.ends_at, get_language()),
        "after_where": where_of(after),
        "recipients": recipient_rows(people),
        "holders": holder_rows(concerned, request.user),
        "carried": carried(request),
    }
    return render(request, "evenings/staff_pages/move_preview.html", context)


@get_or_post
@evening_staff
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Show who is told; posted, cancel the evening."""
    evening = evening_or_404(pk)
    if request.method == "POST":
        version = sent_version(request)
        try_planning(
            request,
            lambda: _run(
                request,
                evening,
                EveningAct.CANCEL,
                lambda: cancel_evening(evening.pk, user=request.user, version=version),
            ),
            _("The evening was cancelled."),
        )
        return redirect("evening_desk:one", evening.pk)
    people = people_to_notify(evening)
    note_people(request.user, evening, people)
    context = {
        "evening": evening,
        "row": staff_row(evening),
        "recipients": recipient_rows(people),
        "holders": holder_rows(concerned_by_cancelling(evening), request.user),
    }
    return render(request, "evenings/staff_pages/cancel.html", context)
