"""Partial languages: the manager reads their texts, and says that they were checked."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from office.core import languages
from office.core.http import get_or_post
from office.core.languages import PARTIAL
from office.models import Unit
from office.setup import partial_languages
from office.setup.forms_languages import CheckedForm
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import posted


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    rows = [
        (one, date.fromisoformat(one.on) if one.on else None)
        for one in partial_languages.standings(Unit.get())
    ]
    return render(request, "office/setup/languages.html", {"rows": rows})


@get_or_post
@manager
def language(request: StaffRequest, code: str) -> HttpResponse:
    """Show the texts of a partial language beside the Finnish ones, to be marked as checked."""
    if code not in PARTIAL:
        raise Http404
    now = partial_languages.standing(Unit.get(), code)
    known = {"by": now.by, "otherwise": now.otherwise, "version": languages.texts_version(code)}
    form = CheckedForm(posted(request), initial=known)
    if request.method == "POST" and form.is_valid():
        if partial_languages.mark_checked(code, **form.cleaned_data):
            messages.success(request, _("The language is shown now."))
            return redirect("office:languages")
        messages.error(request, _("The texts have changed meanwhile. Have them read again."))
        return redirect("office:language", code)
    context = {
        "form": form,
        "standing": now,
        "language": PARTIAL[code],
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
