"""Partner professionals at the desk: asking one to join, their answers by phone, their busy times."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.desk_kit.act import act, version_seen
from bookings.desk_kit.fetch import appointment_or_404
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, PairInvitation, UndoKind
from bookings.partner_pages.card import phone_of
from bookings.partner_pages.forms import BusyForm, ChooseOrganisationForm, NewPartnerForm
from bookings.partners import candidates as partner_times
from bookings.partners import invitations
from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.occupancy import retrying
from office.core.http import get_or_post
from office.models import Absence, PartnerOrganisation, Professional
from office.setup.absences import end_absence
from office.setup.partners import mark_busy, new_partner
from office.staff.permissions import StaffRequest, secretary


@get_or_post
@secretary
def ask_partner(request: StaffRequest, reference: str) -> HttpResponse:
    """Ask a partner: organisation, person, done. Somebody new is typed in once."""
    appointment = appointment_or_404(reference)
    if not invitations.may_ask(appointment):
        messages.error(request, _("There is no upcoming time to which somebody could be invited."))
        return redirect("staff:request", reference=appointment.reference)
    if request.method != "POST":
        return _ask_page(request, appointment)
    given = request.POST.get("professional", "")
    if given == "new":
        return _ask_new(request, appointment)
    known = Professional.objects.in_use().partners()
    professional = known.filter(pk=int(given)).first() if _is_number(given) else None
    if professional is None:
        messages.error(request, _("Choose whom to ask."))
        return _ask_page(request, appointment, status=422)
    return _ask(request, appointment, professional)


def _ask(
    request: StaffRequest, appointment: Appointment, professional: Professional
) -> HttpResponse:
    return act(
        request,
        appointment,
        lambda: _say_whom(
            request,
            invitations.ask(
                appointment.pk,
                professional,
                user=request.user,
                replacing=_in_place_of(request),
                version=version_seen(request),
            ),
        ),
        done=_("%(name)s is asked to join.") % {"name": professional.name},
        undo_as=UndoKind.PARTNER,
        taken=lambda: _busy(request, appointment, professional),
    )


def _busy(
    request: StaffRequest, appointment: Appointment, professional: Professional
) -> HttpResponse:
    messages.error(
        request,
        _("%(name)s is busy at that time. Nothing has changed: choose another one.")
        % {"name": professional.name},
    )
    return _ask_page(request, appointment, status=409)


def _ask_new(request: StaffRequest, appointment: Appointment) -> HttpResponse:
    organisation = _organisation(request)
    form = NewPartnerForm(request.POST)
    if organisation is None:
        messages.error(request, _("Choose the organisation first."))
        return _ask_page(request, appointment, form=form, status=422)
    if not form.is_valid():
        return _ask_page(request, appointment, form=form, status=422)

    @retrying
    def both_at_once() -> None:
        professional = new_partner(organisation, **form.cleaned_data)
        asked = invitations.ask(
            appointment.pk,
            professional,
            user=request.user,
            replacing=_in_place_of(request),
            version=version_seen(request),
        )
        _say_whom(request, asked)

    try:
        return act(
            request,
            appointment,
            both_at_once,
            done=_("%(name)s is asked to join.") % {"name": form.cleaned_data["name"]},
            undo_as=UndoKind.PARTNER,
        )
    except ValidationError as error:
        form.add_error(None, error.messages[0])
        return _ask_page(request, appointment, form=form, status=422)


def _say_whom(request: StaffRequest, unreached: list[Professional]) -> None:
    for professional in unreached:
        messages.warning(
            request,
            _("No e-mail reaches %(name)s. Call and ask: %(phone)s")
            % {"name": professional.name, "phone": phone_of(professional) or "–"},
        )


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def _in_place_of(request: StaffRequest) -> int | None:
    given = request.POST.get("instead_of", request.GET.get("instead_of", ""))
    return int(given) if _is_number(given) else None


def _organisation(request: StaffRequest) -> PartnerOrganisation | None:
    """Return the chosen organisation; that of the one being replaced; or the only one there is."""
    form = ChooseOrganisationForm(request.POST if request.method == "POST" else request.GET)
    if form.is_valid() and form.cleaned_data["organisation"]:
        chosen: PartnerOrganisation = form.cleaned_data["organisation"]
        return chosen
    in_use = PartnerOrganisation.objects.filter(is_active=True)
    other = _in_place_of(request)
    if other is not None:
        return in_use.filter(professionals=other).first()
    found = list(in_use[:2])
    return found[0] if len(found) == 1 else None


def _ask_page(
    request: StaffRequest,
    appointment: Appointment,
    *,
    form: NewPartnerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    organisation = _organisation(request)
    instead_of = _in_place_of(request)
    context: dict[str, Any] = {
        "appointment": appointment,
        "organisations": PartnerOrganisation.objects.filter(is_active=True),
        "organisation": organisation,
        "instead_of": instead_of,
        "replaced": Professional.objects.partners().filter(pk=instead_of).first()
        if instead_of is not None
        else None,
        "people": partner_times.candidates(organisation, appointment) if organisation else [],
        "form": form or NewPartnerForm(initial={"language": appointment.language}),
        "is_new": form is not None,
        "version": request.POST.get("version", appointment.version),
    }
    return render(request, "bookings/partner_pages/ask_partner.html", context, status=status)


@require_POST
@secretary
def partner_do(request: StaffRequest, reference: str, pk: int, do: str) -> HttpResponse:
    """Ask again, go on without, note an answer that was given on the phone."""
    appointment = appointment_or_404(reference)
    user, version = request.user, version_seen(request)
    professional = get_object_or_404(Professional.objects.partners(), pk=pk)

    def again() -> None:
        _say_whom(request, invitations.ask_again(appointment.pk, pk, user=user, version=version))

    def without() -> None:
        invitations.go_without(appointment.pk, pk, user=user, version=version)

    def answered() -> None:
        invitation = (
            PairInvitation.objects.filter(appointment=appointment, professional=pk).open().first()
        )
        if invitation is None:
            raise NotPossibleError
        invitations.answer(invitation.pk, accepts=do == "accepted", user=user)

    name = {"name": professional.name}
    actions = {
        "again": (again, _("%(name)s is asked once more.") % name),
        "without": (without, _("goes on without %(name)s.") % name),
        "accepted": (answered, _("noted that %(name)s accepts.") % name),
        "declined": (answered, _("noted that %(name)s declines.") % name),
    }
    if do not in actions:
        raise Http404
    action, done = actions[do]
    return act(
        request,
        appointment,
        action,
        done=done,
        undo_as=UndoKind.ANSWERED if do in ("accepted", "declined") else UndoKind.PARTNER,
        taken=lambda: _busy_again(request, appointment, professional),
    )


def _busy_again(
    request: StaffRequest, appointment: Appointment, professional: Professional
) -> HttpResponse:
    messages.error(
        request,
        _("%(name)s is busy at that time. Choose another one, or go on without.")
        % {"name": professional.name},
    )
    return redirect("staff:request", reference=appointment.reference)


@require_safe
@secretary
def partners(request: StaffRequest) -> HttpResponse:
    """Show partner professionals by organisation, with the times at which they are known to be busy."""
    return render(
        request,
        "bookings/partner_pages/partners.html",
        {"organisations": partner_times.by_organisation()},
    )


@get_or_post
@secretary
def partner_busy(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark when a partner is busy. Bookings that it hits are shown first."""
    professional = get_object_or_404(Professional.objects.in_use().partners(), pk=pk)
    form = BusyForm(request.POST if request.method == "POST" else None)
    hits: list[tuple[str, datetime]] = []
    seen = ""
    if request.method == "POST" and form.is_valid():
        start, end = form.span()
        try:
            mark_busy(professional, start=start, end=end, seen=request.POST.get("seen", ""))
        except BookingsHitError as error:
            hits = [(hit.label, hit.start) for hit in error.hits]
            seen = fingerprint(error.hits)
        else:
            messages.success(
                request, _("%(name)s: the busy time is kept.") % {"name": professional.name}
            )
            return redirect("staff:partners")
    return render(
        request,
        "bookings/partner_pages/partner_busy.html",
        {"professional": professional, "form": form, "hits": hits, "seen": seen},
        status=422 if form.errors else 409 if hits else 200,
    )


@require_POST
@secretary
def partner_free(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a busy time away again."""
    absence = get_object_or_404(
        Absence.objects.entered().select_related("professional"),
        pk=pk,
        professional__organisation__isnull=False,
    )
    try:
        end_absence(absence)
    except BookingsHitError as error:
        # Nothing is hit when somebody is free again; kept for the rule that hits are looked at.
        end_absence(absence, seen=fingerprint(error.hits))
    messages.success(
        request, _("%(name)s: the busy time was removed.") % {"name": absence.professional.name}
    )
    return redirect("staff:partners")
