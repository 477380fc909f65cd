"""A joint time at the desk: ask both, enter what one says on the phone, offer more, end it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.desk_kit.act import act, version_seen
from bookings.desk_kit.fetch import appointment_or_404, party_or_404
from bookings.joint_times import actions
from bookings.joint_times.common_times import Marks
from bookings.joint_times.forms import AskForm
from bookings.joint_times.guards import may_mark, may_search, search_of
from bookings.joint_times.marking import marking_of
from bookings.lifecycle.party_access import note_access_of
from bookings.lifecycle.phone_visits import may_be_called
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import UndoKind
from bookings.phone import caller_views
from office.core.http import get_or_post
from office.models import AccessAction, AccessReason
from office.staff.permissions import StaffRequest, secretary


@require_POST
@secretary
def ask(request: StaffRequest, reference: str) -> HttpResponse:
    """Ask both parents when they can come."""
    appointment = appointment_or_404(reference)
    form = AskForm(request.POST, appointment=appointment)
    if not form.is_valid():
        for error in (error for errors in form.errors.values() for error in errors):
            messages.error(request, str(error))
        return redirect("staff:request", reference=appointment.reference)
    return act(
        request,
        appointment,
        lambda: actions.ask_both(
            appointment.pk,
            due_day=form.cleaned_data["due_day"],
            point=form.cleaned_data.get("point"),
            user=request.user,
            version=version_seen(request),
        ),
        deed=_("Ask both when they can come"),
        done=_("both are asked when they can come."),
        undo_as=UndoKind.JOINT_ASKED,
    )


@require_POST
@secretary
def end(request: StaffRequest, reference: str) -> HttpResponse:
    """End the search: the time is settled in another way."""
    appointment = appointment_or_404(reference)
    return act(
        request,
        appointment,
        lambda: actions.end_search(
            appointment.pk, user=request.user, version=version_seen(request)
        ),
        deed=_("End the search for a joint time"),
        done=_("the search for a joint time has ended."),
        undo_as=UndoKind.JOINT_ENDED,
    )


@require_POST
@secretary
def offer_next(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = appointment_or_404(reference)
    return act(
        request,
        appointment,
        lambda: actions.offer_next(
            appointment.pk, user=request.user, version=version_seen(request)
        ),
        deed=_("Offer more common times"),
        done=_("times offered."),
        undo_as=UndoKind.OFFERED,
    )


@get_or_post
@secretary
def mark(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Enter when a parent can come, as they say it on the phone.

    What they may have marked before is not shown: it is theirs, and this takes its place.
    """
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    if not appointment.parties.sides().filter(pk=party.pk).exists():
        raise Http404
    search = search_of(appointment)
    if search is None or not may_mark(search) or not may_search(appointment):
        messages.error(request, _("When they can come is not asked any more."))
        return redirect("staff:request", reference=appointment.reference)
    is_caller = caller_views.marked(request.session) == party.pk
    knows = caller_views.is_known(request, party) if request.method == "POST" else is_caller
    if not knows and not (request.method == "GET" and may_be_called(party)):
        caller_views.refuse_unknown(request)
        return redirect("staff:request", reference=appointment.reference)
    note_access_of(
        party,
        request.user,
        action=AccessAction.CORRECT if request.method == "POST" else AccessAction.READ,
        reason=AccessReason.BOOKING,
    )
    marking = marking_of(request, appointment, search, Marks())
    if marking.kept is not None:
        try:
            actions.keep_marks(party.pk, marking.kept)
        except NotPossibleError:
            messages.error(request, _("When they can come is not asked any more."))
        else:
            messages.success(request, f"{appointment.reference}: " + _("kept when they can come."))
        return redirect("staff:request", reference=appointment.reference)
    return render(
        request,
        "bookings/joint_times/mark.html",
        {
            "appointment": appointment,
            "party": party,
            "search": search,
            "picture": marking.picture,
            "error": marking.error,
            "is_caller": is_caller,
            "has_marked": request.method == "POST",
        },
        status=422 if marking.error else 200,
    )
