"""Standard sentences: what the secretary adds to letters by its name, in the reader's language."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core.http import get_or_post
from office.core.names import Alphabetical
from office.core.save_checked import save_checked
from office.models import StandardSentence
from office.setup.forms_sentences import StandardSentenceForm
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, plain, posted


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    return render(
        request,
        "office/setup/sentences.html",
        {"rows": StandardSentence.objects.order_by(Alphabetical("name"))},
    )


def _page(title: str) -> FormPage:
    return FormPage(
        title=title,
        lead=_(
            "It stands in e-mail, which somebody else may see: name no matter, no person and nothing "
            "of the other parent. Both parents get the same."
        ),
        done=_("Saved."),
        back=reverse("office:sentences"),
        back_name=_("Standard sentences"),
    )


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    form = StandardSentenceForm(posted(request), instance=StandardSentence())
    page = _page(_("Add a standard sentence"))
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(StandardSentence, pk=pk)
    form = StandardSentenceForm(posted(request), instance=row)
    page = _page(_("Change a standard sentence"))
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))


@get_or_post
@manager
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(StandardSentence, pk=pk)
    page = FormPage(
        title=_("Remove a standard sentence?"),
        about=row.name,
        lead=_("What was sent with it stays as it was."),
        done=_("Removed."),
        button=_("Remove the sentence"),
        back=reverse("office:sentences"),
        back_name=_("Standard sentences"),
        danger=True,
    )
    return form_page(request, page, OfficeForm(posted(request)), plain(lambda: row.delete()))
