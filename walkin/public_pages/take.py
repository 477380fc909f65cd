"""What the kiosk and one's own phone share when a number is taken."""

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
from walkin.public_pages.status import PointStatus, point_statuses
from walkin.tickets.matters import Matter, matter_of, matters, needs_appointment

WITH_WHOM = [
    (Meeting.SEPARATE.value, _("On my own, or separately from the other parent")),
    (Meeting.TOGETHER.value, _("With the other parent, at the same time")),
]


class PublicTakeForm(forms.Form):
    """Matter, language and company. No name is asked for."""

    key = forms.CharField(max_length=40)
    matter = forms.CharField(max_length=60)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    meeting = forms.ChoiceField(
        choices=WITH_WHOM, error_messages={"required": _("Choose how you are here.")}
    )


def chosen_matter(key: str) -> Matter | None:
    """Return the matter that the address or the form names; None for an unknown one."""
    try:
        return matter_of(key)
    except UnknownMatterError:
        return None


def take_form(request: HttpRequest) -> PublicTakeForm:
    """Return the form as sent, or a fresh one with its own key."""
    if request.method == "POST":
        return PublicTakeForm(request.POST)
    return PublicTakeForm(initial={"key": secrets.token_urlsafe(16)})


def status_at(day: WalkInDay) -> PointStatus | None:
    """Return the public status of the day's point."""
    return next(iter(point_statuses(day.service_point_id)), None)


def take_context(**more: Any) -> dict[str, Any]:
    """Template context for choosing."""
    return {
        "matters": matters(),
        "elsewhere": needs_appointment(),
        "with_whom": WITH_WHOM,
        "unit": Unit.get(),
        **more,
    }


def private_page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page that no browser or proxy stores and no search engine indexes."""
    return never_stored(render(request, template, context, status=status))


def never_stored(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
