"""The same form sent twice at once is done once: the second press gets the answer of the first.

A page's form carries a token that no other page has, so that two equal requests are one press too many
(a double click, a second try on a slow network), never two intentions.

A script that sends a form (static/js/saving.js) cannot show a page that answers it. The page is kept
sealed for a while, and the script learns where the browser gets it.
"""

import base64
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from office.core.tokens import keyed
from office.models import User
from office.staff.audience import audience_of
from office.staff.middleware import NEXT, SAVING

# How long an answer that leads on and a page are remembered, and how long the second press waits for
# them, in seconds.
REMEMBERED, PAGE_REMEMBERED, PATIENCE = 60, 600, 30
# So long a second press of the same form is led to the same page; after that it is tried again.
SAME_PAGE = 5
ANSWER = "answer"


class SentOnceMiddleware:
    """Outside the session's middleware, so that the cookies of an answer are seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_a_pages_form(request):
            return self.get_response(request)
        key = keyed("sent-once", request.get_full_path(), _sender(request), _sent(request))
        begun = time.monotonic()
        while not cache.add(key, "", PATIENCE):
            if sealed := cache.get(key):
                return _opened(sealed, _press_secret(request))
            waited = time.monotonic() - begun
            if waited > PATIENCE:
                break
            # Each look asks the database: seldomer, the longer the first press takes.
            time.sleep(min(max(waited / 5, 0.05), 0.5))
        return self._answered(request, key)

    def _answered(self, request: HttpRequest, key: str) -> HttpResponseBase:
        try:
            response = self.get_response(request)
        except BaseException:
            cache.delete(key)
            raise
        is_kept = SAVING in request.headers and not _leads_on(response) and _is_page(response)
        if is_kept:
            response = _address_of(response, request)
        # A new cookie is the first answer's alone.
        new = [c for name, c in response.cookies.items() if c.value != request.COOKIES.get(name)]
        if not new and _leads_on(response):
            remembered = SAME_PAGE if is_kept else REMEMBERED
            cache.set(key, _sealed(response, _press_secret(request)), remembered)
        else:
            # A page with errors is no deed.
            cache.delete(key)
        return response


class KeptPageMiddleware:
    """Shows the page that answered a form of this session. Stands inside the guard of the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = request.GET.get(ANSWER, "") if request.method == "GET" else ""
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not name or not session or not _may_open(request.user, view):
            return None
        sealed = cache.get(_page_key(request.path, name, session))
        return _opened(sealed, f"{session} {name}") if sealed else None


def _may_open(user: User | AnonymousUser, view: Callable[..., Any]) -> bool:
    """Say whether the user may still open the page: their account and roles may have changed since."""
    audience = audience_of(view)
    if audience is None or not isinstance(user, User):
        return False
    return not audience.roles or user.has_role(*audience.roles)


def _address_of(page: HttpResponseBase, request: HttpRequest) -> HttpResponseBase:
    """Keep the page for this session alone, and answer with the address that shows it."""
    name = secrets.token_urlsafe(16)
    session = _session_after(page, request)
    if not session:
        return page
    cache.set(
        _page_key(request.path, name, session), _sealed(page, f"{session} {name}"), PAGE_REMEMBERED
    )
    query = request.GET.copy()
    query[ANSWER] = name
    answer = HttpResponse(status=204, headers={NEXT: f"{request.path}?{query.urlencode()}"})
    answer.cookies = page.cookies
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def _page_key(path: str, name: str, session: str) -> str:
    return keyed("kept-page", path, name, session)


def _session_after(response: HttpResponseBase, request: HttpRequest) -> str:
    """Return the session's cookie as the browser sends it from now on; empty where there is none."""
    name = settings.SESSION_COOKIE_NAME
    renewed = response.cookies.get(name)
    return renewed.value if renewed is not None else request.COOKIES.get(name, "")


def _is_a_pages_form(request: HttpRequest) -> bool:
    return (
        request.method == "POST"
        and request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")
        and "csrfmiddlewaretoken" in request.POST
        and not request.FILES
    )


def _sent(request: HttpRequest) -> str:
    """Read what the form sends, however encoded: a browser and our script do it differently."""
    fields = request.POST.lists()
    return json.dumps(
        [[name, [v.replace("\r\n", "\n") for v in values]] for name, values in fields]
    )


def _sender(request: HttpRequest) -> str:
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    # Where the form says it comes from: another site's is looked at on its own.
    origin = request.headers.get("Origin", "")
    return " ".join([origin, *(request.COOKIES.get(name, "") for name in names)])


def _leads_on(response: HttpResponseBase) -> bool:
    """Say whether the answer says where to go on."""
    found = response.headers.keys() & {"Location", NEXT}
    return bool(found) and response.status_code < 400


def _is_page(response: HttpResponseBase) -> bool:
    is_text = response.headers.get("Content-Type", "").startswith("text/")
    is_whole = is_text and not response.streaming and response.status_code < 500
    return is_whole and "X-Session" not in response.headers


def _press_secret(request: HttpRequest) -> str:
    return f"{_sender(request)} {_sent(request)}"


def _sealed(response: HttpResponseBase, secret: str) -> str:
    """Seal the answer for whoever sends the same again: it may hold a secret link or names."""
    body = response.content.decode() if isinstance(response, HttpResponse) else ""
    text = json.dumps([response.status_code, dict(response.headers), body])
    return _cipher(secret).encrypt(text.encode()).decode()


def _opened(sealed: str, secret: str) -> HttpResponse:
    status, headers, body = json.loads(_cipher(secret).decrypt(sealed.encode()))
    return HttpResponse(body, status=status, headers={**headers, "Cache-Control": "no-store"})


def _cipher(secret: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=settings.SECRET_KEY.encode(), info=b"sent once")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))
