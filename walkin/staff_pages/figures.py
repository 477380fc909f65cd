"""The figures of one day: on the screen, on paper, and for a spreadsheet."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.models import Came, NextStep
from office.core import dates
from office.core.languages import LANGUAGES
from office.core.spreadsheets import csv_answer
from office.models import AgreementKind, Role, Service
from office.staff.permissions import StaffRequest, role_required
from office.ui.figure_tables import FigureTable, csv_rows
from walkin.days.statistics import count
from walkin.models import Destination, OtherMatter, Outcome, Source, WalkInDay
from walkin.staff_pages.ways_back import way_back
from walkin.states import DayState, TicketState


def figure_tables(figures: Mapping[str, Any]) -> list[FigureTable]:
    """Put the stored figures of a day into words; what did not happen is left out."""
    course = figures["course"]
    services = {f"s{s.pk}": s.name for s in Service.objects.all()}
    matters = {**{str(m.value): str(m.label) for m in OtherMatter}, **services}
    places = {str(place.pk): place.name for place in Destination.objects.all()}
    found = [
        FigureTable(
            _("Numbers and waits"),
            [
                (_("Numbers taken"), course["taken"]),
                (_("Came to a desk"), course["served"]),
                (_("Mean wait"), _minutes(course["waited"], course["called"])),
                (_("Longest wait"), _minutes(course["longest_wait"], 1)),
                (_("Mean visit"), _minutes(course["service"], course["served"])),
            ],
        ),
        FigureTable(_("How the numbers ended"), _rows(course["states"], TicketState.choices)),
        FigureTable(
            _("Outcomes of the visits"),
            [
                *_rows(figures["outcomes"], Outcome.choices),
                (_("Agreements made"), figures["agreements"]),
                (_("Links given"), figures["links"]),
            ],
        ),
        FigureTable(
            _("Agreements confirmed"),
            _rows(figures.get("agreement_kinds", {}), AgreementKind.choices),
        ),
        FigureTable(_("Who came"), _rows(figures.get("came", {}), Came.choices)),
        FigureTable(_("What came next"), _rows(figures.get("next_steps", {}), NextStep.choices)),
        FigureTable(_("Matters asked for"), _rows(figures["matters"], matters.items())),
        FigureTable(
            _("Actual matters, where others"), _rows(figures["turned_out"], matters.items())
        ),
        FigureTable(_("Languages"), _rows(figures["languages"], LANGUAGES)),
        FigureTable(_("Where the number was taken"), _rows(figures["sources"], Source.choices)),
        FigureTable(_("Referred to"), _rows(figures["destinations"], places.items())),
    ]
    return [table for table in found if table.rows]


def _rows(
    counts: Mapping[str, int], names: Iterable[tuple[Any, Any]]
) -> list[tuple[str, int | str]]:
    known = {str(value): str(name) for value, name in names}
    rows = [(known.get(value, _("something else")), n) for value, n in counts.items()]
    return [
        (name[:1].upper() + name[1:], n) for name, n in sorted(rows, key=lambda r: (-r[1], r[0]))
    ]


def _minutes(seconds: float, among: int) -> str:
    return dates.duration(round(seconds / among / 60)) if among else "–"


@require_safe
@role_required(Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY, Role.MANAGER)
def of_day(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the figures of a day that runs or has ended; `?format=csv` as a file."""
    day = get_object_or_404(
        WalkInDay.objects.select_related("service_point").exclude(
            state__in=[DayState.PLANNED, DayState.CALLED_OFF]
        ),
        pk=pk,
    )
    tables = figure_tables(count(day).as_json() if day.is_running else day.figures)
    if request.GET.get("format") == "csv":
        head = [day.service_point.name, day.date.isoformat()]
        return csv_answer([head, *csv_rows(tables)], f"walk-in-{day.date}")
    back = way_back(request.user, is_past=day.has_ended)
    context = {"day": day, "tables": tables, "back": back}
    return render(request, "walkin/staff_pages/figures.html", context)
