"""Short pages: written, previewed, checked, and brought back as they were."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from office.core import clock
from office.core.http import get_or_post
from office.core.languages import LANGUAGES
from office.guidance.forms_pages import GuidancePageForm
from office.guidance.markdown import to_html
from office.guidance.pages import CHECKED_FOR, FIELDS, initials, restore_version, save_page
from office.guidance.ready_made import nothing_written, take_ready_made
from office.models import GuidancePage, GuidancePageVersion, User
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import posted


@dataclass(frozen=True)
class GuidancePageRow:
    """A page with its newest words, and those that the public reads."""

    newest: GuidancePageVersion
    public: GuidancePageVersion | None

    @property
    def is_old(self) -> bool:
        """Checked so long ago that it is to be looked at again."""
        found = self.public
        return bool(found and found.checked_on and found.checked_on < clock.today() - CHECKED_FOR)


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    checked = GuidancePageVersion.objects.filter(checked_on__isnull=False)
    public = {version.page_id: version for version in checked.order_by("pk")}
    newest = GuidancePageVersion.objects.latest_of_each().select_related("page")
    rows = [
        GuidancePageRow(version, public.get(version.page_id))
        for version in newest.order_by("-page__is_active", "page__order", "page_id")
    ]
    return render(
        request,
        "office/guidance/pages.html",
        {"rows": rows, "nothing_written": nothing_written()},
    )


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    return _page(request, GuidancePage(), None)


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    page = get_object_or_404(GuidancePage, pk=pk)
    return _page(request, page, page.versions.first())


def _page(
    request: StaffRequest, page: GuidancePage, version: GuidancePageVersion | None
) -> HttpResponse:
    form = GuidancePageForm(
        posted(request), instance=page, version=version, who=initials(request.user)
    )
    seen: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            seen = _previews(form.words)
        elif _save(form, request.user):
            messages.success(request, _("The page was saved."))
            return redirect("office:guidance_pages")
    return render(
        request,
        "office/guidance/page_form.html",
        {"form": form, "page": page, "version": version, "previews": seen},
    )


def _save(form: GuidancePageForm, user: User) -> bool:
    try:
        save_page(
            form.instance,
            form.words,
            services=form.cleaned_data["services"],
            links=form.cleaned_data["links"],
            user=user,
            checked_by=form.checked_as,
        )
    except ValidationError as error:
        form.take_errors(error)
        return False
    return True


def _previews(words: dict[str, str]) -> list[dict[str, Any]]:
    """Return the page as each language's readers would see it."""
    return [
        {
            "code": code,
            "language": name,
            "title": words[f"title_{code}"],
            "summary": words[f"summary_{code}"],
            "text": to_html(words[f"text_{code}"], heading=5),
        }
        for code, name in LANGUAGES
    ]


@require_GET
@manager
def history(request: StaffRequest, pk: int) -> HttpResponse:
    page = get_object_or_404(GuidancePage, pk=pk)
    versions = list(page.versions.select_related("written_by", "restored_from"))
    return render(
        request,
        "office/guidance/page_history.html",
        {"page": page, "versions": versions, "newest": versions[0]},
    )


@require_GET
@manager
def version(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an older wording as it was, with a button that brings it back."""
    found: GuidancePageVersion = get_object_or_404(
        GuidancePageVersion.objects.select_related("page", "written_by"), pk=pk
    )
    words = {field: getattr(found, field) or "" for field in FIELDS}
    return render(
        request,
        "office/guidance/page_version.html",
        {
            "version": found,
            "previews": _previews(words),
            "is_newest": found.page.versions.first() == found,
        },
    )


@require_POST
@manager
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    found: GuidancePageVersion = get_object_or_404(
        GuidancePageVersion.objects.select_related("page"), pk=pk
    )
    restore_version(found, user=request.user)
    messages.success(
        request, _("The older words are the newest again. Check them, and the public reads them.")
    )
    return redirect("office:guidance_page", pk=found.page_id)


@require_POST
@manager
def begin(request: StaffRequest) -> HttpResponse:
    """Take the ready-made pages, links and questions."""
    try:
        take_ready_made(user=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, _("The ready-made pages and questions are yours. Read them, and check them.")
        )
    return redirect("office:guidance_pages")
