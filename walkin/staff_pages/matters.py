"""The manager's matters of a point: which its walk-in takes, and what each asks of people."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.models import ServicePoint
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, plain, posted
from walkin.staff_pages.forms_matters import PointMatterForm
from walkin.tickets.live import announce
from walkin.tickets.matters import listed_matters


@require_GET
@manager
def of_point(request: StaffRequest, pk: int) -> HttpResponse:
    """Show every matter, taken at the point or not."""
    point = get_object_or_404(ServicePoint.objects.in_use(), pk=pk)
    context = {"point": point, "listed": listed_matters(point.pk)}
    return render(request, "walkin/staff_pages/matters.html", context)


@get_or_post
@manager
def edit(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """Edit what the point says of one matter."""
    point = get_object_or_404(ServicePoint.objects.in_use(), pk=pk)
    listed = next((one for one in listed_matters(point.pk) if one.matter.key == key), None)
    if listed is None:
        raise Http404
    form = PointMatterForm(posted(request), instance=listed.row)

    def save() -> None:
        save_checked(form.instance)
        announce(point.pk)

    page = FormPage(
        title=str(listed.matter.staff_label),
        about=str(point.name),
        back=reverse("queue:matters", args=[point.pk]),
        back_name=_("Matters of the walk-in"),
        done=_("Saved."),
    )
    return form_page(request, page, form, plain(save))
