"""Who opens the address of a button is led on to its page, not left on an empty one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import Resolver404, resolve

Respond = Callable[[HttpRequest], HttpResponse]


class NotAllowedPageMiddleware:
    """Give the empty "not allowed" to a person's GET a page, with the way to the one above it."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_empty = isinstance(response, HttpResponseNotAllowed) and not response.content
        if not is_empty or request.method not in ("GET", "HEAD"):
            return response
        page = render(request, "405.html", {"back": page_above(request.path)}, status=405)
        for name in ("Allow", "Cache-Control", "X-Robots-Tag"):
            if name in response.headers:
                page.headers[name] = response.headers[name]
        page.headers.setdefault("Cache-Control", "no-store, private")
        return page


def page_above(path: str) -> str:
    """The nearest address above `path` that there is."""
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
