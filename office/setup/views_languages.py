"""Partial languages: the manager reads their texts, and says that they were checked."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from office.core.http import get_or_post
from office.core.languages import PARTIAL
from office.models import Unit
from office.setup import partial_languages
from office.setup.forms_languages import CheckedForm, OwnTextsForm
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, plain, posted


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    finnish = partial_languages.finnish_texts()
    rows = [
        (
            one,
            date.fromisoformat(one.on) if one.on else None,
            sum(own.is_shown for own in partial_languages.own_texts(one.language.code, finnish)),
        )
        for one in partial_languages.language_statuses(Unit.get())
    ]
    return render(request, "office/setup/languages.html", {"rows": rows, "total": len(finnish)})


@get_or_post
@manager
def language(request: StaffRequest, code: str) -> HttpResponse:
    """Show the texts of a partial language beside the Finnish ones, to be marked as checked."""
    if code not in PARTIAL:
        raise Http404
    now = partial_languages.language_status(Unit.get(), code)
    known = {
        "by": now.by,
        "otherwise": now.otherwise,
        "version": partial_languages.version_now(code),
    }
    form = CheckedForm(posted(request), initial=known)
    if request.method == "POST" and form.is_valid():
        if partial_languages.mark_checked(code, **form.cleaned_data):
            messages.success(request, _("The language is shown now."))
            return redirect("office:languages")
        messages.error(request, _("The texts have changed meanwhile. Have them read again."))
        return redirect("office:language", code)
    context = {
        "form": form,
        "status": now,
        "language": PARTIAL[code],
        "own_texts": partial_languages.own_texts(code),
        "texts": partial_languages.texts(code),
    }
    return render(request, "office/setup/language.html", context)


@require_POST
@manager
def withdraw(request: StaffRequest, code: str) -> HttpResponse:
    if code not in PARTIAL:
        raise Http404
    partial_languages.withdraw(code)
    messages.success(request, _("The language is not shown any more."))
    return redirect("office:languages")


@get_or_post
@manager
def own_texts(request: StaffRequest, code: str) -> HttpResponse:
    """Edit the unit's own texts in a partial language: names of services and points, and the rest."""
    if code not in PARTIAL:
        raise Http404
    one = PARTIAL[code]
    form = OwnTextsForm(posted(request), language=one, texts=partial_languages.own_texts(code))
    page = FormPage(
        title=_("The unit's own texts: %(language)s") % {"language": one.name},
        lead=_(
            "Visitors see a text here once the language has been marked as checked with it. Until "
            "then, and where you leave it empty, it is shown in Finnish."
        ),
        back=reverse("office:language", args=[code]),
        back_name=capfirst(str(one.name)),
        done=_("The texts were saved. Have them checked now."),
    )
    return form_page(
        request, page, form, plain(lambda: partial_languages.save_own_texts(code, form.texts))
    )
