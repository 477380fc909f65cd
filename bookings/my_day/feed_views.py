"""The private calendar feed: its page, and the feed itself for a calendar program."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from bookings.my_day.feed import (
    busy_times,
    feed_path,
    issue_feed,
    professional_of_feed,
    revoke_feed,
)
from bookings.my_day.views import meets_parties, own_professional
from bookings.notifications.notify import language_of
from office.messaging.ics import busy_feed
from office.models import Unit
from office.staff.audience import by_link
from office.staff.permissions import StaffRequest


@require_safe
@meets_parties
def own_feed(request: StaffRequest) -> HttpResponse:
    """Show the address of the own feed, for a calendar program."""
    professional = own_professional(request)
    if professional is None:
        return render(request, "bookings/my_day/nobody.html")
    path = feed_path(professional)
    address = settings.SITE_URL + path if settings.SITE_URL else request.build_absolute_uri(path)
    return render(request, "bookings/my_day/feed.html", {"address": address if path else ""})


@require_POST
@meets_parties
def create(request: StaffRequest) -> HttpResponse:
    professional = own_professional(request)
    if professional is None:
        raise Http404
    had_one = bool(professional.feed_hash)
    issue_feed(professional)
    messages.success(
        request,
        _("The feed has a new address. The earlier one does not work any more.")
        if had_one
        else _("The feed is made. Copy its address into your calendar program."),
    )
    return redirect("staff:feed")


@require_POST
@meets_parties
def revoke(request: StaffRequest) -> HttpResponse:
    professional = own_professional(request)
    if professional is None:
        raise Http404
    revoke_feed(professional)
    messages.success(request, _("The feed was removed. Its address no longer works."))
    return redirect("staff:feed")


@by_link
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Return busy times without client names. The address is the key: nobody signs in here."""
    professional = professional_of_feed(token)
    if professional is None:
        raise Http404
    busy = busy_times(professional, Unit.get())
    language = language_of(professional)
    # Not of the text itself: that carries the instant at which it was made.
    etag = f'"{hashlib.sha256(repr((language, busy)).encode()).hexdigest()[:32]}"'
    seen = {
        tag.strip().removeprefix("W/")
        for tag in request.headers.get("If-None-Match", "").split(",")
    }
    if etag in seen:
        response: HttpResponse = HttpResponseNotModified()
    else:
        with override(language):
            response = HttpResponse(busy_feed(busy), content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response
