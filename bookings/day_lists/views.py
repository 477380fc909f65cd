"""Day lists for the reception and for each professional, on screen and on paper."""

from datetime import timedelta

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookings.appointments import separate_visits
from bookings.day_lists.forms import ListChoice, choice_of
from bookings.day_lists.presenters import ListFacts, ListRow, cells_of, csv_rows, heads_of, row_of
from bookings.day_lists.queries import visits_to_point, visits_to_professional
from bookings.lifecycle.phone_visits import numbers_on_paper
from bookings.my_day import queries as own_day
from bookings.parties import conflicts
from office.core.names import Alphabetical
from office.core.spreadsheets import csv_answer
from office.models import AccessAction, AccessReason, Professional, ServicePoint, Unit
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary

DAY = timedelta(days=1)


@require_safe
@secretary
def day_lists(request: StaffRequest) -> HttpResponse:
    """Show the list of a day, with a form for another one. Log whose names it shows."""
    points, people = _choices()
    choice = choice_of(request.GET, points, people)
    rows = _rows(request, choice, AccessAction.READ)
    heads = heads_of(choice.person)
    return render(
        request,
        "bookings/day_lists/day_lists.html",
        {
            "choice": choice,
            "points": points,
            "people": people,
            "heads": heads,
            "rows": [list(zip(heads, cells_of(row, choice.person), strict=True)) for row in rows],
            "before": choice.url(choice.day - DAY),
            "after": choice.url(choice.day + DAY),
            "here": choice.url(choice.day),
        },
    )


@require_safe
@secretary
def as_table(request: StaffRequest) -> HttpResponse:
    """Return the same list as a file for a spreadsheet."""
    choice = choice_of(request.GET, *_choices())
    if choice.wrong_day:
        return HttpResponseBadRequest()
    rows = _rows(request, choice, AccessAction.EXPORT)
    # No name of anybody in the name of a file.
    return csv_answer(csv_rows(rows, choice.person), choice.day.isoformat())


def _choices() -> tuple[list[ServicePoint], list[Professional]]:
    return list(ServicePoint.objects.in_use()), list(
        Professional.objects.in_use().order_by(Alphabetical("name"))
    )


def _rows(request: StaffRequest, choice: ListChoice, action: AccessAction) -> list[ListRow]:
    if choice.person is not None:
        visits = visits_to_professional(choice.day, choice.person)
    elif choice.point is not None:
        visits = visits_to_point(choice.day, choice.point)
    else:
        visits = []
    barred = conflicts.barred_to_user(request.user)
    visits = [visit for visit in visits if visit.pk not in barred]
    note_access(
        request.user, [v.reference for v in visits], action=action, reason=AccessReason.CALENDAR
    )
    unknown = own_day.one_is_unknown(visits)
    linked = separate_visits.linked(visits)
    facts = ListFacts(
        unknown,
        separate_visits.leaving_plans(visits, Unit.get()) if linked else {},
        numbers_on_paper(visits, nameless=own_day.nameless(visits, unknown))
        if choice.person is not None
        else {},
    )
    return [row_of(visit, facts, choice.person) for visit in visits]
