"""Tries to sign in. Wrong passwords slow down where they come from, and shut nobody else out.

A stranger may know a colleague's user name. So a name is never refused as such: it is counted together
with the address of who tries, and addresses by themselves. A browser in which the person has signed in
before is counted by itself alone, so that nobody behind the same address can keep them out either.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from office.core.http import address_of
from office.models import User
from office.staff.rate_limits import TooManyTriesError, count_try, take_back_try

EVERY = timedelta(minutes=5)
TRIES_OF_A_NAME_FROM_AN_ADDRESS = 5
TRIES_FROM_AN_ADDRESS = 30
TRIES_FROM_A_KNOWN_BROWSER = 10

# From so many wrong tries with one name, from anywhere, each wrong one is answered later.
SLOW_AFTER = 20
SLOW_EVERY = timedelta(minutes=15)
SLOW_SECONDS = 1.5
# More are not kept waiting at once in a process: its threads are there for everybody.
_WAITING = BoundedSemaphore(2)

COOKIE = "known_browser"
KNOWN_FOR = timedelta(days=180)
# Of a machine that several people share.
MOST_USERS = 12
_SALT = "office.sign_in_limits"


@dataclass(frozen=True)
class Try:
    """One try, as it was counted."""

    counts: tuple[tuple[str, str], ...]

    def take_back(self) -> None:
        """Take back the try: it was right."""
        for purpose, who in self.counts:
            take_back_try(purpose, who, every=EVERY)


def count(request: HttpRequest, name: str) -> Try:
    """Count a try to sign in under `name`, before it is known whether it is right.

    Raises TooManyTriesError.
    """
    name = name.strip().casefold()
    if browser := _known_browser(request, name):
        limits = [("sign-in, known browser", f"{name}\0{browser}", TRIES_FROM_A_KNOWN_BROWSER)]
    else:
        address = address_of(request)
        limits = [
            ("sign-in, name", f"{name}\0{address}", TRIES_OF_A_NAME_FROM_AN_ADDRESS),
            ("sign-in, address", address, TRIES_FROM_AN_ADDRESS),
        ]
    for purpose, who, limit in limits:
        count_try(purpose, who, limit=limit, every=EVERY)
    return Try(tuple((purpose, who) for purpose, who, _limit in limits))


def slow_down(name: str) -> None:
    """Count a wrong try with this name: after many, the answer comes later. A right one never waits."""
    try:
        count_try("sign-in, wrong", name.strip().casefold(), limit=SLOW_AFTER, every=SLOW_EVERY)
    except TooManyTriesError:
        if _WAITING.acquire(blocking=False):
            try:
                time.sleep(SLOW_SECONDS)
            finally:
                _WAITING.release()


def remember_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Remember this browser as one in which the user has signed in."""
    browser, users = _read(request)
    users = [*(pk for pk in users if pk != user.pk), user.pk][-MOST_USERS:]
    response.set_cookie(
        COOKIE,
        signing.dumps([browser or secrets.token_urlsafe(9), users], salt=_SALT),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known_browser(request: HttpRequest, name: str) -> str:
    """Identify the browser, where the user of that name has signed in in it; else nothing."""
    browser, users = _read(request)
    named = Q(username__iexact=name) | Q(email__iexact=name)
    if users and User.objects.filter(named, pk__in=users).exists():
        return browser
    return ""


def _read(request: HttpRequest) -> tuple[str, list[int]]:
    try:
        browser, users = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KNOWN_FOR
        )
    except signing.BadSignature:
        return "", []
    return browser, users
