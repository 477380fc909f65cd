"""School holidays: what parents pick for the schedule of their parenting plan."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core import clock, dates
from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.models import SchoolBreak
from office.setup.forms_schools import SchoolBreakForm
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, language, plain, posted


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    rows = list(SchoolBreak.objects.not_over(clock.today()))
    past = SchoolBreak.objects.count() - len(rows)
    return render(request, "office/setup/school_breaks.html", {"rows": rows, "past": past})


def _page(title: str, done: str) -> FormPage:
    back, name = reverse("office:school_breaks"), _("School holidays")
    return FormPage(title=title, done=done, back=back, back_name=name)


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    form = SchoolBreakForm(posted(request), instance=SchoolBreak())
    page = _page(_("Add a school holiday"), _("Saved."))
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(SchoolBreak, pk=pk)
    # Whoever saves the dates has seen them.
    row.awaits_check = False
    form = SchoolBreakForm(posted(request), instance=row)
    page = _page(_("Change a school holiday"), _("Saved."))
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))


@get_or_post
@manager
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(SchoolBreak, pk=pk)
    days = dates.days(row.first_day, row.last_day, language())
    page = FormPage(
        title=_("Remove a school holiday?"),
        about=f"{row.region}: {row.get_kind_display()}, {days}",
        lead=_("Schedules for which it was picked keep its dates."),
        done=_("Removed."),
        button=_("Remove the holiday"),
        back=reverse("office:school_breaks"),
        back_name=_("School holidays"),
        danger=True,
    )
    form = OfficeForm(posted(request))
    return form_page(request, page, form, plain(lambda: row.delete()))
