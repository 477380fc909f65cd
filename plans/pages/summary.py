"""The summary for the appointment. Parents show or print it; it is not stored."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from office.core import clock
from office.staff.rate_limits import TooManyTriesError
from plans.agreement_sheet.summary import nights_of_year, summary_document
from plans.content import family
from plans.content.children import children_of
from plans.output import printing
from plans.pages.links import for_parents
from plans.together.summary import as_text, summarise
from plans.vault.drafts import DraftAccess


@require_safe
@for_parents
def summary(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Show the summary, the same for both parents."""
    return render(request, "plans/summary.html", _context(token, access))


def _context(token: str, access: DraftAccess) -> dict[str, Any]:
    shared = family.read_shared(access)
    sections = summarise(shared)
    return {
        "token": token,
        "children": children_of(shared),
        "sections": sections,
        "agreed": sum(len(part.agreed) for part in sections),
        "needs_help": sum(len(part.needs_help) for part in sections),
        "not_yet": sum(part.not_yet for part in sections),
        "untouched": [part for part in sections if not part.is_begun],
        "is_begun": any(part.is_begun for part in sections),
        "nights": nights_of_year(shared, clock.today()),
    }


@require_POST
@for_parents
def pdf(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Ask the worker for the PDF, and go where it can be fetched."""
    try:
        document = summary_document(family.read_shared(access), clock.today())
        asked = printing.request_pdf(access, document)
    except TooManyTriesError as error:
        context = {**_context(token, access), "too_many": error.until}
        return render(request, "plans/summary.html", context, status=429)
    return redirect("plan:out_ready", token=token, asked=asked)


@require_safe
@for_parents
def plain(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Return the same as plain text, for a message, a note or a screen reader."""
    text = as_text(family.read_shared(access))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
