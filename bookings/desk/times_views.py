"""Free times for a request: offer up to three, or book one at once after a call."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.appointments import decisions, notified_parties
from bookings.availability.allocation import JustTakenError
from bookings.availability.codec import parse_pick, pick_value, slot_value
from bookings.availability.limits import Limits, Pattern
from bookings.availability.search import Wish, find
from bookings.availability.slots import Slot
from bookings.desk.forms import TimesForm
from bookings.desk_kit.act import Unreached, act, version_seen
from bookings.desk_kit.fetch import appointment_or_404
from bookings.desk_kit.labels import short_names, short_place_label, short_when
from bookings.desk_kit.letters_page import PREVIEW, letters_page, wants_letters
from bookings.desk_kit.recipients import recipient_of
from bookings.lifecycle.protection import must_agree_new_place
from bookings.models import Appointment, UndoKind
from bookings.parties import conflicts
from bookings.public.times import WEEK, TimesPage, times_page, week_key
from bookings.public.wishes import wish_label
from office.core import clock
from office.models import AccessAction, AccessReason, ServicePoint, Unit
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary

OFFERED_AT_MOST = decisions.OFFERED_AT_MOST
# The times shown have digits as keys, as far as there are digits.
KEYS = "123456789"
Pick = tuple[str, str, Slot]


@secretary
def times(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the free times. Looking further is posted as well, so that what was picked is kept."""
    appointment = appointment_or_404(reference)
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    do = request.POST.get(PREVIEW) or request.POST.get("do", "")
    if request.method != "POST" or do not in ("offer", "book"):
        return _page(request, appointment)
    picks = _picks(request, appointment)
    problem = _problem(request, appointment, do, picks)
    if wants_letters(request):
        return letters_page(
            request,
            appointment,
            _action(request, appointment, do, picks, near=[]),
            deed=_deed(do),
            also=[("do", do)],
            problems=[problem] if problem else [],
        )
    if problem:
        messages.error(request, problem)
        return _page(request, appointment, status=422)
    return _decide(request, appointment, do, picks)


def _problem(request: StaffRequest, appointment: Appointment, do: str, picks: list[Pick]) -> str:
    """Say what must be corrected before the times can be offered, or the one booked."""
    if _lacks_agreed_place(request, appointment, picks):
        return _("Agree on the place with the protected person first, and tick that you have.")
    if len(picks) == 1 or (do == "offer" and 1 <= len(picks) <= OFFERED_AT_MOST):
        return ""
    if do == "book":
        return _("Choose one time to book.")
    count = {"count": OFFERED_AT_MOST}
    return (
        ngettext("Choose %(count)s time.", "Choose from one to %(count)s times.", OFFERED_AT_MOST)
        % count
    )


def _deed(do: str) -> str:
    return _("Offer these times") if do == "offer" else _("Book this time at once")


def _decide(
    request: StaffRequest, appointment: Appointment, do: str, picks: list[Pick]
) -> HttpResponse:
    near: list[Slot] = []
    done = _("times offered.") if do == "offer" else _("the time is booked.")
    return act(
        request,
        appointment,
        _action(request, appointment, do, picks, near=near),
        deed=_deed(do),
        details=[(_("Time"), short_when(slot.start)) for _channel, _language, slot in picks],
        done=done,
        undo_as=UndoKind.OFFERED if do == "offer" else UndoKind.BOOKED,
        taken=lambda: _page(
            request, appointment, status=409, error=_taken_message(near, picks, appointment)
        ),
    )


def _action(
    request: StaffRequest,
    appointment: Appointment,
    do: str,
    picks: list[Pick],
    *,
    near: list[Slot],
) -> Callable[[], Unreached]:
    """Return what offers the picked times, or books the one; `near`: filled where one is taken."""
    unit, user, version = Unit.get(), request.user, version_seen(request)
    without = conflicts.barred_from(appointment.pk)
    matters = appointment.matters
    slots = [
        (Wish.about(matters, channel, slot.point, language, without), slot)
        for channel, language, slot in picks
    ]
    agreed = "place_agreed" in request.POST

    def action() -> Unreached:
        try:
            if do == "offer":
                return decisions.offer_times(
                    appointment.pk,
                    slots,
                    user=user,
                    unit=unit,
                    version=version,
                    place_agreed=agreed,
                )
            wish, slot = slots[0]
            return decisions.book_time(
                appointment.pk,
                wish,
                slot,
                user=user,
                unit=unit,
                version=version,
                place_agreed=agreed,
            )
        except JustTakenError as error:
            near.extend(error.near)
            raise

    return action


