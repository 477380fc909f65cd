"""Contacts of the parties: add the other parent, correct details, send a message again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments import corrections
from bookings.desk.details import details_summary, present_details
from bookings.desk.person_forms import TakingPartForm
from bookings.desk_kit.act import act, version_seen
from bookings.desk_kit.fetch import appointment_or_404, party_or_404
from bookings.desk_kit.letters_page import is_part, letters_page, problems_of, wants_letters
from bookings.lifecycle import contact_consent
from bookings.lifecycle.party_access import note_access_of
from bookings.models import Appointment, Party, UndoKind
from bookings.parties.forms import ContactsForm
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary


@secretary
def add_parent(request: StaffRequest, reference: str) -> HttpResponse:
    """Add the other parent's details, for the unit to contact them."""
    appointment = appointment_or_404(reference)
    if contact_consent.must_ask_first(appointment):
        messages.error(request, contact_consent.AskFirstError().sentence)
        return redirect("staff:request", reference=appointment.reference)
    language = appointment.language
    named = corrections.named_other(appointment)
    begun = {"language": language, "name": named.name if named else ""}
    form = ContactsForm(request.POST or None, initial=begun)
    form.keep_apart_from(appointment.parties.all())
    if request.method == "POST" and form.is_valid():
        details = form.details()

        def action() -> list[Party]:
            return corrections.add_other_parent(
                appointment.pk, details, user=request.user, version=version_seen(request)
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
            deed=_("Add the other parent"),
            details=details_summary(form),
            done=_("the other parent is added."),
            undo_as=UndoKind.PARENT_ADDED,
        )
    if wants_letters(request) and is_part(request):
        return letters_page(request, appointment, list, deed="", problems=problems_of(form))
    return _contacts_page(
        request, appointment, form, _("Add the other parent"), writes_letters=True
    )


@secretary
def edit_party(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Correct one party's details."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    note_access_of(
        party,
        request.user,
        action=AccessAction.CORRECT if request.method == "POST" else AccessAction.READ,
        reason=AccessReason.BOOKING,
    )
    form = TakingPartForm(request.POST or None, initial=TakingPartForm.initial_of(party))
    form.offer_to(party, appointment)
    form.keep_apart_from(appointment.parties.exclude(pk=party.pk))
    form.hide_contacts_of(party)
    if appointment.is_anonymous:
        form.fields["phone"].disabled = form.fields["email"].disabled = True
    if request.method == "POST" and form.is_valid():
        details = form.details()

        return act(
            request,
            appointment,
            lambda: corrections.correct_party(
                party.pk,
                details,
                part=form.part(),
                user=request.user,
                version=version_seen(request),
            ),
            deed=_("Correct the details"),
            details=details_summary(form),
            present=lambda: present_details(form, party),
            done=_("details corrected."),
            undo_as=UndoKind.CORRECTED,
            with_contacts=True,
        )
    return _contacts_page(request, appointment, form, _("Correct the details"))


def _contacts_page(
    request: StaffRequest,
    appointment: Appointment,
    form: ContactsForm,
    title: str,
    *,
    writes_letters: bool = False,
) -> HttpResponse:
    return render(
        request,
        "bookings/desk/contacts.html",
        {
            "appointment": appointment,
            "form": form,
            "title": title,
            "writes_letters": writes_letters,
            "version": request.POST.get("version", appointment.version),
        },
        status=422 if form.errors else 200,
    )


@require_POST
@secretary
def notify_again(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Notify a party once more of the current state."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    return act(
        request,
        appointment,
        lambda: corrections.notify_again(
            party.pk, user=request.user, version=version_seen(request)
        ),
        deed=_("Send the message again"),
        done=_("the message is sent again."),
        undo_as=UndoKind.SENT_AGAIN,
    )
