"""What the secretary does for one party: who is calling, their link, what is protected."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments import by_video
from bookings.desk.request_views import request_page
from bookings.desk_kit.act import act, version_seen
from bookings.desk_kit.fetch import appointment_or_404, party_or_404
from bookings.lifecycle import protection
from bookings.lifecycle.party_access import note_access_of
from bookings.models import Appointment, UndoKind
from bookings.phone import caller_views
from bookings.self_service import personal_links
from bookings.self_service.caller_check import recognise
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary
from office.staff.rate_limits import TooManyTriesError


@require_POST
@secretary
def who_calls(request: StaffRequest) -> HttpResponse:
    """Open the card of a caller who reads out their own code, and mark them on it."""
    return identify(request, request.POST.get("code", ""))


def identify(request: StaffRequest, code: str) -> HttpResponse:
    """Identify a party by a code that was typed anywhere."""
    try:
        party = recognise(code, user=request.user)
    except TooManyTriesError:
        messages.error(request, _("Too many codes in a minute. Wait a little."))
        return _back(request)
    if party is None:
        messages.error(
            request,
            _("Nobody has this code. Tell nothing before you know who is calling."),
        )
        return _back(request)
    caller_views.mark(request.session, party)
    return redirect("staff:request", reference=party.appointment.reference)


def _back(request: StaffRequest) -> HttpResponse:
    """Redirect to the card that the code was typed on; else to the desk."""
    reference = request.POST.get("reference", "")
    if Appointment.objects.filter(reference=reference).exists():
        return redirect("staff:request", reference=reference)
    return redirect("staff:desk")


@require_POST
@secretary
def close_link(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Close a party's link, which somebody else may have read, and send them a new one."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    note_access_of(party, request.user, action=AccessAction.CLOSE_LINK, reason=AccessReason.BOOKING)
    return act(
        request,
        appointment,
        lambda: personal_links.close_link(
            party.pk, user=request.user, version=version_seen(request)
        ),
        deed=_("Close the link, send a new one"),
        done=_("the earlier link no longer works."),
        undo_as=UndoKind.LINK_CLOSED,
    )


@require_POST
@secretary
def own_channel(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Let one party take part by video where the others come, or come after all."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    joins = request.POST.get("joins") == "yes"
    return act(
        request,
        appointment,
        lambda: by_video.set_joins_by_video(
            party.pk, joins=joins, user=request.user, version=version_seen(request)
        ),
        deed=_("Takes part by video") if joins else _("Comes to the place after all"),
        done=_("they take part by video.") if joins else _("they come to the place after all."),
        undo_as=UndoKind.OWN_CHANNEL,
    )


@require_POST
@secretary
def renew_invitation(request: StaffRequest, reference: str) -> HttpResponse:
    """Make a new invitation code: the earlier one opens nothing from now on."""
    appointment = appointment_or_404(reference)
    note_access(
        request.user,
        appointment.reference,
        action=AccessAction.CLOSE_LINK,
        reason=AccessReason.BOOKING,
    )
    return act(
        request,
        appointment,
        lambda: personal_links.renew_invitation(
            appointment.pk, user=request.user, version=version_seen(request)
        ),
        deed=_("Make a new invitation code"),
        done=_("the earlier invitation code no longer works. The new one is on the card."),
    )


@require_POST
@secretary
def reveal(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Show the card with one party's protected contact details, once; the reading is logged."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    note_access_of(party, request.user, action=AccessAction.REVEAL, reason=AccessReason.BOOKING)
    return request_page(request, appointment, revealed=party.pk)


@require_POST
@secretary
def place_agreed(request: StaffRequest, reference: str) -> HttpResponse:
    """Record that a protected party has agreed to the place that the other parent will learn."""
    appointment = appointment_or_404(reference)
    return act(
        request,
        appointment,
        lambda: protection.note_place_agreed(
            appointment.pk, user=request.user, version=version_seen(request)
        ),
        deed=_("The place is agreed with them"),
        done=_("the place is agreed."),
    )
