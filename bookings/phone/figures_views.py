"""The calls of a week or a month: how they ended, what about, how long; on the screen and as a file."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from bookings.models import CallLanguage, CallOutcome
from bookings.phone.call_log import length_label
from bookings.phone.figures import CallFigures, calls_between, past_day
from office.core import clock
from office.core.spreadsheets import csv_answer
from office.models import Role, Service
from office.staff.permissions import StaffRequest, role_required
from office.ui.figure_tables import FigureTable, csv_rows


@require_safe
@role_required(Role.SECRETARY, Role.MANAGER)
def call_figures(request: StaffRequest) -> HttpResponse:
    """Show a week, or with `?by=month` a month, of the day `from`; `?format=csv` as a file."""
    is_month = request.GET.get("by") == "month"
    first, last = _period(past_day(request.GET.get("from", "")), is_month=is_month)
    figures = calls_between(first, last)
    tables = figure_tables(figures)
    if request.GET.get("format") == "csv":
        head = [first.isoformat(), last.isoformat()]
        return csv_answer([head, *csv_rows(tables)], f"calls-{first}")
    next_first = last + timedelta(days=1)
    context = {
        "first": first,
        "last": last,
        "is_month": is_month,
        "by": "month" if is_month else "week",
        "before_name": _("The month before") if is_month else _("The week before"),
        "after_name": _("The month after") if is_month else _("The week after"),
        "before": _period(first - timedelta(days=1), is_month=is_month)[0],
        "after": next_first if next_first <= clock.today() else None,
        "tables": tables,
        "is_empty": not (figures.calls or figures.has_queue),
        "is_secretary": request.user.has_role(Role.SECRETARY),
    }
    return render(request, "bookings/phone/figures.html", context)


def figure_tables(figures: CallFigures) -> list[FigureTable]:
    """Put the figures of some days into words; what did not happen is left out."""
    services = {s.pk: str(s.name) for s in Service.objects.all()}
    found = [
        FigureTable(
            pgettext("phone", "Calls"),
            [
                (_("Calls answered"), figures.calls),
                (_("Median length"), length_label(figures.median) or "–"),
                *_queue_rows(figures),
            ],
        ),
        FigureTable(
            _("How they ended"),
            [
                *(
                    (str(label).capitalize(), figures.by_outcome[value])
                    for value, label in CallOutcome.choices
                    if figures.by_outcome[value]
                ),
                *([(_("Not noted"), figures.by_outcome[""])] if figures.by_outcome[""] else []),
            ],
        ),
        FigureTable(
            pgettext("phone", "What they were about"),
            [
                (services.get(pk or 0, _("Another matter")), count)
                for pk, count in figures.by_matter.most_common()
            ],
        ),
        FigureTable(
            _("Languages"),
            [
                (str(label).capitalize(), figures.by_language[value])
                for value, label in CallLanguage.choices
                if figures.by_language[value]
            ],
        ),
        FigureTable(
            _("By the hour"), [(f"{h.hour}–{h.hour + 1}", h.calls) for h in figures.by_hour]
        ),
    ]
    return [table for table in found if table.rows]


def _queue_rows(figures: CallFigures) -> list[tuple[str, int | str]]:
    """Return what the phone system counted, where somebody has typed it in."""
    if not figures.has_queue:
        return []
    return [
        (_("Waited in the queue"), figures.waited),
        (_("Hung up unanswered"), figures.hung_up),
        (_("Longest wait"), _("%(n)d min") % {"n": figures.longest_wait}),
    ]


def _period(day: date, *, is_month: bool) -> tuple[date, date]:
    """Return the first and the last day of a day's week or month."""
    if not is_month:
        first = clock.monday_of(day)
        return first, first + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
