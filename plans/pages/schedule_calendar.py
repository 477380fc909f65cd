"""The schedule drawn: a month, a year, and as a calendar file."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.calendar.opening_hours import holiday_names
from office.core import clock, dates
from plans.content.answers import FOR_ALL, Content
from plans.pages.month_tables import MonthTables
from plans.pages.schedule import Table
from plans.parents import Parent
from plans.schedule import actions as scheduling
from plans.schedule import months as calendar_page
from plans.schedule.actions import Sheet
from plans.schedule.choices import YEARS, Scheme, arrangements
from plans.schedule.engine import Remark, Tally
from plans.schedule.ics import (
    GIVEN,
    MARKED,
    Group,
    Marked,
    given_with,
    groups,
    marked_in,
    schedule_file,
)
from plans.schedule.months import Drawn, month_after
from plans.schedule.sentences import SCHOOL_HOLIDAYS, days_said, label_said
from plans.schedule.steps import step_for, step_for_gap
from plans.vault import drafts

# More are not told one by one: the calendar shows each.
MOST_TOLD = 8


def month(
    request: HttpRequest, table: Table, year: int | None = None, number: int | None = None
) -> HttpResponse:
    """One month, with steps to those before and after it."""
    today = clock.today()
    first = _first(today.year if year is None else year, today.month if number is None else number)
    return _page(request, table, first, 1, month_after(first, -1), month_after(first))


def year(request: HttpRequest, table: Table, year: int | None = None) -> HttpResponse:
    """Twelve months."""
    first = _first(clock.today().year if year is None else year, 1)
    return _page(request, table, first, 12, month_after(first, -12), month_after(first, 12))


def _first(year: int, number: int) -> date:
    if not (YEARS[0] < year < YEARS[1] and 1 <= number <= 12):
        raise Http404
    return date(year, number, 1)


def _page(
    request: HttpRequest, table: Table, first: date, months: int, before: date, after: date
) -> HttpResponse:
    is_year = months > 1
    content = table.content()
    names = table.names
    letters = calendar_page.letters(names)
    language = dates.known(get_language())
    holidays = holiday_names(first.year, language)
    families = [
        _drawn(table, who, scheme, sheet, first, months, names, letters, holidays)
        for who, scheme, sheet in _schedules(table, content)
    ]
    route = "schedule_year" if is_year else "schedule_month"

    def at(day: date, sheet: str | None = None) -> str:
        if not YEARS[0] < day.year < YEARS[1]:
            return ""
        where = (day.year,) if is_year else (day.year, day.month)
        return table.at(route, *where, sheet=sheet)

    today = clock.today()
    others = [(FOR_ALL, _("All children")), *((c.number, c.name) for c in table.children)]
    context = table.context(
        families=families,
        is_year=is_year,
        first=first,
        title=str(first.year) if is_year else dates.month_label(first, language),
        before=at(before),
        after=at(after),
        now_at=at(today) if (today.year, today.month) != (first.year, first.month) else "",
        other_at=table.at("schedule_month", first.year, first.month)
        if is_year
        else table.at("schedule_year", first.year),
        legend=[(letters[p], names[p], p.value) for p in (table.viewer, table.viewer.other)],
        switch=[
            {
                "name": name,
                "at": at(first, str(table.sheet.of(n))),
                "is_now": n == table.sheet.child,
            }
            for n, name in others
        ]
        if len(table.children) > 1
        else [],
        file_at=table.at("schedule_take") if table.token else "",
        marks=_marks_offered(table) if table.token else [],
    )
    return render(request, "plans/schedule/calendar.html", context)


def _schedules(table: Table, content: Content) -> list[tuple[str, Scheme, Sheet]]:
    """Who has which schedule: children with the very same one stand together."""
    numbers = [c.number for c in table.children]
    found = scheduling.of_children(content, numbers, table.sheet)
    names = {child.number: child.name for child in table.children}
    if table.sheet.child != FOR_ALL:
        return [(names[table.sheet.child], found[table.sheet.child], table.sheet)]
    if not numbers:
        return [("", scheduling.scheme_of(content, table.sheet), table.sheet)]
    rows: dict[str, tuple[list[str], Scheme, Sheet]] = {}
    for number, scheme in found.items():
        own = table.sheet.of(number)
        is_own = bool(scheduling.words_of(content, own))
        sheet = own if is_own else table.sheet
        rows.setdefault(repr(scheme), ([], scheme, sheet))[0].append(names[number])
    return [(", ".join(who), scheme, sheet) for who, scheme, sheet in rows.values()]


def _drawn(
    table: Table,
    who: str,
    scheme: Scheme,
    sheet: Sheet,
    first: date,
    months: int,
    names: Mapping[Parent, str],
    letters: Mapping[Parent, str],
    holidays: Mapping[date, str],
) -> dict[str, Any]:
    drawn = calendar_page.draw(scheme, first, months, today=clock.today(), holidays=holidays)
    labels = {a.label: label_said(a.label, scheme) for a in arrangements(scheme)}
    tables = MonthTables(names, letters, labels, is_small=months > 1)
    order = (table.viewer, table.viewer.other)
    # Two tables of one name on a page are told apart by whose they are.
    whose = f", {who}" if who else ""
    return {
        "who": who,
        "months": [tables.table(month, whose) for month in drawn.months],
        "counts": _counts(drawn.tally, names, order),
        "by_month": [
            {
                "name": dates.month_label(month.first, get_language()),
                "nights": [month.tally.nights[parent] for parent in order],
                "days": [month.tally.days[parent] for parent in order],
                "open": month.tally.open_nights,
            }
            for month in drawn.months
        ]
        if months > 1
        else [],
        "parents": [names[parent] for parent in order],
        **_remarks(table, scheme, sheet, drawn, labels),
    }


def _counts(
    tally: Tally, names: Mapping[Parent, str], order: tuple[Parent, ...]
) -> list[dict[str, Any]]:
    rows = [
        {"name": names[parent], "nights": tally.nights[parent], "days": tally.days[parent]}
        for parent in order
    ]
    if tally.open_nights or tally.open_days:
        nobody = {"nights": tally.open_nights, "days": tally.open_days}
        rows.append({"name": _("Not decided"), **nobody})
    return rows


def _remarks(
    table: Table, scheme: Scheme, sheet: Sheet, drawn: Drawn, labels: Mapping[str, str]
) -> dict[str, Any]:
    """Gaps, clashes and what goes before what, each with the page that settles it."""

    def page(slug: str) -> str:
        return table.at("schedule_step", slug, sheet=str(sheet))

    def named(rows: list[Remark]) -> list[dict[str, Any]]:
        told = []
        for key, group in groupby(sorted(rows, key=lambda r: r.labels), key=lambda r: r.labels):
            spans = sorted(group, key=lambda row: row.first)
            told.append(
                {
                    "first": labels[key[0]],
                    "others": ", ".join(labels[label] for label in key[1:]),
                    "when": "; ".join(days_said(r.first, r.last) for r in spans[:MOST_TOLD]),
                    "at": page(step_for(key[0])),
                    "other_at": page(step_for(key[1])),
                }
            )
        return told

    # Before its ordinary weeks begin, nobody expects the schedule to say anything.
    begins = scheme.ordinary.begins if scheme.ordinary else None
    open_ = [gap for gap in drawn.gaps if begins is None or gap.last >= begins]
    year = drawn.months[0].first.year
    undated = [
        {"name": SCHOOL_HOLIDAYS[kind], "at": page(f"{kind.value}-dates")}
        for kind, choice in scheme.seasons.items()
        if not any(period.first.year <= year <= period.last.year for period in choice.periods)
    ]
    gaps = [days_said(gap.first, gap.last) for gap in open_]
    return {
        "begins": begins if len(open_) < len(drawn.gaps) else None,
        "gaps": gaps[:MOST_TOLD],
        "more_gaps": gaps[MOST_TOLD:],
        "open_nights": sum((gap.last - gap.first).days + 1 for gap in open_),
        "gap_at": page(step_for_gap(scheme)),
        # Told once a year, not on every month.
        "undated": undated if len(drawn.months) > 1 else [],
        "clashes": named(drawn.clashes),
        "overrides": named(drawn.overrides),
    }


def _marks_offered(table: Table) -> list[dict[str, Any]]:
    """How entries can be told apart, where children live by different schedules."""
    own = _own(table)
    found = {
        way: [group.mark for group in _groups(table, {**own, MARKED: way.value})] for way in Marked
    }
    if len(found[Marked.NUMBER]) < 2:
        return []
    said = {Marked.NUMBER: _("By number"), Marked.INITIAL: _("By the first letter of the name")}
    now = marked_in(own)
    return [
        {
            "value": way.value,
            "said": f"{said[way]}: {' / '.join(marks)}",
            "is_now": way is now,
        }
        for way, marks in found.items()
        if way is Marked.NUMBER or marks != found[Marked.NUMBER]
    ]


def take(request: HttpRequest, table: Table) -> HttpResponse:
    """Remember what the file gives out, so that the next one can take it back; then the file itself."""
    chosen = request.POST.get("marked", "")
    marked = Marked(chosen) if chosen in tuple(Marked) else marked_in(_own(table))

    def remember(own: Content) -> Content:
        found = _groups(table, {**own, MARKED: marked.value})
        given = given_with(own, found, table.viewer, clock.today())
        return {**own, MARKED: marked.value, GIVEN: given}

    drafts.change(table.access, table.kind, remember)
    return redirect(table.at("schedule_file"))


def _own(table: Table) -> Content:
    return drafts.read(table.access, table.kind)


def _groups(table: Table, own: Content) -> list[Group]:
    """All children's schedules, from whichever child's calendar one comes."""
    content = own if table.sheet.is_written else table.content()
    numbers = [child.number for child in table.children]
    schemes = scheduling.of_children(content, numbers, table.sheet)
    with_own = [n for n in numbers if scheduling.words_of(content, table.sheet.of(n))]
    return groups(table.children, schemes, with_own, marked_in(own))


def file(request: HttpRequest, table: Table) -> HttpResponse:
    """Own days, evenings and handovers of a year to come, to be put into a calendar of one's own."""
    own = _own(table)
    # The ids stay when what was written alone is agreed.
    text = schedule_file(
        _groups(table, own),
        table.viewer,
        clock.today(),
        whose=str(table.access.holder.pk),
        given=own.get(GIVEN, {}),
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response
