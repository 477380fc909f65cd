"""One request: all that the secretary needs, and what is decided about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.appointments import corrections, decisions, video_meetings
from bookings.appointments.added_sentences import adding
from bookings.desk.card_context import card_context
from bookings.desk.forms import (
    DeclineForm,
    NoteForm,
    PersonNoteForm,
    StaffCancelForm,
    TalkForm,
    VideoLinkForm,
)
from bookings.desk_kit.act import act, changed_page, version_seen
from bookings.desk_kit.fetch import appointment_or_404
from bookings.desk_kit.labels import short_when
from bookings.desk_kit.sentence_form import SentenceForm
from bookings.lifecycle import contact_consent
from bookings.lifecycle.decline_reasons import reason_label
from bookings.lifecycle.transitions import ChangedMeanwhileError
from bookings.models import Appointment, MoveRequest, UndoKind
from office.staff.permissions import StaffRequest, secretary


@require_safe
@secretary
def show(request: StaffRequest, reference: str) -> HttpResponse:
    """Show one request on a page of its own."""
    return request_page(request, appointment_or_404(reference))


def request_page(
    request: StaffRequest,
    appointment: Appointment,
    *,
    status: int = 200,
    revealed: int | None = None,
    note_form: NoteForm | None = None,
    decline_form: DeclineForm | None = None,
    cancel_form: StaffCancelForm | None = None,
    talk_form: TalkForm | None = None,
    video_form: VideoLinkForm | None = None,
    person_form: tuple[int, PersonNoteForm] | None = None,
    sentence_form: SentenceForm | None = None,
    move_sentence_form: SentenceForm | None = None,
) -> HttpResponse:
    context = card_context(request, appointment, revealed=revealed, person_form=person_form)
    context["note_form"] = note_form or NoteForm(initial={"note": appointment.secretary_note})
    if decline_form is not None:
        context["decline_form"] = decline_form
    if cancel_form is not None:
        context["cancel_form"] = cancel_form
    if talk_form is not None:
        context["talk_form"] = talk_form
    if video_form is not None:
        context["video_form"] = video_form
    if sentence_form is not None:
        context["sentence_form"] = sentence_form
    if move_sentence_form is not None:
        context["move_sentence_form"] = move_sentence_form
    return render(request, "bookings/desk/request.html", context, status=status)


@require_POST
@secretary
def confirm(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = appointment_or_404(reference)
    return act(
        request,
        appointment,
        lambda: decisions.confirm(appointment.pk, user=request.user, version=version_seen(request)),
        deed=_("Confirm the time and notify everybody"),
        done=_("confirmed. Everybody who can be reached safely is notified."),
        undo_as=UndoKind.CONFIRMED,
    )


@require_POST
@secretary
def decline(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = appointment_or_404(reference)
    form = DeclineForm(request.POST, auto_id="decline_%s")
    sentence_form = _sentence_form(request, appointment)
    # Both are asked, so that each says what is wrong with it.
    if not all([form.is_valid(), sentence_form.is_valid()]):
        return request_page(
            request, appointment, status=422, decline_form=form, sentence_form=sentence_form
        )
    return act(
        request,
        appointment,
        lambda: adding(
            sentence_form.added(),
            appointment.pk,
            lambda: decisions.decline(
                appointment.pk,
                user=request.user,
                reason=form.cleaned_data["reason"],
                version=version_seen(request),
            ),
        ),
        deed=_("Decline the request"),
        details=[(_("What the parties are told"), reason_label(form.cleaned_data["reason"]))],
        done=_("declined, and the reason given."),
        undo_as=UndoKind.DECLINED,
    )


def _sentence_form(request: StaffRequest, appointment: Appointment) -> SentenceForm:
    return SentenceForm(request.POST, parties=appointment.parties.all(), auto_id="added_%s")


@require_POST
@secretary
def cancel(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = appointment_or_404(reference)
    form = StaffCancelForm(request.POST, auto_id="cancel_%s")
    sentence_form = _sentence_form(request, appointment)
    if not all([form.is_valid(), sentence_form.is_valid()]):
        return request_page(
            request, appointment, status=422, cancel_form=form, sentence_form=sentence_form
        )
    return act(
        request,
        appointment,
        lambda: adding(
            sentence_form.added(),
            appointment.pk,
            lambda: decisions.cancel(
                appointment.pk,
                user=request.user,
                version=version_seen(request),
                **form.cleaned_data,
            ),
        ),
        deed=_("Cancel the appointment"),
        done=_("cancelled, and its time is free."),
        undo_as=UndoKind.CANCELLED,
    )


@require_POST
@secretary
def keep(request: StaffRequest, reference: str) -> HttpResponse:
    """Keep an appointment without hours, or one that an invited parent declined."""
    appointment = appointment_or_404(reference)
    claim = appointment.claim
    action = (
        decisions.keep_orphan
        if claim is not None and claim.orphaned_at is not None
        else decisions.keep_after_decline
    )
    return act(
        request,
        appointment,
        lambda: action(appointment.pk, user=request.user, version=version_seen(request)),
        deed=_("Keep as it is"),
        done=_("kept as it is."),
    )


def _move(appointment: Appointment, pk: int) -> MoveRequest:
    return get_object_or_404(appointment.move_requests, pk=pk)


@require_POST
@secretary
def accept_move(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    appointment = appointment_or_404(reference)
    move = _move(appointment, pk)
    form = SentenceForm(request.POST, parties=appointment.parties.all(), auto_id="moved_%s")
    if not form.is_valid():
        return request_page(request, appointment, status=422, move_sentence_form=form)
    return act(
        request,
        appointment,
        lambda: adding(
            form.added(),
            appointment.pk,
            lambda: decisions.accept_move(
                move.pk,
                user=request.user,
                version=version_seen(request),
                place_agreed="place_agreed" in request.POST,
            ),
        ),
        deed=_("Move to the time that was asked for"),
        details=[(_("Time"), short_when(move.starts_at))],
        done=_("moved, and everybody notified."),
        undo_as=UndoKind.MOVED,
    )


@require_POST
@secretary
def keep_time(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    appointment = appointment_or_404(reference)
    move = _move(appointment, pk)
    return act(
        request,
        appointment,
        lambda: decisions.keep_time(move.pk, user=request.user, version=version_seen(request)),
        deed=_("Keep the time as it was"),
        done=_("the time stays, and the person who asked is notified."),
        undo_as=UndoKind.KEPT,
    )


@require_POST
@secretary
def note(request: StaffRequest, reference: str) -> HttpResponse:
    """Save the own note. What was typed is not lost when somebody else was quicker."""
    appointment = appointment_or_404(reference)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return request_page(request, appointment, status=422, note_form=form)
    try:
        corrections.write_note(
            appointment.pk,
            form.cleaned_data["note"],
            user=request.user,
            version=version_seen(request),
        )
    except ChangedMeanwhileError:
        return changed_page(
            request,
            appointment,
            deed=_("Keep the note"),
            details=[(_("Own note"), form.cleaned_data["note"])],
        )
    messages.success(request, _("The note is kept."))
    return redirect("staff:request", reference=appointment.reference)


@require_POST
@secretary
def leave_uncontacted(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = appointment_or_404(reference)
    return act(
        request,
        appointment,
        lambda: corrections.leave_uncontacted(
            appointment.pk, user=request.user, version=version_seen(request)
        ),
        deed=_("Decide not to contact the other parent"),
        done=_("the other parent is not contacted."),
    )


@require_POST
@secretary
def video_link(request: StaffRequest, reference: str) -> HttpResponse:
    appointment = appointment_or_404(reference)
    form = VideoLinkForm(request.POST, auto_id="video_%s")
    if not form.is_valid():
        return request_page(request, appointment, status=422, video_form=form)
    link = form.cleaned_data["link"]
    return act(
        request,
        appointment,
        lambda: video_meetings.change_video_link(
            appointment.pk, link, user=request.user, version=version_seen(request)
        ),
        deed=_("Keep the video link"),
        details=[(_("Video link"), link)],
        done=_("the video link is kept.") if link else _("the video link was removed."),
        undo_as=UndoKind.VIDEO_LINK,
    )


@require_POST
@secretary
def note_talk(request: StaffRequest, reference: str) -> HttpResponse:
    """Note the talk with the one who asked before the other parent is contacted."""
    appointment = appointment_or_404(reference)
    form = TalkForm(request.POST, auto_id="talk_%s")
    if not form.is_valid():
        return request_page(request, appointment, status=422, talk_form=form)
    agrees = form.cleaned_data["agrees"] == "yes"
    return act(
        request,
        appointment,
        lambda: contact_consent.note_talk(
            appointment.pk,
            agrees=agrees,
            how=form.cleaned_data["how"],
            user=request.user,
            version=version_seen(request),
        ),
        deed=_("Note the talk with the one who asked"),
        done=_("noted: the other parent may be contacted.")
        if agrees
        else _("noted: the other parent is not contacted."),
    )
