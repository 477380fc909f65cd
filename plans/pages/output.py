"""Take documents out of a draft: exactly what that parent may read."""

import contextlib
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from office.core import clock
from office.core.http import get_or_post, unlisted
from office.messaging.ics import day_file, uid_for
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError
from office.typesetting.pdf import NoPdfError
from plans.content import family, invitations
from plans.content.answers import FOR_ALL
from plans.content.children import children_of
from plans.content.review import review_of, with_review
from plans.output import printing
from plans.output.blank import LANGUAGES, blank_pdf
from plans.output.contents import DocumentKind, DocumentSource, document_of, promises
from plans.output.document import Document
from plans.output.plain import plain_text
from plans.pages.links import for_parents
from plans.pages.output_forms import OutForm, ReviewForm
from plans.vault import drafts
from plans.vault.drafts import DraftAccess

WHATS = {
    DocumentKind.AGREED: gettext_lazy("What we have agreed"),
    DocumentKind.SHARED: gettext_lazy("Everything shared: agreed, differing and still open"),
    DocumentKind.OWN: gettext_lazy("My own words, shared or not"),
    DocumentKind.CHILDREN: gettext_lazy(
        "The children's page: kind words, where they are and what we promise"
    ),
}
# Neutral: others may look into the folder.
FILE_NAMES = {
    "pdf": gettext_lazy("plan.pdf"),
    "text": gettext_lazy("plan.txt"),
    "ics": gettext_lazy("reminder.ics"),
}


def source_of(access: DraftAccess) -> DocumentSource:
    """Return what this parent's link opens."""
    own = drafts.read(access, access.own)
    return DocumentSource(
        own=own,
        shared=family.read_shared(access),
        parent=access.own_parent,
        today=clock.today(),
        review=review_of(own),
    )


