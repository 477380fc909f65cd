"""The manager's walk-in days: upcoming days, duties and rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from office.core import clock, dates
from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.models import ServicePoint
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, language, plain, posted
from walkin.days import duties, planning
from walkin.days.absences import absent_professionals, is_left_behind
from walkin.days.changed_days import changed_days
from walkin.days.free_dates import free_dates
from walkin.days.readiness import points_without_desks
from walkin.errors import WalkInError
from walkin.models import DayState, Duty, PointRules, Ticket, WalkInDay
from walkin.staff_pages.forms_days import (
    AddDayForm,
    DayHoursForm,
    DutyForm,
    RulesForm,
    who_may_serve,
)
from walkin.staff_pages.rules_text import in_words
from walkin.staff_pages.screen import QueueScreen, points
from walkin.states import DayAction


@dataclass(frozen=True)
class PointDays:
    """The walk-in of a point, as the manager plans it and as it goes now."""

    point: ServicePoint
    rules: list[str]
    # Each with who is on duty.
    rows: list[tuple[WalkInDay, list[str]]]
    # The queue of this moment, without anybody's matters; None while the walk-in does not run.
    screen: QueueScreen | None
    # Usual dates without their walk-in, as they are announced.
    changed: list[str]


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    """List the upcoming days of each point, with the rules of calling in words."""
    now = clock.now()
    found = points()
    days = list(
        WalkInDay.objects.filter(service_point__in=found, ends_at__gt=now)
        .exclude(state=DayState.ENDED)
        .without_replaced()
        .select_related("service_point")
        .prefetch_related("duties__professional")
        .order_by("starts_at", "pk")
    )
    late = list(
        WalkInDay.objects.running()
        .filter(ends_at__lte=now)
        .select_related("service_point")
        .prefetch_related("duties__professional")
    )
    rules = {r.service_point_id: r for r in PointRules.objects.filter(service_point__in=found)}
    at = {p.pk: (p, _rules_of(p, rules)) for p in found}
    rows: dict[int, list[tuple[WalkInDay, list[str]]]] = {p.pk: [] for p in found}
    for day in [*late, *days]:
        # On duty now or later; after the hours, those who finish.
        there = [
            d for d in day.duties.all() if d.during.upper > now or d.during.upper >= day.ends_at
        ]
        names = [str(duty.professional) for duty in there]
        rows[day.service_point_id].append((day, list(dict.fromkeys(names))))
    running = {day.service_point_id for day in [*late, *days] if day.is_running}
    changed = changed_days()
    places = [
        PointDays(
            at[pk][0],
            in_words(at[pk][1]),
            listed,
            QueueScreen(request.user, at[pk][0], now=now) if pk in running else None,
            [day.sentence for day in changed.get(pk, [])],
        )
        for pk, listed in rows.items()
    ]
    others = ServicePoint.objects.in_use().exclude(pk__in=at).order_by("order", "pk")
    context = {"places": places, "others": others, "missing": list(points_without_desks())}
    return render(request, "walkin/staff_pages/days.html", context)


def _rules_of(point: ServicePoint, rules: dict[int, PointRules]) -> PointRules:
    return rules.get(point.pk) or PointRules(service_point=point)


@require_GET
@manager
def one(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one day and its duties."""
    day = get_object_or_404(WalkInDay.objects.select_related("service_point"), pk=pk)
    found = list(day.duties.select_related("professional", "desk").order_by("during", "pk"))
    now = clock.now()
    context = {
        "day": day,
        "duties": [(duty, duty.during.upper > now) for duty in found],
        "people": list(who_may_serve()),
        "screen": QueueScreen(request.user, day.service_point) if day.is_running else None,
        "is_planned": day.is_planned,
        "is_over": day.is_over,
        "away": absent_professionals(day, now) if day.is_running else [],
        "left": [t for t in _at_desks(day) if is_left_behind(t, now)] if day.is_running else [],
    }
    return render(request, "walkin/staff_pages/one_day.html", context)


def _at_desks(day: WalkInDay) -> list[Ticket]:
    assigned_tickets = Ticket.objects.filter(day=day).assigned()
    return list(assigned_tickets.select_related("day", "desk").order_by("number"))


def _as_validation_error(error: WalkInError) -> ValidationError:
    return ValidationError(error.sentence)


def _page(**words: Any) -> FormPage:
    return FormPage(
        back=words.pop("back", reverse("queue:days")),
        back_name=words.pop("back_name", _("Walk-in days")),
        **words,
    )


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    form = AddDayForm(posted(request), initial={"service_point": request.GET.get("point")})

    def save() -> None:
        cleaned = form.cleaned_data
        try:
            planning.add_day(
                cleaned["service_point"],
                start=form.start,
                end=form.end,
                professionals=cleaned["professionals"],
            )
        except WalkInError as error:
            raise _as_validation_error(error) from error

    page = _page(title=_("Add a walk-in day"), done=_("The walk-in day was added."))
    return form_page(request, page, form, plain(save))


