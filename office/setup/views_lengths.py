"""How long visits take: rules for matters that meet at one visit, and what makes any visit longer."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core.http import get_or_post
from office.models import LengthRule, Service, Unit
from office.setup.forms_lengths import LengthRuleForm
from office.setup.length_rules import save_length_rule
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, plain, posted


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    rules = LengthRule.objects.prefetch_related("services").order_by("minutes", "pk")
    return render(
        request,
        "office/setup/lengths.html",
        {"rules": rules, "services": Service.objects.in_use(), "of_unit": Unit.get()},
    )


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    return _page(request, LengthRule(), _("Add a rule of length"))


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(LengthRule, pk=pk), _("Change a rule of length"))


def _page(request: StaffRequest, rule: LengthRule, title: str) -> HttpResponse:
    page = FormPage(
        title=title,
        lead=_("What is booked already keeps its length."),
        done=_("Saved."),
        back=reverse("office:lengths"),
        back_name=_("Lengths of visits"),
    )
    form = LengthRuleForm(posted(request), instance=rule)
    return form_page(
        request,
        page,
        form,
        plain(lambda: save_length_rule(form.instance, services=form.cleaned_data["services"])),
    )


@get_or_post
@manager
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(LengthRule, pk=pk)
    page = FormPage(
        title=_("Remove a rule of length?"),
        about=" + ".join(service.name for service in rule.services.all()),
        lead=_("What is booked already keeps its length."),
        done=_("Removed."),
        button=_("Remove the rule"),
        back=reverse("office:lengths"),
        back_name=_("Lengths of visits"),
        danger=True,
    )
    return form_page(request, page, OfficeForm(posted(request)), plain(lambda: rule.delete()))
