"""Redirect people who open the address of a button to its page."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import Resolver404, resolve

Respond = Callable[[HttpRequest], HttpResponse]


class NotAllowedPageMiddleware:
    """Answer a person's GET of a POST-only address with a page that links to the one above."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_empty = isinstance(response, HttpResponseNotAllowed) and not response.content
        if not is_empty or request.method not in ("GET", "HEAD"):
            return response
        if request.method == "GET" and _comes_from_itself(request):
            return HttpResponseRedirect(page_above(request.path))
        page = render(request, "405.html", {"back": page_above(request.path)}, status=405)
        for name in ("Allow", "Cache-Control", "X-Robots-Tag"):
            if name in response.headers:
                page.headers[name] = response.headers[name]
        page.headers.setdefault("Cache-Control", "no-store, private")
        return page


def _comes_from_itself(request: HttpRequest) -> bool:
    """Say whether a refused form's page is asked for again, as by choosing another language there."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    return (referrer.netloc, referrer.path) == (request.get_host(), request.path)


def page_above(path: str) -> str:
    """Return the nearest existing address above `path`."""
    parts = [part for part in path.split("/") if part]
    while parts:
        parts.pop()
        above = "/".join(["", *parts, ""])
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"
