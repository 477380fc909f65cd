"""The summary at the meeting: a parent gives six digits and ends it, the professional reads."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from office.core import clock, dates
from office.core.http import get_or_post
from office.staff.permissions import StaffRequest
from office.staff.rate_limits import TooManyTriesError
from office.ui.spoken_code import SpokenCodeForm
from plans.access import showing
from plans.access.guides import GuideCodeError, meeting_lasts
from plans.agreement_sheet.summary import DOCUMENTS, for_the_meeting
from plans.content import family
from plans.models import ShownSummary
from plans.pages.links import for_parents
from plans.pages.meetings import for_professionals
from plans.vault.drafts import DraftAccess
from plans.vault.keys import SealBrokenError

# The key is in no address, and so in no history, log or referrer.
COOKIE = "plan_summary"
PATH = "/plan/summary/"


@get_or_post
@for_parents
def show(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Show six digits to read out, only once, when they are made."""
    code, until = "", None
    if "end" in request.POST:
        if showing.end(access):
            messages.success(request, _("Nobody has your summary open now."))
        return redirect("plan:summary_code", token=token)
    shown = showing.summary_of(access)
    is_open = shown is not None and shown.user_id is not None
    # A form that is sent again does not close what the professional reads.
    if request.method == "POST" and not is_open:
        content = for_the_meeting(family.read_shared(access), clock.today())
        code, until = showing.give_code(access, content)
    context = {
        "token": token,
        "code": code,
        "until": until,
        "shown": None if code else shown,
        "is_open": is_open,
        "minutes": meeting_lasts() // timedelta(minutes=1),
    }
    return render(request, "plans/summary_code.html", context)


@get_or_post
@for_professionals
def read(request: StaffRequest) -> HttpResponse:
    """Enter a code; afterwards read what it opened. Wrong, old and used ones get the same message."""
    token = request.COOKIES.get(COOKIE, "")
    shown = showing.shown_to(token, request.user)
    if shown is not None:
        if request.method == "POST":
            # The same form, sent before, has used the code.
            return redirect("plan:meeting_summary")
        # Closed by the parent just now: the page asks for a code again.
        with suppress(SealBrokenError):
            return _documents(request, shown, token)
    form = SpokenCodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                fresh = showing.use_code(form.cleaned_data["code"], request.user)
            except GuideCodeError:
                message = _("This code does not work. Ask the parent for a new one.")
                form.add_error("code", message)
            except TooManyTriesError as error:
                until = dates.clock(error.until, get_language())
                message = _("Too many tries. Try again after %(time)s.") % {"time": until}
                form.add_error("code", message)
                status = 429
            else:
                return _begin(redirect("plan:meeting_summary"), fresh)
    return render(request, "plans/guide/summary.html", {"form": form}, status=status)


def _documents(request: HttpRequest, shown: ShownSummary, token: str) -> HttpResponse:
    by_language = showing.read_shown(shown, token)[DOCUMENTS]
    documents = by_language[dates.known(get_language())]
    context = {"documents": documents, "until": shown.expires_at}
    return render(request, "plans/guide/summary.html", context)


@require_POST
@for_professionals
def close(request: StaffRequest) -> HttpResponse:
    """Close the summary again. Pressed twice, it says the same."""
    shown = showing.shown_to(request.COOKIES.get(COOKIE, ""), request.user)
    if shown is not None:
        shown.delete()
    messages.success(request, _("The summary is closed. You cannot read it any more."))
    response = redirect("plan:meeting_summary")
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response


def _begin(response: HttpResponse, token: str) -> HttpResponse:
    """Let this browser read the summary."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=meeting_lasts(),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
