"""One's own sign-ins: where one is signed in, and the second step that has to be set up."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from office.models import AccessAction, Role
from office.sign_in import second_factor
from office.sign_in.sessions import end_session, end_sessions, open_sessions
from office.staff.access_log import note_change
from office.staff.permissions import STAFF, StaffRequest, role_required

everybody = role_required(*STAFF, Role.PARTNER)


@require_safe
@everybody
def listing(request: StaffRequest) -> HttpResponse:
    rows = open_sessions(request.user)
    here = request.session.session_key
    return render(request, "office/sign_in/session/own.html", {"rows": rows, "here": here})


@require_POST
@everybody
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign out one other browser of mine."""
    found = get_object_or_404(
        open_sessions(request.user).exclude(session_key=request.session.session_key), pk=pk
    )
    end_session(found)
    messages.success(request, _("The session was ended."))
    return redirect("session:own")


@require_POST
@everybody
def end_others(request: StaffRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    with transaction.atomic():
        count = end_sessions(request.user, but=request.session.session_key or "")
        note_change(request.user, request.user, AccessAction.SESSIONS_ENDED, count=count)
    update_session_auth_hash(request, request.user)
    messages.success(
        request,
        ngettext("%(n)d session was ended.", "%(n)d sessions were ended.", count) % {"n": count},
    )
    return redirect("session:own")


@require_safe
@everybody
def second_step(request: StaffRequest) -> HttpResponse:
    """Lead on who has no second step yet, or has not proved it in this session."""
    if second_factor.is_proved(request, request.user):
        return redirect(request.user.home_url)
    found = second_factor.factors_of([request.user])[request.user.pk]
    wanted = request.GET.get("next", "")
    then = (
        wanted
        if url_has_allowed_host_and_scheme(wanted, {request.get_host()})
        else request.user.home_url
    )
    return render(
        request, "office/sign_in/session/second_step.html", {"factors": found, "then": then}
    )
