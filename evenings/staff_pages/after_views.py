"""After an evening: how many came, what there is to read, figures and answers."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.feedback.disclosure import SMALLEST_SHOWN
from evenings.afterwards.attendance import count_those_who_came, typed_count
from evenings.afterwards.figures import cells, csv_rows, figures, heads
from evenings.afterwards.material_checks import ask_check
from evenings.afterwards.report import quarter_reports
from evenings.models import Evening, EveningMaterial, GivenMaterial
from evenings.planning.queries import page_of
from evenings.staff_pages.acting import evening_staff, sent_version, try_planning
from evenings.staff_pages.plan_views import evening_or_404
from office.core import clock
from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.core.spreadsheets import csv_answer
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeModelForm, in_languages, texts
from office.ui.pages import FormPage, form_page, plain, posted

YEARS_BACK = 2


@require_POST
@evening_staff
def count(request: StaffRequest, pk: int) -> HttpResponse:
    """Note how many came."""
    evening = evening_or_404(pk)
    people = typed_count(request.POST.get("people", ""))
    if people is None:
        messages.error(request, _("Write how many came, as a number."))
        return redirect("evening_desk:one", pk)
    version = sent_version(request)
    try_planning(
        request,
        lambda: count_those_who_came(evening.pk, people, user=request.user, version=version),
        _("Noted."),
    )
    return redirect("evening_desk:one", pk)


class MaterialForm(OfficeModelForm):
    """A text, a link, or both, in three languages."""

    class Meta:
        model = EveningMaterial
        fields = texts("title", "text", "url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("title", "text", "url", required=["title"])

    def layout(self) -> Layout:
        return Layout(
            in_languages(_("Heading"), "title"),
            in_languages(_("Text"), "text"),
            in_languages(_("Address, beginning with https://"), "url"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("text_fi") and not cleaned.get("url_fi"):
            self.add_error("text_fi", forms.ValidationError(_("Write a text or give an address.")))
        return cleaned


@get_or_post
@evening_staff
def material_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Add something to read for those who had a place; `?given=`: as a partner has given it."""
    evening = evening_or_404(pk)
    given = _given(evening, request.GET.get("given", ""))
    material = EveningMaterial(evening=evening, order=evening.materials.count(), owner=request.user)
    if given is not None:
        # In the unit's first language, to be put into the others by who releases it.
        for name in ("title", "text", "url"):
            setattr(material, f"{name}_fi", getattr(given, name))
    form = MaterialForm(posted(request), instance=material)

    def save() -> None:
        save_checked(form.instance)
        ask_check(form.instance.pk)
        if given is not None:
            given.delete()

    page = FormPage(
        title=_("Something to read after the evening"),
        lead=_("A partner has given this. Read it, open the address, and then add it.")
        if given
        else _("Whoever had a place finds it on the own page after the evening, and is told so."),
        back=page_of(evening),
        back_name=evening.kind.title,
        done=_("Added."),
    )
    return form_page(request, page, form, plain(save))


def _given(evening: Evening, key: str) -> GivenMaterial | None:
    """Return what a partner has given and the page names; None where that is not there any more."""
    if not (key.isdecimal() and len(key) < 10):
        return None
    return evening.given_materials.filter(pk=int(key)).first()


@require_POST
@evening_staff
def given_remove(request: StaffRequest, pk: int, given_pk: int) -> HttpResponse:
    """Leave out what a partner has given: nobody has read it."""
    get_object_or_404(GivenMaterial, pk=given_pk, evening=pk).delete()
    messages.success(request, _("Removed."))
    return redirect("evening_desk:one", pk)


@require_POST
@evening_staff
def material_remove(request: StaffRequest, pk: int, material_pk: int) -> HttpResponse:
    """Take it away from the own pages."""
    get_object_or_404(EveningMaterial, pk=material_pk, evening=pk).delete()
    messages.success(request, _("Removed."))
    return redirect("evening_desk:one", pk)


@require_safe
@manager
def figures_page(request: StaffRequest) -> HttpResponse:
    """Show figures of this year and the one before; nothing of any person."""
    today = clock.today()
    rows = figures(today.replace(year=today.year - YEARS_BACK + 1, month=1, day=1), today)
    if request.GET.get("as") == "csv":
        return csv_answer(csv_rows(rows), "evenings")
    context = {
        "heads": heads(),
        "rows": [cells(row) for row in rows],
        "quarters": quarter_reports(today),
        "smallest": SMALLEST_SHOWN,
    }
    return render(request, "evenings/staff_pages/figures.html", context)
