"""Closures, and the public holidays with their exceptions."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.calendar.opening_hours import holiday_names
from office.core import clock, dates
from office.core.http import get_or_post
from office.models import Closure
from office.setup.closures import remove_closure, save_closure
from office.setup.forms_hours import ClosureForm
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, language, posted

# Holidays are listed for so long: next year's plans are made in autumn.
AHEAD = timedelta(days=400)


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    today = clock.today()
    closures = list(
        Closure.objects.filter(last_day__gte=today)
        .select_related("service_point")
        .order_by("first_day", "pk")
    )
    names: dict[date, str] = {}
    for year in range(today.year, (today + AHEAD).year + 1):
        names |= holiday_names(year, language())
    holidays = [
        (
            day,
            name,
            [
                c
                for c in closures
                if c.effect == Closure.Effect.OPEN and c.first_day <= day <= c.last_day
            ],
        )
        for day, name in sorted(names.items())
        # On a weekend nobody would be at work anyway: it says little and fills the list.
        if today <= day <= today + AHEAD and day.weekday() < 5
    ]
    return render(
        request,
        "office/setup/closures.html",
        {
            "closures": [c for c in closures if c.effect == Closure.Effect.CLOSED],
            "opened": [c for c in closures if c.effect == Closure.Effect.OPEN],
            "holidays": holidays,
            "past": Closure.objects.filter(last_day__lt=today).count(),
        },
    )


def _page(**words: Any) -> FormPage:
    return FormPage(back=reverse("office:closures"), back_name=_("Closures and holidays"), **words)


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    """Add a closure; with ?open=2026-12-24, an exception for a public holiday."""
    initial: dict[str, Any] = {}
    try:
        day = date.fromisoformat(request.GET.get("open", ""))
    except ValueError:
        title = _("Add a closure")
    else:
        title = _("Open on a public holiday")
        initial = {"effect": Closure.Effect.OPEN, "first_day": day, "last_day": day}
    form = ClosureForm(posted(request), initial=initial, instance=Closure())
    page = _page(title=title, done=_("Saved."))
    return form_page(request, page, form, lambda seen: save_closure(form.instance, seen=seen))


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    closure = get_object_or_404(Closure, pk=pk)
    form = ClosureForm(posted(request), instance=closure)
    page = _page(title=_("Change a closure"), done=_("The closure was changed."))
    return form_page(request, page, form, lambda seen: save_closure(form.instance, seen=seen))


@get_or_post
@manager
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    closure: Closure = get_object_or_404(Closure.objects.select_related("service_point"), pk=pk)
    where = closure.service_point or _("The whole unit")
    days = dates.date_range(closure.first_day, closure.last_day, language())
    is_open = closure.effect == Closure.Effect.OPEN
    page = _page(
        title=_("Close again on the public holiday?") if is_open else _("Remove a closure?"),
        about=f"{where}: {days}, {closure.get_effect_display()}",
        done=_("Removed."),
        button=_("Close again") if is_open else _("Remove the closure"),
        danger=True,
    )
    form = OfficeForm(posted(request))
    return form_page(request, page, form, lambda seen: remove_closure(closure, seen=seen))
