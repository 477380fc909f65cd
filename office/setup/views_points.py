"""Service points."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core.http import get_or_post
from office.core.names import Alphabetical
from office.core.save_checked import save_checked
from office.models import Professional, ServicePoint
from office.setup.activation import switch_point
from office.setup.forms_unit import ServicePointForm
from office.setup.views_rooms import closures_to_come
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, plain, posted


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    points = ServicePoint.objects.annotate(
        rooms_in_use=Count("rooms", filter=Q(rooms__is_active=True), distinct=True),
        people=Count("professionals", filter=Q(professionals__is_active=True), distinct=True),
    ).order_by("-is_active", "order", "pk")
    return render(request, "office/setup/points.html", {"points": points})


@require_GET
@manager
def one(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one point: what the public reads of it, and its rooms."""
    point = get_object_or_404(ServicePoint, pk=pk)
    return render(
        request,
        "office/setup/point.html",
        {
            "point": point,
            "rooms": point.rooms.order_by("-is_active", Alphabetical("name")).prefetch_related(
                closures_to_come()
            ),
            "people": Professional.objects.in_use().filter(service_points=point),
        },
    )


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    form = ServicePointForm(posted(request))
    page = FormPage(
        title=_("Add a service point"),
        back=reverse("office:points"),
        back_name=_("Service points"),
        done=_("The service point was added. Add its rooms next."),
    )
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    point = get_object_or_404(ServicePoint, pk=pk)
    name = point.name
    form = ServicePointForm(posted(request), instance=point)
    page = FormPage(
        title=_("Change a service point"),
        about=name,
        back=_url(point),
        back_name=name,
        done=_("The service point was saved."),
    )
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))


@get_or_post
@manager
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Take out of use, or into use again."""
    point = get_object_or_404(ServicePoint, pk=pk)
    on = not point.is_active
    page = FormPage(
        title=_("Take the service point into use?") if on else _("Take it out of use?"),
        about=point.name,
        lead=_("The hours there are valid again.")
        if on
        else _(
            "Nobody can book there any more, and the hours there do not count. Nothing is deleted."
        ),
        back=_url(point),
        back_name=point.name,
        done=_("The service point is in use.") if on else _("The service point is out of use."),
        button=_("Take into use") if on else _("Take out of use"),
        danger=not on,
    )
    form = OfficeForm(posted(request))
    return form_page(request, page, form, lambda seen: switch_point(point, on=on, seen=seen))


def _url(point: ServicePoint) -> str:
    return reverse("office:point", args=[point.pk])
