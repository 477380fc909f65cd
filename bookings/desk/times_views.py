"""Free times for a request: offer up to three, or book one at once after a call."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.appointments import decisions
from bookings.availability.allocation import JustTakenError
from bookings.availability.codec import parse_pick, pick_value, slot_value
from bookings.availability.search import Wish, find
from bookings.availability.slots import Slot
from bookings.desk.forms import TimesForm
from bookings.desk_kit.act import Unreached, act, version_seen
from bookings.desk_kit.fetch import appointment_or_404
from bookings.desk_kit.labels import place_label, short_when
from bookings.models import Appointment, UndoKind
from bookings.parties import conflicts
from bookings.public.times import WEEK, times_page, week_key
from office.core import clock
from office.models import ServicePoint, Unit
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary

OFFERED_AT_MOST = decisions.OFFERED_AT_MOST
Pick = tuple[str, str, Slot]


@secretary
def times(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the free times. Looking further is posted as well, so that what was picked is kept."""
    appointment = appointment_or_404(reference)
    note_access(request.user, appointment.reference, action="read", reason="booking")
    do = request.POST.get("do", "")
    if request.method == "POST" and do in ("offer", "book"):
        picks = _picks(request, appointment)
        if len(picks) == 1 or (do == "offer" and 1 <= len(picks) <= OFFERED_AT_MOST):
            return _decide(request, appointment, do, picks)
        messages.error(
            request,
            _("Choose one time to book.")
            if do == "book"
            else ngettext(
                "Choose %(count)s time.", "Choose from one to %(count)s times.", OFFERED_AT_MOST
            )
            % {"count": OFFERED_AT_MOST},
        )
        return _page(request, appointment, status=422)
    return _page(request, appointment)


def _decide(
    request: StaffRequest, appointment: Appointment, do: str, picks: list[Pick]
) -> HttpResponse:
    unit, user, version = Unit.get(), request.user, version_seen(request)
    without = conflicts.barred_from(appointment.pk)
    slots = [
        (Wish(appointment.service, channel, slot.point, language, without), slot)
        for channel, language, slot in picks
    ]
    near: list[Slot] = []

    def action() -> Unreached:
        try:
            if do == "offer":
                return decisions.offer_times(
                    appointment.pk, slots, user=user, unit=unit, version=version
                )
            wish, slot = slots[0]
            return decisions.book_time(
                appointment.pk, wish, slot, user=user, unit=unit, version=version
            )
        except JustTakenError as error:
            near.extend(error.near)
            raise

    wanted = _("Offer these times") if do == "offer" else _("Book this time at once")
    done = _("times offered.") if do == "offer" else _("the time is booked.")
    return act(
        request,
        appointment,
        action,
        wish=wanted,
        details=[(_("Time"), short_when(slot.start)) for _wish, slot in slots],
        done=done,
        undo_as=UndoKind.OFFERED if do == "offer" else UndoKind.BOOKED,
        taken=lambda: _page(
            request, appointment, status=409, error=_taken_message(near, picks, appointment)
        ),
    )


def _taken_message(near: list[Slot], picks: list[Pick], appointment: Appointment) -> str:
    starts = [slot.start for _channel, _language, slot in picks]
    length = timedelta(minutes=appointment.service.duration)
    if any(after < before + length for before, after in pairwise(starts)):
        return _(
            "The picked times overlap, and not all of them can be kept at once. Nothing has changed. "
            "Choose times that do not overlap."
        )
    if not near:
        return _("That time was just taken, and nothing has changed. Choose another one.")
    return _("That time was just taken, and nothing has changed. Near it are free: %(times)s.") % {
        "times": ", ".join(short_when(slot.start) for slot in near)
    }


def _picks(request: StaffRequest, appointment: Appointment) -> list[Pick]:
    """The picked times, each once."""
    found = [parse_pick(v, appointment.service.channels) for v in request.POST.getlist("slot")]
    return sorted({pick for pick in found if pick is not None}, key=lambda pick: pick[2])


def _page(
    request: StaffRequest, appointment: Appointment, *, status: int = 200, error: str = ""
) -> HttpResponse:
    unit = Unit.get()
    if error:
        messages.error(request, error)
    service = appointment.service
    begun: dict[str, Any] = {
        "channel": appointment.channel
        if appointment.channel in service.channels
        else service.channels[0],
        "point": appointment.service_point,
        "language": appointment.language,
    }
    form = TimesForm(
        request.POST if request.method == "POST" else None, appointment=appointment, initial=begun
    )
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else begun
    point = chosen["point"]
    wish = Wish(
        service,
        chosen["channel"],
        point.pk if point else None,
        chosen["language"],
        conflicts.barred_from(appointment.pk),
    )
    found = find(wish, unit, online=False, replacing=appointment.claim)
    points = {p.pk: p for p in ServicePoint.objects.all()}
    # The agreed time itself is no other time; what only overlaps it is.
    agreed = appointment.starts_at if appointment.is_agreed else None
    page = times_page(
        [slot for slot in found.slots if slot.start != agreed],
        point_names={pk: p.name for pk, p in points.items()},
        today=clock.today(),
        last_day=clock.today() + WEEK * unit.horizon_weeks,
        week=request.POST.get("week") or request.POST.get("shown_week", ""),
    )
    picks = _picks(request, appointment)
    values = {pick_value(c, la, slot_value(slot)) for c, la, slot in picks}
    prefix = pick_value(wish.channel, wish.language, "")
    shown = {prefix + choice.value for day in page.days for choice in day.times}
    return render(
        request,
        "bookings/desk/times.html",
        {
            "appointment": appointment,
            "form": form,
            "page": page,
            "prefix": prefix,
            "values": values,
            "elsewhere": [
                {
                    "value": pick_value(c, la, slot_value(slot)),
                    "start": slot.start,
                    "place": place_label(c, points.get(slot.point)),
                }
                for c, la, slot in picks
                if pick_value(c, la, slot_value(slot)) not in shown
            ],
            "first": [(prefix + t.value, t) for t in page.first_free],
            "days": [(day.date, [(prefix + t.value, t) for t in day.times]) for day in page.days],
            "shown_week": week_key(page.monday),
            "earlier_week": week_key(page.monday - WEEK) if page.earlier else "",
            "later_week": week_key(page.monday + WEEK) if page.later else "",
            "next_week": week_key(clock.local(page.next_free).date()) if page.next_free else "",
            "version": request.POST.get("version", appointment.version),
            "most": OFFERED_AT_MOST,
        },
        status=status,
    )
