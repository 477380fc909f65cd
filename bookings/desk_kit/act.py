"""Run the secretary's action and report the outcome: done, just taken, changed meanwhile."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.appointments.separate_visits import TooCloseError
from bookings.appointments.undo import remember, undoably
from bookings.availability.allocation import JustTakenError
from bookings.desk_kit.changed import changed_since, differences
from bookings.desk_kit.fetch import appointment_or_404
from bookings.desk_kit.labels import status_label
from bookings.lifecycle.contact_consent import AskFirstError
from bookings.lifecycle.phone_visits import NoNumberError
from bookings.lifecycle.protection import PlaceNotAgreedError
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Appointment, CallOutcome, Party, UndoKind
from bookings.phone import calls
from office.calendar.occupancy import TimeTakenError
from office.core import phones
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest

Unreached = list[Party] | None
Facts = Sequence[tuple[str, str]]

# What belongs to the form itself, and is not carried over to another press.
OWN_FIELDS = ("csrfmiddlewaretoken", "version")

# What it means for the call that goes on, if one does.
OUTCOMES: dict[str, CallOutcome] = {
    UndoKind.CONFIRMED: CallOutcome.BOOKED,
    UndoKind.BOOKED: CallOutcome.BOOKED,
    UndoKind.MOVED: CallOutcome.MOVED,
    UndoKind.CANCELLED: CallOutcome.CANCELLED,
}


def act(
    request: StaffRequest,
    appointment: Appointment,
    action: Callable[[], Unreached],
    *,
    done: str,
    deed: str = "",
    details: Facts = (),
    present: Callable[[], Facts] | None = None,
    taken: Callable[[], HttpResponse] | None = None,
    again: Callable[[], HttpResponse] | None = None,
    undo_as: UndoKind | None = None,
    with_contacts: bool = False,
) -> HttpResponse:
    """Run the action, and report the outcome in words a person can act on.

    `deed` and `details`: what was wanted, to be shown beside how things stand where somebody else was
    quicker; `present`: the same details as they are then. `taken`: the page to show where the time went
    to somebody else; `again`: the one where what was refused stands as it was typed. `undo_as`: what the
    bar of the next page calls it; it can be taken back for ten seconds, for which the messages wait. The
    bar then says alone what was done. `with_contacts`: so can the parties' contacts.
    """
    outcome = OUTCOMES.get(undo_as) if undo_as else None
    if outcome == CallOutcome.BOOKED and appointment.is_confirmed:
        outcome = CallOutcome.MOVED
    undoable = None
    try:
        if undo_as:
            unreached, undoable = undoably(
                action,
                what=undo_as,
                user=request.user,
                appointments=[appointment.pk],
                with_contacts=with_contacts,
            )
            remember(request.session, undoable)
        else:
            unreached = action()
    except ChangedMeanwhileError:
        return changed_page(
            request, appointment, deed=deed, details=details, present=present() if present else ()
        )
    except (TimeTakenError, JustTakenError):
        if taken is not None:
            return taken()
        messages.error(
            request, _("That time is not free any more. Offer other times or book another one.")
        )
        return _to_card(appointment)
    except (TooCloseError, AskFirstError, PlaceNotAgreedError, NoNumberError) as error:
        messages.error(request, error.sentence)
        return again() if again is not None else _to_card(appointment)
    except NotPossibleError:
        appointment.refresh_from_db()
        messages.error(
            request,
            _("This cannot be done now: %(code)s is %(status)s.")
            % {"code": appointment.reference, "status": status_label(appointment)},
        )
        return again() if again is not None else _to_card(appointment)
    if outcome is not None:
        calls.note_outcome(request.user, outcome, appointment=appointment)
    if undoable is None:
        messages.success(request, f"{appointment.reference}: {done}")
    say_whom_to_call(request, unreached)
    return after(request, appointment)


def after(request: StaffRequest, appointment: Appointment) -> HttpResponse:
    """Redirect to the next row of the desk, or back to the page of the request."""
    if request.POST.get("in_desk"):
        at = request.POST.get("after", "")
        return redirect(reverse("staff:desk") + (f"?{urlencode({'at': at})}" if at else ""))
    return _to_card(appointment)


def _to_card(appointment: Appointment) -> HttpResponse:
    return redirect("staff:request", reference=appointment.reference)


def version_seen(request: StaffRequest) -> int:
    """Return the version that the secretary looked at; 0, which never was, where the form has none."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def changed_page(
    request: StaffRequest,
    appointment: Appointment,
    *,
    deed: str,
    details: Facts = (),
    present: Facts = (),
) -> HttpResponse:
    """Show what was wanted next to how it is now, since somebody else was quicker.

    Nothing was overwritten. One press does what was wanted on the present state after all.
    """
    appointment = appointment_or_404(appointment.reference)
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    context = {
        "appointment": appointment,
        "deed": deed,
        "details": details,
        "differences": differences(details, present) if present else [],
        "changed": changed_since(appointment, version_seen(request)),
        "carried": posted_fields(request),
        "anyway": request.path,
    }
    return render(request, "bookings/rescheduling/changed.html", context, status=409)


def posted_fields(request: StaffRequest) -> list[tuple[str, str]]:
    """Return what a form had, to be sent again by another button."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OWN_FIELDS
        for value in values
    ]


def say_whom_to_call(request: StaffRequest, unreached: Unreached) -> None:
    """Name those who can be notified by a call only."""
    for party in unreached or ():
        safe = party.phone and party.call_is_safe
        # A protected number is looked up on the card, where that is logged.
        phone = _("number on the card") if party.is_protected else phones.shown(party.phone)
        text = (
            _("Call %(name)s, %(phone)s: no message could be sent safely.")
            if safe
            else _(
                "%(name)s could not be notified: no safe contact is known. Decide how to reach "
                "them."
            )
        )
        messages.warning(request, text % {"name": party.name or _("a party"), "phone": phone})
