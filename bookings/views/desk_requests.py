"""One request: all that the secretary needs, and what is decided about it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings import contacts, deciding
from bookings.choosing import JustTakenError
from bookings.forms.desk import ContactsForm, DeclineForm, NoteForm
from bookings.models import Appointment, AppointmentEvent, MoveRequest, Party
from bookings.presenters.staff import short_when, status_said
from bookings.presenters.staff_request import event_said
from bookings.recording import ChangedMeanwhileError, NotPossibleError
from bookings.separate import TooCloseError
from bookings.views.desk import secretary
from bookings.views.desk_card import card_context, one
from office import phones
from office.access_log import note_access
from office.permissions import StaffRequest
from office.taking import TimeTakenError

Unreached = list[Party] | None


@require_safe
@secretary
def show(request: StaffRequest, reference: str) -> HttpResponse:
    """All about one request, on a page of its own."""
    return _page(request, one(reference))


def _page(
    request: StaffRequest,
    appointment: Appointment,
    *,
    status: int = 200,
    note_form: NoteForm | None = None,
    decline_form: DeclineForm | None = None,
) -> HttpResponse:
    context = card_context(request, appointment)
    context["note_form"] = note_form or NoteForm(initial={"note": appointment.secretary_note})
    if decline_form is not None:
        context["decline_form"] = decline_form
    return render(request, "bookings/desk/request.html", context, status=status)


def act(
    request: StaffRequest,
    appointment: Appointment,
    action: Callable[[], Unreached],
    *,
    done: str,
    taken: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    """Do it, and say how it went in words a person can act on.

    `taken`: the page to show where the time went to somebody else.
    """
    try:
        unreached = action()
    except ChangedMeanwhileError:
        messages.warning(request, changed_said(appointment, version_seen(request)))
        return redirect("staff:request", reference=appointment.reference)
    except (TimeTakenError, JustTakenError):
        if taken is not None:
            return taken()
        messages.error(
            request, _("That time is not free any more. Offer other times or book another one.")
        )
        return redirect("staff:request", reference=appointment.reference)
    except TooCloseError as error:
        messages.error(request, error.said)
        return redirect("staff:request", reference=appointment.reference)
    except NotPossibleError:
        appointment.refresh_from_db()
        messages.error(
            request,
            _("This cannot be done now: %(code)s is %(status)s.")
            % {"code": appointment.reference, "status": status_said(appointment)},
        )
        return redirect("staff:request", reference=appointment.reference)
    messages.success(request, f"{appointment.reference}: {done}")
    say_whom_to_call(request, unreached)
    return after(request, appointment)


def after(request: StaffRequest, appointment: Appointment) -> HttpResponse:
    """On to the next row of the desk, or back to the page of the request."""
    if request.POST.get("in_desk"):
        at = request.POST.get("after", "")
        return redirect(reverse("staff:desk") + (f"?{urlencode({'at': at})}" if at else ""))
    return redirect("staff:request", reference=appointment.reference)


def version_seen(request: StaffRequest) -> int:
    """The version that the secretary looked at; one that never was where the form has none."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def changed_said(appointment: Appointment, seen: int) -> str:
    """What has happened since the secretary looked, and that nothing was overwritten."""
    appointment.refresh_from_db()
    since = max(1, appointment.version - seen) if seen else 3
    events: QuerySet[AppointmentEvent] = appointment.events.order_by("-at", "-pk")
    what = ", ".join(f"{event_said(e)} ({short_when(e.at)})" for e in reversed(events[:since]))
    return _(
        "%(code)s has changed since you opened it, so nothing was done. Since then: %(what)s. "
        "Look at it once more."
    ) % {"code": appointment.reference, "what": what or status_said(appointment)}


def say_whom_to_call(request: StaffRequest, unreached: Unreached) -> None:
    """Name those who can be told by a call only."""
    for party in unreached or ():
        safe = party.phone and party.call_is_safe
        text = (
            _("Call %(name)s, %(phone)s: no message could be sent safely.")
            if safe
            else _("%(name)s could not be told: no safe way is known. Decide how to reach them.")
        )
        messages.warning(
            request, text % {"name": party.name or _("a party"), "phone": phones.shown(party.phone)}
        )


