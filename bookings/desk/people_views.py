"""What the secretary says of people, not of one appointment: a note, and who is not the same."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.desk.forms import PersonNoteForm
from bookings.desk.request_views import request_page
from bookings.desk_kit.fetch import appointment_or_404, party_or_404
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Appointment
from bookings.parties import apart, notes
from bookings.parties.duplicates import Duplicate, look_alikes
from office.staff.permissions import StaffRequest, secretary


@require_POST
@secretary
def person_note(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Write the note on who the party is. What was typed is not lost where somebody was quicker."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    form = PersonNoteForm(request.POST, auto_id=f"person_{pk}_%s")
    if not form.is_valid():
        return request_page(request, appointment, status=422, person_form=(pk, form))
    try:
        notes.write_note(
            party, form.cleaned_data["text"], user=request.user, seen=form.cleaned_data["seen"]
        )
    except ChangedMeanwhileError:
        form = PersonNoteForm.of(notes.note_on(party), pk, text=form.cleaned_data["text"])
        messages.warning(
            request,
            _(
                "Somebody else has written the note on the person meanwhile. Compare, and save again."
            ),
        )
        return request_page(request, appointment, status=409, person_form=(pk, form))
    except NotPossibleError:
        messages.error(request, _("A note needs a name, and a phone number or an e-mail address."))
        return redirect("staff:request", reference=appointment.reference)
    messages.success(request, _("The note on the person is kept."))
    return redirect("staff:request", reference=appointment.reference)


@require_POST
@secretary
def tell_apart(request: StaffRequest, reference: str) -> HttpResponse:
    """Say that this appointment and a look-alike are not of the same people, or take that back."""
    appointment = appointment_or_404(reference)
    other = appointment_or_404(request.POST.get("other", ""))
    found = _look_alike(appointment, other)
    if found is not None:
        takes_back = request.POST.get("do") == "back"
        action = apart.take_back if takes_back else apart.tell_apart
        action(
            found.pairs,
            references=[appointment.reference, other.reference],
            user=request.user,
        )
        sentence = (
            _("You are warned of %(code)s again.")
            if takes_back
            else _("%(code)s: not the same. You are not warned of it again.")
        )
        messages.success(request, sentence % {"code": other.reference})
    return redirect("staff:request", reference=appointment.reference)


def _look_alike(appointment: Appointment, other: Appointment) -> Duplicate | None:
    found = look_alikes([appointment.pk]).get(appointment.pk, [])
    return next((one for one in found if one.appointment == other.pk), None)
