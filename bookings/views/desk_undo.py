"""Taking back what was just done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings import calls
from bookings.models import Appointment, Status
from bookings.presenters.staff import status_said
from bookings.presenters.undoing import why_not
from bookings.undo import CannotUndoError, Why, undo
from bookings.views.desk import secretary
from office import dates
from office.permissions import StaffRequest


@require_POST
@secretary
def take_back(request: StaffRequest, key: UUID) -> HttpResponse:
    """Undo, and show what it was about; a press that comes too late gets a sentence."""
    try:
        restored = undo(key, user=request.user)
    except CannotUndoError as error:
        level = messages.INFO if error.why == Why.USED else messages.WARNING
        messages.add_message(request, level, why_not(error))
        return _to(error.about.split(", ")[0])
    calls.forget_outcome(request.user, restored)
    codes = ", ".join(appointment.reference for appointment in restored)
    if len(restored) == 1 and restored[0].status == Status.CANCELLED:
        said = _("Undone. The booking %(code)s is cancelled. Nobody was told anything.") % {
            "code": codes
        }
    elif len(restored) == 1:
        said = _("Undone. %(code)s stands as before: %(how)s. Nobody was told anything.") % {
            "code": codes,
            "how": _standing(restored[0]),
        }
    else:
        said = _("Undone: %(codes)s. Nobody was told anything.") % {"codes": codes}
    messages.success(request, said)
    return _to(restored[0].reference if restored else "")


def _standing(appointment: Appointment) -> str:
    when = ""
    if appointment.starts_at is not None and appointment.ends_at is not None:
        when = dates.when_range(appointment.starts_at, appointment.ends_at, get_language())
    return ", ".join(part for part in (status_said(appointment), when) if part)


def _to(reference: str) -> HttpResponse:
    if reference and Appointment.objects.filter(reference=reference).exists():
        return redirect("staff:request", reference=reference)
    return redirect("staff:desk")
