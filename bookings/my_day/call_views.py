"""Call-backs on the own day: what came of each, and the own free times."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from bookings.call_backs import actions as callback_reserving
from bookings.call_backs import own_hours
from bookings.call_backs import queries as callback_lists
from bookings.call_backs.forms import OwnTimesForm
from bookings.desk_kit.act import version_seen
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.my_day.call_rows import points_of
from bookings.my_day.views import asked_day, me, meets_parties
from office.core import clock
from office.models import AccessAction, AccessReason, Professional, Unit
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest


def _back(day: date) -> HttpResponse:
    return redirect(f"{reverse('staff:my_day')}?day={day.isoformat()}#calls")


@require_POST
@meets_parties
def mark(request: StaffRequest, reference: str) -> HttpResponse:
    """Mark as calling, reached, or not reached: for one's own calls only."""
    call = callback_lists.own(me(request)).filter(reference=reference.upper()).first()
    if call is None:
        raise Http404
    try:
        callback_reserving.mark(
            call.pk,
            request.POST.get("step", ""),
            user=request.user,
            version=version_seen(request),
        )
    except (NotPossibleError, ChangedMeanwhileError):
        messages.error(
            request, _("That cannot be marked now. Somebody may have marked it already.")
        )
    else:
        note_access(
            request.user,
            call.reference,
            action=AccessAction.CHANGE,
            reason=AccessReason.OWN_CALL_BACKS,
        )
    # Earlier calls that are still open stand on today's page.
    return _back(max(clock.local(call.starts_at).date(), asked_day(request.POST.get("day", ""))))


def _own_day(request: StaffRequest) -> tuple[Professional, date]:
    """Return who, and the day; partners' hours are another organisation's, and the past stays."""
    professional = me(request)
    day = asked_day(request.POST.get("day", ""))
    if professional.organisation_id is not None or day < clock.today():
        raise Http404
    return professional, day


@require_POST
@meets_parties
def close(request: StaffRequest) -> HttpResponse:
    """Close the own free call-back times of a day."""
    professional, day = _own_day(request)
    count = own_hours.close_free(professional, day, Unit.get())
    notice = ngettext(
        "%(count)d call-back time was closed. Reserved ones stay.",
        "%(count)d call-back times were closed. Reserved ones stay.",
        count,
    )
    messages.success(request, notice % {"count": count} if count else _("Nothing was free."))
    return _back(day)


@require_POST
@meets_parties
def reopen(request: StaffRequest) -> HttpResponse:
    """Open again what was closed."""
    professional, day = _own_day(request)
    if own_hours.open_again(professional, day):
        messages.success(request, _("The call-back times are open again."))
    return _back(day)


@require_POST
@meets_parties
def add(request: StaffRequest) -> HttpResponse:
    """Add call-back times on a day."""
    professional, day = _own_day(request)
    form = OwnTimesForm(request.POST)
    points = points_of(professional)
    chosen = [p for p in points if str(p.pk) == request.POST.get("point")] or points[:1]
    if not form.is_valid():
        messages.error(request, _("Write the time like this: 8.30."))
    elif not chosen:
        messages.error(request, _("Choose the service point."))
    else:
        try:
            own_hours.add_times(
                professional,
                day,
                form.cleaned_data["starts"],
                form.cleaned_data["ends"],
                chosen[0],
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Call-back times were added."))
    return _back(day)
