"""What is one's own on the personal page: how one is reached, and the link itself."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.lifecycle.transitions import NotPossibleError, locked
from bookings.models import Party
from bookings.parties.safe_channels import safe_contacts
from bookings.personal.access import changed_meanwhile, personal, to_page
from bookings.personal.forms import OwnContactsForm
from bookings.personal.sent_again import remember_sent, sent_before, sent_with
from bookings.self_service import channels as own_contacts
from bookings.self_service import personal_links
from bookings.self_service.channels import OwnChannels
from bookings.self_service.personal_links import token_of
from office.calendar.occupancy import retrying
from office.core.http import get_or_post, unlisted
from office.staff.audience import by_link


@by_link
@get_or_post
def contacts_page(request: HttpRequest, token: str) -> HttpResponse:
    """Change how one may be reached. The link may change with it; a form sent twice still arrives."""
    again = sent_before(request) if request.method == "POST" else None
    return to_page(again) if again is not None else _contacts_page(request, token)


@personal
def _contacts_page(request: HttpRequest, party: Party) -> HttpResponse:
    if not own_contacts.may_change_contacts(party, party.appointment):
        if request.method == "POST":
            changed_meanwhile(request)
        return to_page(party)
    form = OwnContactsForm(
        request.POST if request.method == "POST" else None,
        party=party,
        initial={**OwnContactsForm.initial_of(party), "key": secrets.token_urlsafe(18)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = _change(party.pk, form.channels(), form.cleaned_data["key"])
        except NotPossibleError:
            changed_meanwhile(request)
            return to_page(party)
        messages.success(
            request, _("We reach you in these ways from now on. Nobody else is told of the change.")
        )
        if changed.link_nonce != party.link_nonce:
            messages.warning(request, _("The address of this page is new: save it."))
        return to_page(changed)
    return render(
        request,
        "bookings/personal/contacts.html",
        {
            "form": form,
            "token": token_of(party),
            "gets_messages": party.email_is_safe or party.sms_is_safe,
        },
        status=422 if form.errors else 200,
    )


@retrying
def _change(party_id: int, channels: OwnChannels, key: str) -> Party:
    return _sent_already(party_id, key) or _changed(party_id, channels, key)


def _changed(party_id: int, channels: OwnChannels, key: str) -> Party:
    party = own_contacts.change_channels(party_id, channels)
    remember_sent(key, party)
    return party


def _sent_already(party_id: int, key: str) -> Party | None:
    """Return the party, where the same form was sent twice at once and the other press was first.

    The later press waits for the lock, and looks again behind it.
    """
    locked(Party.objects.get(pk=party_id).appointment_id)
    return sent_with(key)


@by_link
@require_POST
@personal
def stop(request: HttpRequest, party: Party) -> HttpResponse:
    """Stop all e-mail and text messages."""
    try:
        own_contacts.stop_messages(party.pk)
    except NotPossibleError:
        changed_meanwhile(request)
    else:
        messages.success(
            request,
            _(
                "We send you no more e-mail or text messages, and those on their way are stopped. "
                "See on this page how your matter stands."
            ),
        )
    return to_page(party)


@by_link
@get_or_post
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
            "is_reachable": bool(safe_contacts(party)),
            "may_change_contacts": own_contacts.may_change_contacts(party, party.appointment),
            "key": secrets.token_urlsafe(18),
        },
    )


@retrying
def _close(party_id: int, key: str) -> Party:
    again = _sent_already(party_id, key)
    if again is not None:
        return again
    personal_links.close_link(party_id)
    party = Party.objects.select_related("appointment").get(pk=party_id)
    if key:
        remember_sent(key, party)
    return party


def _closed(request: HttpRequest, party: Party) -> HttpResponse:
    if safe_contacts(party):
        return unlisted(render(request, "bookings/personal/link_closed.html"))
    messages.success(
        request,
        _("The earlier address of this page no longer works. Save the new one."),
    )
    return to_page(party)
