"""Many hours at once: the form, what would become of it, and then it is done."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.hours_impact import OrphanedBooking
from office.calendar.hours_overlap import hours_label
from office.core import clock, dates
from office.core.http import get_or_post
from office.models import HoursChange, Professional, ServicePoint
from office.setup.forms_hours_plan import CutForm, LikeForm, NewHoursForm, WeeksForm
from office.setup.hours_copies import plan_hours, plan_like, plan_weeks
from office.setup.hours_cuts import plan_cut
from office.setup.hours_plan import (
    HoursPlan,
    PlanChangedError,
    carry_out,
    hits_of,
    require_something,
)
from office.setup.hours_rows import next_days
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, carried, hit_rows, language, note_handed_over, posted


@get_or_post
@manager
def weekly_add(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Professional, pk=pk)
    # At a weekend the next week is meant.
    anchor = clock.today() + timedelta(days=2)
    start: dict[str, Any] = {"valid_from": clock.today(), "anchor": anchor}
    if request.GET.get("weekday", "") in set("0123456"):
        start["weekdays"] = [request.GET["weekday"]]
    only = list(person.service_points.filter(is_active=True)[:2])
    if len(only) == 1:
        start["service_point"] = only[0]
    form = NewHoursForm(posted(request), initial=start)
    page = _page(person, _("Add hours"), _("The hours were added."))
    return _plan_page(
        request,
        page,
        form,
        person,
        lambda: plan_hours(person, form.cleaned_data["weekdays"], form.new_hours()),
    )


@get_or_post
@manager
def like(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Professional, pk=pk)
    form = LikeForm(posted(request), initial={"day": clock.today()}, professional=person)
    page = _page(person, _("Copy a colleague's hours"), _("The hours were copied."))
    return _plan_page(request, page, form, person, lambda: plan_like(person, **form.cleaned_data))


@get_or_post
@manager
def weeks(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Professional, pk=pk)
    form = WeeksForm(posted(request), initial=_week_asked(request), professional=person)
    page = _page(
        person,
        _("Copy weeks"),
        _("The weeks were copied."),
        lead=_(
            "Each day gets the hours of its model, in place of its own. Regular hours stay as they "
            "are after those weeks. Public holidays and closures are valid as ever."
        ),
    )
    return _plan_page(
        request,
        page,
        form,
        person,
        lambda: plan_weeks(person, form.cleaned_data["source"], **form.weeks()),
    )


@get_or_post
@manager
def cut(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Professional, pk=pk)
    form = CutForm(posted(request), initial={"first": clock.today(), "weekdays": [*range(5)]})
    page = _page(
        person,
        _("Cut a part of the day"),
        _("The hours were cut."),
        lead=_("A lunch hour or a weekly meeting, out of several days at once."),
    )

    def plan() -> HoursPlan:
        data = form.cleaned_data
        return plan_cut(
            person,
            weekdays=data["weekdays"],
            times=(data["starts"], data["ends"]),
            kinds=data["kinds"],
            first=data["first"],
            last=data["last"],
        )

    return _plan_page(request, page, form, person, plan)


def _week_asked(request: StaffRequest) -> dict[str, date]:
    """Return the week that the page showed, and the one after it."""
    try:
        monday = clock.monday_of(date.fromisoformat(request.GET.get("week", "")))
        return {"first": monday, "to_first": monday + timedelta(days=7)}
    except (ValueError, OverflowError):
        return {}


def _page(person: Professional, title: str, done: str, lead: str = "") -> FormPage:
    return FormPage(
        title=title,
        about=person.name,
        lead=lead,
        back=reverse("office:hours_of", args=[person.pk]),
        back_name=_("Hours of %(name)s") % {"name": person.name},
        done=done,
        button=_("Continue: see what becomes of it"),
    )


def _plan_page(
    request: StaffRequest,
    page: FormPage,
    form: OfficeForm,
    person: Professional,
    make: Callable[[], HoursPlan],
) -> HttpResponse:
    """Show the form; then the plan, with the bookings that it hits; then go to the person's hours."""
    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        agreed = request.POST.get("agreed", "")
        try:
            plan = require_something(make())
            if agreed == plan.fingerprint:
                with suppress(BookingsHitError, PlanChangedError):
                    seen = request.POST.get("seen", "")
                    plan, hits = carry_out(make, person, agreed=agreed, seen=seen)
                    messages.success(request, str(page.done))
                    note_handed_over(request, hits)
                    return redirect(_picture(page, plan))
                plan = require_something(make())
            return _preview(request, page, plan, hits_of(plan), changed=bool(agreed))
        except ValidationError as error:
            form.take_errors(error)
    return render(request, "office/form.html", {"page": page, "form": form})


def _picture(page: FormPage, plan: HoursPlan) -> str:
    """Return the address of the week in which the plan is first seen."""
    day = plan.first_day
    return f"{page.back}?week={clock.monday_of(day)}" if day else page.back


@dataclass(frozen=True)
class DayRow:
    """What one day loses and gains, in words."""

    day: date
    lines: list[str]


def _day_rows(plan: HoursPlan) -> list[DayRow]:
    points = dict(ServicePoint.objects.values_list("pk", "name"))
    lines: dict[date, list[str]] = {}
    for change in plan.drops:
        words = _("taken back: %(what)s") % {"what": _change_label(change, points)}
        lines.setdefault(change.date, []).append(words)
    for change in plan.changes:
        lines.setdefault(change.date, []).append(_change_label(change, points))
    return [DayRow(day, found) for day, found in sorted(lines.items())]


def _change_label(change: HoursChange, points: dict[int, str]) -> str:
    times = dates.clock_range(change.starts, change.ends, language())
    words = {"times": times, "kind": change.get_kind_display()}
    if change.effect == HoursChange.Effect.CUTS:
        return _("cut %(times)s, %(kind)s") % words
    where = points.get(change.service_point_id or 0, "")
    return _("added %(times)s, %(kind)s, %(point)s") % {**words, "point": where}


def _preview(
    request: StaffRequest,
    page: FormPage,
    plan: HoursPlan,
    hits: Sequence[OrphanedBooking],
    *,
    changed: bool,
) -> HttpResponse:
    rows = hit_rows(hits)
    return render(
        request,
        "office/setup/hours/plan.html",
        {
            "page": page,
            "new": [(hours_label(row), row, next_days(row, row.valid_from)) for row in plan.hours],
            "ends": [(hours_label(row), last, last < row.valid_from) for row, last in plan.ends],
            "days": _day_rows(plan),
            "rows": rows,
            "count": len(rows),
            "changed": changed,
            "carried": carried(request),
            "seen": fingerprint(hits),
            "agreed": plan.fingerprint,
        },
    )
