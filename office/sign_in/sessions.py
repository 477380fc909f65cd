"""Sessions of the staff: begun, listed, ended; and all access of an account that is closed."""

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest

from office.core import clock, live_updates
from office.models import Professional, StaffSession, User
from office.sign_in import screen_lock
from office.sign_in.session_store import BEGAN

# The name under which a browser tells itself; the first that fits.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def begin_session(request: HttpRequest, user: User) -> None:
    """Note that the user has just signed in with this request."""
    session = request.session
    now = clock.now()
    session[BEGAN] = int(now.timestamp())
    screen_lock.begin(session, user)
    if not session.session_key:
        session.create()
    _forget_gone(user)
    StaffSession.objects.update_or_create(
        session_key=session.session_key or "",
        defaults={
            "user": user,
            "device": device_of(request.headers.get("User-Agent", "")),
            "began_at": now,
            "seen_at": now,
        },
    )


def note_use(session: SessionBase) -> None:
    """Note that somebody uses the session now."""
    StaffSession.objects.filter(session_key=session.session_key or "").update(seen_at=clock.now())


def follow_key(former: str | None, session: SessionBase) -> None:
    """Follow a session to its new key, as after a change of the password."""
    if former and session.session_key and former != session.session_key:
        StaffSession.objects.filter(session_key=former).update(session_key=session.session_key)


def open_sessions(user: User) -> QuerySet[StaffSession]:
    """Return where the user is signed in, the latest used first."""
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    return StaffSession.objects.filter(user=user, session_key__in=alive)


def end_session(found: StaffSession) -> None:
    """Sign out one browser: its pages, its streams."""
    _end([found.session_key])


@transaction.atomic
def end_sessions(user: User, *, but: str = "") -> int:
    """Sign the user out everywhere, `but` in the session of that key; how many were ended.

    Also sessions that are in no list end, and links for setting a password: they belong to the epoch.
    The session that stays must get the new hash (django.contrib.auth.update_session_auth_hash).
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    keys = list(
        StaffSession.objects.filter(user=user)
        .exclude(session_key=but)
        .values_list("session_key", flat=True)
    )
    _end(keys)
    return len(keys)


def end_others(request: HttpRequest, user: User, **signal: Any) -> None:
    """End the user's other sessions, and their streams, after the password was changed or reset."""
    here = {request.session.session_key, request.COOKIES.get(settings.SESSION_COOKIE_NAME)}
    others = StaffSession.objects.filter(user=user).exclude(session_key__in=here - {None})
    _end(list(others.values_list("session_key", flat=True)))


@transaction.atomic
def end_access(user: User) -> None:
    """End all that opens something in the user's name, for good: also the calendar feed."""
    end_sessions(user)
    Professional.objects.filter(user=user).update(feed_nonce="", feed_hash=None)


def device_of(agent: str) -> str:
    """Name the browser and its system as people call them; empty where it tells neither."""
    names = [
        next((name for sign, name in known.items() if sign in agent), "")
        for known in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in names if name)


def _end(keys: list[str]) -> None:
    for key in keys:
        live_updates.end_streams(key)
    Session.objects.filter(session_key__in=keys).delete()
    StaffSession.objects.filter(session_key__in=keys).delete()


def _forget_gone(user: User) -> None:
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    StaffSession.objects.filter(user=user).exclude(session_key__in=alive).delete()
