"""Conflicts of interest: declared by a professional, a secretary or the manager, who alone lifts one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.desk.conflict_forms import BarByCodeForm, BarForm
from bookings.desk_kit.fetch import appointment_or_404
from bookings.models import Recusal
from bookings.my_day.views import meets_parties, own, own_professional
from bookings.parties import conflicts
from bookings.visibility import APPOINTMENT, Reader, hidden_from
from office.core.http import get_or_post
from office.models import AccessAction, AccessReason, Professional
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, manager, secretary

HISTORY_SHOWN = 50


@get_or_post
@meets_parties
def step_aside(request: StaffRequest, reference: str) -> HttpResponse:
    """Let a professional stay out of the matter of one of their own visits."""
    appointment = own(request, reference)
    professional = own_professional(request)
    if request.method == "POST" and professional is not None:
        conflicts.bar(appointment.pk, professional.pk, user=request.user)
        messages.success(
            request, _("You stay out of this matter. The secretary finds somebody else.")
        )
        return redirect("staff:my_day")
    return render(request, "bookings/my_day/step_aside.html", {"visit": appointment})


@get_or_post
@secretary
def of_appointment(request: StaffRequest, reference: str) -> HttpResponse:
    """Show who stays out of the matter of an appointment; let the secretary keep somebody out."""
    appointment = appointment_or_404(reference)
    form = BarForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        name = form.bar(appointment, by=request.user)
        messages.success(request, _("%(name)s stays out of this matter.") % {"name": name})
        return redirect("staff:request", reference=appointment.reference)
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    context = {
        "appointment": appointment,
        "form": form,
        "barred": _barred_from(appointment.pk),
    }
    status = 422 if form.is_bound else 200
    return render(request, "bookings/desk/conflicts.html", context, status=status)


def _barred_from(appointment_id: int) -> list[str]:
    people = Professional.objects.filter(pk__in=conflicts.barred_from(appointment_id))
    users = conflicts.users_barred_from(appointment_id)
    return [
        *(f"{person.name}, {person.title}" for person in people),
        *(user.get_full_name() or user.username for user in users),
    ]


@get_or_post
@manager
def listing(request: StaffRequest) -> HttpResponse:
    """Show all that is in force and what was lifted; the manager keeps somebody out by a code."""
    form = BarByCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        name = form.bar(form.cleaned_data["code"], by=request.user)
        messages.success(request, _("%(name)s stays out of this matter.") % {"name": name})
        return redirect("staff:conflicts")
    rows = Recusal.objects.select_related("appointment", "professional", "user", "by").defer(
        *hidden_from(Reader.MANAGER, APPOINTMENT, "appointment__")
    )
    context = {
        "form": form,
        "bars": rows.in_force().order_by("-at", "-pk"),
        "history": rows.order_by("-at", "-pk")[:HISTORY_SHOWN],
    }
    status = 422 if form.is_bound else 200
    return render(request, "bookings/desk/conflicts_of_unit.html", context, status=status)


@require_POST
@manager
def lift(request: StaffRequest, pk: int) -> HttpResponse:
    """Let somebody take part in the matter again."""
    rows = Recusal.objects.in_force().select_related("professional", "user")
    bar = get_object_or_404(rows, pk=pk)
    conflicts.lift_bar(bar, user=request.user)
    messages.success(
        request, _("%(name)s may take part in this matter again.") % {"name": bar.name}
    )
    return redirect("staff:conflicts")
