"""Who may open a staff page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from office.models import Role, User

P = ParamSpec("P")


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
                if request.headers.get("HX-Request"):
                    return HttpResponse(status=204, headers={"HX-Refresh": "true"})
                return redirect_to_login(request.get_full_path())
            if not user.has_role(*roles):
                raise PermissionDenied
            response = view(cast(StaffRequest, request), *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store, private")
            return response

        return guarded

    return decorate


STAFF = (Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.MANAGER)
