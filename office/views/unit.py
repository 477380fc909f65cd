"""The unit's own settings, and the overview of what the manager looks after."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.forms.setup import UnitForm
from office.models import Unit
from office.overview import attention, counts
from office.permissions import StaffRequest
from office.saving import save_checked
from office.views.base import Page, both, form_page, manager, plain, posted


@require_GET
@manager
def overview(request: StaffRequest) -> HttpResponse:
    """What there is, and what needs the manager's attention."""
    return render(request, "office/overview.html", {"ways": counts(), "attention": attention()})


@both
@manager
def settings(request: StaffRequest) -> HttpResponse:
    form = UnitForm(posted(request), instance=Unit.get())
    page = Page(
        title=_("Settings of the unit"),
        back=reverse("office:unit"),
        back_name="",
        done=_("The settings were saved."),
    )
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))
