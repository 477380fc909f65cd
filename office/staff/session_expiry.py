"""When a sign-in ends, and what somebody was sending when it had ended.

With scripts a form is sent by them and stays on the page, whatever happens. Without, what was sent is
kept here: encrypted, in the browser's own new session, for the same user alone, for an hour.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from office.core import clock
from office.models import User

UNTIL, KEPT = "until", "kept"
KEPT_FOR = 3600  # seconds
# More tabs than anybody has open, and more than anybody types.
MOST, LONGEST = 8, 100_000
# Which a form that is sent anew carries, so that it is kept no longer.
AGAIN = "_again"


def stamp(session: SessionBase) -> None:
    """Note when the sign-in ends, as the session is about to be saved for so long."""
    if SESSION_KEY in session:
        session[UNTIL] = int(clock.now().timestamp()) + session.get_expiry_age()


def seconds_left(session: SessionBase) -> int | None:
    """Return the seconds until the sign-in ends; None where that was not noted."""
    until = session.get(UNTIL)
    return None if until is None else max(0, int(until) - int(clock.now().timestamp()))


@dataclass(frozen=True)
class Unsent:
    """A form that did not get through."""

    path: str
    back: str
    data: dict[str, list[str]]


def keep(request: HttpRequest, owner: int | None = None) -> str:
    """Keep what is being sent; by what it is found again, or nothing where nobody knows whose it is.

    `owner`: the user, where they are signed in still.
    """
    if request.path.startswith(settings.KEPT_NOWHERE):
        return ""
    kept: dict[str, Any] = request.session.get(KEPT) or {}
    owner = owner or _whose_session_ended(request) or kept.get("owner")
    data = {
        name: values
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", AGAIN)
    }
    text = json.dumps(
        {
            "path": request.get_full_path(),
            "back": _page_of(request),
            "data": data,
            "at": int(clock.now().timestamp()),
        }
    )
    if owner is None or len(text) > LONGEST:
        return ""
    forms = kept.get("forms", {}) if kept.get("owner") == owner else {}
    key = secrets.token_urlsafe(9)
    forms = dict([*forms.items(), (key, _cipher().encrypt(text.encode()).decode())][-MOST:])
    request.session[KEPT] = {"owner": owner, "forms": forms}
    return key


def unsent(request: HttpRequest, user: User, key: str) -> Unsent | None:
    """Return what was kept for this user; None where there is none, or it is too old."""
    kept = request.session.get(KEPT) or {}
    if kept.get("owner") != user.pk or key not in kept["forms"]:
        return None
    try:
        found = json.loads(_cipher().decrypt(kept["forms"][key].encode()))
    except (InvalidToken, ValueError):
        return None
    if found["at"] < clock.now().timestamp() - KEPT_FOR:
        return None
    return Unsent(found["path"], found["back"], found["data"])


def drop(request: HttpRequest, key: str) -> None:
    """Keep it no longer."""
    kept = request.session.get(KEPT) or {}
    if key in kept.get("forms", {}):
        del kept["forms"][key]
        request.session[KEPT] = kept


def drop_others(request: HttpRequest, user: User) -> None:
    """Drop what others left: who signs in on a shared machine gets nothing of the one before."""
    kept = request.session.get(KEPT)
    if kept is not None and kept.get("owner") != user.pk:
        del request.session[KEPT]


def _whose_session_ended(request: HttpRequest) -> int | None:
    """Return whose session the browser's cookie was, if it ended by time; None after a sign-out."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    row = Session.objects.filter(session_key=key, expire_date__lte=clock.now()).first()
    found = row.get_decoded().get(SESSION_KEY) if row else None
    return int(found) if found else None


def _page_of(request: HttpRequest) -> str:
    """Return the page with the form, as the browser reports it; otherwise the start page."""
    page = request.headers.get("Referer", "")
    mine = url_has_allowed_host_and_scheme(page, {request.get_host()})
    return page if page and mine else "/"


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"kept forms " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
