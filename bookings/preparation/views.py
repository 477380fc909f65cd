"""A parent's papers behind a key of their own. Without a valid one it is 404, whatever the reason."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.preparation import answers, device, opening, sealed
from bookings.preparation.forms import BringForm, SheetForm
from bookings.preparation.pdf import papers_pdf
from bookings.preparation.presenters import bring_rows, filled, sheet_rows
from bookings.preparation.questions import HomeFormSheet
from bookings.preparation.sealed import Papers, PapersNotFoundError
from bookings.public.secret_links import in_language
from office.core import clock, dates
from office.core.http import get_or_post, unlisted
from office.core.sealing import SealBrokenError
from office.staff.audience import by_link
from office.staff.rate_limits import TooManyTriesError, count_try
from office.typesetting.pdf import NoPdfError

log = logging.getLogger(__name__)

AUTOSAVE = "X-Autosave"
PDFS_AN_HOUR = 30
View = Callable[..., HttpResponse]


def opened(view: View) -> View:
    """Give the view the papers that the key opens, in their parent's language; nothing is kept."""

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        try:
            papers = sealed.open_papers(token)
            party = papers.party
            language = party.language if party.language_is_known else ""
            response = in_language(
                request, language, lambda: view(request, token, papers, **kwargs)
            )
        except (PapersNotFoundError, SealBrokenError):
            response = render(request, "bookings/preparation/closed.html", status=404)
        return unlisted(response)

    return run


def _context(request: HttpRequest, token: str, papers: Papers, **more: Any) -> dict[str, Any]:
    return {
        "token": token,
        "appointment": papers.appointment,
        "link": request.build_absolute_uri(reverse("public:papers", args=[token])),
        "kept_days": sealed.KEPT.days,
        **more,
    }


@get_or_post
@opened
def overview(request: HttpRequest, token: str, papers: Papers) -> HttpResponse:
    """Show what to bring and the forms; tick off what is packed."""
    items = sealed.things_to_bring(papers.appointment)
    if request.method == "POST":
        bring = BringForm(request.POST, items=items)
        if bring.is_valid():
            sealed.change(papers, lambda c: answers.with_ticks(c, items, bring.keys))
            if AUTOSAVE in request.headers:
                return _saved({})
            messages.success(request, _("Your ticks are saved."))
        return redirect("public:papers", token)
    content = sealed.read(papers)
    context = _context(
        request,
        token,
        papers,
        form=BringForm(items=items, initial={"things": answers.ticked(content, items)}),
        packed=answers.packed(content, items),
        rows=sheet_rows(papers, content),
        is_the_day=opening.is_the_day(papers.appointment),
        opening=opening.opening_of(papers),
    )
    return render(request, "bookings/preparation/overview.html", context)


@get_or_post
@opened
def sheet(request: HttpRequest, token: str, papers: Papers, form: str) -> HttpResponse:
    """Show or save a form. A script saves as one writes by posting the same form."""
    content = sealed.read(papers)
    asked = _asked(papers, content, form)
    by_script = AUTOSAVE in request.headers
    initial = SheetForm.initial_of(content, asked, answers.answers_to(content, asked.form))
    sent = SheetForm(request.POST or None, sheet=asked, initial=initial)
    if request.method != "POST":
        return _sheet_page(request, token, papers, sent)
    if not sent.is_valid():
        if by_script:
            errors = [str(error) for field in sent.errors.values() for error in field]
            return JsonResponse({"error": " ".join(errors)}, status=422)
        return _sheet_page(request, token, papers, sent, status=422)
    given, seen = sent.given, sent.cleaned_data["seen"]
    try:
        content = sealed.change(papers, lambda c: answers.with_answers(c, asked.form, given, seen))
    except answers.HomeFormChangedError:
        if by_script:
            return JsonResponse({"error": _("Changed in another tab")}, status=409)
        return _written_meanwhile(request, token, papers, asked)
    if by_script:
        return _saved({"seen": answers.fingerprint(content, asked.form)})
    messages.success(request, _("Your answers are saved."))
    return redirect("public:papers", token)


