"""The secretary's desk: what needs doing, one row after another."""

from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.appointments import resending
from bookings.appointments.resending import NoAddressError
from bookings.appointments.undo import remember, undoably
from bookings.call_backs.queries import waiting_count
from bookings.cases.presenters import work_rows
from bookings.desk.card_context import card_context
from bookings.desk.task_groups import WorkList, work_list
from bookings.desk_kit.fetch import appointments
from bookings.hooks import MESSAGE_SUBJECTS, WORK_SECTIONS
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, DataRequest, UndoKind
from bookings.parties import conflicts
from bookings.phone.call_tasks import tasks_shown_to
from bookings.staff_booking.parking import parked_shown_to
from office.core import clock
from office.messaging.outbox import error_label, set_aside
from office.models import AccessReason, OutboxMessage, Unit
from office.staff.access_log import note_listed
from office.staff.permissions import StaffRequest, secretary


@require_safe
@secretary
def desk(request: StaffRequest) -> HttpResponse:
    """Show the whole page; for htmx only the list and the chosen request."""
    unit = Unit.get()
    barred = conflicts.codes_barred_to(request.user)
    work = work_list(unit, request.GET.get("at", ""), barred=barred)
    context = {**_listed(request, work, barred), **_chosen(request, work, barred)}
    headers = request.headers
    is_part = "HX-Request" in headers and "HX-History-Restore-Request" not in headers
    template = "bookings/desk/_chosen.html" if is_part else "bookings/desk/desk.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@secretary
def work(request: StaffRequest) -> HttpResponse:
    """Show only the list, which is renewed every half minute. The card beside it stays."""
    barred = conflicts.codes_barred_to(request.user)
    work = work_list(Unit.get(), request.GET.get("at", ""), stays=True, barred=barred)
    return render(request, "bookings/desk/_worklist.html", _listed(request, work, barred))


def _listed(request: StaffRequest, work: WorkList, barred: set[str]) -> dict[str, object]:
    note_listed(request.user, sorted(work.references - barred), reason=AccessReason.BOOKING)
    calls = waiting_count()
    return {
        "work": work,
        "read_at": clock.now(),
        "counters": {"desk": work.count, "call_backs": calls},
        "calls": calls,
        "call_tasks": tasks_shown_to(request.user),
        "cases": work_rows(barred),
        "parked": parked_shown_to(request.user),
        "sections": [section(request.user) for section in WORK_SECTIONS],
        "today": clock.today(),
        "own_data": DataRequest.objects.open().aggregate(n=Count("pk"), due=Min("due_at")),
    }


def _chosen(request: StaffRequest, work: WorkList, barred: set[str]) -> dict[str, object]:
    row = work.chosen
    if row is None:
        return {}
    if row.reference in barred:
        return {"stays_out_of": row.reference, "at": row.at}
    context: dict[str, object] = {
        "in_desk": True,
        "at": row.at,
        "after": work.next.at if work.next else "",
    }
    if row.message is not None:
        message = OutboxMessage.objects.filter(pk=row.message).first()
        context |= {
            "message": message,
            "error": error_label(message.last_error) if message else "",
            **(_again(message) if message and message.may_be_sent_again else {}),
        }
        if message is not None and message.kind in MESSAGE_SUBJECTS:
            subject = MESSAGE_SUBJECTS[message.kind]
            context |= {"about": subject.label(message), "about_page": subject.address(message)}
    appointment = appointments().filter(reference=row.reference).first()
    if appointment is not None:
        context |= card_context(request, appointment)
        if context.get("is_protected"):
            # Whose address it is that could not be reached, the card says to who asks for it.
            context["message_to"] = _("a protected address")
            if "again_to" in context:
                context["again_to"] = context["message_to"]
    return context


def _again(message: OutboxMessage) -> dict[str, object]:
    """Return where the message would go now, or why it cannot."""
    try:
        return {"again_to": resending.contact_for(message).to}
    except NoAddressError as error:
        return {"not_again": error.sentence}


@require_POST
@secretary
def message_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a failed message again to its receiver's present address; the bar of undoing says where."""
    message = get_object_or_404(OutboxMessage.objects.troubled(), pk=pk)
    about = Appointment.objects.filter(reference=message.about).values_list("pk", flat=True)
    try:
        _to, undoable = undoably(
            lambda: resending.send_again(message.pk, user=request.user),
            what=UndoKind.SENT_AGAIN,
            user=request.user,
            appointments=about,
            about=message.about,
            replaces=[message.pk],
        )
    except NoAddressError as error:
        messages.error(request, error.sentence)
    except NotPossibleError:
        messages.info(request, _("The message is already on its way."))
    else:
        remember(request.session, undoable)
    return redirect("staff:desk")


@require_POST
@secretary
def message_seen_to(request: StaffRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(OutboxMessage.objects.troubled(), pk=pk)
    if set_aside(message):
        messages.success(request, _("Marked as handled. It will not be sent."))
    else:
        messages.info(request, _("The message had already been sent."))
    return redirect("staff:desk")
