"""The page on which the outcome of a visit is noted: of one's own, or as the secretary."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments.undo import remember, undoably
from bookings.desk_kit.act import act, version_seen
from bookings.desk_kit.fetch import appointment_or_404
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Appointment, Status, UndoKind
from bookings.models.appointments import AppointmentQuerySet
from bookings.outcomes import actions, invitations
from bookings.outcomes.forms import VisitOutcomeForm, absent_choices
from bookings.outcomes.presenters import groups_of, row_of
from bookings.parties import conflicts
from bookings.visibility import Reader
from office.core import clock
from office.core.http import get_or_post
from office.models import AccessAction, AccessReason, Professional, Role, Unit
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, role_required, secretary


@dataclass(frozen=True)
class Around:
    """Where the page was opened from."""

    back: str
    label: str


@role_required(Role.SUPERVISOR, Role.GUIDE, Role.PARTNER)
@get_or_post
def of_own_visit(request: StaffRequest, reference: str) -> HttpResponse:
    professional = Professional.objects.in_use().filter(user=request.user).first()
    if professional is None:
        raise Http404
    found = _visits().of_professional(professional).filter(reference=reference.upper())
    appointment = found.exclude(pk__in=conflicts.barred_to(professional)).first()
    if appointment is None:
        raise Http404
    day = clock.local(appointment.starts_at or clock.now()).date()
    # Not to the visit itself: the bar that undoes it is at the top.
    back = f"{reverse('staff:my_day')}?day={day.isoformat()}"
    return _outcome(request, appointment, Around(back, _("My day")))


@secretary
@get_or_post
def of_request(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = _visits().filter(reference=reference.upper()).first()
    if appointment is None:
        raise Http404
    back = reverse("staff:request", args=[appointment.reference])
    return _outcome(request, appointment, Around(back, appointment.reference))


@require_POST
@secretary
def invite_again(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = appointment_or_404(reference)
    return act(
        request,
        appointment,
        lambda: invitations.invite_again(
            appointment.pk, user=request.user, version=version_seen(request)
        ),
        deed=_("Invite anew"),
        done=_("the new invitation is on its way."),
        undo_as=UndoKind.INVITED_AGAIN,
    )


def _visits() -> AppointmentQuerySet:
    shown = [*Status.agreed(), *Status.over()]
    visits = Appointment.objects.filter(status__in=shown).seen_by(Reader.PROFESSIONAL)
    return visits.select_related("service")


def _outcome(request: StaffRequest, appointment: Appointment, around: Around) -> HttpResponse:
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.OUTCOME
    )
    current = actions.current_outcome(appointment)
    if not actions.may_note(appointment, current) and current is None:
        messages.error(request, _("The outcome can be noted once the day of the visit has come."))
        return redirect(around.back)
    parties = actions.expected_parties(appointment)
    posted = request.POST if request.method == "POST" else None
    form = VisitOutcomeForm(posted, appointment=appointment, parties=parties, current=current)
    status = 200
    if posted is not None:
        if form.is_valid() and _note(request, appointment, form):
            return redirect(around.back)
        status = 422
    names = dict(absent_choices(parties))
    known = {party.pk: party.name for party in parties if str(party.pk) in names}
    rows = appointment.outcomes.select_related("noted_by").prefetch_related("absent")
    context = {
        "appointment": appointment,
        "form": form,
        "groups": groups_of(form),
        "own_counts": any(field.value() or field.errors for field in form.count_fields),
        "rows": [row_of(row, known) for row in rows],
        "may_note": actions.may_note(appointment, current),
        "is_correction": current is not None,
        "days": Unit.get().outcome_days,
        "around": around,
    }
    return render(request, "bookings/outcomes/outcome.html", context, status=status)


def _note(request: StaffRequest, appointment: Appointment, form: VisitOutcomeForm) -> bool:
    """Note it so that it can be undone for some seconds; say why where that cannot be done."""
    try:
        _made, undoable = undoably(
            lambda: actions.note_outcome(
                appointment.pk,
                form.result(),
                user=request.user,
                seen=form.cleaned_data["seen"],
            ),
            what=UndoKind.OUTCOME,
            user=request.user,
            appointments=[appointment.pk],
        )
    except ChangedMeanwhileError:
        messages.error(
            request,
            _("Somebody else has noted an outcome meanwhile. It is below; correct it if you must."),
        )
        return False
    except NotPossibleError:
        messages.error(
            request, _("The outcome cannot be changed now. Below you see how it stands.")
        )
        return False
    remember(request.session, undoable)
    return True
