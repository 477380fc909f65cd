"""The sheet from which an agreement is made, one for each child, the same for both parents."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from office.core import clock
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError
from plans.agreement_sheet.blank import blank_sheet_pdf, lead, sections
from plans.agreement_sheet.contents import SheetSource, agreement_sheet, not_the_agreement
from plans.content import family
from plans.content.children import children_of
from plans.output import printing
from plans.output.blank import LANGUAGES
from plans.output.document import Document
from plans.output.plain import plain_text
from plans.pages.links import for_parents
from plans.pages.output import blank_file_of, download
from plans.vault.drafts import DraftAccess

# Neutral: others may look into the folder.
FILE_NAME = gettext_lazy("sheet.txt")


@require_safe
@for_parents
def sheets(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Choose a child; an only child's sheet opens at once."""
    children = children_of(family.read_shared(access))
    if len(children) == 1:
        return redirect("plan:agreement_sheet", token=token, number=children[0].number)
    return render(
        request, "plans/agreement_sheet/list.html", {"token": token, "children": children}
    )


@require_safe
@for_parents
def sheet(request: HttpRequest, token: str, access: DraftAccess, number: int) -> HttpResponse:
    """Show the sheet on screen and for print."""
    context = {
        "token": token,
        "number": number,
        "document": _document(access, number),
        "not_the_agreement": not_the_agreement(),
    }
    return render(request, "plans/agreement_sheet/sheet.html", context)


@require_safe
@for_parents
def plain(request: HttpRequest, token: str, access: DraftAccess, number: int) -> HttpResponse:
    """Download the sheet as plain text."""
    text = plain_text(_document(access, number)) + f"\n{not_the_agreement()}\n"
    return download(text, "text/plain; charset=utf-8", str(FILE_NAME))


@require_POST
@for_parents
def pdf(request: HttpRequest, token: str, access: DraftAccess, number: int) -> HttpResponse:
    """Ask the worker for the PDF, and go where it can be fetched."""
    document = _document(access, number)
    try:
        asked = printing.request_pdf(access, document)
    except TooManyTriesError as error:
        context = {
            "token": token,
            "number": number,
            "document": document,
            "not_the_agreement": not_the_agreement(),
            "too_many": error.until,
        }
        return render(request, "plans/agreement_sheet/sheet.html", context, status=429)
    return redirect("plan:out_ready", token=token, asked=asked)


@for_anyone
@require_safe
def blank(request: HttpRequest) -> HttpResponse:
    """Show what an agreement needs, and the blank sheet for each child, the same for everybody."""
    return render(
        request,
        "plans/agreement_sheet/blank.html",
        {
            "sections": sections(),
            "lead": lead(),
            "not_the_agreement": not_the_agreement(),
            "form_languages": [one for one in settings.LANGUAGES if one[0] in LANGUAGES],
        },
    )


@for_anyone
@require_safe
def blank_file(request: HttpRequest, language: str) -> HttpResponse:
    return blank_file_of(request, blank_sheet_pdf, language, name="sheet")


def _document(access: DraftAccess, number: int) -> Document:
    shared = family.read_shared(access)
    child = next((child for child in children_of(shared) if child.number == number), None)
    if child is None:
        raise Http404
    return agreement_sheet(SheetSource(shared, child, clock.today()))
