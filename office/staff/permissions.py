"""Who may open a staff page."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse

from office.hooks import STAYS_OUT
from office.models import AccessAction, Role, User
from office.staff import access_log, session_expiry
from office.staff.audience import Audience, Reach, audience_of, declare
from office.staff.middleware import SAVING

P = ParamSpec("P")


# Whose page a request of a script comes from.
STAFF_HEADER = "X-Staff"


class StaffRequest(HttpRequest):
    """A request whose user is known to be signed in."""

    user: User


def role_required(
    *roles: Role,
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """Let in users who have any of `roles`: others get 403, the signed-out are asked to sign in."""

    def decorate(
        view: Callable[Concatenate[StaffRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user = request.user
            if not isinstance(user, User):
                return _signed_out(request)
            session_expiry.drop_others(request, user)
            if request.headers.get(STAFF_HEADER, str(user.pk)) != str(user.pk):
                # The page is another user's, who has signed in before in this browser.
                return HttpResponse(
                    status=409, headers={"X-Session": "other", "HX-Trigger": "session-other"}
                )
            if session_expiry.AGAIN in request.POST:
                session_expiry.drop(request, request.POST[session_expiry.AGAIN])
            if not user.has_role(*roles):
                raise PermissionDenied
            if _stays_out(user, roles, kwargs):
                return render(request, "office/stays_out.html", status=403)
            with access_log.handling(request.path) as noted:
                response = view(cast(StaffRequest, request), *args, **kwargs)
                _note_unlogged(cast(StaffRequest, request), response, noted, kwargs)
            response.headers.setdefault("Cache-Control", "no-store, private")
            return response

        return declare(guarded, Audience(Reach.STAFF, roles))

    return decorate


manager = role_required(Role.MANAGER)
secretary = role_required(Role.SECRETARY)


def _stays_out(user: User, roles: Collection[Role], kwargs: dict[str, object]) -> bool:
    """Say whether this is a page of one record, for a secretary who stays out of its matter.

    Of the records of professionals their own queries find only what they may see.
    """
    record = str(kwargs.get("reference", "")).upper()
    return (
        bool(record)
        and Role.SECRETARY in roles
        and any(stays_out(user, record) for stays_out in STAYS_OUT)
    )


def _note_unlogged(
    request: StaffRequest, response: HttpResponse, noted: set[str], kwargs: dict[str, object]
) -> None:
    """Log the opening of a record's page that wrote no row of its own."""
    record = str(kwargs.get("reference", "")).upper()
    answered = response.status_code < 400 or response.status_code in (409, 422)
    if record and answered and record not in noted:
        changes = request.method == "POST" and response.status_code < 400
        action = AccessAction.CHANGE if changes else AccessAction.READ
        access_log.note_page(request.user, record, action)


def may_open(user: User, path: str) -> bool:
    """Say whether a staff page lets the user in (see role_required), to leave out links to the others."""
    audience = audience_of(resolve(path).func)
    return audience is not None and user.has_role(*audience.roles)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Answer when the session has ended. What is on the page, or was being sent, must not be lost."""
    over = {"X-Session": "over", "HX-Trigger": "session-over"}
    if request.method == "POST":
        if request.headers.get("HX-Request") or SAVING in request.headers:
            return HttpResponse(status=401, headers=over)
        key = session_expiry.keep(request)
        return redirect_to_login(reverse("session:again", args=[key]) if key else "/")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers=over)
    return redirect_to_login(request.get_full_path())


# Who books an appointment for somebody: on the phone, at a desk, from a number of the walk-in.
BOOKS = (Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE)
STAFF = (Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.MANAGER)
