"""A partial language on the pages that have it, where the reader chose it and the unit had it checked."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from familylaw.i18n.partial import VIEWS
from familylaw.opening import UNIT
from office.core.languages import FULL, PARTIAL, chosen
from office.models import Unit, User

PAGE_HAS_THEM, UNREAD = "familylaw.has_partial_languages", "familylaw.unread_language"


class PartialLanguageMiddleware:
    """Stand after LocaleMiddleware, which has chosen a full language.

    PAGE_HAS_THEM: the page can be read in them. UNREAD: the one that the reader has chosen, where this
    page does not have it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        match = request.resolver_match
        has_them = match is not None and match.view_name in VIEWS
        request.META[PAGE_HAS_THEM] = has_them
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        wanted = cookie if cookie in (*PARTIAL, *FULL) else _asked_for_first(request)
        if wanted not in PARTIAL or not (has_them or wanted == cookie):
            return
        unit = request.META.get(UNIT) or Unit.get()
        reading = unit.reading(wanted)
        if reading is None:
            return
        code = reading.reads if has_them else reading.language
        translation.activate(code)
        request.LANGUAGE_CODE = code
        if not has_them and not isinstance(request.user, User):
            request.META[UNREAD] = PARTIAL[wanted]


def _asked_for_first(request: HttpRequest) -> str:
    """Return the partial language that the browser names before any full one; else empty."""
    for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code := chosen((*PARTIAL, *FULL), tag):
            return code if code in PARTIAL else ""
    return ""
