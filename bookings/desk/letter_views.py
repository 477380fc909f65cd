"""Reading letters: before they are written, and after."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bookings.appointments import decisions
from bookings.appointments.added_sentences import adding
from bookings.appointments.preview import letters_of
from bookings.appointments.separate_visits import TooCloseError
from bookings.desk.forms import DeclineForm
from bookings.desk_kit.act import carried_fields, version_seen
from bookings.desk_kit.fetch import appointment_or_404
from bookings.desk_kit.letters import letters_from
from bookings.desk_kit.sentence_form import SentenceForm
from bookings.lifecycle.contact_consent import AskFirstError
from bookings.lifecycle.party_access import note_access_of
from bookings.lifecycle.phone_visits import NoNumberError
from bookings.lifecycle.protection import PlaceNotAgreedError
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Appointment, MoveRequest
from bookings.outcomes.invitations import invite_again
from office.calendar.occupancy import TimeTakenError
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
}


@require_POST
@secretary
def preview(request: StaffRequest, reference: str, what: str) -> HttpResponse:
    """Show the letters of what is about to be done. Nothing is done, and nothing is sent.

    Posted, since own words may be among what is sent along.
    """
    if what not in DEEDS:
        raise Http404
    appointment = appointment_or_404(reference)
    target = _move_of(request, appointment) if what == "accept_move" else appointment
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    parties = list(appointment.parties.order_by("-is_requester", "pk"))
    form = SentenceForm(request.POST, parties=parties)
    context: dict[str, object] = {"appointment": appointment, "what": what}
    status = 422
    decline_form = DeclineForm(request.POST)
    if not form.is_valid():
        context["problems"] = [error for errors in form.errors.values() for error in errors]
    elif what == "decline" and not decline_form.is_valid():
        context["problems"] = [_("Choose first what the parties are told.")]
    else:
        words = form.added()
        reason = decline_form.cleaned_data.get("reason", "") if what == "decline" else ""
        try:
            action = _action(request, target, what, reason)
            found = letters_of(lambda: adding(words, appointment.pk, action))
            context |= {"letters": letters_from(found, appointment, parties), "words": words}
            status = 200
        except (TooCloseError, AskFirstError, PlaceNotAgreedError, NoNumberError) as error:
            context["problems"] = [error.sentence]
        except (ChangedMeanwhileError, NotPossibleError, TimeTakenError):
            context["problems"] = [_("This cannot be done now: it has changed. Open it again.")]
    if "HX-Request" in request.headers:
        return render(request, "bookings/desk/_letters.html", context)
    return render(
        request,
        "bookings/desk/letters.html",
        {
            **context,
            "deed": DEEDS[what],
            "carried": carried_fields(request),
            "version": version_seen(request),
            "action": reverse(f"staff:{what}", args=_address_of(target)),
        },
        status=status,
    )


def _move_of(request: StaffRequest, appointment: Appointment) -> MoveRequest:
    pk = request.POST.get("move", "")
    return get_object_or_404(appointment.move_requests, pk=int(pk) if pk.isdecimal() else 0)


def _address_of(target: Appointment | MoveRequest) -> list[object]:
    if isinstance(target, MoveRequest):
        return [target.appointment.reference, target.pk]
    return [target.reference]


def _action(
    request: StaffRequest, target: Appointment | MoveRequest, what: str, reason: str
) -> Callable[[], object]:
    pk, user, version = target.pk, request.user, version_seen(request)
    if what == "accept_move":
        agreed = "place_agreed" in request.POST
        return lambda: decisions.accept_move(pk, user=user, version=version, place_agreed=agreed)
    if what == "decline":
        return lambda: decisions.decline(pk, user=user, reason=reason, version=version)
    acts: dict[str, Callable[..., object]] = {
        "confirm": decisions.confirm,
        "cancel": decisions.cancel,
        "invite_again": invite_again,
    }
    act = acts[what]
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
