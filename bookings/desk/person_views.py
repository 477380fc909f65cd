"""More people at a visit, and the ages of the children: what the secretary writes down of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments import people
from bookings.desk.details import details_summary
from bookings.desk.person_forms import ChildrenAgesForm, TakingPartForm
from bookings.desk_kit.act import act, version_seen
from bookings.desk_kit.fetch import appointment_or_404, party_or_404
from bookings.desk_kit.letters_page import is_part, letters_page, problems_of, wants_letters
from bookings.models import Party, UndoKind
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary


@secretary
def add_person(request: StaffRequest, reference: str) -> HttpResponse:
    """Add somebody who comes besides the parents, in their own right or along with one of them."""
    appointment = appointment_or_404(reference)
    if not people.roles_to_add(appointment):
        messages.error(request, _("Nobody can be added to this visit any more."))
        return redirect("staff:request", reference=appointment.reference)
    form = TakingPartForm(request.POST or None, initial={"language": appointment.language})
    form.offer(appointment)
    form.keep_apart_from(appointment.parties.filter(left_at=None))
    if request.method == "POST" and form.is_valid():
        details, part = form.details(), form.part()

        def action() -> list[Party]:
            return people.add_person(
                appointment.pk, details, part, user=request.user, version=version_seen(request)
            )

        if wants_letters(request):
            return letters_page(request, appointment, action, deed=_("Save"))
        note_access(
            request.user,
            appointment.reference,
            action=AccessAction.CORRECT,
            reason=AccessReason.BOOKING,
        )
        return act(
            request,
            appointment,
            action,
            deed=_("Somebody else comes"),
            details=details_summary(form),
            done=_("somebody is added."),
            undo_as=UndoKind.PERSON_ADDED,
        )
    if wants_letters(request) and is_part(request):
        return letters_page(request, appointment, list, deed="", problems=problems_of(form))
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    context = {
        "appointment": appointment,
        "form": form,
        "title": _("Somebody else comes"),
        "writes_letters": True,
        "version": request.POST.get("version", appointment.version),
    }
    status = 422 if form.errors else 200
    return render(request, "bookings/desk/contacts.html", context, status=status)


@require_POST
@secretary
def leave_out(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Leave out somebody who was added and does not come after all."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    return act(
        request,
        appointment,
        lambda: people.leave_out(party.pk, user=request.user, version=version_seen(request)),
        deed=_("Does not come after all"),
        done=_("they are left out."),
        undo_as=UndoKind.PERSON_LEFT,
    )


@secretary
def children(request: StaffRequest, reference: str) -> HttpResponse:
    """Note how old the children are."""
    appointment = appointment_or_404(reference)
    form = ChildrenAgesForm(request.POST or None, initial=ChildrenAgesForm.initial_of(appointment))
    if request.method == "POST" and form.is_valid():
        ages = form.cleaned_data["ages"]
        return act(
            request,
            appointment,
            lambda: people.note_children(
                appointment.pk, ages, user=request.user, version=version_seen(request)
            ),
            deed=_("Note the ages of the children"),
            details=[(str(form.fields["ages"].label), ", ".join(map(str, ages or ())))],
            done=_("the ages are noted."),
        )
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    context = {
        "appointment": appointment,
        "form": form,
        "version": request.POST.get("version", appointment.version),
    }
    status = 422 if form.errors else 200
    return render(request, "bookings/desk/children.html", context, status=status)
