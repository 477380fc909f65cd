"""The schedule drawn as a month or a year, and as a calendar file."""

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
from plans.pages.schedule import SchedulePage
from plans.parents import Parent
from plans.schedule import actions
from plans.schedule import months as schedule_months
from plans.schedule.actions import ScheduleSheet
from plans.schedule.choices import YEARS, Scheme, arrangements
from plans.schedule.engine import Remark, ScheduleTally
from plans.schedule.ics import (
    GIVEN,
    MARKED,
    ChildMark,
    ScheduleGroup,
    given_with,
    groups,
    marked_in,
    schedule_file,
    whose_in,
)
from plans.schedule.months import DrawnCalendar, month_after
from plans.schedule.sentences import SCHOOL_HOLIDAYS, arrangement_label, nights_label
from plans.schedule.steps import step_for, step_for_gap
from plans.vault import drafts

# More are not listed: the calendar shows each.
MAX_LISTED = 8


def month(
    request: HttpRequest, page: SchedulePage, year: int | None = None, number: int | None = None
) -> HttpResponse:
    """Show one month, with links to its neighbours."""
    today = clock.today()
    first = _first(today.year if year is None else year, today.month if number is None else number)
    return _page(request, page, first, 1, month_after(first, -1), month_after(first))


def year(request: HttpRequest, page: SchedulePage, year: int | None = None) -> HttpResponse:
    """Show twelve months."""
    first = _first(clock.today().year if year is None else year, 1)
    return _page(request, page, first, 12, month_after(first, -12), month_after(first, 12))


def _first(year: int, number: int) -> date:
    if not (YEARS[0] < year < YEARS[1] and 1 <= number <= 12):
        raise Http404
    return date(year, number, 1)


def _page(
    request: HttpRequest, page: SchedulePage, first: date, months: int, before: date, after: date
) -> HttpResponse:
    is_year = months > 1
    content = page.content()
    names = page.names
    letters = schedule_months.letters(names)
    language = dates.known(get_language())
    holidays = holiday_names(first.year, language)
    families = [
        _drawn(page, who, scheme, sheet, first, months, names, letters, holidays)
        for who, scheme, sheet in _schedules(page, content)
    ]
    route = "schedule_year" if is_year else "schedule_month"

    def at(day: date, sheet: str | None = None) -> str:
        if not YEARS[0] < day.year < YEARS[1]:
            return ""
        where = (day.year,) if is_year else (day.year, day.month)
        return page.at(route, *where, sheet=sheet)

    today = clock.today()
    others = [(FOR_ALL, _("All children")), *((c.number, c.name) for c in page.children)]
    context = page.context(
        families=families,
        is_year=is_year,
        first=first,
        title=str(first.year) if is_year else dates.month_label(first, language),
        before=at(before),
        after=at(after),
        now_at=at(today) if (today.year, today.month) != (first.year, first.month) else "",
        other_at=page.at("schedule_month", first.year, first.month)
        if is_year
        else page.at("schedule_year", first.year),
        legend=[(letters[p], names[p], p.value) for p in (page.viewer, page.viewer.other)],
        switch=[
            {
                "name": name,
                "at": at(first, str(page.sheet.of(n))),
                "is_now": n == page.sheet.child,
            }
            for n, name in others
        ]
        if len(page.children) > 1
        else [],
        file_at=page.at("schedule_take") if page.token else "",
        marks=_marks_offered(page) if page.token else [],
    )
    return render(request, "plans/schedule/calendar.html", context)


def _schedules(page: SchedulePage, content: Content) -> list[tuple[str, Scheme, ScheduleSheet]]:
    """Group the children by identical schedules."""
    numbers = [c.number for c in page.children]
    found = actions.schemes_by_child(content, numbers, page.sheet)
    names = {child.number: child.name for child in page.children}
    if page.sheet.child != FOR_ALL:
        return [(names[page.sheet.child], found[page.sheet.child], page.sheet)]
    if not numbers:
        return [("", actions.scheme_of(content, page.sheet), page.sheet)]
    rows: dict[str, tuple[list[str], Scheme, ScheduleSheet]] = {}
    for number, scheme in found.items():
        own = page.sheet.of(number)
        is_own = bool(actions.words_of(content, own))
        sheet = own if is_own else page.sheet
        rows.setdefault(repr(scheme), ([], scheme, sheet))[0].append(names[number])
    return [(", ".join(who), scheme, sheet) for who, scheme, sheet in rows.values()]


def _drawn(
    page: SchedulePage,
    who: str,
    scheme: Scheme,
    sheet: ScheduleSheet,
    first: date,
    months: int,
    names: Mapping[Parent, str],
    letters: Mapping[Parent, str],
    holidays: Mapping[date, str],
) -> dict[str, Any]:
    calendar = schedule_months.draw(scheme, first, months, today=clock.today(), holidays=holidays)
    labels = {a.label: arrangement_label(a.label, scheme) for a in arrangements(scheme)}
    tables = MonthTables(names, letters, labels, is_small=months > 1)
    order = (page.viewer, page.viewer.other)
    # Tables of the same month are distinguished by whose they are.
    whose = f", {who}" if who else ""
    return {
        "who": who,
        "months": [tables.table(month, whose) for month in calendar.months],
        "counts": _counts(calendar.tally, names, order),
        "by_month": [
            {
                "name": dates.month_label(month.first, get_language()),
                "nights": [month.tally.nights[parent] for parent in order],
                "days": [month.tally.days[parent] for parent in order],
                "open": month.tally.open_nights,
            }
            for month in calendar.months
        ]
        if months > 1
        else [],
        "parents": [names[parent] for parent in order],
        **_remarks(page, scheme, sheet, calendar, labels),
    }


