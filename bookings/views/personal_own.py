"""What is one's own on the personal page: its link."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings import personal_links
from bookings.models import Party
from bookings.personal_links import token_of
from bookings.recording import NotPossibleError
from bookings.telling import ways_of
from bookings.views.personal import (
    changed_meanwhile,
    personal,
    remember_sent,
    sent_before,
    to_page,
)
from bookings.views.secret_links import unlisted
from office.audience import by_link
from office.taking import retrying


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def close_link(request: HttpRequest, token: str) -> HttpResponse:
    """Close one's own link. The new one goes to the safe address; only who has none gets it here."""
    again = sent_before(request) if request.method == "POST" else None
    if again is not None:
        return _closed(request, again)
    return _close_link(request, token)


@personal
def _close_link(request: HttpRequest, party: Party) -> HttpResponse:
    if request.method == "POST":
        try:
            return _closed(request, _close(party.pk, request.POST.get("key", "")))
        except NotPossibleError:
            changed_meanwhile(request)
            return to_page(party)
    return render(
        request,
        "bookings/personal/close_link.html",
        {
            "token": token_of(party),
            "is_reachable": bool(ways_of(party)),
            "key": secrets.token_urlsafe(18),
        },
    )


@retrying
def _close(party_id: int, key: str) -> Party:
    personal_links.close_link(party_id)
    party = Party.objects.select_related("appointment").get(pk=party_id)
    if key:
        remember_sent(key, party)
    return party


def _closed(request: HttpRequest, party: Party) -> HttpResponse:
    if ways_of(party):
        return unlisted(render(request, "bookings/personal/link_closed.html"))
    messages.success(
        request,
        _("The earlier address of this page opens nothing any more. Save the new one."),
    )
    return to_page(party)
