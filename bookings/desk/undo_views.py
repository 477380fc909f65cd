"""Undo what was just done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments import occasions
from bookings.appointments.undo import CannotUndoError, UndoRefusal, note_seen, undo
from bookings.desk.undo import why_not
from bookings.desk_kit.labels import status_label
from bookings.hooks import UPPER_UNDOS
from bookings.models import Appointment, Undoable, UndoKind
from bookings.phone import calls
from office.core import clock, dates
from office.models import Role
from office.staff.permissions import STAFF, StaffRequest, role_required


@require_POST
@role_required(*STAFF, Role.PARTNER)
def take_back(request: StaffRequest, key: UUID) -> HttpResponse:
    """Undo, and show what it was about; a press that comes too late gets a sentence."""
    found = Undoable.objects.filter(key=key, user=request.user).first()
    try:
        restored = undo(key, user=request.user)
    except CannotUndoError as error:
        level = messages.INFO if error.why == UndoRefusal.USED else messages.WARNING
        messages.add_message(request, level, why_not(error, found))
        if found is not None and found.kind:
            return redirect(UPPER_UNDOS[found.kind].back(found))
        return _to(request, error.about.split(", ")[0])
    if found is not None and found.kind:
        messages.success(request, UPPER_UNDOS[found.kind].undone(found))
        return redirect(UPPER_UNDOS[found.kind].back(found))
    calls.forget_outcome(request.user, restored)
    if found is not None and found.what == UndoKind.LINKS:
        calls.forget_links(request.user)
    if found is not None and found.absence_id is not None:
        messages.success(
            request,
            _("Undone. The absence is removed, and its visits are as before. Nobody was notified."),
        )
        return redirect("staff:away")
    if found is not None and found.calls:
        messages.success(request, _("Undone. Nobody was notified."))
        return redirect("staff:call_backs")
    if not restored:
        messages.success(request, _("Undone. Nothing was sent."))
        return _to(request, found.about if found is not None else "")
    codes = ", ".join(appointment.reference for appointment in restored)
    if len(restored) == 1 and restored[0].is_cancelled:
        sentence = _("Undone. The booking %(code)s is cancelled. Nobody was notified.") % {
            "code": codes
        }
    elif len(restored) == 1:
        sentence = _("Undone. %(code)s is as before: %(how)s. Nobody was notified.") % {
            "code": codes,
            "how": _status_of(restored[0]),
        }
    else:
        sentence = _("Undone: %(codes)s. Nobody was notified.") % {"codes": codes}
    messages.success(request, sentence)
    return _to(request, restored[0].reference if restored else "")


@require_POST
@role_required(*STAFF, Role.PARTNER)
def seen(request: StaffRequest, key: UUID) -> HttpResponse:
    """Take down that the page with the bar is seen, and answer until when it can be undone."""
    until = note_seen(key, user=request.user)
    if until is None:
        return HttpResponse(status=404)
    return JsonResponse({"until": until.isoformat(), "now": clock.now().isoformat()})


def _status_of(appointment: Appointment) -> str:
    when = ""
    if appointment.starts_at is not None and appointment.ends_at is not None:
        when = dates.when_range(appointment.starts_at, appointment.ends_at, get_language())
    return ", ".join(part for part in (status_label(appointment), when) if part)


def _to(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = Appointment.objects.filter(reference=reference).first() if reference else None
    if not request.user.has_role(Role.SECRETARY):
        # The page of a request is the secretary's.
        back = occasions.back_of(appointment) if appointment else ""
        return redirect(back or "staff:my_day")
    if appointment is not None:
        return redirect("staff:request", reference=reference)
    return redirect("staff:desk")