def _counts(
    tally: ScheduleTally, names: Mapping[Parent, str], order: tuple[Parent, ...]
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
    page: SchedulePage,
    scheme: Scheme,
    sheet: ScheduleSheet,
    calendar: DrawnCalendar,
    labels: Mapping[str, str],
) -> dict[str, Any]:
    """List gaps, clashes and overrides, each with the page that resolves it."""

    def step_address(slug: str) -> str:
        return page.at("schedule_step", slug, sheet=str(sheet))

    def named(rows: list[Remark]) -> list[dict[str, Any]]:
        listed = []
        for key, group in groupby(sorted(rows, key=lambda r: r.labels), key=lambda r: r.labels):
            spans = sorted(group, key=lambda row: row.first)
            listed.append(
                {
                    "first": labels[key[0]],
                    "others": ", ".join(labels[label] for label in key[1:]),
                    "when": "; ".join(nights_label(r.first, r.last) for r in spans[:MAX_LISTED]),
                    "at": step_address(step_for(key[0])),
                    "other_at": step_address(step_for(key[1])),
                }
            )
        return listed

    # Before its ordinary weeks begin, gaps are expected.
    begins = scheme.ordinary.begins if scheme.ordinary else None
    open_ = [gap for gap in calendar.gaps if begins is None or gap.last >= begins]
    year = calendar.months[0].first.year
    undated = [
        {"name": SCHOOL_HOLIDAYS[kind], "at": step_address(f"{kind.value}-dates")}
        for kind, choice in scheme.seasons.items()
        if not any(period.first.year <= year <= period.last.year for period in choice.periods)
    ]
    gaps = [nights_label(gap.first, gap.last) for gap in open_]
    return {
        "begins": begins if len(open_) < len(calendar.gaps) else None,
        "gaps": gaps[:MAX_LISTED],
        "more_gaps": gaps[MAX_LISTED:],
        "open_nights": sum((gap.last - gap.first).days + 1 for gap in open_),
        "gap_at": step_address(step_for_gap(scheme)),
        # Shown on the year, not on every month.
        "undated": undated if len(calendar.months) > 1 else [],
        "clashes": named(calendar.clashes),
        "overrides": named(calendar.overrides),
    }


def _marks_offered(page: SchedulePage) -> list[dict[str, Any]]:
    """Return how entries can be distinguished, where children have different schedules."""
    own = _own(page)
    found = {
        mark_kind: [group.mark for group in _groups(page, {**own, MARKED: mark_kind.value})]
        for mark_kind in ChildMark
    }
    if len(found[ChildMark.NUMBER]) < 2:
        return []
    mark_labels = {
        ChildMark.NUMBER: _("By number"),
        ChildMark.INITIAL: _("By the first letter of the name"),
    }
    now = marked_in(own)
    return [
        {
            "value": mark_kind.value,
            "sentence": f"{mark_labels[mark_kind]}: {' / '.join(marks)}",
            "is_now": mark_kind is now,
        }
        for mark_kind, marks in found.items()
        if mark_kind is ChildMark.NUMBER or marks != found[ChildMark.NUMBER]
    ]


def take(request: HttpRequest, page: SchedulePage) -> HttpResponse:
    """Remember what the file gives out, so that the next one can cancel it; then download the file."""
    chosen = request.POST.get("marked", "")
    marked = ChildMark(chosen) if chosen in tuple(ChildMark) else marked_in(_own(page))

    def remember(own: Content) -> Content:
        found = _groups(page, {**own, MARKED: marked.value})
        given = given_with(own, found, page.viewer, clock.today())
        return {**own, MARKED: marked.value, GIVEN: given}

    drafts.change(page.access, page.kind, remember)
    return redirect(page.at("schedule_file"))


def _own(page: SchedulePage) -> Content:
    return drafts.read(page.access, page.kind)


def _groups(page: SchedulePage, own: Content) -> list[ScheduleGroup]:
    """Group all children's schedules, whichever child's calendar is open."""
    content = own if page.sheet.is_written else page.content()
    numbers = [child.number for child in page.children]
    schemes = actions.schemes_by_child(content, numbers, page.sheet)
    with_own = [n for n in numbers if actions.words_of(content, page.sheet.of(n))]
    return groups(page.children, schemes, with_own, marked_in(own))


def file(request: HttpRequest, page: SchedulePage) -> HttpResponse:
    """Download own days, evenings and handovers of the coming year as a calendar file."""
    own = _own(page)
    # The ids stay the same when a parent's own schedule is agreed.
    text = schedule_file(
        _groups(page, own),
        page.viewer,
        clock.today(),
        whose=whose_in(own, page.access.holder.pk),
        given=own.get(GIVEN, {}),
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response
