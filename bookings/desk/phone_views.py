"""What is noted of a talk on the phone: what came of a call, and what a party says."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments import answers
from bookings.desk_kit.act import act
from bookings.desk_kit.fetch import appointment_or_404, party_or_404
from bookings.lifecycle.call_results import CallResult, note_call
from bookings.models import UndoKind
from bookings.phone import caller_views
from office.staff.permissions import StaffRequest, secretary


@require_POST
@secretary
def called(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Record that the secretary has called this party, and what came of it."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    result = request.POST.get("result", "")
    if result not in CallResult.values:
        messages.error(request, _("Choose what came of the call."))
        return redirect("staff:request", reference=appointment.reference)
    return act(
        request,
        appointment,
        lambda: note_call(party.pk, result=result, user=request.user),
        deed=_("Note the call"),
        done=_("not reached: it stays on the work list.")
        if result == CallResult.NOT_REACHED
        else _("the call is noted."),
    )


@require_POST
@secretary
def answer(request: StaffRequest, reference: str, pk: int, reply: str) -> HttpResponse:
    """Note what a party says on the phone: yes or no, or which of the offered times ("offer")."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    if reply not in ("yes", "no", "offer"):
        raise Http404
    if not caller_views.is_known(request, party):
        caller_views.refuse_unknown(request)
        return redirect("staff:request", reference=appointment.reference)
    if reply == "offer":
        given = request.POST.get("offer", "")
        offer = int(given) if given.isdecimal() and len(given) < 18 else 0
        return act(
            request,
            appointment,
            lambda: answers.choose_offer(party.pk, offer, user=request.user),
            deed=_("Book the time that was chosen on the phone"),
            done=_("the time is booked."),
            undo_as=UndoKind.BOOKED if appointment.is_undecided else UndoKind.MOVED,
        )
    return act(
        request,
        appointment,
        lambda: answers.answer_invitation(party.pk, accepts=reply == "yes", user=request.user),
        deed=_("Note the answer"),
        done=_("the answer is noted."),
        undo_as=UndoKind.ANSWERED,
    )
