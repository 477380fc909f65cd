"""The unit's own settings, and the overview of what the manager looks after."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.calendar.hours_impact import OrphanedBooking
from office.core.http import get_or_post
from office.models import Unit
from office.setup.activation import save_unit
from office.setup.forms_unit import UnitForm
from office.setup.overview import attention, counts
from office.setup.setting_hints import hints
from office.setup.without_hours import bookings_without_hours
from office.sign_in.account_changes import unseen_changes
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, posted


@require_GET
@manager
def overview(request: StaffRequest) -> HttpResponse:
    """Show what there is, and what needs the manager's attention."""
    context = {
        "ways": counts(),
        "attention": attention(),
        "is_public": Unit.get().is_public,
        "changes": unseen_changes(request.user),
    }
    return render(request, "office/setup/overview.html", context)


@require_GET
@manager
def without_hours(request: StaffRequest) -> HttpResponse:
    """Show which bookings wait for the secretary, by code, time and professional."""
    return render(request, "office/setup/without_hours.html", {"rows": bookings_without_hours()})


@get_or_post
@manager
def settings(request: StaffRequest) -> HttpResponse:
    unit = Unit.get()
    form = UnitForm(posted(request), instance=unit, hints=hints(unit))
    page = FormPage(
        title=_("Settings of the unit"),
        back=reverse("office:unit"),
        back_name="",
        done=_("The settings were saved."),
        hits_stay=True,
    )

    def save(seen: str) -> list[OrphanedBooking]:
        save_unit(form.instance, seen=seen)
        return []

    return form_page(request, page, form, save)