@require_POST
@secretary
def confirm(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = one(reference)
    return act(
        request,
        appointment,
        lambda: deciding.confirm(appointment.pk, user=request.user, version=version_seen(request)),
        done=_("confirmed. Everybody who can be told safely is told."),
    )


@require_POST
@secretary
def decline(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = one(reference)
    form = DeclineForm(request.POST, auto_id="decline_%s")
    if not form.is_valid():
        return _page(request, appointment, status=422, decline_form=form)
    return act(
        request,
        appointment,
        lambda: deciding.decline(
            appointment.pk,
            user=request.user,
            reason=form.cleaned_data["reason"],
            version=version_seen(request),
        ),
        done=_("declined, and the reason told."),
    )


@require_POST
@secretary
def cancel(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = one(reference)
    return act(
        request,
        appointment,
        lambda: deciding.cancel(appointment.pk, user=request.user, version=version_seen(request)),
        done=_("cancelled, and its time is free."),
    )


@require_POST
@secretary
def keep(request: StaffRequest, reference: str) -> HttpResponse:
    """An appointment without hours, or one that an invited parent declined, stays as it is."""
    appointment = one(reference)
    claim = appointment.claim
    action = (
        deciding.keep_orphan
        if claim is not None and claim.orphaned_at is not None
        else deciding.keep_after_decline
    )
    return act(
        request,
        appointment,
        lambda: action(appointment.pk, user=request.user, version=version_seen(request)),
        done=_("kept as it is."),
    )


def _move(appointment: Appointment, pk: int) -> MoveRequest:
    return get_object_or_404(appointment.move_requests, pk=pk)


@require_POST
@secretary
def accept_move(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    appointment = one(reference)
    move = _move(appointment, pk)
    return act(
        request,
        appointment,
        lambda: deciding.accept_move(move.pk, user=request.user, version=version_seen(request)),
        done=_("moved, and everybody told."),
    )


@require_POST
@secretary
def keep_time(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    appointment = one(reference)
    move = _move(appointment, pk)
    return act(
        request,
        appointment,
        lambda: deciding.keep_time(move.pk, user=request.user, version=version_seen(request)),
        done=_("the time stays, and the one who asked is told."),
    )


@require_POST
@secretary
def note(request: StaffRequest, reference: str) -> HttpResponse:
    """Keep the own note. What was typed is not lost when somebody else was quicker."""
    appointment = one(reference)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, appointment, status=422, note_form=form)
    try:
        contacts.write_note(
            appointment.pk,
            form.cleaned_data["note"],
            user=request.user,
            version=version_seen(request),
        )
    except ChangedMeanwhileError:
        messages.warning(request, changed_said(appointment, version_seen(request)))
        return _page(request, one(reference), status=409, note_form=form)
    messages.success(request, _("The note is kept."))
    return redirect("staff:request", reference=appointment.reference)


@require_POST
@secretary
def leave_uncontacted(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = one(reference)
    return act(
        request,
        appointment,
        lambda: contacts.leave_uncontacted(
            appointment.pk, user=request.user, version=version_seen(request)
        ),
        done=_("the other parent is not contacted."),
    )


@secretary
def add_parent(request: StaffRequest, reference: str) -> HttpResponse:
    """The other parent's details, for the unit to contact them."""
    appointment = one(reference)
    language = appointment.language
    form = ContactsForm(request.POST or None, initial={"language": language})
    if request.method == "POST" and form.is_valid():
        details = form.details()
        note_access(request.user, appointment.reference, action="correct", reason="booking")
        return act(
            request,
            appointment,
            lambda: contacts.add_other_parent(
                appointment.pk, details, user=request.user, version=version_seen(request)
            ),
            done=_("the other parent is added."),
        )
    return _contacts_page(request, appointment, form, _("Add the other parent"))


@secretary
def edit_party(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Put one party's details right."""
    appointment = one(reference)
    party = get_object_or_404(appointment.parties, pk=pk)
    note_access(
        request.user,
        appointment.reference,
        action="correct" if request.method == "POST" else "read",
        reason="booking",
    )
    form = ContactsForm(request.POST or None, initial=ContactsForm.initial_of(party))
    if appointment.is_anonymous:
        form.fields["phone"].disabled = form.fields["email"].disabled = True
    if request.method == "POST" and form.is_valid():
        details = form.details()

        return act(
            request,
            appointment,
            lambda: contacts.correct_party(
                party.pk, details, user=request.user, version=version_seen(request)
            ),
            done=_("details corrected."),
        )
    return _contacts_page(request, appointment, form, _("Correct the details"))


def _contacts_page(
    request: StaffRequest, appointment: Appointment, form: ContactsForm, title: str
) -> HttpResponse:
    return render(
        request,
        "bookings/desk/contacts.html",
        {
            "appointment": appointment,
            "form": form,
            "title": title,
            "version": request.POST.get("version", appointment.version),
        },
        status=422 if form.errors else 200,
    )


@require_POST
@secretary
def called(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """The secretary has called this party."""
    appointment = one(reference)
    party = get_object_or_404(appointment.parties, pk=pk)

    def note_it() -> None:
        deciding.note_call(appointment.pk, user=request.user, party=party)

    return act(request, appointment, note_it, done=_("the call is noted."))


@require_POST
@secretary
def tell_again(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Send a party once more what holds now."""
    appointment = one(reference)
    party = get_object_or_404(appointment.parties, pk=pk)
    return act(
        request,
        appointment,
        lambda: contacts.tell_again(party.pk, user=request.user, version=version_seen(request)),
        done=_("the message is sent again."),
    )
