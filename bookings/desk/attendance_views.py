"""Attendance as the secretary marks it, where nobody who met the parties has."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments import attendance
from bookings.desk_kit.act import act
from bookings.desk_kit.fetch import appointment_or_404
from bookings.models import UndoKind
from office.staff.permissions import StaffRequest, secretary


@require_POST
@secretary
def mark(request: StaffRequest, reference: str) -> HttpResponse:
    """Mark that they arrived, were here or did not come; or take the last step back."""
    appointment = appointment_or_404(reference)
    step = request.POST.get("step", "")

    def action() -> None:
        if step == "back":
            attendance.undo_mark(appointment.pk, user=request.user)
        else:
            attendance.mark(appointment.pk, step, user=request.user)

    return act(
        request,
        appointment,
        action,
        deed=_("Mark the attendance"),
        done=_("marked."),
        undo_as=UndoKind.MARKED,
    )
