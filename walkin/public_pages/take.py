"""What the kiosk and one's own phone share: the matter, then with whom, then the number."""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from bookings.models import Meeting
from office.models import Unit
from walkin.errors import UnknownMatterError
from walkin.models import WalkInDay
from walkin.public_pages.status import PointNow, points_now
from walkin.tickets.matters import Matter, matter_of, matters, needs_appointment

WITH_WHOM = [
    (Meeting.SEPARATE.value, _("On my own, or separately from the other parent")),
    (Meeting.TOGETHER.value, _("With the other parent, at the same time")),
]


class TakeForm(forms.Form):
    """Nothing else is asked: no name."""

    key = forms.CharField(max_length=40)
    matter = forms.CharField(max_length=60)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    meeting = forms.ChoiceField(
        choices=WITH_WHOM, error_messages={"required": _("Choose how you are here.")}
    )


def chosen_matter(key: str) -> Matter | None:
    """The matter that the address or the form names; None for an unknown one."""
    try:
        return matter_of(key)
    except UnknownMatterError:
        return None


def form_of(request: HttpRequest) -> TakeForm:
    """The form as sent, or a fresh one with a key of its own."""
    if request.method == "POST":
        return TakeForm(request.POST)
    return TakeForm(initial={"key": secrets.token_urlsafe(16)})


def now_at(day: WalkInDay) -> PointNow | None:
    """The walk-in of the day's point as everybody may know it."""
    return next(iter(points_now(day.service_point_id)), None)


def choices(**more: Any) -> dict[str, Any]:
    """What the pages need for choosing."""
    return {
        "matters": matters(),
        "elsewhere": needs_appointment(),
        "with_whom": WITH_WHOM,
        "unit": Unit.get(),
        **more,
    }


def unkept(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page that no browser or proxy stores and nobody indexes."""
    return closed(render(request, template, context, status=status))


def closed(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
