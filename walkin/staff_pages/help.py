"""The silent call for help: made at the desk, shown on the pages of colleagues and the manager."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from office.models import Role, ServicePoint
from office.staff.permissions import StaffRequest, role_required
from walkin.help.banner import banner_of, past_rows
from walkin.help.calls import answer_call, call_for_help, end_call, past_calls, place_of
from walkin.models import HelpCall
from walkin.staff_pages.queue import point_of, queue_staff
from walkin.staff_pages.screen import points

SHOWN_AT_MOST = 200
help_recipients = role_required(Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY, Role.MANAGER)


@require_safe
@help_recipients
def banner(request: StaffRequest) -> HttpResponse:
    """Render the open calls, as every page of the staff has them; 204 where they are the same."""
    return _banner(request)


def _banner(request: StaffRequest) -> HttpResponse:
    shown = banner_of(request.user)
    if request.GET.get("seen") == shown["seen"]:
        return HttpResponse(status=204)
    return render(request, "walkin/staff_pages/_help_calls.html", shown)


@require_safe
@help_recipients
def past(request: StaffRequest) -> HttpResponse:
    """Show the calls that are over: when, where, who called, and who came."""
    calls = past_calls(request.user)
    context = {"calls": past_rows(calls[:SHOWN_AT_MOST]), "count": calls.count()}
    return render(request, "walkin/staff_pages/help_past.html", context)


@require_POST
@queue_staff
def call(request: StaffRequest) -> HttpResponse:
    """Call to where the user meets people now; else to the point of the queue, or their own."""
    place = place_of(request.user) or _usual_place(request)
    if place is None:
        raise Http404
    call_for_help(request.user, *place)
    if "HX-Request" in request.headers:
        return _banner(request)
    back = request.POST.get("back", "")
    is_own = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if is_own else "queue:queue")


def _usual_place(request: StaffRequest) -> tuple[ServicePoint, None] | None:
    point = point_of(request, points())
    if point is None:
        point = ServicePoint.objects.in_use().filter(professionals__user=request.user).first()
    return (point, None) if point is not None else None


@require_POST
@help_recipients
def coming(request: StaffRequest, pk: int) -> HttpResponse:
    return _answer(request, answer_call(pk, user=request.user))


@require_POST
@help_recipients
def end(request: StaffRequest, pk: int) -> HttpResponse:
    return _answer(request, end_call(pk, user=request.user))


def _answer(request: StaffRequest, call: HelpCall | None) -> HttpResponse:
    """Render the calls as they are now; without scripts, on the user's first page."""
    if "HX-Request" in request.headers:
        return _banner(request)
    if call is None:
        messages.info(request, _("That call for help is over."))
    return redirect(request.user.home_url)
