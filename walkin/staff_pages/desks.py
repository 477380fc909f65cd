"""The manager's desks and destinations, point by point."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.models import ServicePoint
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm, OfficeModelForm
from office.ui.pages import FormPage, form_page, plain, posted
from walkin.days.desks import switch_desk, switch_destination
from walkin.errors import WalkInError
from walkin.models import Desk, Destination
from walkin.staff_pages.forms_desks import DeskForm, DestinationForm


@require_GET
@manager
def of_point(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the desks and destinations of a point."""
    point = get_object_or_404(ServicePoint.objects.in_use(), pk=pk)
    context = {
        "point": point,
        "desks": point.desks.select_related("room").order_by("-is_active", "order", "pk"),
        "destinations": point.destinations.order_by("-is_active", "order", "pk"),
    }
    return render(request, "walkin/staff_pages/places.html", context)


@get_or_post
@manager
def desk_add(request: StaffRequest, pk: int) -> HttpResponse:
    point = get_object_or_404(ServicePoint.objects.in_use(), pk=pk)
    form = DeskForm(posted(request), instance=Desk(service_point=point))
    return _form(request, point, form, _("Add a desk"))


@get_or_post
@manager
def desk_edit(request: StaffRequest, pk: int) -> HttpResponse:
    desk = get_object_or_404(Desk.objects.select_related("service_point"), pk=pk)
    form = DeskForm(posted(request), instance=desk)
    return _form(request, desk.service_point, form, _("Change a desk"))


@get_or_post
@manager
def desk_switch(request: StaffRequest, pk: int) -> HttpResponse:
    desk = get_object_or_404(Desk.objects.select_related("service_point"), pk=pk)
    on = not desk.is_active
    page = _page(
        desk.service_point,
        title=_("Take the desk into use?") if on else _("Take the desk out of use?"),
        lead="" if on else _("Duties planned for this desk move to a free desk."),
        done=_("The desk is in use.") if on else _("The desk is out of use."),
        about=desk.name,
        on=on,
    )
    return _switch(request, page, lambda: switch_desk(desk.pk, on=on))


@get_or_post
@manager
def destination_add(request: StaffRequest, pk: int) -> HttpResponse:
    point = get_object_or_404(ServicePoint.objects.in_use(), pk=pk)
    form = DestinationForm(posted(request), instance=Destination(service_point=point))
    return _form(request, point, form, _("Add an agency to refer to"))


@get_or_post
@manager
def destination_edit(request: StaffRequest, pk: int) -> HttpResponse:
    place: Destination = get_object_or_404(
        Destination.objects.select_related("service_point"), pk=pk
    )
    form = DestinationForm(posted(request), instance=place)
    return _form(request, place.service_point, form, _("Change an agency to refer to"))


@get_or_post
@manager
def destination_switch(request: StaffRequest, pk: int) -> HttpResponse:
    place: Destination = get_object_or_404(
        Destination.objects.select_related("service_point"), pk=pk
    )
    on = not place.is_active
    page = _page(
        place.service_point,
        title=_("Take the place into use?") if on else _("Take the place out of use?"),
        lead=""
        if on
        else _("Nobody is referred there any more. People referred earlier still see where it is."),
        done=_("The place is in use.") if on else _("The place is out of use."),
        about=place.name,
        on=on,
    )
    return _switch(request, page, lambda: switch_destination(place.pk, on=on))


def _page(
    point: ServicePoint, *, title: str, done: str, about: str, on: bool, lead: str
) -> FormPage:
    return FormPage(
        title=title,
        about=f"{point.name}: {about}",
        lead=lead,
        back=reverse("queue:places", args=[point.pk]),
        back_name=_("Desks and places"),
        done=done,
        button=_("Take into use") if on else _("Take out of use"),
        danger=not on,
    )


def _switch(request: StaffRequest, page: FormPage, action: Callable[[], object]) -> HttpResponse:
    def save() -> None:
        try:
            action()
        except WalkInError as error:
            raise ValidationError(error.sentence) from error

    return form_page(request, page, OfficeForm(posted(request)), plain(save))


def _form(
    request: StaffRequest, point: ServicePoint, form: OfficeModelForm, title: str
) -> HttpResponse:
    page = FormPage(
        title=title,
        about=point.name,
        back=reverse("queue:places", args=[point.pk]),
        back_name=_("Desks and places"),
        done=_("Saved."),
    )
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))
