"""Call-backs at the secretary's desk: what is coming, reserving for a caller, moving, cancelling."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.appointments.undo import remember, undoably
from bookings.availability.call_slots import free_calls
from bookings.availability.codec import parse_time
from bookings.call_backs import actions as callback_reserving
from bookings.call_backs import queries as callback_lists
from bookings.call_backs.actions import CallTimeTakenError
from bookings.call_backs.figures import weeks_of_calls
from bookings.call_backs.forms import DeskCallForm
from bookings.call_backs.presenters import desk_choices, rows_of
from bookings.desk_kit.act import version_seen
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import CallBack, UndoKind
from bookings.parties import conflicts
from office.core import dates
from office.core.http import get_or_post
from office.core.once import made_already
from office.models import AccessAction, AccessReason, Professional, Unit
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary
from office.ui.fields import choices_of


@get_or_post
@secretary
def listing(request: StaffRequest) -> HttpResponse:
    """List today's and the coming calls; the form beside them reserves a time for a caller."""
    unit = Unit.get()
    choices = _choices(unit)
    if request.method != "POST":
        return _page(request, unit, DeskCallForm(times=choices))
    form = DeskCallForm(request.POST, times=choices)
    made = made_already(CallBack, form["key"].value())
    if made is not None:
        # Pressed twice, or sent again after going back: the time is in use by this very call.
        messages.info(request, _("%(code)s was reserved already, once only.") % _placeholders(made))
        return redirect("staff:call_backs")
    if not form.is_valid():
        return _page(request, unit, form, status=422)
    start, professional = form.cleaned_data["time"]
    try:
        call, undoable = undoably(
            lambda: callback_reserving.reserve(
                form.caller(form.cleaned_data["language"]),
                start,
                unit=unit,
                made_from=form.key_given,
                user=request.user,
                professional=professional,
            ),
            what=UndoKind.CALL_RESERVED,
            user=request.user,
            made_call=lambda made: made,
        )
    except CallTimeTakenError:
        form = DeskCallForm(request.POST, times=_choices(unit))
        form.is_valid()
        if "time" not in form.errors:
            form.add_error("time", _("This professional does not speak the language chosen."))
        return _page(request, unit, form, status=409)
    note_access(
        request.user, call.reference, action=AccessAction.CREATE, reason=AccessReason.CALL_BACKS
    )
    remember(request.session, undoable)
    return redirect("staff:call_backs")


def _placeholders(call: CallBack) -> dict[str, str]:
    return {
        "code": call.reference,
        "when": dates.when(call.starts_at, get_language()),
        "who": call.professional.name,
    }


def _choices(
    unit: Unit, language: str = "", call: CallBack | None = None
) -> list[tuple[str, list[tuple[str, str]]]]:
    without = callback_reserving.barred_from(call) if call is not None else frozenset()
    free = free_calls(unit, online=False, language=language, without=without)
    people = Professional.objects.in_bulk({time.professional for time in free.times})
    return desk_choices(
        free.times,
        {pk: person.name for pk, person in people.items()},
        {pk: person.languages for pk, person in people.items()},
    )


def _page(
    request: StaffRequest, unit: Unit, form: DeskCallForm, *, status: int = 200
) -> HttpResponse:
    barred = conflicts.calls_barred_to_user(request.user)
    groups = [
        (key, name, rows_of(calls.exclude(pk__in=barred)))
        for key, name, calls in (
            ("orphans", _("Hours were cut"), callback_lists.without_hours()),
            ("again", _("To be tried again"), callback_lists.to_try_again()),
            ("today", _("Today"), callback_lists.todays()),
            ("coming", _("Coming days"), callback_lists.upcoming()),
        )
    ]
    shown = [row.call.reference for _key, _name, rows in groups for row in rows]
    note_access(request.user, shown, action=AccessAction.READ, reason=AccessReason.CALL_BACKS)
    return render(
        request,
        "bookings/call_backs/desk.html",
        {
            "groups": [group for group in groups if group[2]],
            "form": form,
            "has_times": bool(choices_of(form, "time")[1:]),
            "offered": unit.call_backs_offered,
            "weeks": weeks_of_calls(unit),
            "counters": {"call_backs": callback_lists.waiting_count()},
        },
        status=status,
    )