@get_or_post
@manager
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Move the day, and name those who have no time then."""
    day = get_object_or_404(WalkInDay, pk=pk)
    initial = {
        "date": day.date,
        "starts": clock.local(day.starts_at).time(),
        "ends": clock.local(day.ends_at).time(),
    }
    form = DayHoursForm(posted(request), initial=initial)

    def save() -> None:
        try:
            _move(request, day, form.start, form.end)
        except WalkInError as error:
            raise _as_validation_error(error) from error

    near = {"day": day, "dates": free_dates(day)} if day.allows(DayAction.MOVE) else {}
    page = _page(
        title=_("Move the walk-in"),
        below=SafeString(render_to_string("walkin/staff_pages/free_dates.html", near, request))
        if near.get("dates")
        else None,
        done=_("The walk-in was moved."),
        back=reverse("queue:one_day", args=[day.pk]),
        back_name=dates.day(day.date, language()),
    )
    return form_page(request, page, form, plain(save))


def _move(request: StaffRequest, day: WalkInDay, start: datetime, end: datetime) -> None:
    before = {d.professional_id: str(d.professional) for d in _on_duty(day)}
    planning.move_day(day.pk, start=start, end=end)
    there = {d.professional_id for d in _on_duty(day)}
    gone = [name for pk, name in before.items() if pk not in there]
    if gone:
        messages.warning(
            request, _("Not available then, and left out: %(names)s.") % {"names": ", ".join(gone)}
        )


def _on_duty(day: WalkInDay) -> list[Duty]:
    return list(Duty.objects.filter(day=day).select_related("professional").order_by("pk"))


@require_POST
@manager
def off(request: StaffRequest, pk: int) -> HttpResponse:
    """Call the day off."""
    day = get_object_or_404(WalkInDay, pk=pk)
    try:
        planning.call_off(day.pk)
    except WalkInError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("The walk-in was called off."))
    return redirect("queue:days")


@require_POST
@manager
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Plan a day again that was called off."""
    day = get_object_or_404(WalkInDay, pk=pk)
    try:
        planning.restore_day(day.pk)
    except WalkInError as error:
        messages.error(request, error.sentence)
        return redirect("queue:days")
    messages.success(request, _("The walk-in is planned again. Check who is on duty."))
    return redirect("queue:one_day", day.pk)


@require_POST
@manager
def open_now(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a walk-in at the point now: one planned for soon, or a new one."""
    point = get_object_or_404(ServicePoint.objects.in_use(), pk=pk)
    try:
        day = planning.open_now(point, professionals=[])
    except WalkInError as error:
        messages.error(request, error.sentence)
        return redirect("queue:days")
    messages.success(request, _("The walk-in is open. Put on duty those who serve it."))
    return redirect("queue:one_day", day.pk)


@get_or_post
@manager
def duty_add(request: StaffRequest, pk: int) -> HttpResponse:
    day = get_object_or_404(WalkInDay.objects.select_related("service_point"), pk=pk)
    now = clock.local(max(day.starts_at, clock.now() if day.is_running else day.starts_at))
    form = DutyForm(
        day,
        posted(request),
        initial={"starts": now.time(), "ends": clock.local(day.ends_at).time()},
    )

    def save() -> None:
        cleaned = form.cleaned_data
        try:
            duties.put_on_duty(
                day.pk,
                cleaned["professional"],
                start=form.start,
                end=form.end,
                desk=cleaned["desk"],
            )
        except WalkInError as error:
            raise _as_validation_error(error) from error

    page = _page(
        title=_("Put somebody on duty"),
        done=_("Put on duty."),
        about=f"{day.service_point}: {dates.day(day.date, language())}",
        back=reverse("queue:one_day", args=[day.pk]),
        back_name=_("The walk-in day"),
    )
    return form_page(request, page, form, plain(save))


@require_POST
@manager
def duty_off(request: StaffRequest, pk: int) -> HttpResponse:
    """End the duty now, or remove it if it has not begun."""
    duty = get_object_or_404(Duty, pk=pk)
    try:
        duties.end_duty(duty.pk)
    except WalkInError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("Taken off duty."))
    return redirect("queue:one_day", duty.day_id)


@require_POST
@manager
def duty_replace(request: StaffRequest, pk: int) -> HttpResponse:
    """Let somebody else take over the duty now, with whoever is at the desk."""
    duty = get_object_or_404(Duty, pk=pk)
    wanted = request.POST.get("by", "")
    by = next((p for p in who_may_serve() if str(p.pk) == wanted), None)
    if by is None:
        messages.error(request, _("Choose who takes over."))
        return redirect("queue:one_day", duty.day_id)
    try:
        duties.replace(duty.pk, by, user=request.user)
    except WalkInError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("%(name)s takes over.") % {"name": by})
    return redirect("queue:one_day", duty.day_id)


@get_or_post
@manager
def rules(request: StaffRequest, pk: int) -> HttpResponse:
    """Edit the rules of a point's walk-in."""
    point = get_object_or_404(ServicePoint, pk=pk)
    form = RulesForm(posted(request), instance=PointRules.of(point.pk))
    page = _page(title=_("Rules of the walk-in"), about=str(point), done=_("Saved."))
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))
