"""Locking a screen that nobody uses: the session stays, with all that is half written, and shows nothing.

How soon is noted in the session at the sign-in, from the roles of who signs in; so that nothing has to be
looked up at each request. The browser covers the page by itself; here it is made sure that a locked
session answers nothing either, with scripts or without.
"""

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from office.core import clock, live_updates
from office.models import LockTime, Role, User

ACTIVE, LOCKED, LOCK_AFTER = "active", "locked", "lock_after"
# The session is written so often at most because somebody uses it.
NOTED_EVERY = 60


def begin(session: SessionBase, user: User) -> None:
    """Begin anew when somebody has just proved who they are."""
    session[LOCK_AFTER] = lock_seconds(user)
    unlock(session)


def unlock(session: SessionBase) -> None:
    session.pop(LOCKED, None)
    session[ACTIVE] = _now()


def lock(session: SessionBase) -> None:
    """Show nothing from now on, and close what is open for live updates."""
    if not session.get(LOCKED):
        session[LOCKED] = True
        live_updates.end_streams(session.session_key or "")


def is_locked(session: SessionBase) -> bool:
    """Say whether the screen is locked, by hand or because nobody used it for so long."""
    if session.get(LOCKED):
        return True
    after, active = session.get(LOCK_AFTER), session.get(ACTIVE)
    return bool(after and active is not None and _now() - active >= after)


def note_activity(session: SessionBase) -> bool:
    """Note that somebody uses the page now; return whether it was written (at most once a minute)."""
    active, after = session.get(ACTIVE), session.get(LOCK_AFTER)
    every = min(NOTED_EVERY, after // 4) if after else NOTED_EVERY
    if active is None or _now() - active < every:
        return False
    session[ACTIVE] = _now()
    return True


def lock_seconds(user: User) -> int:
    """Return the idle seconds until the user's screen locks; 0: never. Of several roles the soonest."""
    chosen = dict(LockTime.objects.filter(role__in=user.roles).values_list("role", "minutes"))
    minutes = [chosen.get(role, settings.LOCK_SCREENS_AFTER) for role in user.roles]
    return min((each * 60 for each in minutes if each), default=0)


def lock_times() -> dict[str, int]:
    """Return the minutes of each role."""
    chosen = dict(LockTime.objects.values_list("role", "minutes"))
    return {role: chosen.get(role, settings.LOCK_SCREENS_AFTER) for role in Role.values}


def save_lock_times(minutes: dict[str, int]) -> None:
    """Save the minutes of each role. Open sessions keep theirs; the next sign-in takes the new ones."""
    for role, each in minutes.items():
        LockTime.objects.update_or_create(role=role, defaults={"minutes": each})


def _now() -> int:
    return int(clock.now().timestamp())
