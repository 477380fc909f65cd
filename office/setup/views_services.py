"""Services, their texts and their rules for booking."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core.http import get_or_post
from office.models import Channel, Service
from office.setup.forms_unit import ServiceForm
from office.setup.staffing import save_service
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, posted


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    services = Service.objects.annotate(
        people=Count("professionals", filter=Q(professionals__is_active=True))
    ).order_by("-is_active", "order", "pk")
    names = dict(Channel.choices)
    rows = [(service, [names[code] for code in service.channels]) for service in services]
    return render(request, "office/setup/services.html", {"rows": rows})


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    return _page(request, Service(), _("Add a service"), _("The service was added."))


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    service = get_object_or_404(Service, pk=pk)
    return _page(request, service, _("Change a service"), _("The service was saved."))


def _page(request: StaffRequest, service: Service, title: str, done: str) -> HttpResponse:
    page = FormPage(
        title=title,
        about=service.name or "",
        back=reverse("office:services"),
        back_name=_("Services"),
        done=done,
    )
    form = ServiceForm(posted(request), instance=service)
    return form_page(request, page, form, lambda seen: save_service(form.instance, seen=seen))
