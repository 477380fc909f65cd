"""A word before the visit at the desk: opened, answered by phone, tried."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.desk_kit.act import act
from bookings.desk_kit.fetch import appointment_or_404, party_or_404
from bookings.lifecycle.party_access import note_access_of
from bookings.lifecycle.phone_visits import may_be_called
from bookings.words_before.actions import note_answered, note_tried
from office.models import AccessAction
from office.staff.permissions import StaffRequest, secretary


@require_safe
@secretary
def read(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Show what the party has written, and log that it was read."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    words = list(party.words_before.select_related("answered_by"))
    if not words:
        raise Http404
    note_access_of(party, request.user, action=AccessAction.READ)
    return render(
        request,
        "bookings/words_before/desk.html",
        {
            "appointment": appointment,
            "party": party,
            "words": words,
            "is_open": any(word.answered_at is None for word in words),
            # A protected number is looked up on the card, where that is logged.
            "may_call": may_be_called(party) and not party.is_protected,
        },
    )


@require_POST
@secretary
def answered(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    note_answered(party.pk, user=request.user)
    messages.success(
        request, f"{appointment.reference}: " + _("answered by phone, and off the work list.")
    )
    return redirect("staff:desk")


@require_POST
@secretary
def tried(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    return act(
        request,
        appointment,
        lambda: note_tried(party.pk, user=request.user),
        done=_("not reached: it stays on the work list."),
    )
