"""The agencies from which the unit orders interpreters, and what came of the orders."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core.http import get_or_post
from office.core.names import Alphabetical
from office.core.save_checked import save_checked
from office.hooks import INTERPRETER_FIGURES
from office.models import InterpreterAgency
from office.setup.forms_interpreters import InterpreterAgencyForm
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, plain, posted


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    return render(
        request,
        "office/setup/interpreters.html",
        {
            "rows": InterpreterAgency.objects.order_by("-is_active", Alphabetical("name")),
            "figures": [figures() for figures in INTERPRETER_FIGURES],
        },
    )


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    return _page(request, InterpreterAgency(), _("Add an agency"))


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(InterpreterAgency, pk=pk), _("Change an agency"))


def _page(request: StaffRequest, agency: InterpreterAgency, title: str) -> HttpResponse:
    page = FormPage(
        title=title,
        about=agency.name,
        back=reverse("office:interpreters"),
        back_name=_("Interpreters"),
        done=_("The agency was saved."),
    )
    form = InterpreterAgencyForm(posted(request), instance=agency)
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))