def download(content: bytes | str, kind: str, name: str) -> HttpResponse:
    """Return a file to be saved, never shown within the site."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return unlisted(HttpResponse(content, content_type=kind, headers=headers))


EMPTY = {
    DocumentKind.AGREED: gettext_lazy("what you have agreed"),
    DocumentKind.SHARED: gettext_lazy("what is shared"),
    DocumentKind.OWN: gettext_lazy("your own words"),
    DocumentKind.CHILDREN: gettext_lazy("the children's page"),
}


@get_or_post
@for_parents
def choose(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Choose what to take along, and in which form."""
    source = source_of(access)
    other = invitations.other_holder(access)
    is_alone = other is None or other.is_invitation
    documents = {what: document_of(what, source) for what in DocumentKind}
    first = (
        DocumentKind.OWN
        if is_alone or documents[DocumentKind.AGREED].is_empty
        else DocumentKind.AGREED
    )
    form = OutForm(
        request.POST if request.method == "POST" else None,
        whats=[*((what.value, label) for what, label in WHATS.items()), *_pages_of_each(source)],
        initial={"what": request.GET.get("what") or first.value, "form": "pdf"},
    )
    too_many = None
    if form.is_bound and form.is_valid():
        what, wanted = form.cleaned_data["what"], form.cleaned_data["form"]
        if wanted != "pdf":
            return redirect(f"plan:out_{wanted}", token=token, what=what)
        try:
            password = form.cleaned_data["password"]
            asked = printing.request_pdf(access, _document(what, source), password=password)
            return redirect("plan:out_ready", token=token, asked=asked)
        except TooManyTriesError as error:
            too_many = error.until
    return render(
        request,
        "plans/out.html",
        {
            "token": token,
            "form": form,
            "still_empty": [EMPTY[what] for what in EMPTY if documents[what].is_empty],
            "left_out": promises(source)[1],
            "review": source.review,
            "too_many": too_many,
            "kept_minutes": int(printing.LIFETIME.total_seconds() // 60),
        },
        status=429 if too_many else 422 if form.is_bound else 200,
    )


def _pages_of_each(source: DocumentSource) -> list[tuple[str, str]]:
    """Return a page for each of several children, as choices."""
    children = children_of(source.shared)
    if len(children) < 2:
        return []
    return [
        (
            f"{DocumentKind.CHILDREN}-{child.number}",
            _("The page of %(name)s alone") % {"name": child.name},
        )
        for child in children
    ]


def _document(what: str, source: DocumentSource) -> Document:
    """Return the document of an address: "own", "children", or "children-2" for one of them."""
    kind, _dash, number = what.partition("-")
    children = {str(child.number): child.number for child in children_of(source.shared)}
    if number and (kind != DocumentKind.CHILDREN or number not in children):
        raise Http404
    try:
        return document_of(DocumentKind(kind), source, children.get(number, FOR_ALL))
    except ValueError:
        raise Http404 from None


@require_safe
@for_parents
def page(request: HttpRequest, token: str, access: DraftAccess, what: str) -> HttpResponse:
    """Show the document for print and on screen."""
    document = _document(what, source_of(access))
    return render(request, "plans/out_page.html", {"token": token, "document": document})


@require_safe
@for_parents
def text(request: HttpRequest, token: str, access: DraftAccess, what: str) -> HttpResponse:
    """Download the document as plain text."""
    document = _document(what, source_of(access))
    name = str(FILE_NAMES["text"])
    return download(plain_text(document), "text/plain; charset=utf-8", name)


@require_safe
@for_parents
def ready(request: HttpRequest, token: str, access: DraftAccess, asked: str) -> HttpResponse:
    """Wait for the PDF and fetch it. A script polls; without one the page reloads."""
    try:
        found = printing.check(access, asked)
    except printing.NoSuchPrintError:
        if "X-Look" in request.headers:
            return JsonResponse({"state": "gone"})
        return render(request, "plans/out_gone.html", {"token": token}, status=404)
    if "X-Look" in request.headers:
        return JsonResponse({"state": found.state})
    return render(
        request,
        "plans/out_ready.html",
        {
            "token": token,
            "asked": asked,
            "state": found.state,
            "waits": found.is_waiting,
            "is_slow": clock.now() - found.created_at > printing.SLOW,
            "until": found.expires_at,
        },
    )


@require_safe
@for_parents
def file(request: HttpRequest, token: str, access: DraftAccess, asked: str) -> HttpResponse:
    """Download the PDF."""
    try:
        made = printing.fetch(access, asked)
    except printing.NoSuchPrintError:
        return redirect("plan:out_ready", token=token, asked=asked)
    return download(made, "application/pdf", str(FILE_NAMES["pdf"]))


@require_POST
@for_parents
def delete(request: HttpRequest, token: str, access: DraftAccess, asked: str) -> HttpResponse:
    """Delete the PDF before it expires."""
    with contextlib.suppress(printing.NoSuchPrintError):
        printing.delete(access, asked)
    messages.success(request, _("The file has been deleted here. You keep what you saved."))
    return redirect("plan:out", token=token)


@get_or_post
@for_parents
def review(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Choose when to review the plan."""
    kept = review_of(drafts.read(access, access.own))
    initial = {"when": "date", "day": kept} if kept else {}
    data = request.POST if request.method == "POST" else None
    form = ReviewForm(data, today=clock.today(), initial=initial)
    if form.is_bound and form.is_valid():
        chosen = form.chosen
        drafts.change(access, access.own, lambda content: with_review(content, chosen))
        messages.success(request, _("Saved."))
        return redirect("plan:review", token=token)
    return render(
        request,
        "plans/review.html",
        {
            "token": token,
            "form": form,
            "kept": kept,
            "lifetime": drafts.LIFETIME.days,
        },
        status=422 if form.is_bound else 200,
    )


@require_safe
@for_parents
def review_calendar(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Download a calendar entry that says neither what nor whose."""
    day = review_of(drafts.read(access, access.own))
    if day is None:
        raise Http404
    content = day_file(uid_for("plan review", str(access.holder.pk)), day, _("Reminder"))
    return download(content, "text/calendar; charset=utf-8", str(FILE_NAMES["ics"]))


@for_anyone
@require_safe
def blank_form(request: HttpRequest, language: str) -> HttpResponse:
    """Download the blank form, the same for everybody."""
    return blank_file_of(request, blank_pdf, language, name="parenting-plan")


def blank_file_of(
    request: HttpRequest, make: Callable[[str], bytes], language: str, *, name: str
) -> HttpResponse:
    """Return a PDF that is the same for everybody, or a page that says that it cannot be made now."""
    if language not in LANGUAGES:
        raise Http404
    try:
        made = make(language)
    except NoPdfError:
        return render(request, "plans/no_form.html", status=503)
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}-{language}.pdf"',
            "Cache-Control": "public, max-age=3600",
            "Content-Language": language,
        },
    )
