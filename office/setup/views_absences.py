"""Absences of one professional."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from office.core import dates
from office.core.http import get_or_post
from office.models import Absence, Professional
from office.setup.absences import add_absence, end_absence, move_absence
from office.setup.forms_hours import AbsenceForm
from office.setup.views_hours import page_of
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, language, posted


def _back(person: Professional) -> dict[str, Any]:
    return {"back": page_of(person), "back_name": _("Hours of %(name)s") % {"name": person.name}}


def _found(pk: int) -> Absence:
    return get_object_or_404(Absence.objects.entered().select_related("professional"), pk=pk)


@get_or_post
@manager
def add(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Professional, pk=pk)
    form = AbsenceForm(posted(request))
    page = FormPage(
        title=_("Add an absence"),
        about=person.name,
        lead=_("Nobody can book the time. Bookings that are there already are shown to you first."),
        done=_("The absence was added."),
        button=_("Add the absence"),
        **_back(person),
    )

    def save(seen: str) -> Any:
        start, end = form.span()
        return add_absence(
            person, start=start, end=end, reason=form.cleaned_data["reason"], seen=seen
        )

    return form_page(request, page, form, save)


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    absence = _found(pk)
    form = AbsenceForm(posted(request), initial=AbsenceForm.initial_of(absence))
    page = FormPage(
        title=_("Change an absence"),
        about=absence.professional.name,
        done=_("The absence was changed."),
        **_back(absence.professional),
    )

    def save(seen: str) -> Any:
        start, end = form.span()
        return move_absence(
            absence, start=start, end=end, reason=form.cleaned_data["reason"], seen=seen
        )

    return form_page(request, page, form, save)


@get_or_post
@manager
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    absence = _found(pk)
    span = dates.time_away(absence.during.lower, absence.during.upper, language())
    page = FormPage(
        title=_("Remove an absence?"),
        about=f"{absence.professional.name}: {absence.get_reason_display()}, {span}",
        lead=_(
            "The time can be booked again. Bookings that the absence had hit are off the secretary's "
            "list where they are within hours again."
        ),
        done=_("The absence was removed."),
        button=_("Remove the absence"),
        danger=True,
        **_back(absence.professional),
    )
    return form_page(
        request, page, OfficeForm(posted(request)), lambda seen: end_absence(absence, seen=seen)
    )
