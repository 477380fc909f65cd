"""Proving anew who one is, before what a passer-by at an open screen must not be able to do."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from office.models import User
from office.sign_in import provider as provider_sign_in
from office.staff import session_expiry
from office.staff.permissions import StaffRequest

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponse]


def is_recent(request: HttpRequest) -> bool:
    """Say whether the user has proved who they are within the last minutes; signing in counts."""
    if not isinstance(request.user, User):
        return False
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record.get("at", 0) > since for record in records)


def recent_proof_required(view: View[P]) -> View[P]:
    """Ask for the password or the key first. What was sent is kept meanwhile for its writer."""

    @wraps(view)
    def guarded(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_recent(request):
            return view(request, *args, **kwargs)
        then = request.get_full_path()
        if request.method == "POST":
            key = session_expiry.keep(request, request.user.pk)
            then = f"{reverse('session:again', args=[key])}?proved=1" if key else "/"
        return redirect(f"{_proof_address(request.user)}?{urlencode({'next': then})}")

    return guarded


def _proof_address(user: User) -> str:
    methods = get_adapter().get_reauthentication_methods(user)
    if methods:
        return str(methods[0]["url"])
    if provider_sign_in.name_for(user):
        return reverse("provider:prove")
    return reverse("account_logout")
