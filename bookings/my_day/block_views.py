"""A professional blocks time of their own, and takes that back."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bookings.my_day.views import asked_day, me, meets_parties
from office.calendar.blocked_time import BlockedInThePastError, block_time, unblock_time
from office.calendar.occupancy import TimeTakenError
from office.core import clock
from office.models import BlockedTime
from office.staff.permissions import StaffRequest
from office.ui.date_fields import ClockField


class BlockForm(forms.Form):
    """From when until when, and of what kind; nothing more is asked."""

    kind = forms.ChoiceField(choices=BlockedTime.Kind.choices)
    starts = ClockField()
    ends = ClockField()

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and starts >= ends:
            raise forms.ValidationError(gettext_lazy("The time must end after it begins."))
        return cleaned


@require_POST
@meets_parties
def block(request: StaffRequest) -> HttpResponse:
    """Block some time of a day. Never over what is booked: the database refuses."""
    professional = me(request)
    day = asked_day(request.POST.get("day", ""))
    back = redirect(f"{reverse('staff:my_day')}?day={day.isoformat()}#blocked")
    form = BlockForm(request.POST)
    if not form.is_valid():
        wrong = form.non_field_errors() or [_("Write the time like this: 8.30.")]
        messages.error(request, " ".join(str(error) for error in wrong))
        return back
    start, end = (clock.at(day, form.cleaned_data[name]) for name in ("starts", "ends"))
    try:
        block_time(professional, start=start, end=end, kind=form.cleaned_data["kind"])
    except BlockedInThePastError:
        messages.error(request, _("That time is over already. Nothing was blocked."))
    except TimeTakenError:
        messages.error(
            request,
            _(
                "Something else is in your calendar then, or is being booked right now. Nothing was "
                "blocked. Choose another time, or ask the secretary to move the visit."
            ),
        )
    else:
        messages.success(request, _("The time is blocked: nobody is booked to you then."))
    return back


@require_POST
@meets_parties
def unblock(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the time be booked again; somebody else's, or one that is gone already, stays as it is."""
    day = asked_day(request.POST.get("day", ""))
    if unblock_time(me(request), pk):
        messages.success(request, _("The time can be booked again."))
    else:
        messages.info(request, _("That time was not blocked any more."))
    return redirect(f"{reverse('staff:my_day')}?day={day.isoformat()}#blocked")
