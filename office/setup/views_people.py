"""Professionals and partner organisations."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.calendar.hours_impact import OrphanedBooking
from office.core.http import get_or_post
from office.core.languages import spoken_name
from office.core.names import Alphabetical
from office.core.save_checked import save_checked
from office.models import PartnerOrganisation, Professional
from office.setup.activation import switch_professional
from office.setup.forms_people import PartnerOrganisationForm, ProfessionalForm
from office.setup.staffing import save_professional
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, plain, posted


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    people = (
        Professional.objects.select_related("organisation", "user")
        .prefetch_related("service_points")
        .annotate(does=Count("services", filter=Q(services__is_active=True)))
        .order_by("-is_active", Alphabetical("name"))
    )
    rows = [(person, [spoken_name(code) for code in person.languages]) for person in people]
    return render(request, "office/setup/people.html", {"rows": rows})


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    person = Professional(languages=["fi"])
    return _page(request, person, _("Add a professional"), _("The professional was added."))


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Professional, pk=pk)
    return _page(request, person, _("Change a professional"), _("The professional was saved."))


def _page(request: StaffRequest, person: Professional, title: str, done: str) -> HttpResponse:
    form = ProfessionalForm(posted(request), instance=person)
    page = FormPage(
        title=title,
        about=person.name,
        back=reverse("office:people"),
        back_name=_("Professionals"),
        done=done,
        others=_others(person),
    )

    def save(seen: str) -> list[OrphanedBooking]:
        return save_professional(
            form.instance,
            services=form.cleaned_data["services"],
            service_points=form.cleaned_data["service_points"],
            seen=seen,
        )

    return form_page(request, page, form, save)


def _others(person: Professional) -> list[tuple[str, str, str]]:
    if person.pk is None:
        return []
    switched = _("Take out of use") if person.is_active else _("Take into use")
    leaving = (reverse("office:member_leaving", args=[person.pk]), "arrow-right", _("Leaves"))
    return [
        *([leaving] if person.is_active else []),
        (reverse("office:hours_of", args=[person.pk]), "clock", _("Hours")),
        (reverse("office:calendar_of", args=[person.pk]), "calendar", _("Own calendar")),
        (reverse("office:person_switch", args=[person.pk]), "exit", switched),
    ]


@get_or_post
@manager
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Take out of use, or into use again."""
    person = get_object_or_404(Professional, pk=pk)
    on = not person.is_active
    page = FormPage(
        title=_("Take the professional into use?")
        if on
        else _("Take the professional out of use?"),
        about=person.name,
        lead=_("The hours are valid again, and times can be booked.")
        if on
        else _("Nobody can book them any more. Hours and history stay, nothing is deleted."),
        back=reverse("office:people"),
        back_name=_("Professionals"),
        done=_("The professional is in use.") if on else _("The professional is out of use."),
        button=_("Take into use") if on else _("Take out of use"),
        danger=not on,
    )
    form = OfficeForm(posted(request))
    return form_page(
        request, page, form, lambda seen: switch_professional(person, on=on, seen=seen)
    )


@require_GET
@manager
def organisations(request: StaffRequest) -> HttpResponse:
    rows = PartnerOrganisation.objects.annotate(
        people=Count("professionals", filter=Q(professionals__is_active=True))
    ).order_by("-is_active", Alphabetical("name"))
    return render(request, "office/setup/organisations.html", {"rows": rows})


@get_or_post
@manager
def organisation_add(request: StaffRequest) -> HttpResponse:
    return _organisation_page(request, PartnerOrganisation(), _("Add a partner organisation"))


@get_or_post
@manager
def organisation_edit(request: StaffRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(PartnerOrganisation, pk=pk)
    return _organisation_page(request, organisation, _("Change a partner organisation"))


def _organisation_page(
    request: StaffRequest, organisation: PartnerOrganisation, title: str
) -> HttpResponse:
    page = FormPage(
        title=title,
        about=organisation.name or "",
        back=reverse("office:organisations"),
        back_name=_("Partner organisations"),
        done=_("The partner organisation was saved."),
    )
    form = PartnerOrganisationForm(posted(request), instance=organisation)
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))
