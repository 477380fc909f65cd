"""Reading letters: before they are written, and after."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bookings.appointments import corrections, decisions
from bookings.appointments.added_sentences import adding
from bookings.desk.forms import DeclineForm
from bookings.desk_kit.act import version_seen
from bookings.desk_kit.fetch import appointment_or_404
from bookings.desk_kit.letters import letters_from
from bookings.desk_kit.letters_page import letters_page
from bookings.desk_kit.sentence_form import SentenceForm
from bookings.lifecycle.party_access import note_access_of
from bookings.models import Appointment, MoveRequest, Party
from bookings.outcomes.invitations import invite_again
from bookings.self_service import personal_links
from office.messaging.outbox import about_visit
from office.models import AccessAction, AccessReason, OutboxMessage
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary

# What can be read before it is done, and what the button then says.
DEEDS = {
    "confirm": gettext_lazy("Confirm"),
    "decline": gettext_lazy("Decline and explain why"),
    "cancel": gettext_lazy("Cancel the appointment"),
    "accept_move": gettext_lazy("Move"),
    "invite_again": gettext_lazy("Send the invitation"),
    "keep_time": gettext_lazy("Keep the time as it was"),
    "notify_again": gettext_lazy("Send the message again"),
    "close_link": gettext_lazy("Close the link, send a new one"),
}
OF_MOVE = ("accept_move", "keep_time")
OF_PARTY = ("notify_again", "close_link")
BIGGEST = 2**31
Target = Appointment | MoveRequest | Party


@require_POST
@secretary
def preview(request: StaffRequest, reference: str, deed: str) -> HttpResponse:
    """Show the letters of what is about to be done. Nothing is done, and nothing is sent.

    Posted, since own words may be among what is sent along.
    """
    if deed not in DEEDS:
        raise Http404
    appointment = appointment_or_404(reference)
    target = _target(request, appointment, deed)
    form = SentenceForm(request.POST, parties=appointment.parties.all())
    decline_form = DeclineForm(request.POST)
    problems: list[str] = []
    words, reason = None, ""
    if not form.is_valid():
        problems = [str(error) for errors in form.errors.values() for error in errors]
    elif deed == "decline" and not decline_form.is_valid():
        problems = [_("Choose first what the parties are told.")]
    else:
        words = form.added()
        reason = decline_form.cleaned_data.get("reason", "") if deed == "decline" else ""
    action = _action(request, target, deed, reason)
    return letters_page(
        request,
        appointment,
        lambda: adding(words, appointment.pk, action),
        deed=str(DEEDS[deed]),
        address=reverse(f"staff:{deed}", args=_address_of(target)),
        words=words,
        problems=problems,
    )


def _target(request: StaffRequest, appointment: Appointment, deed: str) -> Target:
    """Find what it is about: a wish to move, or one party, where it is not the visit itself."""
    if deed in OF_MOVE:
        return get_object_or_404(appointment.move_requests, pk=_posted(request, "move"))
    if deed in OF_PARTY:
        return get_object_or_404(appointment.parties, pk=_posted(request, "party"))
    return appointment


def _posted(request: StaffRequest, name: str) -> int:
    pk = request.POST.get(name, "")
    return int(pk) if pk.isdecimal() and int(pk) < BIGGEST else 0


def _address_of(target: Target) -> list[object]:
    if isinstance(target, Appointment):
        return [target.reference]
    return [target.appointment.reference, target.pk]


def _action(request: StaffRequest, target: Target, deed: str, reason: str) -> Callable[[], object]:
    pk, user, version = target.pk, request.user, version_seen(request)
    if deed == "accept_move":
        agreed = "place_agreed" in request.POST
        return lambda: decisions.accept_move(pk, user=user, version=version, place_agreed=agreed)
    if deed == "decline":
        return lambda: decisions.decline(pk, user=user, reason=reason, version=version)
    acts: dict[str, Callable[..., object]] = {
        "confirm": decisions.confirm,
        "cancel": decisions.cancel,
        "invite_again": invite_again,
        "keep_time": decisions.keep_time,
        "notify_again": corrections.notify_again,
        "close_link": personal_links.close_link,
    }
    act = acts[deed]
    return lambda: act(pk, user=user, version=version)


@require_safe
@secretary
def letter(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Show what one message says. Logged: a letter is its reader's."""
    appointment = appointment_or_404(reference)
    message = get_object_or_404(OutboxMessage, about_visit(appointment.reference), pk=pk)
    parties = list(appointment.parties.all())
    letters = letters_from([message], appointment, parties)
    reader = next((party for party in parties if party.pk == letters[0].party), None)
    action, reason = AccessAction.READ, AccessReason.BOOKING
    if reader is None:
        note_access(
            request.user, appointment.reference, action=action, reason=reason, step="letter"
        )
    else:
        note_access_of(reader, request.user, action=action, reason=reason, step="letter")
    context = {"appointment": appointment, "letters": letters}
    if "HX-Request" in request.headers:
        return render(request, "bookings/desk/_letters.html", context)
    return render(request, "bookings/desk/letters.html", context)
