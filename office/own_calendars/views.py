"""The page of a professional's own calendar: for themselves, and for the manager."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from office.core import clock
from office.core.http import get_or_post
from office.core.secret_text import UnreadableSecretError, decrypt
from office.models import Absence, OwnCalendar, Professional, Role
from office.own_calendars.actions import ask_reading, remove_calendar, set_calendar
from office.own_calendars.forms import AddressForm
from office.staff.permissions import StaffRequest, manager, role_required

meets_people = role_required(Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER)


@dataclass(frozen=True)
class Shown:
    """Describe a calendar; of its address only the server."""

    server: str
    read_at: datetime | None
    failed_since: datetime | None
    failure: str
    next_at: datetime
    busy: int


@dataclass(frozen=True)
class CalendarPages:
    """Where the pages of one who looks at a calendar are."""

    page: str
    read: str
    remove: str
    back: str
    back_name: str


@get_or_post
@meets_people
def own(request: StaffRequest) -> HttpResponse:
    return _page(request, _own(request), _own_pages(), is_own=True)


@require_POST
@meets_people
def read_own(request: StaffRequest) -> HttpResponse:
    return _read(request, _own(request), _own_pages())


@require_POST
@meets_people
def remove_own(request: StaffRequest) -> HttpResponse:
    return _remove(request, _own(request), _own_pages())


@get_or_post
@manager
def of(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Professional, pk=pk)
    return _page(request, person, _pages_of(person), is_own=False)


@require_POST
@manager
def read_of(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Professional, pk=pk)
    return _read(request, person, _pages_of(person))


@require_POST
@manager
def remove_of(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Professional, pk=pk)
    return _remove(request, person, _pages_of(person))


def _own(request: StaffRequest) -> Professional:
    person: Professional | None = Professional.objects.in_use().filter(user=request.user).first()
    if person is None:
        raise Http404
    return person


def _own_pages() -> CalendarPages:
    return CalendarPages(
        reverse("office:own_calendar"),
        reverse("office:own_calendar_read"),
        reverse("office:own_calendar_remove"),
        reverse("staff:my_day"),
        _("My day"),
    )


def _pages_of(person: Professional) -> CalendarPages:
    return CalendarPages(
        reverse("office:calendar_of", args=[person.pk]),
        reverse("office:calendar_of_read", args=[person.pk]),
        reverse("office:calendar_of_remove", args=[person.pk]),
        reverse("office:person", args=[person.pk]),
        person.name,
    )


def _page(
    request: StaffRequest, person: Professional, pages: CalendarPages, *, is_own: bool
) -> HttpResponse:
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        set_calendar(person, form.cleaned_data["address"], user=request.user)
        messages.success(request, _("The address was saved. The calendar is read in a moment."))
        return redirect(pages.page)
    calendar = OwnCalendar.objects.filter(professional=person).first()
    return render(
        request,
        "office/own_calendars/calendar.html",
        {
            "person": person,
            "pages": pages,
            "form": form,
            "calendar": _shown(calendar) if calendar else None,
            "is_own": is_own,
        },
    )


def _shown(calendar: OwnCalendar) -> Shown:
    try:
        server = urlsplit(decrypt(calendar.address)).hostname or ""
    except UnreadableSecretError:
        server = ""
    return Shown(
        server=server,
        read_at=calendar.read_at,
        failed_since=calendar.failed_since,
        failure=calendar.get_failure_display(),
        next_at=calendar.next_at,
        busy=Absence.objects.filter(
            professional=calendar.pk,
            reason=Absence.Reason.CALENDAR,
            during__endswith__gt=clock.now(),
        ).count(),
    )


def _read(request: StaffRequest, person: Professional, pages: CalendarPages) -> HttpResponse:
    calendar = get_object_or_404(OwnCalendar, professional=person)
    ask_reading(calendar.pk)
    messages.success(request, _("The calendar is read in a moment."))
    return redirect(pages.page)


def _remove(request: StaffRequest, person: Professional, pages: CalendarPages) -> HttpResponse:
    remove_calendar(person)
    messages.success(request, _("The calendar is not read any more. Its busy times are free."))
    return redirect(pages.page)
