"""Requests about own data, as work: what is held, the file to hand over, deletion, the answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.desk.data_forms import ContactRequestForm
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import DataRequest
from bookings.parties.notes import note_on
from bookings.retention import contact_requests
from bookings.retention import requests as own_data
from office.core import clock
from office.core.http import get_or_post
from office.models import AccessAction, Role
from office.staff.permissions import StaffRequest, role_required
from office.ui.pages import posted

staff = role_required(Role.SECRETARY, Role.MANAGER)


@get_or_post
@staff
def listing(request: StaffRequest) -> HttpResponse:
    """List requests by code and day only: whose they are is on the page of each.

    One without an appointment has no page to ask on: their request is noted by number or address.
    """
    form = ContactRequestForm(posted(request))
    if form.is_bound and form.is_valid():
        asked = contact_requests.ask_at_the_desk(
            form.cleaned_data["contact"], DataRequest.Kind(form.cleaned_data["kind"])
        )
        if len(asked) == 1:
            return redirect("staff:data_request", asked[0].pk)
        messages.success(request, _("Noted: one request for each of their appointments."))
        return redirect("staff:data_requests")
    found = DataRequest.objects.open()
    answered = DataRequest.objects.exclude(answered_at=None).order_by("-answered_at")[:20]
    context = {"rows": found, "answered": answered, "now": clock.now(), "form": form}
    status = 422 if form.errors else 200
    return render(request, "bookings/desk/data_requests.html", context, status=status)


@require_safe
@staff
def show(request: StaffRequest, pk: int) -> HttpResponse:
    asked = _one(pk)
    party = asked.party
    context: dict[str, object] = {"asked": asked, "party": party, "now": clock.now()}
    if party is not None:
        own_data.note(party, request.user, AccessAction.READ)
        context |= {
            "parts": own_data.stored_data(party, on_screen=True),
            "may_delete": own_data.may_delete(party),
            "is_alone": own_data.is_alone(party),
            "has_note": bool(party.appointment.secretary_note),
        }
    elif asked.contact:
        contact_requests.note_under(asked.contact, request.user, AccessAction.READ)
        context |= {
            "parts": contact_requests.data_under(asked.contact),
        }
    return render(request, "bookings/desk/data_request.html", context)


@require_POST
@staff
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """Return the file for this party: readable anywhere, with nothing of the other parent."""
    asked = _one(pk)
    if asked.party is None and asked.contact:
        contact_requests.note_under(asked.contact, request.user, AccessAction.EXPORT)
        return _file(contact_requests.text_under(asked.contact))
    if asked.party is None:
        return redirect("staff:data_requests")
    is_secretarys = asked.party.is_protected or note_on(asked.party) is not None
    if is_secretarys and not request.user.has_role(Role.SECRETARY):
        # Under non-disclosure only who needs the contact details gets them; notes on people are the
        # secretary's alone.
        raise PermissionDenied
    own_data.note(asked.party, request.user, AccessAction.EXPORT)
    return _file(own_data.as_text(asked.party))


def _file(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="own-data.txt"'
    return response


@require_POST
@staff
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete, or note that the data was handed over or that it is not possible."""
    asked = _one(pk)
    what = request.POST.get("outcome", "")
    try:
        if what == "delete":
            if "sure" not in request.POST:
                messages.error(request, _("Tick that you are sure: it cannot be taken back."))
                return redirect("staff:data_request", pk)
            delete = contact_requests.delete_under if asked.contact else own_data.delete
            delete(asked.pk, user=request.user)
        elif what in (DataRequest.Outcome.GIVEN, DataRequest.Outcome.REFUSED):
            own_data.answer(asked.pk, DataRequest.Outcome(what), user=request.user)
        else:
            return redirect("staff:data_request", pk)
    except NotPossibleError:
        messages.error(request, _("That is not possible now: check how it is."))
        return redirect("staff:data_request", pk)
    messages.success(request, _("The request is answered."))
    return redirect("staff:data_requests")


def _one(pk: int) -> DataRequest:
    return get_object_or_404(
        DataRequest.objects.select_related("party__appointment__service", "answered_by"), pk=pk
    )
