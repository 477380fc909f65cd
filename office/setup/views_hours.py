"""Hours: of everybody, of one professional, and each row of them."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.calendar.hours_overlap import hours_label
from office.core import clock, dates
from office.core.http import get_or_post
from office.core.names import Alphabetical
from office.models import Closure, HoursChange, Professional, ServicePoint, WeeklyHours
from office.models.hours import Weekday
from office.setup.day_changes import remove_change, save_change
from office.setup.forms_hours import EndForm, HoursChangeForm, WeeklyHoursForm
from office.setup.hours_rows import HoursRow, first_day, hours_row
from office.setup.week import day_notes, week_of, weeks_of
from office.setup.weekly_hours import change_hours_from, end_hours
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, language, posted, week_asked, week_steps


@require_GET
@manager
def everybody(request: StaffRequest) -> HttpResponse:
    """Show all professionals with their weekly hours of today."""
    today = clock.today()
    valid = list(
        WeeklyHours.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today), valid_from__lte=today
        )
        .select_related("service_point")
        .order_by("weekday", "starts")
    )
    by_person: dict[int, list[WeeklyHours]] = {}
    for row in valid:
        by_person.setdefault(row.professional_id, []).append(row)
    people = (
        Professional.objects.in_use().select_related("organisation").order_by(Alphabetical("name"))
    )
    shown = 7 if any(row.weekday > 4 for row in valid) else 5
    rows = [
        (person, [_lines(by_person.get(person.pk, ()), number) for number in range(shown)])
        for person in people
    ]
    return render(
        request,
        "office/setup/hours/everybody.html",
        {"rows": rows, "weekdays": Weekday.labels[:shown]},
    )


def _lines(rows: Iterable[WeeklyHours], weekday: int) -> list[list[HoursRow]]:
    """Group the hours of one weekday; consecutive ones of the same kind, point and rhythm go together."""
    today = clock.today()
    own = [hours_row(row, today) for row in rows if row.weekday == weekday]
    return [
        list(group)
        for _key, group in groupby(own, lambda h: (h.row.kind, h.row.service_point_id, h.days))
    ]


@require_GET
@manager
def week(request: StaffRequest) -> HttpResponse:
    """Show one week of all professionals, side by side."""
    monday = week_asked(request)
    people = list(
        Professional.objects.in_use().select_related("organisation").order_by(Alphabetical("name"))
    )
    weeks = weeks_of(people, monday, language())
    points = dict(ServicePoint.objects.values_list("pk", "name"))
    closures = list(
        Closure.objects.filter(first_day__lte=monday + timedelta(days=6), last_day__gte=monday)
    )
    shown = [monday + timedelta(days=n) for n in range(len(weeks[0].days) if weeks else 5)]
    heads = [
        (day, day == clock.today(), day_notes(day, closures, points, language())) for day in shown
    ]
    return render(
        request,
        "office/setup/hours/week.html",
        {"weeks": weeks, "heads": heads, **week_steps(monday)},
    )


@require_GET
@manager
def one(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one professional: the picture of a week, weekly hours, changes and absences."""
    person: Professional = get_object_or_404(
        Professional.objects.select_related("organisation"), pk=pk
    )
    today = clock.today()
    this_monday = clock.monday_of(today)
    rows = list(
        person.weekly_hours.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))
        .select_related("service_point")
        .order_by("weekday", "starts", "valid_from")
    )
    changes = list(
        person.hours_changes.filter(date__gte=this_monday).select_related("service_point")
    )
    # Where no week is asked for, the first one that has hours: one may look at it before they begin.
    starts = first_day(rows, changes, this_monday) or today
    monday = week_asked(request, clock.monday_of(starts))
    return render(
        request,
        "office/setup/hours/one.html",
        {
            "person": person,
            "week": week_of(person, monday, language()),
            "weekdays": [
                (number, name, [hours_row(row, today) for row in rows if row.weekday == number])
                for number, name in Weekday.choices
                if number < 5 or any(row.weekday == number for row in rows)
            ],
            "has_hours": bool(rows),
            "ended": person.weekly_hours.filter(valid_until__lt=today).count(),
            "changes": [change for change in changes if change.date >= today],
            "absences": person.absences.entered().filter(during__endswith__gt=clock.now()),
            "today": today,
            **week_steps(monday),
        },
    )


