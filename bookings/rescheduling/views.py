"""The page of a change: now and new side by side, who is notified, and one button."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.appointments.added_sentences import Words, adding
from bookings.availability.search import Wish, find
from bookings.desk_kit.act import act, version_seen
from bookings.desk_kit.fetch import appointment_or_404
from bookings.desk_kit.labels import status_label
from bookings.desk_kit.letters_page import PREVIEW, NotWrittenError, letters_page
from bookings.desk_kit.sentence_form import SentenceForm
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, Party, UndoKind
from bookings.parties import conflicts
from bookings.rescheduling import actions as rescheduling
from bookings.rescheduling import plan as change_plan
from bookings.rescheduling.forms import (
    ChangeForm,
    as_query,
    as_typed,
    parse_wall_clock,
    split_start,
)
from bookings.rescheduling.plan import (
    ChangePlan,
    NothingChangesError,
    ObstacleError,
    OutsideHoursError,
    VisitArrangement,
)
from bookings.rescheduling.presenters import fitting_times, obstacles_label, preview
from office.core import clock
from office.core.http import get_or_post
from office.models import (
    AccessAction,
    AccessReason,
    Channel,
    Professional,
    Room,
    ServicePoint,
    Unit,
)
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary

# The button that shows another time, and changes nothing.
LOOK = "look"


@get_or_post
@secretary
def change(request: StaffRequest, reference: str) -> HttpResponse:
    """Preview by GET, with what is wanted in the address; change by POST."""
    appointment = appointment_or_404(reference)
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    if not change_plan.may_change(appointment):
        messages.error(
            request,
            _("This cannot be changed any more: %(code)s is %(status)s.")
            % {"code": appointment.reference, "status": status_label(appointment)},
        )
        return redirect("staff:request", reference=appointment.reference)
    if request.method != "POST":
        form = ChangeForm(_whole(request.GET, appointment), appointment=appointment)
        return _page(request, appointment, form, status=200)
    added = SentenceForm(request.POST, parties=appointment.parties.all(), auto_id="added_%s")
    if LOOK in request.POST:
        # Another time is looked at, and the words that are typed already stay.
        looked_at = _whole(QueryDict(request.POST[LOOK].removeprefix("?")), appointment)
        form = ChangeForm(looked_at, appointment=appointment)
        return _page(request, appointment, form, added=added, status=200)
    form = ChangeForm(_whole(request.POST, appointment), appointment=appointment)
    if not form.is_valid():
        return _page(request, appointment, form, added=added, status=422)
    if PREVIEW in request.POST:
        return _letters(request, appointment, form, added)
    if not added.is_valid():
        return _page(request, appointment, form, added=added, status=422)
    return _do(request, appointment, form, added)


def _whole(given: QueryDict, appointment: Appointment) -> QueryDict:
    """Fill in what was not asked for with how the appointment is now."""
    whole = split_start(given)
    current = change_plan.present(appointment) or _beginning(appointment)
    alone = given.get("room", "") if "point" not in given else ""
    if alone.isdecimal():
        # A room alone tells the place as well.
        room = Room.objects.filter(pk=int(alone[:9])).first()
        if room is not None:
            whole["point"] = str(room.service_point_id)
    for name, value in as_query(current):
        if name == "start":
            day, time = as_typed(value)
            whole.setdefault("day", day)
            whole.setdefault("time", time)
            continue
        if name in given or (name == "point" and "point" in whole):
            continue
        if name == "room":
            # Left open: the present room is tried first, another where it is taken.
            continue
        whole.appendlist(name, value)
    return whole


def _beginning(appointment: Appointment) -> VisitArrangement:
    """Begin with the first time that suits an appointment without one."""
    matters, channel, unit = appointment.matters, appointment.channel, Unit.get()
    without = conflicts.barred_from(appointment.pk)
    wishes = [
        Wish.about(matters, channel, appointment.service_point_id, appointment.language, without),
        Wish.about(matters, channel, None, appointment.language, without),
        Wish.about(matters, channel, without=without),
    ]
    for wish in dict.fromkeys(wishes):
        found = find(wish, unit, online=False)
        slot = next((slot for slot in found.slots if slot.start > clock.now()), None)
        assignment = found.assignment(slot) if slot else None
        if slot is not None and assignment is not None and assignment.teams:
            team = assignment.teams[0][: matters.professionals_needed]
            return VisitArrangement(slot.start, channel, slot.point, team)
    return VisitArrangement(clock.now(), channel, appointment.service_point_id, ())


def _letters(
    request: StaffRequest, appointment: Appointment, form: ChangeForm, added: SentenceForm
) -> HttpResponse:
    """Show the letters of the change. Nothing is done, and nothing is sent."""
    words = added.added() if added.is_valid() else None
    action = _action(request, appointment, form, words)

    def worded() -> object:
        try:
            return action()
        except OutsideHoursError as error:
            raise NotWrittenError(_outside_hours()) from error
        except NothingChangesError as error:
            raise NotWrittenError(_nothing_changes()) from error
        except ObstacleError as error:
            raise NotWrittenError(obstacles_label(error)) from error

    planned = _planned(appointment, form.wanted())
    return letters_page(
        request,
        appointment,
        worded,
        deed=preview(planned).deed if planned is not None else "",
        words=words,
        problems=[str(error) for errors in added.errors.values() for error in errors],
    )


def _action(
    request: StaffRequest, appointment: Appointment, form: ChangeForm, words: Words | None
) -> Callable[[], list[Party]]:
    return lambda: adding(
        words,
        appointment.pk,
        lambda: rescheduling.change(
            appointment.pk,
            form.wanted(),
            user=request.user,
            version=version_seen(request),
            outside=form.cleaned_data["outside"],
            together=form.cleaned_data["together"],
            place_agreed=form.cleaned_data["place_agreed"],
        ),
    )


def _do(
    request: StaffRequest, appointment: Appointment, form: ChangeForm, added: SentenceForm
) -> HttpResponse:
    wanted = form.wanted()
    try:
        shown = preview(change_plan.plan_of(appointment, wanted))
        if shown.too_close and not form.cleaned_data["together"]:
            messages.error(request, shown.too_close)
            return _page(request, appointment, form, added=added, status=422)
        if shown.must_agree_place and not form.cleaned_data["place_agreed"]:
            messages.error(
                request,
                _("Agree on the place with the protected person first, and tick that you have."),
            )
            return _page(request, appointment, form, added=added, status=422)
        return act(
            request,
            appointment,
            _action(request, appointment, form, added.added()),
            deed=shown.deed,
            details=[(line.name, line.new) for line in shown.lines],
            done=_done(shown.what),
            taken=lambda: _page(
                request,
                appointment_or_404(appointment.reference),
                form,
                added=added,
                status=409,
            ),
            again=lambda: _page(request, appointment, form, added=added, status=422),
            undo_as=shown.what,
        )
    except OutsideHoursError:
        messages.error(request, _outside_hours())
    except NothingChangesError:
        messages.info(request, _nothing_changes())
    except NotPossibleError:
        messages.error(
            request, _("It cannot be booked like this. Choose the place and people again.")
        )
    return _page(request, appointment, form, added=added, status=422)


def _outside_hours() -> str:
    return _(
        "Somebody would work outside their hours. Tick that this is intended, or choose again."
    )


def _nothing_changes() -> str:
    return _("Nothing is different yet. Choose a time, a place or people.")


def _done(what: UndoKind) -> str:
    return {
        UndoKind.CONFIRMED: _("confirmed. Everybody who can be reached safely is notified."),
        UndoKind.MOVED: _("moved. Everybody who can be reached safely is notified."),
    }.get(what, _("changed. Everybody concerned is notified."))


def _page(
    request: StaffRequest,
    appointment: Appointment,
    form: ChangeForm,
    *,
    status: int,
    added: SentenceForm | None = None,
) -> HttpResponse:
    valid = form.is_valid()
    wanted = form.wanted() if valid else change_plan.present(appointment) or _beginning(appointment)
    plan = _planned(appointment, wanted) if valid else None
    unit = Unit.get()
    points = {point.pk: point for point in ServicePoint.objects.in_use()}
    point = wanted.point if wanted.channel == Channel.IN_PERSON else None
    without = conflicts.barred_from(appointment.pk)
    wish = Wish.about(appointment.matters, wanted.channel, point, appointment.language, without)
    found = find(wish, unit, online=False, replacing=appointment.claim)
    context: dict[str, Any] = {
        "appointment": appointment,
        "form": form,
        "wanted": wanted,
        "preview": preview(plan) if plan is not None else None,
        "carried": as_query(plan.wanted) if plan is not None else [],
        # Under an unclear day there are no times of another one.
        "fitting": fitting_times(
            found, wanted, appointment, points, near=_near(form) or wanted.start
        )
        if not {"day", "time"} & form.errors.keys()
        else [],
        "is_unclear": bool({"day", "time"} & form.errors.keys()),
        "version": request.POST.get("version", appointment.version),
        "outside": form.data.get("outside"),
        "together": form.data.get("together"),
        "place_agreed": form.data.get("place_agreed"),
        "sentence_form": added or SentenceForm(auto_id="added_%s"),
        "keeps_words": added is not None and added.is_open,
        **_choices(form, wanted, appointment),
    }
    return render(request, "bookings/rescheduling/change.html", context, status=status)


def _near(form: ChangeForm) -> datetime | None:
    """Return around when the list looks: choosing from it does not shuffle it."""
    return parse_wall_clock(form.data.get("near", ""))


def _planned(appointment: Appointment, wanted: VisitArrangement) -> ChangePlan | None:
    try:
        return change_plan.plan_of(appointment, wanted)
    except NotPossibleError:
        return None


def _choices(
    form: ChangeForm, wanted: VisitArrangement, appointment: Appointment
) -> dict[str, Any]:
    """Return who and where can be chosen."""
    services = appointment.matters.services
    giving = set(Professional.objects.giving(services).values_list("pk", flat=True))
    own = [p for p in form.people if p.organisation_id is None]
    groups: list[tuple[str, list[Professional]]] = [
        (_("Give this service"), [p for p in own if p.pk in giving]),
        (_("In this visit now"), [p for p in own if p.pk not in giving]),
        (_("Partners"), [p for p in form.people if p.organisation_id is not None]),
    ]
    lead, *others = [*wanted.professionals, 0]
    current = change_plan.present(appointment)
    # Whoever is neither the lead nor the pair, and whoever was and has been left out just now.
    third = [*others[1:-1], *(current.professionals[2:] if current is not None else ())]
    names = {person.pk: person for person in form.people}
    return {
        "leads": groups[:2],
        "colleagues": groups,
        "lead": lead,
        "second": others[0] if others else 0,
        "rest": [
            names[pk]
            for pk in dict.fromkeys(third)
            if pk in names and pk not in (lead, *others[:1])
        ],
        "rooms": [room for room in form.rooms if room.service_point_id == wanted.point],
        "in_person": wanted.channel == Channel.IN_PERSON,
        "back": reverse("staff:request", args=[appointment.reference]),
    }
