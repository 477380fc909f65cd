"""Phone hours: who answers when, closing early, extra hours, and taking them back."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.phone.hours import change_label, phone_week
from bookings.phone.hours_forms import HALF_HOUR, LATEST, DayForm, ExtraNowForm
from bookings.public.opening import opening
from office.calendar.opening_hours import Stretch
from office.calendar.working_time import open_state, phone_time, phone_time_ahead, state_of
from office.core import clock, dates
from office.core.intervals import contains, merge
from office.core.names import Alphabetical
from office.models import HoursChange, HoursKind, Professional
from office.setup import phone_hours
from office.setup.phone_hours import ClosedThenError, NoPhoneHoursError
from office.staff.permissions import StaffRequest, secretary

WEEK = timedelta(days=7)
FURTHEST = WEEK * 104
SATURDAY = 5


@require_safe
@secretary
def hours(request: StaffRequest) -> HttpResponse:
    """Show the week, and what can be changed in it."""
    return _page(request)


def _page(
    request: StaffRequest, *, day_form: DayForm | None = None, status: int = 200
) -> HttpResponse:
    now, today = clock.now(), clock.today()
    monday = _monday(request.GET.get("week", ""))
    people = phone_hours.answering(today)
    own = _own(request)
    shown = people if own is None or own in people else [*people, own]
    ahead = phone_time_ahead()
    state = state_of(ahead)
    first = {"who": own or (people[0] if people else None), "day": today}
    after = state.closes or now + HALF_HOUR
    # Closed early today: opening again is taking that back.
    early = HoursChange.objects.filter(
        kind=HoursKind.PHONE, effect=HoursChange.Effect.CUTS, date=today
    ).select_related("professional")
    reopen = [
        change
        for change in early
        if contains((clock.at(today, change.starts), clock.at(today, change.ends)), now)
    ]
    return render(
        request,
        "bookings/phone/hours.html",
        {
            "state": state,
            "opening": opening(state, now, get_language()),
            "today": today,
            "people": shown,
            "answering_now": _answering_now(ahead),
            "reopen": [(change, change_label(change)) for change in reopen],
            "week": phone_week(shown, monday),
            "extra_form": ExtraNowForm(initial=first, after=after, auto_id="extra_%s"),
            "too_late": clock.local(after).time() >= LATEST,
            "form": day_form or DayForm(initial=first),
            "monday": monday,
            "before": monday - WEEK,
            "after": monday + WEEK,
        },
        status=status,
    )


def _monday(text: str) -> date:
    """Return the Monday of the week asked for; else this week's, on a weekend that of the coming one."""
    today = clock.today()
    this = clock.monday_of(today + timedelta(days=2) if today.weekday() >= SATURDAY else today)
    try:
        asked = clock.monday_of(date.fromisoformat(text))
    except (ValueError, OverflowError):
        return this
    return asked if abs(asked - this) <= FURTHEST else this


def _own(request: StaffRequest) -> Professional | None:
    own: Professional | None = Professional.objects.in_use().own().filter(user=request.user).first()
    return own


def _answering_now(ahead: Iterable[Stretch]) -> list[Professional]:
    """Return those whose phone is open at this moment."""
    now = clock.now()
    open_ones = {s.professional for s in ahead if contains((s.start, s.end), now)}
    return list(Professional.objects.filter(pk__in=open_ones).order_by(Alphabetical("name")))


@require_POST
@secretary
def close(request: StaffRequest) -> HttpResponse:
    """Close the phone now: everybody who answers, or the one who is named."""
    who = [person.pk for person in _answering_now(phone_time_ahead())]
    named = request.POST.get("who", "")
    if named:
        who = [pk for pk in who if str(pk) == named]
    try:
        phone_hours.close_now(who)
    except NoPhoneHoursError:
        messages.info(request, _("The phone is closed already."))
    else:
        _say_state(request)
    return redirect("staff:phone")


def _say_state(request: StaffRequest) -> None:
    """Tell the secretary how the public pages show it from now on."""
    words = opening(open_state(HoursKind.PHONE), clock.now(), get_language()).words
    messages.success(
        request, _("The public pages now say of the phone: %(words)s.") % {"words": words}
    )


@require_POST
@secretary
def extra_now(request: StaffRequest) -> HttpResponse:
    """Open the phone now, or keep it open for longer."""
    form = ExtraNowForm(request.POST, after=clock.now())
    if not form.is_valid():
        messages.error(request, _("Choose who answers, and until when."))
        return redirect("staff:phone")
    who, until = form.cleaned_data["who"], form.cleaned_data["until"]
    now, today = clock.now(), clock.today()
    spans = merge(
        (s.start, s.end) for s in phone_time(first=today, last=today) if s.professional == who.pk
    )
    going_on = next((end for start, end in spans if contains((start, end), now)), now)
    starts = clock.local(going_on).time().replace(second=0, microsecond=0)
    if starts >= until:
        messages.info(request, _("The phone is open until then already, or the time has passed."))
        return redirect("staff:phone")
    return _changed(
        request, lambda: phone_hours.open_extra(who, day=today, starts=starts, ends=until)
    )


def _changed(request: StaffRequest, action: Any) -> HttpResponse:
    try:
        action()
    except ClosedThenError:
        messages.error(
            request,
            _(
                "The service point is closed on that day, so its phone cannot be open. Ask the manager."
            ),
        )
    else:
        _say_state(request)
    return redirect("staff:phone")


@require_POST
@secretary
def one_day(request: StaffRequest) -> HttpResponse:
    """Open extra hours on a day, or close hours of a day."""
    form = DayForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        adds = data["effect"] == HoursChange.Effect.ADDS
        change = phone_hours.open_extra if adds else phone_hours.close_on
        try:
            change(data["who"], day=data["day"], starts=data["starts"], ends=data["ends"])
        except ClosedThenError:
            form.add_error("day", _("The service point is closed on that day."))
        except NoPhoneHoursError:
            form.add_error("starts", _("There are no phone hours then that could be closed."))
        else:
            messages.success(request, _day_text(data["day"], data["who"]))
            return redirect(f"{request.path.removesuffix('day/')}?week={data['day']:%Y-%m-%d}")
    return _page(request, day_form=form, status=422)


def _day_text(day: date, who: Professional) -> str:
    language = get_language()
    spans = merge(
        (s.start, s.end) for s in phone_time(first=day, last=day) if s.professional == who.pk
    )
    words = {
        "name": who.name,
        "day": dates.short_day(day, language),
        "times": ", ".join(dates.clock_range(s, e, language) for s, e in spans),
    }
    if not spans:
        return _("%(name)s does not answer the phone on %(day)s.") % words
    return _("%(name)s answers the phone on %(day)s: %(times)s.") % words


@require_POST
@secretary
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back a change that is not over yet."""
    change = get_object_or_404(HoursChange, pk=pk, kind=HoursKind.PHONE, date__gte=clock.today())
    if clock.at(change.date, change.ends) <= clock.now():
        messages.info(request, _("That is over already, so it stays as it was."))
        return redirect("staff:phone")
    phone_hours.take_back(change)
    messages.success(request, _("Taken back: %(change)s.") % {"change": change_label(change)})
    week = clock.monday_of(change.date)
    is_this = week == clock.monday_of(clock.today())
    path = request.path.split("changes/")[0]
    return redirect(path if is_this else f"{path}?week={week:%Y-%m-%d}")
