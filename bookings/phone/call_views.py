"""The call that goes on: begun and ended from any page of the secretary's, by one key."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Call
from bookings.phone import caller_views, calls
from bookings.phone.call_bar import bar_context
from bookings.phone.call_forms import AboutForm, CallOutcomeForm
from bookings.phone.call_log import ended_text
from office.staff.permissions import StaffRequest, secretary


def _back(request: StaffRequest) -> str:
    """Return the page that the bar is on; the desk where that is not one of ours."""
    back = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return back if is_ours and back.startswith("/") else "/desk/"


def _answer(
    request: StaffRequest, *, notice: str = "", ended: Call | None = None, error: str = ""
) -> HttpResponse:
    """Answer htmx with the bar alone; else go back to the page that one came from."""
    if "HX-Request" not in request.headers:
        if error:
            messages.error(request, error)
        elif notice:
            messages.success(request, notice)
        return redirect(_back(request))
    frame = bar_context(request.user, back=_back(request), ended=ended, error=error)
    return render(
        request, "bookings/phone/_frame.html", {"frame": frame, "notice": error or notice}
    )


def _mine(request: StaffRequest, pk: int) -> Call:
    return get_object_or_404(Call, pk=pk, user=request.user)


@require_safe
@secretary
def bar(request: StaffRequest) -> HttpResponse:
    """Show the bar and the phone's state again: another tab may have begun or ended a call."""
    return _answer(request)


@require_POST
@secretary
def start(request: StaffRequest) -> HttpResponse:
    """Begin a call. `seen`: the call that the page showed."""
    seen = request.POST.get("seen", "")
    known = int(seen) if seen.isdecimal() and len(seen) < 18 else None
    calls.start(request.user, seen=known)
    caller_views.hang_up(request.session)
    return _answer(request, notice=_("A call is in progress."))


@require_POST
@secretary
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """End the call with an outcome."""
    call = _mine(request, pk)
    form = CallOutcomeForm(request.POST)
    if not form.is_valid():
        return _answer(request, error=_first_error(form))
    calls.end(
        call.pk,
        user=request.user,
        outcome=form.cleaned_data["outcome"],
        about=form.about(),
    )
    call.refresh_from_db()
    caller_views.hang_up(request.session)
    return _answer(request, notice=ended_text(call), ended=call)


@require_POST
@secretary
def say(request: StaffRequest, pk: int) -> HttpResponse:
    """Save what the call is about, as soon as it is chosen."""
    call = _mine(request, pk)
    form = AboutForm(request.POST)
    if form.is_valid():
        calls.say(call.pk, form.about(), user=request.user)
    return HttpResponse(status=204)


@require_POST
@secretary
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Take out of the log what was no call."""
    call = _mine(request, pk)
    try:
        calls.discard(call.pk, user=request.user)
    except NotPossibleError:
        return _answer(request, error=_("A call can be corrected on its own day only."))
    return _answer(request, notice=_("The call was removed from the log."))


def _first_error(form: CallOutcomeForm) -> str:
    return str(next(iter(form.errors.values()))[0])
