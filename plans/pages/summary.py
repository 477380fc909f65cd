"""The summary for the appointment. Parents show or print it; it is not stored."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.content import family
from plans.content.children import children_of
from plans.pages.links import for_parents
from plans.together.summary import as_text, summarise
from plans.vault.drafts import DraftAccess


@require_safe
@for_parents
def summary(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Show the summary, the same for both parents."""
    shared = family.read_shared(access)
    sections = summarise(shared)
    context = {
        "token": token,
        "children": children_of(shared),
        "sections": sections,
        "agreed": sum(len(part.agreed) for part in sections),
        "needs_help": sum(len(part.needs_help) for part in sections),
        "not_yet": sum(part.not_yet for part in sections),
        "untouched": [part for part in sections if not part.is_begun],
        "is_begun": any(part.is_begun for part in sections),
    }
    return render(request, "plans/summary.html", context)


@require_safe
@for_parents
def plain(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """The same as plain text, for a message, a note or a screen reader."""
    text = as_text(family.read_shared(access))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
