"""Somebody falls ill: one table of all visits hit, one button for all of them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.absences import proposals
from bookings.absences.forms import AwayForm, parse_choice
from bookings.absences.presenters import obstacles_label, query, query_of, rows_of
from bookings.absences.proposals import Away, Hit
from bookings.appointments.separate_visits import TooCloseError
from bookings.desk_kit.act import say_whom_to_call
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Party, Status
from bookings.rescheduling import actions as rescheduling
from bookings.rescheduling import plan as change_plan
from bookings.rescheduling.plan import InTheWayError, NothingChangesError, OutsideHoursError
from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.core import clock
from office.core.http import get_or_post
from office.models import Absence, Unit
from office.setup.absences import add_absence, hit_by_absence
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary


@get_or_post
@secretary
def away(request: StaffRequest) -> HttpResponse:
    """Who is away and when; then the table; posted, all of it is done at once."""
    if request.GET.get("absence", "").isdecimal():
        absence = get_object_or_404(Absence, pk=int(request.GET["absence"][:9]))
        return redirect(reverse("staff:away") + query_of(absence))
    given = request.POST if request.method == "POST" else request.GET
    if "professional" not in given:
        return _ask(request, AwayForm(initial=_today()))
    form = AwayForm(given)
    if not form.is_valid():
        return _ask(request, form, status=422)
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
            "query": query(person.pk, day, day, Absence.Reason.SICK),
            "key": str(number) if number < 10 else "",
        }
        for number, (person, day, count) in enumerate(proposals.visits_soon(), len(waiting) + 1)
    ]
    context = {"form": form, "waiting": waiting, "soon": soon}
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
        action="read",
        reason="booking",
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
            "noted": noted,
            "seen": "" if noted else fingerprint(hit_by_absence(gone.professional, *gone.span)),
        },
        status=status,
    )


def _do(request: StaffRequest, form: AwayForm) -> HttpResponse:
    gone = form.away()
    reason = form.cleaned_data["reason"]
    chosen = {
        name.removeprefix("choice-"): str(value)
        for name, value in request.POST.items()
        if name.startswith("choice-")
    }
    if not proposals.is_noted(gone):
        start, end = gone.span
        seen = request.POST.get("seen", "")
        try:
            add_absence(gone.professional, start=start, end=end, reason=reason, seen=seen)
        except BookingsHitError:
            messages.warning(
                request,
                _(
                    "The bookings of those days have changed since you opened the table, so nothing"
                    " was done. Check them again."
                ),
            )
            return _table(request, form, status=409, chosen=chosen)
        messages.success(
            request, _("%(name)s is marked as away.") % {"name": gone.professional.name}
        )
    _see_to_all(request, gone, chosen)
    return redirect(
        reverse("staff:away") + query(gone.professional.pk, gone.first, gone.last, reason)
    )


def _see_to_all(request: StaffRequest, gone: Away, chosen: dict[str, str]) -> None:
    """Do what was chosen, row by row; report what could not be done, and do the rest."""
    done, unreached = 0, list[Party]()
    for hit in proposals.hits(gone):
        reference = hit.appointment.reference
        parsed = parse_choice(chosen.get(reference, ""), hit.current)
        if parsed is None:
            continue
        try:
            unreached += _see_to(request, hit, *parsed)
        except InTheWayError as error:
            _say(request, reference, obstacles_label(error))
        except ChangedMeanwhileError:
            _say(request, reference, _("somebody else has just changed it. Check it again."))
        except TooCloseError as error:
            _say(request, reference, error.sentence)
        except OutsideHoursError:
            _say(request, reference, _("somebody would work outside their hours."))
        except (NotPossibleError, NothingChangesError):
            _say(request, reference, _("it cannot be done like this any more."))
        else:
            done += 1
    if done:
        messages.success(
            request,
            ngettext(
                "%(count)d visit is seen to, and everybody whom it concerns is told.",
                "%(count)d visits are seen to, and everybody whom it concerns is told.",
                done,
            )
            % {"count": done},
        )
    say_whom_to_call(request, unreached)


def _see_to(
    request: StaffRequest, hit: Hit, wanted: change_plan.Change, same_time: bool
) -> list[Party]:
    version = request.POST.get(f"version-{hit.appointment.reference}", "")
    return rescheduling.change(
        hit.appointment.pk,
        wanted,
        user=request.user,
        version=int(version) if version.isdecimal() and len(version) < 9 else 0,
        # A request with somebody else at the same time is still a request.
        confirming=not (same_time and hit.appointment.status == Status.REQUESTED),
    )


def _say(request: StaffRequest, reference: str, text: str) -> None:
    messages.error(request, f"{reference}: {text}")
