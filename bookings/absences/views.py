"""Somebody falls ill: one table of all visits hit, one button for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.absences import proposals
from bookings.absences.forms import CANCEL, AwayForm, parse_choice
from bookings.absences.presenters import cut_rows, query, query_of, rows_of
from bookings.absences.proposals import AffectedAppointment, Away
from bookings.appointments import decisions
from bookings.appointments.preview import letters_of
from bookings.appointments.separate_visits import TooCloseError
from bookings.appointments.undo import remember, undoably
from bookings.desk_kit.act import posted_fields, say_whom_to_call
from bookings.desk_kit.engagements import engagements_of
from bookings.desk_kit.letters import letters_from
from bookings.desk_kit.letters_page import PREVIEW, is_part, wants_letters
from bookings.lifecycle.cancel_reasons import CancelledBy
from bookings.lifecycle.protection import PlaceNotAgreedError
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Party, Undoable, UndoKind
from bookings.rescheduling import actions as rescheduling
from bookings.rescheduling.plan import NothingChangesError, ObstacleError, OutsideHoursError
from bookings.rescheduling.presenters import obstacles_label
from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.http import get_or_post
from office.models import Absence, AccessAction, AccessReason, OutboxMessage, Unit
from office.setup.absences import add_absence, hit_by_absence
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary


@get_or_post
@secretary
def away(request: StaffRequest) -> HttpResponse:
    """Ask who is away and when, then show the table; posted, do all of it at once."""
    if request.GET.get("absence", "").isdecimal():
        absence = get_object_or_404(Absence.objects.entered(), pk=int(request.GET["absence"][:9]))
        return redirect(reverse("staff:away") + query_of(absence))
    given = request.POST if request.method == "POST" else request.GET
    if "professional" not in given:
        return _ask(request, AwayForm(initial=_today()))
    form = AwayForm(given)
    if not form.is_valid():
        return _ask(request, form, status=422)
    if wants_letters(request):
        return _letters(request, form)
    if request.method == "POST":
        return _do(request, form)
    return _table(request, form)


def _today() -> dict[str, Any]:
    return {"first": clock.today(), "last": clock.today()}


def _ask(request: StaffRequest, form: AwayForm, *, status: int = 200) -> HttpResponse:
    waiting = [
        {"absence": absence, "count": count, "query": query_of(absence)}
        for absence, count in proposals.absences_with_work()
    ]
    soon = [
        {
            "professional": person,
            "day": day,
            "count": count,
            "query": query(person.pk, day, day, Absence.Reason.NOT_GIVEN),
            "key": str(number) if number < 10 else "",
        }
        for number, (person, day, count) in enumerate(proposals.visits_soon(), len(waiting) + 1)
    ]
    context = {"form": form, "waiting": waiting, "soon": soon, "cut": cut_rows()}
    return render(request, "bookings/absences/away_ask.html", context, status=status)


def _table(
    request: StaffRequest,
    form: AwayForm,
    *,
    status: int = 200,
    chosen: dict[str, str] | None = None,
) -> HttpResponse:
    gone = form.away()
    found = proposals.hits(gone)
    proposals.propose(found, gone, Unit.get())
    kept = proposals.kept_times(gone)
    note_access(
        request.user,
        [hit.appointment.reference for hit in found] + [k.appointment.reference for k in kept],
        action=AccessAction.READ,
        reason=AccessReason.BOOKING,
    )
    noted = proposals.is_noted(gone)
    return render(
        request,
        "bookings/absences/away.html",
        {
            "form": form,
            "away": gone,
            "reason": form.cleaned_data["reason"],
            "rows": rows_of(found, chosen or {}),
            "kept": kept,
            "engagements": engagements_of(gone.professional, gone.first, gone.last),
            "noted": noted,
            "seen": "" if noted else fingerprint(hit_by_absence(gone.professional, *gone.span)),
        },
        status=status,
    )


def _chosen(request: StaffRequest) -> dict[str, str]:
    """Return what was chosen for each visit, by reference code."""
    return {
        name.removeprefix("choice-"): str(value)
        for name, value in request.POST.items()
        if name.startswith("choice-")
    }


def _letters(request: StaffRequest, form: AwayForm) -> HttpResponse:
    """Show the letters of all that is chosen, visit by visit. Nothing is done, and nothing is sent."""
    gone, chosen = form.away(), _chosen(request)
    rows: list[AffectedAppointment] = []
    outcome = AbsenceOutcome()

    def action() -> None:
        _absence, found = _write_down(request, gone, form.cleaned_data["reason"], chosen)
        rows.extend(found)
        outcome.errors += _resolve_rows(request, found, chosen).errors

    written: list[OutboxMessage] = []
    try:
        written = letters_of(action)
    except BookingsHitError:
        outcome.errors.append(_changed_meanwhile())
    about = [hit.appointment for hit in rows]
    note_access(
        request.user,
        [a.reference for a in about],
        action=AccessAction.READ,
        reason=AccessReason.BOOKING,
    )
    context = {
        "is_preview": True,
        "problems": outcome.errors,
        "visits": [
            (
                appointment,
                letters_from(
                    [message for message in written if message.about == appointment.reference],
                    appointment,
                    list(appointment.parties.all()),
                ),
            )
            for appointment in about
        ],
    }
    if is_part(request):
        return render(request, "bookings/absences/_away_letters.html", context)
    carried = [field for field in posted_fields(request) if field[0] != PREVIEW]
    context |= {"away": gone, "carried": carried, "back": request.path + _query(form)}
    return render(request, "bookings/absences/away_letters.html", context)


def _query(form: AwayForm) -> str:
    gone = form.away()
    return query(gone.professional.pk, gone.first, gone.last, form.cleaned_data["reason"])


def _changed_meanwhile() -> str:
    return _(
        "The bookings of those days have changed since you opened the table, so nothing was done. "
        "Check them again."
    )


def _do(request: StaffRequest, form: AwayForm) -> HttpResponse:
    gone, chosen = form.away(), _chosen(request)
    reason = form.cleaned_data["reason"]
    try:
        outcome, undoable = _all_at_once(request, gone, reason, chosen)
    except BookingsHitError:
        messages.warning(request, _changed_meanwhile())
        return _table(request, form, status=409, chosen=chosen)
    remember(request.session, undoable)
    if undoable is None and not outcome.errors:
        messages.info(request, _("Nothing was chosen, so nothing has changed."))
    for error in outcome.errors:
        messages.error(request, error)
    say_whom_to_call(request, outcome.unreached)
    return redirect(reverse("staff:away") + _query(form))


@dataclass
class AbsenceOutcome:
    """What came of the rows: who must be called, and what could not be done."""

    unreached: list[Party] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@retrying
def _all_at_once(
    request: StaffRequest, gone: Away, reason: str, chosen: dict[str, str]
) -> tuple[AbsenceOutcome, Undoable | None]:
    """Write down the absence and do what was chosen, to be undone together. Raises BookingsHitError."""
    absence, rows = _write_down(request, gone, reason, chosen)
    return undoably(
        lambda: _resolve_rows(request, rows, chosen),
        what=UndoKind.AWAY,
        user=request.user,
        appointments=[hit.appointment.pk for hit in rows],
        absence=absence,
    )


def _write_down(
    request: StaffRequest, gone: Away, reason: str, chosen: dict[str, str]
) -> tuple[Absence | None, list[AffectedAppointment]]:
    """Write down the absence; return it where it is new, and the visits for which there is a choice."""
    absence = None
    if not proposals.is_noted(gone):
        start, end = gone.span
        seen = request.POST.get("seen", "")
        add_absence(gone.professional, start=start, end=end, reason=reason, seen=seen)
        absence = Absence.objects.filter(professional=gone.professional).order_by("-pk").first()
    # As they are now: with the absence, which waits for their time.
    return absence, [h for h in proposals.hits(gone) if chosen.get(h.appointment.reference)]


def _resolve_rows(
    request: StaffRequest, rows: Sequence[AffectedAppointment], chosen: dict[str, str]
) -> AbsenceOutcome:
    """Do what was chosen, row by row; what could not be done is reported, and the rest done."""
    outcome = AbsenceOutcome()
    for hit in rows:
        reference = hit.appointment.reference
        try:
            outcome.unreached += _resolve(request, hit, chosen[reference])
        except ObstacleError as error:
            problem = obstacles_label(error)
        except ChangedMeanwhileError:
            problem = _("somebody else has just changed it. Check it again.")
        except (TooCloseError, PlaceNotAgreedError) as error:
            problem = error.sentence
        except OutsideHoursError:
            problem = _("somebody would work outside their hours.")
        except (NotPossibleError, NothingChangesError):
            problem = _("it cannot be done like this any more.")
        else:
            continue
        outcome.errors.append(f"{reference}: {problem}")
    return outcome


def _resolve(request: StaffRequest, hit: AffectedAppointment, value: str) -> list[Party]:
    """Do what was chosen for one row; of a value that means nothing, nothing."""
    given = request.POST.get(f"version-{hit.appointment.reference}", "")
    version = int(given) if given.isdecimal() and len(given) < 9 else 0
    if value == CANCEL:
        # Noted as by the unit, and not why: an absence is nobody else's business.
        return decisions.cancel(
            hit.appointment.pk, user=request.user, version=version, cancelled_by=CancelledBy.UNIT
        )
    parsed = parse_choice(value, hit.current)
    if parsed is None:
        return []
    wanted, same_time = parsed
    return rescheduling.change(
        hit.appointment.pk,
        wanted,
        user=request.user,
        version=version,
        # A request with somebody else at the same time is still a request.
        confirming=not (same_time and hit.appointment.is_requested),
    )
