"""The same form sent twice at once is done once: the second press gets the answer of the first.

A page's form carries a token that no other page has, so that two equal requests are one press too many
(a double click, a second try on a slow network), never two intentions.

A script that sends a form (static/js/saving.js) cannot show a page that answers it: the browser sends the
form itself then, and gets that page, once.
"""

import base64
import json
import time
from collections.abc import Callable

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from office.core.tokens import keyed
from office.staff.middleware import NEXT, SAVING

# How long an answer that leads on and a page are remembered, and how long the second press waits for
# them, in seconds.
REMEMBERED, PAGE_REMEMBERED, PATIENCE = 60, 30, 30


class SentOnceMiddleware:
    """Outside the session's middleware, so that the cookies of an answer are seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_a_pages_form(request):
            return self.get_response(request)
        key = keyed("sent-once", request.get_full_path(), _sender(request), _sent(request))
        deadline = time.monotonic() + PATIENCE
        while not cache.add(key, "", PATIENCE):
            if sealed := cache.get(key):
                kept = _opened(request, sealed)
                if _leads_on(kept):
                    return kept
                cache.delete(key)
                if SAVING not in request.headers:
                    return kept
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        return self._answered(request, key)

    def _answered(self, request: HttpRequest, key: str) -> HttpResponseBase:
        try:
            response = self.get_response(request)
        except BaseException:
            cache.delete(key)
            raise
        # A new cookie is the first answer's alone.
        new = [c for name, c in response.cookies.items() if c.value != request.COOKIES.get(name)]
        if new:
            cache.delete(key)
        elif _leads_on(response):
            cache.set(key, _sealed(request, response), REMEMBERED)
        elif SAVING in request.headers and _is_page(response):
            cache.set(key, _sealed(request, response), PAGE_REMEMBERED)
        else:
            # A page with errors is no deed.
            cache.delete(key)
        return response


def _is_a_pages_form(request: HttpRequest) -> bool:
    return (
        request.method == "POST"
        and request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")
        and "csrfmiddlewaretoken" in request.POST
        and not request.FILES
    )


def _sent(request: HttpRequest) -> str:
    """What the form says, however it was encoded: a browser and a script of ours do it differently."""
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
    """Whether the answer says where to go on."""
    found = response.headers.keys() & {"Location", NEXT}
    return bool(found) and response.status_code < 400


def _is_page(response: HttpResponseBase) -> bool:
    is_whole = not response.streaming and response.status_code < 500
    return is_whole and "X-Session" not in response.headers


def _sealed(request: HttpRequest, response: HttpResponseBase) -> str:
    """The answer, readable only to who sends the same again: it may hold a secret link or names."""
    body = response.content.decode() if isinstance(response, HttpResponse) else ""
    text = json.dumps([response.status_code, dict(response.headers), body])
    return _cipher(request).encrypt(text.encode()).decode()


def _opened(request: HttpRequest, sealed: str) -> HttpResponse:
    status, headers, body = json.loads(_cipher(request).decrypt(sealed.encode()))
    return HttpResponse(body, status=status, headers={**headers, "Cache-Control": "no-store"})


def _cipher(request: HttpRequest) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=settings.SECRET_KEY.encode(), info=b"sent once")
    key = derived.derive(f"{_sender(request)} {_sent(request)}".encode())
    return Fernet(base64.urlsafe_b64encode(key))