def _asked(papers: Papers, content: answers.Content, form: str) -> HomeFormSheet:
    rows = sheet_rows(papers, content)
    found = next((row.sheet for row in rows if row.sheet.form == form), None)
    if found is None:
        raise Http404
    return found


def _written_meanwhile(
    request: HttpRequest, token: str, papers: Papers, asked: HomeFormSheet
) -> HttpResponse:
    """Show what is saved by now beside what was written here: sent again, it is overwritten."""
    content = sealed.read(sealed.open_papers(token))
    data = request.POST.copy()
    data["seen"] = answers.fingerprint(content, asked.form)
    saved = [one for one in filled(content) if one.title == asked.title]
    again = SheetForm(data, sheet=asked)
    return _sheet_page(request, token, papers, again, status=409, is_elsewhere=True, saved=saved)


def _sheet_page(
    request: HttpRequest,
    token: str,
    papers: Papers,
    form: SheetForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = _context(request, token, papers, form=form, sheet=form.sheet, **more)
    return render(request, "bookings/preparation/sheet.html", context, status=status)


def _saved(marks: dict[str, str]) -> HttpResponse:
    at = dates.clock(clock.now(), get_language())
    return JsonResponse({"saved": _("Saved at %(time)s") % {"time": at}, "marks": marks})


@require_safe
@opened
def print_page(request: HttpRequest, token: str, papers: Papers) -> HttpResponse:
    """Show all that is written, for print."""
    content = sealed.read(papers)
    items = sealed.things_to_bring(papers.appointment)
    context = _context(
        request, token, papers, sheets=filled(content), things=bring_rows(content, items)
    )
    return render(request, "bookings/preparation/print.html", context)


@require_POST
@opened
def pdf(request: HttpRequest, token: str, papers: Papers) -> HttpResponse:
    """Return the same as a tagged PDF to save; it is made for this answer, and kept nowhere."""
    try:
        count_try(
            "papers pdf", str(papers.preparation.pk), limit=PDFS_AN_HOUR, every=timedelta(hours=1)
        )
        made = papers_pdf(papers.appointment, sealed.read(papers))
    except TooManyTriesError:
        messages.warning(request, _("So many files cannot be made in an hour. Print the page."))
    except NoPdfError as error:
        log.warning("The papers could not be made into a PDF: %s", error)
        messages.warning(request, _("The PDF could not be made. Print the page instead."))
    else:
        response = HttpResponse(made, content_type="application/pdf")
        response.headers["Content-Disposition"] = 'attachment; filename="papers.pdf"'
        return response
    return redirect("public:papers_print", token)


@require_POST
@opened
def forget(request: HttpRequest, token: str, papers: Papers) -> HttpResponse:
    """Have this browser forget the key. The papers stay."""
    messages.success(
        request,
        _("This device does not remember the key any more. Only the address opens the papers."),
    )
    response = redirect("public:papers", token)
    device.forget(response, papers.party)
    return response


@get_or_post
@opened
def delete(request: HttpRequest, token: str, papers: Papers) -> HttpResponse:
    """Delete the papers now."""
    if request.method != "POST":
        context = _context(request, token, papers)
        return render(request, "bookings/preparation/delete.html", context)
    sealed.delete_papers(papers)
    response = render(request, "bookings/preparation/deleted.html")
    device.forget(response, papers.party)
    return response


@get_or_post
@opened
def at_visit(request: HttpRequest, token: str, papers: Papers) -> HttpResponse:
    """Show six digits to read out, only once, when they are made; close the papers again."""
    code, until = "", None
    if request.method == "POST":
        if "end" in request.POST:
            opening.end_opening(papers)
            messages.success(request, _("Nobody has your papers open now."))
            return redirect("public:papers_code", token)
        try:
            code, until = opening.give_code(papers)
        except opening.NotTheDayError:
            messages.warning(request, _("A code can be made on the day of the visit."))
            return redirect("public:papers_code", token)
    context = _context(
        request,
        token,
        papers,
        code=code,
        until=until,
        opening=opening.opening_of(papers),
        waiting=None if code else opening.waiting_code(papers),
        is_the_day=opening.is_the_day(papers.appointment),
    )
    return render(request, "bookings/preparation/at_visit.html", context)
