"""The access log, as the manager reads it. What is looked for is posted: it may be a phone number."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office.access.forms import AccessSearchForm, ExtractForm
from office.access.rows import as_csv, name_of, roles_label, row_of
from office.access.search import entries, extract, unexplained
from office.core import clock
from office.core.http import get_or_post
from office.models import AccessAction
from office.staff.access_log import note_log_use
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import language, posted

ON_A_PAGE = 50


@get_or_post
@manager
def log(request: StaffRequest) -> HttpResponse:
    """Search by user, client, days and action. Without anything asked: today."""
    today = clock.today()
    form = AccessSearchForm(posted(request), initial={"first": today, "last": today})
    context: dict[str, object] = {"form": form, "here": "log"}
    if form.is_bound and not form.is_valid():
        return render(request, "office/access/log.html", context, status=422)
    asked: dict[str, Any] = form.cleaned_data if form.is_bound else {"first": today, "last": today}
    found = entries(**asked)
    number = request.POST.get("page", "1")
    page = Paginator(found, ON_A_PAGE).get_page(number)
    # Read before this search leaves a row of its own.
    rows = [row_of(entry) for entry in page]
    if form.is_bound and page.number == 1:
        client, user = asked.get("client"), asked.get("user")
        mark = client.mark if client else "access-log"
        note_log_use(request.user, AccessAction.LOG_READ, mark, about=user)
    context |= {"page": page, "rows": rows}
    context |= {"total": page.paginator.count, "carried": _carried(request)}
    return render(request, "office/access/log.html", context)


def _carried(request: StaffRequest) -> list[tuple[str, str]]:
    """Return what was asked, for the buttons that lead to the next page."""
    names = ("user", "client", "first", "last", "action")
    if request.method == "POST":
        return [(name, request.POST.get(name, "")) for name in names]
    today = clock.today().isoformat()
    return [("first", today), ("last", today)]


@get_or_post
@manager
def extract_of(request: StaffRequest) -> HttpResponse:
    """Show what a client may know, as a page to print or a file; itself logged."""
    form = ExtractForm(posted(request))
    context: dict[str, object] = {"form": form, "here": "extract"}
    if not form.is_bound:
        return render(request, "office/access/extract.html", context)
    if not form.is_valid():
        return render(request, "office/access/extract.html", context, status=422)
    client, since = form.cleaned_data["client"], form.cleaned_data["since"]
    rows = [row_of(entry) for entry in extract(client, since=since)]
    note_log_use(request.user, AccessAction.LOG_EXPORT, client.mark, rows=len(rows))
    if request.POST.get("as") == "csv":
        response = HttpResponse(as_csv(rows, language()), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="access-log-extract.csv"'
        return response
    context |= {"rows": rows, "since": since, "made_at": clock.now(), "shown": True}
    return render(request, "office/access/extract.html", context)


@require_safe
@manager
def without_task(request: StaffRequest) -> HttpResponse:
    """Show what was opened on a day by somebody who had no work of their own in it."""
    day = _day(request.GET.get("day", ""))
    rows = [
        (name_of(one.user), roles_label(one.user.roles), one.record, one.at, one.times)
        for one in unexplained(day)
    ]
    note_log_use(request.user, AccessAction.LOG_READ, "without-task", day=day.isoformat())
    return render(
        request,
        "office/access/without_task.html",
        {
            "here": "without_task",
            "rows": rows,
            "day": day,
            "before": date.fromordinal(day.toordinal() - 1),
            "after": date.fromordinal(day.toordinal() + 1) if day < clock.today() else None,
        },
    )


def _day(text: str) -> date:
    today = clock.today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if day.year >= 2020 and day <= today else today
