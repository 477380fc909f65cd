"""A soft new invitation after a visit that was not held: neutral, the same to both, and only so often."""

from datetime import timedelta

from django.db.models import Q

from bookings.appointments import notices
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Appointment, AppointmentEvent, EventKind, Party, Status
from bookings.outcomes.actions import current_outcome
from bookings.self_service.personal_links import has_ended
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import Unit, User

COUNTED_FOR = timedelta(days=365)


@retrying
def invite_again(appointment_id: int, *, user: User, version: int | None = None) -> list[Party]:
    """Invite both, each by their own safe channel; return whom no message reaches.

    Raises NotPossibleError where the visit was held, or the same people were invited often enough.
    """
    appointment = locked(appointment_id, version=version)
    if not may_invite_again(appointment):
        raise NotPossibleError
    record(appointment, EventKind.INVITED_AGAIN, user=user)
    return notices.notify_invited_again(appointment)


def may_invite_again(appointment: Appointment) -> bool:
    """Say whether the visit was not held, and its people may still be invited anew."""
    if appointment.status not in Status.over() or appointment.is_anonymous:
        return False
    if has_ended(appointment):
        # The page to which it leads is closed.
        return False
    outcome = current_outcome(appointment)
    if outcome is None or not outcome.was_not_held:
        return False
    return invited_again(appointment) < Unit.get().new_invitations


def invited_again(appointment: Appointment) -> int:
    """Return how often its people were invited anew within a year, by this visit or another of theirs."""
    contacts = Q(pk__in=[])
    for phone, email in appointment.parties.values_list("phone", "email"):
        contacts |= Q(phone=phone) if phone else Q()
        contacts |= Q(email__iexact=email) if email else Q()
    visits = Party.objects.filter(contacts).values("appointment")
    sent = AppointmentEvent.objects.filter(
        what=EventKind.INVITED_AGAIN, undone_by=None, at__gte=clock.now() - COUNTED_FOR
    )
    return sent.filter(Q(appointment=appointment) | Q(appointment__in=visits)).count()
