"""Undo that somebody was noted as come at the desk, where their visit got no number."""

from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.appointments.attendance import set_attendance
from bookings.appointments.undo import CannotUndoError, UndoRefusal, offer
from bookings.hooks import UpperUndo
from bookings.lifecycle.transitions import locked
from bookings.models import Appointment, Status, Undoable
from office.models import User
from walkin.models import Ticket
from walkin.tickets.live import announce
from walkin.tickets.undo import ARRIVAL, SECONDS


def offer_undo(appointment: Appointment, *, user: User) -> Undoable:
    """Let `user` undo that the people of the visit have just been noted as come."""
    appointment.refresh_from_db(fields=["version"])
    row = {"visit": appointment.pk, "version": appointment.version}
    return offer(ARRIVAL, [row], user=user, about=appointment.reference)


def _undo(undoable: Undoable, user: User) -> None:
    """Undo the arrival. Raises CannotUndoError where more has happened to the visit since."""
    (row,) = undoable.rows
    appointment = locked(row["visit"])
    has_number = Ticket.objects.filter(visit=appointment).open().exists()
    if appointment.version != row["version"] or has_number or not appointment.has_arrived:
        raise CannotUndoError(UndoRefusal.CHANGED, undoable.about)
    set_attendance(appointment.pk, Status.CONFIRMED, user=user)
    if appointment.service_point_id is not None:
        announce(appointment.service_point_id)


def _words(undoable: Undoable) -> str:
    return _("%(code)s: has come") % {"code": undoable.about}


def _undone(undoable: Undoable) -> str:
    return _("Undone. %(code)s is not here yet.") % {"code": undoable.about}


UNDO = UpperUndo(SECONDS, _undo, _words, _undone, back=lambda undoable: reverse("queue:queue"))
