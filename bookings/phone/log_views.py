"""The call log of a day: its picture by the hour, the calls, what the phone system counted."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Call
from bookings.parties import conflicts
from bookings.phone import calls
from bookings.phone.call_forms import CallOutcomeForm
from bookings.phone.call_log import hour_rows, hours_of, legend, length_label, log_rows
from bookings.phone.figures import calls_between, past_day
from bookings.phone.hours_forms import QueueForm
from bookings.phone.system_counts import numbers_of, save_numbers
from office.calendar.working_time import phone_time
from office.core import clock
from office.core.http import get_or_post
from office.core.intervals import merge
from office.models import PartnerOrganisation
from office.staff.permissions import StaffRequest, secretary

DAY = timedelta(days=1)


@require_safe
@secretary
def log(request: StaffRequest) -> HttpResponse:
    return _page(request, past_day(request.GET.get("day", "")))


def _page(
    request: StaffRequest, day: date, *, form: QueueForm | None = None, status: int = 200
) -> HttpResponse:
    spans = merge((s.start, s.end) for s in phone_time(first=day, last=day))
    figures = calls_between(day, day)
    start, end = clock.day_bounds(day, day)
    found = Call.objects.filter(started_at__gte=start, started_at__lt=end).select_related(
        "user", "service", "appointment"
    )
    rows = log_rows(
        found.exclude(appointment__in=conflicts.barred_to_user(request.user)), request.user
    )
    form = form or _queue_form(day)
    return render(
        request,
        "bookings/phone/log.html",
        {
            "day": day,
            "is_today": day == clock.today(),
            "before": day - DAY,
            "after": day + DAY,
            "spans": spans,
            "figures": figures,
            "median": length_label(figures.median),
            "hours": hour_rows(figures, spans, day),
            "legend": legend(),
            "rows": rows,
            "several": len({row.call.user_id for row in rows}) > 1,
            "form": form,
        },
        status=status,
    )


def _queue_hours(day: date) -> list[int]:
    """Return the hours to ask figures for: those of the phone, of calls, and those there already."""
    spans = merge((s.start, s.end) for s in phone_time(first=day, last=day))
    known = {hour.hour for hour in calls_between(day, day).by_hour}
    return sorted(known | hours_of(spans))


def _queue_form(day: date, data: object = None) -> QueueForm:
    return QueueForm(data, hours=_queue_hours(day), there=numbers_of(day), auto_id="queue_%s")


@require_POST
@secretary
def queue(request: StaffRequest) -> HttpResponse:
    """Note what the phone system counted, for the hours of a day."""
    day = past_day(request.POST.get("day", ""))
    form = _queue_form(day, request.POST)
    if not form.is_valid():
        return _page(request, day, form=form, status=422)
    try:
        save_numbers(day, form.numbers(), seen=form.seen(), user=request.user)
    except ChangedMeanwhileError:
        messages.warning(
            request,
            _(
                "Somebody else has written other figures since you opened the page, so nothing was "
                "saved. Theirs are in the picture above; save again to put yours in their place."
            ),
        )
        again = request.POST.copy()
        for hour, numbers in numbers_of(day).items():
            again[f"seen_{hour}"] = f"{numbers.waited} {numbers.hung_up} {numbers.longest_wait}"
        return _page(request, day, form=_queue_form(day, again), status=409)
    messages.success(request, _("The figures are saved."))
    return redirect(f"{reverse('staff:call_log')}?day={day:%Y-%m-%d}")


@get_or_post
@secretary
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Put right one's own call, on its day."""
    call = get_object_or_404(
        Call.objects.select_related("service"), pk=pk, user=request.user, ended_at__isnull=False
    )
    form = CallOutcomeForm(
        request.POST if request.method == "POST" else None,
        initial={
            "outcome": call.outcome,
            "service": call.service,
            "language": call.language,
            "referred_to": call.referred_to,
        },
    )
    if form.is_bound and form.is_valid():
        try:
            calls.correct(
                call.pk,
                user=request.user,
                outcome=form.cleaned_data["outcome"],
                about=form.about(),
            )
        except NotPossibleError:
            messages.error(request, _("A call can be corrected on its own day only."))
        else:
            messages.success(request, _("The call was corrected."))
        return redirect("staff:call_log")
    return render(
        request,
        "bookings/phone/correct.html",
        {
            "call": call,
            "form": form,
            "may": calls.may_correct(call, request.user),
            "places": PartnerOrganisation.objects.filter(is_active=True),
        },
        status=422 if form.is_bound else 200,
    )
