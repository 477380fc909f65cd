"""A parent's papers, read with them at the visit. Nothing of them is reached without their six digits."""

from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.lifecycle.party_access import subjects_of
from bookings.models import Appointment, PreparationOpening
from bookings.my_day.views import meets_parties, own
from bookings.preparation import opening
from bookings.preparation.pdf import papers_pdf
from bookings.preparation.presenters import filled
from office.core import dates, sealing
from office.core.http import get_or_post
from office.core.sealing import SealBrokenError
from office.staff.access_log import limit_to
from office.staff.permissions import StaffRequest
from office.staff.rate_limits import TooManyTriesError
from office.typesetting.pdf import NoPdfError
from office.ui.spoken_code import SpokenCodeForm

# The key is in no address, and so in no history, log or referrer.
COOKIE = "visit_papers"


@get_or_post
@meets_parties
def papers(request: StaffRequest, reference: str) -> HttpResponse:
    """Enter a code; afterwards read what it opened. Wrong, old and used codes get the same message."""
    appointment = own(request, reference)
    token = request.COOKIES.get(COOKIE, "")
    opened = opening.opened_for(token, appointment, request.user)
    if opened is not None:
        if request.method == "POST":
            # The same form, sent before, has used the code; another parent's papers come after these.
            return redirect("staff:papers", reference=appointment.reference)
        # Closed by the parent just now: the page asks for a code again.
        with suppress(SealBrokenError):
            return _read(request, appointment, opened, token)
    form = SpokenCodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        fresh = sealing.new_token()
        if form.is_valid():
            try:
                opening.use_code(form.cleaned_data["code"], appointment, request.user, fresh)
            except (opening.OpeningCodeError, opening.NotTheDayError):
                message = _("This code does not work here. Ask the parent for a new one.")
                form.add_error("code", message)
            except TooManyTriesError as error:
                until = dates.clock(error.until, get_language())
                message = _("Too many tries. Try again after %(time)s.") % {"time": until}
                form.add_error("code", message)
                status = 429
            else:
                return _begin(redirect("staff:papers", reference=appointment.reference), fresh)
    context = {
        "form": form,
        "visit": appointment,
        "is_the_day": opening.is_the_day(appointment),
    }
    return _unkept(render(request, "bookings/my_day/papers.html", context, status=status))


def _read(
    request: HttpRequest, appointment: Appointment, opened: PreparationOpening, token: str
) -> HttpResponse:
    content = opening.read_opened(opened, token)
    context = {"visit": appointment, "sheets": filled(content), "until": opened.expires_at}
    return _unkept(render(request, "bookings/my_day/papers_open.html", context))


@require_POST
@meets_parties
def pdf(request: StaffRequest, reference: str) -> HttpResponse:
    """Print what is open for the parent who asks for it; it is kept nowhere."""
    appointment = own(request, reference)
    token = request.COOKIES.get(COOKIE, "")
    opened = opening.opened_for(token, appointment, request.user)
    if opened is not None:
        with suppress(SealBrokenError):
            content = opening.read_opened(opened, token)
            try:
                made = papers_pdf(appointment, content, with_things=False)
            except NoPdfError:
                messages.warning(request, _("The PDF could not be made. Print the page instead."))
            else:
                opening.note_printed(opened)
                response = HttpResponse(made, content_type="application/pdf")
                response.headers["Content-Disposition"] = 'inline; filename="papers.pdf"'
                return _unkept(response)
    return redirect("staff:papers", reference=appointment.reference)


@require_POST
@meets_parties
def close(request: StaffRequest, reference: str) -> HttpResponse:
    """Close the papers again. Pressed twice, it says the same."""
    appointment = own(request, reference)
    token = request.COOKIES.get(COOKIE, "")
    opened = opening.opened_for(token, appointment, request.user)
    if opened is not None:
        # That they were open is their parent's alone.
        limit_to(subjects_of(opened.preparation.party))
        opening.close_papers(opened, token)
    messages.success(request, _("The papers are closed. You cannot read them any more."))
    response = redirect("staff:my_day")
    response.delete_cookie(COOKIE, path=reverse("staff:my_day"), samesite="Lax")
    return response


def _begin(response: HttpResponse, token: str) -> HttpResponse:
    """Let this browser read the papers."""
    response.set_cookie(
        COOKIE,
        token,
        path=reverse("staff:my_day"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _unkept(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response
