"""What the secretary notes of interpreters: one press each, which can be taken back."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.desk_kit.act import act, version_seen
from bookings.desk_kit.fetch import appointment_or_404
from bookings.interpreters import orders
from bookings.models import UndoKind
from office.models import InterpreterAgency
from office.staff.permissions import StaffRequest, secretary


@require_POST
@secretary
def interpreter_do(request: StaffRequest, reference: str, do: str) -> HttpResponse:
    """Mark as ordered, confirmed, moved, cancelled, came, or did not come.

    The language is in the form: addresses stand in logs.
    """
    appointment = appointment_or_404(reference)
    language = request.POST.get("language", "")
    pk, user, version = appointment.pk, request.user, version_seen(request)
    actions = {
        "order": lambda: orders.order_interpreter(
            pk, language, agency=_agency(request), user=user, version=version
        ),
        "confirm": lambda: orders.confirm_order(pk, language, user=user, version=version),
        "move": lambda: orders.move_order(pk, language, user=user, version=version),
        "cancel": lambda: orders.cancel_order(pk, language, user=user, version=version),
        "came": lambda: orders.mark_interpreter(
            pk, language, came=True, user=user, version=version
        ),
        "absent": lambda: orders.mark_interpreter(
            pk, language, came=False, user=user, version=version
        ),
    }
    if do not in actions:
        raise Http404
    return act(
        request,
        appointment,
        actions[do],
        deed=_("Change the order of the interpreter"),
        done=_("noted."),
        undo_as=UndoKind.INTERPRETER,
    )


def _agency(request: StaffRequest) -> InterpreterAgency | None:
    given = request.POST.get("agency", "")
    if not (given.isdecimal() and len(given) < 10):
        return None
    return InterpreterAgency.objects.in_use().filter(pk=int(given)).first()
