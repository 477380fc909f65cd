"""The own day of those who meet the parties: supervisor, guide, partner professional."""

from datetime import date, timedelta
from itertools import groupby

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.appointments import attendance, separate_visits
from bookings.desk_kit.engagements import engagements_of, engagements_on
from bookings.hooks import OWN_WORK, VISIT_NUMBERS
from bookings.lifecycle.phone_visits import numbers_of
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment
from bookings.my_day import queries as own_day
from bookings.my_day.call_rows import calls_context
from bookings.my_day.presenters import blocked_on, duties_of, visit_of, week_of
from office.calendar.blocked_time import blocked_times
from office.core import clock
from office.models import (
    AccessAction,
    AccessReason,
    BlockedTime,
    Professional,
    Role,
    ServicePoint,
    Unit,
    WeeklyHours,
)
from office.own_calendars.shortcomings import fails_for_long
from office.staff.access_log import note_access
from office.staff.permissions import BOOKS, StaffRequest, role_required

meets_parties = role_required(Role.SUPERVISOR, Role.GUIDE, Role.PARTNER)
DAY = timedelta(days=1)


def own_professional(request: StaffRequest) -> Professional | None:
    """Return the professional that the signed-in user is; None where nobody has linked one."""
    own = Professional.objects.in_use().filter(user=request.user)
    waits = {name: work.exists(request.user) for name, work in OWN_WORK.items()}
    weekly = WeeklyHours.objects.filter(professional=OuterRef("pk"))
    found: Professional | None = own.annotate(**waits, has_hours=Exists(weekly)).first()
    return found


def _own_work(request: StaffRequest, professional: Professional) -> list[str]:
    """Render what other work waits for them; no query where nothing does."""
    return [
        work.section(request.user)
        for name, work in OWN_WORK.items()
        if getattr(professional, name, False)
    ]


def me(request: StaffRequest) -> Professional:
    """Return the professional that the user is; 404 where nobody has linked one."""
    professional = own_professional(request)
    if professional is None:
        raise Http404
    return professional


def asked_day(text: str) -> date:
    """Return the day asked for, as 2026-11-25; today for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return clock.today()
    near = abs(day - clock.today()) <= timedelta(days=400)
    return day if near else clock.today()


@require_safe
@meets_parties
def my_day(request: StaffRequest) -> HttpResponse:
    """Show one day in full, and the next ones in short."""
    professional = own_professional(request)
    if professional is None:
        return render(request, "bookings/my_day/nobody.html")
    day = asked_day(request.GET.get("day", ""))
    unit = Unit.get()
    found = own_day.visits(professional, day, day + DAY * own_day.DAYS_AHEAD, unit)
    note_access(
        request.user,
        [a.reference for a in found],
        action=AccessAction.READ,
        reason=AccessReason.OWN_VISITS,
    )
    unknown = own_day.one_is_unknown(found)
    linked = separate_visits.linked(found)
    leaving = separate_visits.leaving_plans(found, unit) if linked else {}
    numbers = numbers_of(found, nameless=own_day.nameless(found, unknown))
    rung = [a.reference for a in found if a.pk in numbers]
    note_access(request.user, rung, action=AccessAction.READ, reason=AccessReason.NUMBER_TO_CALL)
    waiting = {pk: n for read in VISIT_NUMBERS for pk, n in read(found, professional).items()}
    visits = [
        visit_of(
            a,
            professional,
            one_is_unknown=a.pk in unknown,
            other_comes=linked.get(a.pk),
            leaving=leaving.get(a.pk),
            numbers=numbers.get(a.pk, ()),
            waiting=waiting.get(a.pk),
        )
        for a in found
    ]
    by_day = {
        key: list(group)
        for key, group in groupby(visits, key=lambda v: clock.local(v.starts_at).date())
    }
    # On a weekend the week to come is of more use than the one that is over.
    monday = clock.monday_of(day + 2 * DAY if day == clock.today() else day)
    hours = own_day.own_hours(professional, monday, monday + 6 * DAY)
    absences = list(own_day.own_absences(professional, monday, monday + 6 * DAY))
    blocked = list(blocked_times(professional, monday, monday + 6 * DAY))
    points = {point.pk: str(point.name) for point in ServicePoint.objects.all()}
    engagements = engagements_of(
        professional, min(day, monday), max(day + DAY * own_day.DAYS_AHEAD, monday + 6 * DAY)
    )
    week = week_of(monday, hours, absences, blocked, day, engagements)
    return render(
        request,
        "bookings/my_day/my_day.html",
        {
            # The unit as well, so that the page does not fetch it a second time.
            "unit": unit,
            "professional": professional,
            "day": day,
            "is_today": day == clock.today(),
            "visits": by_day.get(day, []),
            "next_outcome": next(
                (v.reference for v in by_day.get(day, []) if v.outcome and v.outcome.is_missing), ""
            ),
            "coming": [
                (key, by_day.get(key, []), engagements_on(key, engagements))
                for key in own_day.days(day + DAY, own_day.DAYS_AHEAD)
                if key in by_day or engagements_on(key, engagements)
            ],
            "lacks_hours": not getattr(professional, "has_hours", True)
            and professional.organisation_id is None
            and not any(hours.values()),
            "duties": duties_of(day, hours, points),
            "engagements": engagements_on(day, engagements),
            "own_work": _own_work(request, professional) if day == clock.today() else [],
            "away": next((d.away for d in week if d.date == day), []),
            "week": week,
            "blocked": blocked_on(day, blocked),
            "kinds": BlockedTime.Kind.choices,
            "may_book": request.user.has_role(*BOOKS),
            "may_block": day >= clock.today(),
            "monday": monday,
            "calendar_fails": fails_for_long(professional.pk),
            "before": _working_day(day, -DAY),
            "after": _working_day(day, DAY),
            **calls_context(request, professional, day, day + DAY * own_day.DAYS_AHEAD),
        },
    )


def _working_day(day: date, step: timedelta) -> date:
    """Return the next day from Monday to Friday; a visit on a weekend is among the coming ones."""
    day += step
    while day.weekday() > 4:
        day += step
    return day


def own(request: StaffRequest, reference: str) -> Appointment:
    """Return the user's own visit with this reference code; otherwise 404."""
    professional = own_professional(request)
    appointment = own_day.own_visit(professional, reference) if professional else None
    if appointment is None:
        raise Http404
    return appointment


@require_POST
@meets_parties
def mark(request: StaffRequest, reference: str) -> HttpResponse:
    """Mark as arrived, in the meeting, done, or absent."""
    appointment = own(request, reference)
    step = request.POST.get("step", "")
    try:
        attendance.mark(appointment.pk, step, user=request.user)
    except NotPossibleError:
        messages.error(
            request, _("That cannot be marked now. Somebody may have marked it already.")
        )
    return _back(appointment)


@require_POST
@meets_parties
def undo(request: StaffRequest, reference: str) -> HttpResponse:
    """Take the last step back."""
    appointment = own(request, reference)
    try:
        attendance.undo_mark(appointment.pk, user=request.user)
    except NotPossibleError:
        messages.error(request, _("There is nothing to undo."))
    return _back(appointment)


def _back(appointment: Appointment) -> HttpResponse:
    starts_at = appointment.starts_at or clock.now()
    day = clock.local(starts_at).date()
    return redirect(f"{reverse('staff:my_day')}?day={day.isoformat()}#{appointment.reference}")