def _week_of(request: StaffRequest, first_day: date) -> str:
    """Return the shown week, or a later one of the earliest day; empty for that of the first free."""
    shown = request.POST.get("shown_week", "")
    return max(shown, week_key(first_day)) if first_day > clock.today() else shown


def _with_keys(page: TimesPage, prefix: str) -> list[tuple[date, list[dict[str, Any]]]]:
    """Give the first of the shown times a digit key each."""
    keys = iter(KEYS)
    return [
        (
            day.date,
            [{"value": prefix + t.value, "time": t, "key": next(keys, "")} for t in day.times],
        )
        for day in page.days
    ]


def _taken_message(near: list[Slot], picks: list[Pick], appointment: Appointment) -> str:
    starts = [slot.start for _channel, _language, slot in picks]
    length = timedelta(minutes=appointment.matters.duration)
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


def _lacks_agreed_place(request: StaffRequest, appointment: Appointment, picks: list[Pick]) -> bool:
    return "place_agreed" not in request.POST and any(
        must_agree_new_place(appointment, channel, slot.point) for channel, _language, slot in picks
    )


def _picks(request: StaffRequest, appointment: Appointment) -> list[Pick]:
    """Read the picked times, each once."""
    found = [
        parse_pick(v, appointment.matters.staff_channels) for v in request.POST.getlist("slot")
    ]
    return sorted({pick for pick in found if pick is not None}, key=lambda pick: pick[2])


def _page(
    request: StaffRequest, appointment: Appointment, *, status: int = 200, error: str = ""
) -> HttpResponse:
    unit = Unit.get()
    if error:
        messages.error(request, error)
    matters = appointment.matters
    begun: dict[str, Any] = {
        "channel": appointment.channel
        if appointment.channel in matters.staff_channels
        else matters.staff_channels[0],
        "point": appointment.service_point,
        "language": appointment.language,
    }
    form = TimesForm(
        request.POST if request.method == "POST" else None, appointment=appointment, initial=begun
    )
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else begun
    point = chosen["point"]
    wish = Wish.about(
        matters,
        chosen["channel"],
        point.pk if point else None,
        chosen["language"],
        conflicts.barred_from(appointment.pk),
    )
    found = find(wish, unit, online=False, replacing=appointment.claim)
    points = {p.pk: p for p in ServicePoint.objects.all()}
    short = short_names({pk: (p.name, p.city) for pk, p in points.items()})
    # The agreed time itself is no other time; what only overlaps it is.
    agreed = appointment.starts_at if appointment.is_agreed else None
    first_day = chosen.get("first_day") or clock.today()
    limits = Limits(first_day, chosen.get("until"), chosen.get("pattern") or Pattern())
    page = times_page(
        [slot for slot in limits.kept(found.slots) if slot.start != agreed],
        point_names=short,
        today=clock.today(),
        last_day=clock.today() + WEEK * unit.horizon_weeks,
        week=request.POST.get("week") or _week_of(request, first_day),
    )
    picks = _picks(request, appointment)
    values = {pick_value(c, la, slot_value(slot)) for c, la, slot in picks}
    prefix = pick_value(wish.channel, wish.language, "")
    shown = {prefix + choice.value for day in page.days for choice in day.times}
    informed = notified_parties.informed_parties(appointment)
    places: list[int | None] = [point.pk] if point else list(points)
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
                    "place": short_place_label(c, slot.point, short),
                }
                for c, la, slot in picks
                if pick_value(c, la, slot_value(slot)) not in shown
            ],
            "first": [(prefix + t.value, t) for t in page.first_free],
            "days": _with_keys(page, prefix),
            "wishes": wish_label(appointment.preferred or {}),
            "words": [p for p in appointment.parties.order_by("-is_requester", "pk") if p.message],
            "offered": appointment.time_offers.to_choose_from().select_related("service_point"),
            "recipients": [recipient_of(party) for party in informed],
            "staff": list(appointment.staff.select_related("professional")),
            "must_agree_place": any(
                must_agree_new_place(appointment, channel, place)
                for channel, place in [
                    *((wish.channel, place) for place in places),
                    *((channel, slot.point) for channel, _language, slot in picks),
                ]
            ),
            "place_agreed": "place_agreed" in request.POST,
            "in_desk": "after" in request.GET or "in_desk" in request.POST,
            "after": request.GET.get("after", request.POST.get("after", "")),
            "shown_week": week_key(page.monday),
            "earlier_week": week_key(page.monday - WEEK) if page.earlier else "",
            "later_week": week_key(page.monday + WEEK) if page.later else "",
            "next_week": week_key(clock.local(page.next_free).date()) if page.next_free else "",
            "version": request.POST.get("version", appointment.version),
            "most": OFFERED_AT_MOST,
        },
        status=status,
    )
