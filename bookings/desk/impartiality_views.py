"""Whether both parents were sent the same: one visit for the secretary, all for the manager."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookings.appointments import impartiality
from bookings.desk_kit.fetch import appointment_or_404
from bookings.models import Appointment, Meeting, Status
from bookings.visibility import Reader
from office.core import clock
from office.messaging import outbox
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, manager, secretary

SHOWN_DAYS = 90
VISITS_SHOWN = 200


@require_safe
@secretary
def of_appointment(request: StaffRequest, reference: str) -> HttpResponse:
    """Show what both parents of a joint visit were sent, and how far apart."""
    appointment = appointment_or_404(reference)
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    notices = impartiality.notices_to_both([appointment]).get(appointment.pk)
    context = {
        "appointment": appointment,
        "rows": _rows(notices or []),
        "is_joint": notices is not None,
    }
    return render(request, "bookings/desk/same_notices.html", context)


@require_safe
@manager
def of_unit(request: StaffRequest) -> HttpResponse:
    """Show joint visits of the last months by code, those that were not notified alike first."""
    since = clock.now() - timedelta(days=SHOWN_DAYS)
    visits = list(
        Appointment.objects.seen_by(Reader.MANAGER)
        .filter(meeting=Meeting.TOGETHER, starts_at__gte=since)
        .filter(status__in=[*Status.agreed(), *Status.over()])
        .order_by("-starts_at", "-pk")[:VISITS_SHOWN]
    )
    notices = impartiality.notices_to_both(visits)
    rows = [(visit, notices[visit.pk]) for visit in visits if notices.get(visit.pk)]
    alike = [found for _visit, found in rows if all(one.is_alike for one in found)]
    context = {
        "rows": sorted(
            ((visit, _rows(found)) for visit, found in rows if not all(o.is_alike for o in found)),
            key=lambda row: row[0].reference,
        ),
        "count": len(rows),
        "alike": len(alike),
        "own_ways": sum(any(one.has_own_ways for one in found) for found in alike),
        "minutes": int(impartiality.SOON.total_seconds() // 60),
        "days": SHOWN_DAYS,
    }
    return render(request, "bookings/desk/impartiality.html", context)


def _rows(notices: list[impartiality.NoticeToBoth]) -> list[tuple[str, impartiality.NoticeToBoth]]:
    return [(outbox.kind_label(one.kind), one) for one in sorted(notices, key=lambda one: one.at)]