def _one(reference: str) -> CallBack:
    return get_object_or_404(
        CallBack.objects.select_related("professional", "claim", "service"),
        reference=reference.upper(),
    )


def act(
    request: StaffRequest,
    call: CallBack,
    action: Callable[[], CallBack],
    *,
    done: str,
    undo_as: UndoKind | None = None,
) -> HttpResponse:
    """Do it, and say how it went in words a person can act on.

    `undo_as`: it can be taken back, and the bar of undoing says what was done.
    """
    undoable = None
    try:
        if undo_as is None:
            changed = action()
        else:
            changed, undoable = undoably(
                action, what=undo_as, user=request.user, call_backs=[call.pk]
            )
    except ChangedMeanwhileError:
        call.refresh_from_db()
        messages.warning(
            request,
            _(
                "%(code)s has changed since you opened it, so nothing was done. It is now: "
                "%(status)s, %(when)s. Check it again."
            )
            % {**_placeholders(call), "status": call.get_status_display()},
        )
    except CallTimeTakenError:
        messages.error(request, _("That time is not free any more. Choose another one."))
        return redirect("staff:call_move", reference=call.reference)
    except NotPossibleError:
        call.refresh_from_db()
        messages.error(
            request,
            _("This cannot be done now: %(code)s is %(status)s.")
            % {**_placeholders(call), "status": call.get_status_display()},
        )
    else:
        note_access(
            request.user, call.reference, action=AccessAction.CHANGE, reason=AccessReason.CALL_BACKS
        )
        if undoable is None:
            messages.success(request, done % _placeholders(changed))
        remember(request.session, undoable)
    return redirect("staff:call_backs")


@get_or_post
@secretary
def move(request: StaffRequest, reference: str) -> HttpResponse:
    """Give the same caller another time."""
    call, unit = _one(reference), Unit.get()
    if request.method == "POST":
        chosen = parse_time(request.POST.get("time", ""))
        if chosen is not None:
            start, professional = chosen
            return act(
                request,
                call,
                lambda: callback_reserving.move(
                    call.pk,
                    start,
                    unit=unit,
                    user=request.user,
                    version=version_seen(request),
                    professional=professional,
                ),
                done=_("%(code)s: moved to %(when)s, %(who)s calls."),
                undo_as=UndoKind.CALL_MOVED,
            )
        messages.error(request, _("Choose a time first."))
    note_access(
        request.user, call.reference, action=AccessAction.READ, reason=AccessReason.CALL_BACKS
    )
    return render(
        request,
        "bookings/call_backs/call_move.html",
        {"row": rows_of([call])[0], "days": _choices(unit, call.language, call)},
        status=400 if request.method == "POST" else 200,
    )


@require_POST
@secretary
def cancel(request: StaffRequest, reference: str) -> HttpResponse:
    call = _one(reference)
    return act(
        request,
        call,
        lambda: callback_reserving.cancel(
            call.pk, user=request.user, version=version_seen(request)
        ),
        done=_("%(code)s: cancelled, and its time is free."),
        undo_as=UndoKind.CALL_CANCELLED,
    )


@require_POST
@secretary
def keep(request: StaffRequest, reference: str) -> HttpResponse:
    """Keep the call although its hours were cut."""
    call = _one(reference)
    return act(
        request,
        call,
        lambda: callback_reserving.keep(call.pk, user=request.user, version=version_seen(request)),
        done=_("%(code)s: kept as it is."),
    )


@require_POST
@secretary
def mark(request: StaffRequest, reference: str) -> HttpResponse:
    """Note the result of the call."""
    call = _one(reference)
    step = request.POST.get("step", "")
    return act(
        request,
        call,
        lambda: callback_reserving.mark(
            call.pk, step, user=request.user, version=version_seen(request)
        ),
        done=_("%(code)s: noted."),
    )