@require_GET
@manager
def ended(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the hours that one professional had before."""
    person = get_object_or_404(Professional, pk=pk)
    rows = [
        hours_row(row, row.valid_from)
        for row in person.weekly_hours.filter(valid_until__lt=clock.today())
        .select_related("service_point")
        .order_by(F("valid_until").desc(), "weekday", "starts")
    ]
    return render(request, "office/setup/hours/ended.html", {"person": person, "rows": rows})


def page_of(person: Professional) -> str:
    return reverse("office:hours_of", args=[person.pk])


@get_or_post
@manager
def weekly_change(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(
        WeeklyHours.objects.select_related("professional", "service_point"), pk=pk
    )
    person = row.professional
    new = WeeklyHours(professional=person)
    begins = max(clock.today(), row.valid_from)
    fields = ("weekday", "kind", "starts", "ends", "service_point", "valid_until")
    form = WeeklyHoursForm(
        posted(request),
        initial={
            **{name: getattr(row, name) for name in fields},
            **WeeklyHoursForm.rhythm_initial(row),
            "valid_from": begins,
        },
        instance=new,
        current=row,
    )
    page = FormPage(
        title=_("Change weekly hours"),
        about=f"{person.name}: {hours_label(row)}",
        back=page_of(person),
        back_name=_("Hours of %(name)s") % {"name": person.name},
        done=_("The hours were changed."),
        button=_("Save the change"),
    )
    return form_page(
        request,
        page,
        form,
        lambda seen: change_hours_from(row, new, day=form.cleaned_data["valid_from"], seen=seen),
    )


@get_or_post
@manager
def weekly_end(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(
        WeeklyHours.objects.select_related("professional", "service_point"), pk=pk
    )
    form = EndForm(posted(request), initial={"last_day": clock.today()})
    page = FormPage(
        title=_("End weekly hours"),
        about=f"{row.professional.name}: {hours_label(row)}",
        back=page_of(row.professional),
        back_name=_("Hours of %(name)s") % {"name": row.professional.name},
        done=_("The hours end."),
        button=_("End the hours"),
        danger=True,
    )
    return form_page(
        request,
        page,
        form,
        lambda seen: end_hours(row, last_day=form.cleaned_data["last_day"], seen=seen),
    )


@get_or_post
@manager
def change_add(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Professional, pk=pk)
    return _change_page(request, HoursChange(professional=person), _("Change one day"))


@get_or_post
@manager
def change_edit(request: StaffRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(HoursChange.objects.select_related("professional"), pk=pk)
    return _change_page(request, change, _("Alter a one-day change"))


def _change_page(request: StaffRequest, change: HoursChange, title: str) -> HttpResponse:
    person = change.professional
    form = HoursChangeForm(posted(request), instance=change)
    page = FormPage(
        title=title,
        about=person.name,
        lead=_("Hours of one day that are added to the weekly ones, or cut from them."),
        back=page_of(person),
        back_name=_("Hours of %(name)s") % {"name": person.name},
        done=_("The change was saved."),
    )
    return form_page(request, page, form, lambda seen: save_change(form.instance, seen=seen))


@get_or_post
@manager
def change_remove(request: StaffRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(HoursChange.objects.select_related("professional"), pk=pk)
    person = change.professional
    day = dates.short_day(change.date, language(), year=True)
    times = dates.clock_range(change.starts, change.ends, language())
    page = FormPage(
        title=_("Remove a one-day change?"),
        about=f"{person.name}: {day} {times}, {change.get_effect_display()}",
        lead=_("The weekly hours are valid on that day again."),
        back=page_of(person),
        back_name=_("Hours of %(name)s") % {"name": person.name},
        done=_("The change was removed."),
        button=_("Remove the change"),
        danger=True,
    )
    form = OfficeForm(posted(request))
    return form_page(request, page, form, lambda seen: remove_change(change, seen=seen))
